//! Who says nothing for too long is dropped; who is only quiet is not.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use mote_tests::raw::{Join, Opcode, RawClient, Said};

use crate::server::TestServer;

// R-LIVE-3
#[test]
fn a_quiet_client_is_pinged_and_stays_as_long_as_it_answers() {
    let server = TestServer::with(|config| config.heartbeat = Duration::from_secs(1));
    let mut ada = RawClient::connect(server.addr());
    ada.join(&Join::room("quiet"));
    let start = Instant::now();
    // Three periods: without its pongs it would be dropped after two.
    for _ in 0..3 {
        let (frame, _) = ada.frame().expect("the server stays");
        assert_eq!(frame.opcode, Opcode::Ping);
    }
    assert!(
        start.elapsed() > Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(ada.until_heartbeat(), []);
}

// R-LIVE-3 R-SEAT-3
#[test]
fn a_silent_client_is_dropped_after_two_periods_and_leaves_after_its_grace() {
    let server = TestServer::with(|config| {
        config.heartbeat = Duration::from_secs(1);
        config.resume_grace = Duration::from_millis(100);
    });
    let (mut ada, mut bob) = server.pair("silent");
    bob.stop_answering_pings();
    let start = Instant::now();
    let dropped = std::thread::spawn(move || {
        bob.until_closed();
        start.elapsed()
    });
    ada.until(|said| *said == Said::UserLeft(0, 1));
    let took = dropped.join().unwrap();
    assert!(took > Duration::from_millis(1_900), "{took:?}");
    assert!(took < Duration::from_secs(5), "{took:?}");
}

// R-CLOSE-4
#[test]
fn who_joins_nothing_in_time_is_closed_with_4202_whatever_else_it_sends() {
    let server = TestServer::with(|config| {
        config.join_timeout = Duration::from_millis(500);
        config.max_message_rate = 1_000_000;
    });
    let mut client = RawClient::connect(server.addr());
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(300) {
        client.until_heartbeat();
    }
    assert_eq!(client.close_code(), Some(4202));
    let mut joined = RawClient::connect(server.addr());
    joined.join(&Join::room("in time"));
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(700) {
        joined.until_heartbeat();
    }
}

#[test]
fn a_handshake_that_does_not_come_is_not_waited_for() {
    let server = TestServer::start();
    let addr = server.addr();
    let ends_in = move |first_bytes: &'static str| {
        let mut stream = TcpStream::connect(addr).unwrap();
        stream.write_all(first_bytes.as_bytes()).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let start = Instant::now();
        let mut answer = Vec::new();
        // A 408 or nothing; a reset counts as an end, too.
        let _ = stream.read_to_end(&mut answer);
        start.elapsed()
    };
    let silent = std::thread::spawn(move || ends_in(""));
    let half = ends_in("GET /ws HTTP/1.1\r\nHost: a\r\n");
    for took in [half, silent.join().unwrap()] {
        assert!(took < Duration::from_secs(10), "{took:?}");
    }
}
