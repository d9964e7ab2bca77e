//! Before a connection is a WebSocket: slow ones, storms of them, offers that are declined.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use mote_tests::process::Mote;
use mote_tests::raw::{Decoder, Frame, Handshake, Join, Opcode, RawClient, Response};

use crate::server::TestServer;

/// Sends a byte whenever nothing was heard for a moment, until the server hangs up; how long it
/// took.
fn dribble(addr: SocketAddr, bytes: &[u8]) -> Duration {
    let start = Instant::now();
    let mut stream = TcpStream::connect(addr).expect("the server listens");
    let moment = Some(Duration::from_millis(50));
    stream.set_read_timeout(moment).expect("a socket option");
    let mut bytes = bytes.iter();
    let mut answer = [0; 1024];
    loop {
        match stream.read(&mut answer) {
            Ok(0) => return start.elapsed(),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                let next = bytes.next().map_or(&[][..], std::slice::from_ref);
                // Refused once it has hung up, which the next read tells.
                let _ = stream.write_all(next);
            }
            Err(_) => return start.elapsed(),
        }
        assert!(start.elapsed() < Duration::from_secs(10), "it waits on");
    }
}

#[test]
fn a_handshake_that_dribbles_in_is_closed_at_the_header_timeout() {
    let server = TestServer::with(|config| config.header_timeout = Duration::from_secs(1));
    let addr = server.addr();
    let long = Handshake::default().with_header(&format!("X-Long: {}", "x".repeat(1_000)));
    let long = long.to_bytes();
    let slow = std::thread::spawn(move || dribble(addr, &long));
    let silent = std::thread::spawn(move || dribble(addr, &[]));
    for (what, slow) in [("a byte now and then", slow), ("no byte", silent)] {
        let took = slow.join().expect(what);
        let seconds = took.as_secs_f64();
        assert!(
            (0.9..5.0).contains(&seconds),
            "{what}: closed after {took:?}"
        );
    }
    RawClient::connect(addr).join(&Join::room("others are served"));
}

#[test]
fn a_storm_of_connects_waits_in_the_backlog_and_is_then_served() {
    // The system's own limit may be lower than what is asked for.
    let most = std::fs::read_to_string("/proc/sys/net/core/somaxconn").expect("Linux");
    let most: usize = most.trim().parse().expect("a number");
    let storm = most.min(1_024);
    let mote = Mote::start(&["--max-connections-per-ip", "2000"]);
    mote.pause();
    let patience = Duration::from_secs(5);
    // Over the backlog a connect is answered at its second attempt, after a second, if at all.
    let connect = |_| TcpStream::connect_timeout(&mote.addr(), patience);
    let start = Instant::now();
    let streams: Result<Vec<_>, _> = (0..storm).map(connect).collect();
    let took = start.elapsed();
    mote.go_on();
    let mut streams = streams.expect("the backlog holds them");
    assert!(
        took < Duration::from_secs(1),
        "{storm} connects took {took:?}"
    );
    let handshake = Handshake::default().to_bytes();
    for stream in &mut streams {
        stream
            .set_read_timeout(Some(patience))
            .expect("a socket option");
        stream.write_all(&handshake).expect("the server reads");
    }
    for stream in &mut streams {
        let mut answer = [0; 1_024];
        let count = stream.read(&mut answer).expect("an answer");
        let (response, _) = Response::parse(&answer[..count]).expect("a whole head");
        assert!(response.is_upgrade(), "{response:?}");
    }
}

#[test]
fn what_comes_in_one_segment_with_the_handshake_is_heard() {
    let server = TestServer::start();
    let join = Frame::whole(Opcode::Binary, &Join::room("early").to_bytes());
    let ping = Frame::whole(Opcode::Ping, b"early").to_bytes([0; 4]);
    // Whole frames, and one whose second half comes later.
    let early = [ping, join.to_bytes([1, 2, 3, 4])].concat();
    for cut in [early.len(), early.len() - 5] {
        let mut stream = TcpStream::connect(server.addr()).expect("the server listens");
        let patience = Some(Duration::from_secs(5));
        stream.set_read_timeout(patience).expect("a socket option");
        let request = [&Handshake::default().to_bytes()[..], &early[..cut]].concat();
        stream.write_all(&request).expect("the server reads");
        let mut decoder = Decoder::default();
        let mut answer = Vec::new();
        let mut buffer = [0; 4096];
        let mut is_upgraded = false;
        let mut frames = Vec::new();
        while frames.len() < 2 {
            let count = stream.read(&mut buffer).expect("an answer");
            assert!(count > 0, "it hung up");
            answer.extend_from_slice(&buffer[..count]);
            if !is_upgraded {
                let Some((response, head_bytes)) = Response::parse(&answer) else {
                    continue;
                };
                assert!(response.is_upgrade(), "{response:?}");
                is_upgraded = true;
                answer.drain(..head_bytes);
                stream.write_all(&early[cut..]).expect("it reads");
            }
            decoder.push(&std::mem::take(&mut answer));
            while let Some((frame, _)) = decoder.next_frame().expect("frames") {
                frames.push(frame);
            }
        }
        assert_eq!(frames[0], Frame::whole(Opcode::Pong, b"early"));
        assert_eq!(frames[1].payload[0], 0xA0, "a Welcome");
    }
}

#[test]
fn compression_is_never_negotiated() {
    let server = TestServer::start();
    for offer in [
        "permessage-deflate",
        "permessage-deflate; client_max_window_bits; server_no_context_takeover",
        "x-webkit-deflate-frame, permessage-deflate",
    ] {
        let offer = format!("Sec-WebSocket-Extensions: {offer}");
        let mut stream = TcpStream::connect(server.addr()).expect("the server listens");
        let patience = Some(Duration::from_secs(5));
        stream.set_read_timeout(patience).expect("a socket option");
        let handshake = Handshake::default().with_header(&offer);
        stream.write_all(&handshake.to_bytes()).expect("it reads");
        let mut answer = [0; 1_024];
        let count = stream.read(&mut answer).expect("an answer");
        let (response, _) = Response::parse(&answer[..count]).expect("a whole head");
        assert!(response.is_upgrade(), "{response:?}");
        assert_eq!(response.header("sec-websocket-extensions"), None);
        // So a compressed message breaks the frames.
        let mut client = RawClient::open(server.addr(), &handshake);
        client
            .send_raw(&[0xC2, 0x81, 0, 0, 0, 0, 0x80])
            .expect("it reads");
        assert_eq!(client.close_code(), Some(1002));
    }
}
