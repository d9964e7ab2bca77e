//! The golden vectors of what a server refuses, each sent to a real one.

use std::path::Path;

use mote_tests::raw::{Join, RawClient};

use crate::server::TestServer;

/// The name and the bytes of every case of a vector file.
fn cases(text: &str) -> Vec<(String, Vec<u8>)> {
    let mut cases: Vec<(String, Vec<u8>)> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            cases.push((name.to_owned(), Vec::new()));
        } else if !line.starts_with('=') {
            let hex = line.split('#').next().unwrap_or_default();
            let bytes = hex.split_whitespace().flat_map(group);
            if let Some((_, case)) = cases.last_mut() {
                case.extend(bytes);
            }
        }
    }
    cases
}

/// `61` or `61*16000`.
fn group(text: &str) -> Vec<u8> {
    let (hex, times) = text.split_once('*').unwrap_or((text, "1"));
    let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("two hex digits");
    let bytes: Vec<u8> = (0..hex.len()).step_by(2).map(byte).collect();
    bytes.repeat(times.parse().expect("a number of times"))
}

// R-CLOSE-1 R-FRM-1 R-FRM-2 R-FRM-3 R-FRM-4: of every rule of bytes at least one breach.
#[test]
fn every_vector_of_what_a_server_refuses_is_closed_with_4000() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/vectors/invalid-client.hex");
    let text = std::fs::read_to_string(file).expect("the golden vectors");
    let cases = cases(&text);
    assert!(cases.len() > 50, "only {} cases", cases.len());
    let server = TestServer::start();
    let mut witness = RawClient::connect(server.addr());
    witness.join(&Join::room("witness"));
    for (name, bytes) in cases {
        let mut client = RawClient::connect(server.addr());
        client.join(&Join::room("vectors").on(15));
        client.send(&bytes);
        assert_eq!(client.close_code(), Some(4000), "{name}: {bytes:02x?}");
    }
    assert_eq!(witness.until_heartbeat(), []);
}
