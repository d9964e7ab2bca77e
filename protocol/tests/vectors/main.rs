//! The golden vectors: natively, and compiled to WebAssembly in a browser.
//!
//! They show the rules of bytes: R-FRM-1 R-FRM-2 R-FRM-3 R-FRM-4, R-VAR-1 R-VAR-2 R-VAR-3 R-VAR-4,
//! R-STR-1 R-STR-2 R-STR-3, R-CH-1 R-CH-2, R-CUR-1, R-BAT-1 R-BAT-2 R-BAT-3, R-JOIN-1 R-JOIN-2
//! R-JOIN-3 R-JOIN-4, R-WEL-1, R-STA-1 R-STA-2 R-STA-3 R-STA-4, R-EVT-1, R-CTL-1 R-CTL-2 R-CTL-3
//! R-CTL-4 R-CTL-5, R-COORD-1 R-COORD-2 R-COORD-4.

mod coords;
mod describe;
mod file;

use file::{Case, cases};
use mote_protocol::wire::{
    ClientMessage, ServerMessage, WireError, client_messages, server_messages,
};
use serde_json::Value;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test;
#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

macro_rules! vectors {
    ($($name:literal),+) => { [$(($name, include_str!(concat!("../../vectors/", $name)))),+] };
}

const CLIENT: [(&str, &str); 8] = vectors![
    "client-cursor.hex",
    "client-join.hex",
    "client-leave.hex",
    "client-heartbeat.hex",
    "client-state.hex",
    "client-event.hex",
    "client-control.hex",
    "client-several.hex"
];

const SERVER: [(&str, &str); 11] = vectors![
    "server-cursor-broadcast.hex",
    "server-cursor-batch.hex",
    "server-user-joined.hex",
    "server-user-left.hex",
    "server-presence-update.hex",
    "server-heartbeat.hex",
    "server-welcome.hex",
    "server-state.hex",
    "server-event.hex",
    "server-control.hex",
    "server-several.hex"
];

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn what_a_client_sends_is_read_and_written_as_the_vectors_say() {
    for (file, case) in all(&CLIENT) {
        let messages: Result<Vec<ClientMessage<'_>>, _> = client_messages(&case.bytes).collect();
        let messages = messages.unwrap_or_else(|error| panic!("{file}, {}: {error}", case.name));
        let says = messages.iter().map(describe::client).collect();
        assert_eq!(one_or_all(says), case.says, "{file}, {}", case.name);

        let again = encoded(&messages, ClientMessage::encode);
        assert!(again == case.bytes, "{file}, {}: other bytes", case.name);
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn what_the_server_sends_is_read_and_written_as_the_vectors_say() {
    for (file, case) in all(&SERVER) {
        let messages: Result<Vec<ServerMessage<'_>>, _> = server_messages(&case.bytes).collect();
        let messages = messages.unwrap_or_else(|error| panic!("{file}, {}: {error}", case.name));
        let says = messages.iter().map(describe::server).collect();
        assert_eq!(one_or_all(says), case.says, "{file}, {}", case.name);

        let again = encoded(&messages, ServerMessage::encode);
        assert!(again == case.bytes, "{file}, {}: other bytes", case.name);
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn what_breaks_a_rule_is_refused_for_that_reason() {
    let client = include_str!("../../vectors/invalid-client.hex");
    for case in cases(client) {
        let error = client_messages(&case.bytes).find_map(Result::err);
        assert_refused(&case, error.map(describe::error));
    }
    let server = include_str!("../../vectors/invalid-server.hex");
    for case in cases(server) {
        let error = server_messages(&case.bytes).find_map(Result::err);
        assert_refused(&case, error.map(describe::error));
    }
}

fn all(files: &[(&'static str, &str)]) -> Vec<(&'static str, Case)> {
    let cases = files
        .iter()
        .flat_map(|&(file, text)| cases(text).into_iter().map(move |case| (file, case)));
    cases.collect()
}

/// The messages again as one WebSocket message.
fn encoded<M>(
    messages: &[M],
    encode: impl Fn(&M, &mut Vec<u8>) -> Result<(), WireError>,
) -> Vec<u8> {
    let mut bytes = Vec::new();
    for message in messages {
        encode(message, &mut bytes).expect("what was read is valid");
    }
    bytes
}

/// A single message is described alone, several as a list.
fn one_or_all(mut says: Vec<Value>) -> Value {
    if says.len() == 1 {
        says.remove(0)
    } else {
        says.into()
    }
}

fn assert_refused(case: &Case, kind: Option<&str>) {
    let rule = &case.says["breaks"];
    let expected = case.says["error"].as_str();
    assert_eq!(kind, expected, "{} breaks {rule}", case.name);
}
