//! The TCP line under a WebSocket: no waiting for acknowledgements, a clean end, a deadline.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use mote_tests::raw::{Decoder, Frame, Handshake, Join, Opcode, Response, Said, event};
use rustix::net::sockopt::set_tcp_quickack;

use crate::server::TestServer;

const MASK: [u8; 4] = [1, 2, 3, 4];

/// A WebSocket as a bare stream, so that the end of it can be told from a reset.
fn bare(server: &TestServer) -> TcpStream {
    let mut stream = TcpStream::connect(server.addr()).expect("the server listens");
    let patience = Some(Duration::from_secs(10));
    stream.set_read_timeout(patience).expect("a socket option");
    stream
        .write_all(&Handshake::default().to_bytes())
        .expect("the server reads");
    let mut answer = [0; 1_024];
    let count = stream.read(&mut answer).expect("an answer");
    let (response, head_bytes) = Response::parse(&answer[..count]).expect("a whole head");
    assert!(response.is_upgrade() && head_bytes == count, "{response:?}");
    stream
}

/// Everything up to a clean end of the stream, as frames.
fn to_the_end(stream: &mut TcpStream) -> Vec<Frame> {
    let mut bytes = Vec::new();
    stream
        .read_to_end(&mut bytes)
        .expect("a clean end, and no reset");
    let mut decoder = Decoder::default();
    decoder.push(&bytes);
    let mut frames = Vec::new();
    while let Some((frame, _)) = decoder.next_frame().expect("frames") {
        frames.push(frame);
    }
    assert!(decoder.is_empty(), "half a frame at the end");
    frames
}

#[test]
fn two_small_messages_do_not_wait_for_an_acknowledgement() {
    const ROUNDS: usize = 40;
    let server = TestServer::start();
    let (mut ada, _bob) = server.pair("small");
    let mut cleo = bare(&server);
    let join = Frame::whole(Opcode::Binary, &Join::room("small").to_bytes());
    cleo.write_all(&join.to_bytes(MASK))
        .expect("the server reads");
    ada.until(|said| *said == Said::Count(0, 3));
    let mut decoder = Decoder::default();
    let mut took = Vec::new();
    let mut buffer = [0; 4096];
    for round in 0..ROUNDS {
        let start = Instant::now();
        for half in 0..2 {
            ada.send(&event(
                0,
                "e",
                &[u8::try_from(2 * round + half).expect("small")],
            ));
            // The server has written it when this is answered.
            ada.until_heartbeat();
        }
        let last = u8::try_from(2 * round + 1).expect("small");
        loop {
            // As if there was much to acknowledge: as late as the system may.
            set_tcp_quickack(&cleo, false).expect("a socket option");
            if let Some((frame, _)) = decoder.next_frame().expect("frames") {
                if frame.payload.ends_with(&[b'e', 1, last]) {
                    break;
                }
                continue;
            }
            let count = cleo.read(&mut buffer).expect("the message");
            decoder.push(&buffer[..count]);
        }
        took.push(start.elapsed());
    }
    took.sort();
    // Nagle's algorithm against a delayed acknowledgement is 40 ms, each time.
    let median = took[ROUNDS / 2];
    assert!(median < Duration::from_millis(30), "{median:?}");
}

#[test]
fn who_is_closed_while_it_sends_still_gets_the_close_frame_and_a_clean_end() {
    let server = TestServer::start();
    let mut stream = bare(&server);
    let text = Frame::whole(Opcode::Text, b"no").to_bytes(MASK);
    let more = Frame::whole(Opcode::Binary, &[0x80; 60_000]).to_bytes(MASK);
    // Far more than the server has read when it closes: unread, it would make a reset of the end.
    stream
        .write_all(&[text, more.repeat(40)].concat())
        .expect("the server reads on");
    let answer = Frame::whole(Opcode::Close, &4003u16.to_be_bytes());
    stream
        .write_all(&answer.to_bytes(MASK))
        .expect("the server reads on");
    let frames = to_the_end(&mut stream);
    let [close] = &frames[..] else {
        panic!("not just a close frame: {frames:?}");
    };
    assert_eq!(close.opcode, Opcode::Close);
    assert_eq!(close.payload[..2], 4003u16.to_be_bytes());
}

#[test]
fn who_closes_gets_its_answer_and_a_clean_end() {
    let server = TestServer::start();
    let mut stream = bare(&server);
    let close = Frame::whole(Opcode::Close, &1000u16.to_be_bytes());
    stream
        .write_all(&close.to_bytes(MASK))
        .expect("the server reads");
    assert_eq!(to_the_end(&mut stream), [close]);
}

#[test]
fn who_answers_no_close_is_hung_up_on_at_the_close_timeout() {
    let server = TestServer::with(|config| config.close_timeout = Duration::from_millis(300));
    let mut stream = bare(&server);
    let text = Frame::whole(Opcode::Text, b"no").to_bytes(MASK);
    stream.write_all(&text).expect("the server reads");
    let start = Instant::now();
    assert_eq!(to_the_end(&mut stream).len(), 1);
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn an_oversized_frame_is_told_1009_while_it_is_still_being_sent() {
    let server = TestServer::start();
    let mut stream = bare(&server);
    let frame = Frame::whole(Opcode::Binary, &vec![0x80; 4 * 1024 * 1024]).to_bytes(MASK);
    let (begin, rest) = frame.split_at(1_000);
    stream.write_all(begin).expect("the server reads");
    let mut close = [0; 4];
    stream.read_exact(&mut close).expect("a Close frame");
    assert_eq!(close[0], 0x88);
    assert_eq!(close[2..], 1009u16.to_be_bytes());
    // Whoever has not read it yet, and sends on, is not cut off.
    stream.write_all(rest).expect("the server reads on");
    stream.shutdown(Shutdown::Write).expect("open");
    let mut reason = Vec::new();
    stream
        .read_to_end(&mut reason)
        .expect("a clean end, and no reset");
    assert_eq!(reason.len(), usize::from(close[1]) - 2);
}

// R-CLOSE-4
#[test]
fn no_kind_of_traffic_extends_the_time_to_join() {
    let join_timeout = Duration::from_millis(500);
    let server = TestServer::with(|config| config.join_timeout = join_timeout);
    let ping = Frame::whole(Opcode::Ping, b"x").to_bytes(MASK);
    let pong = Frame::whole(Opcode::Pong, b"x").to_bytes(MASK);
    let elsewhere = Frame::whole(Opcode::Binary, &event(3, "e", b"")).to_bytes(MASK);
    let half = Frame {
        is_final: false,
        ..Frame::whole(Opcode::Binary, b"\x80")
    };
    let kinds = [
        ("pings", vec![], ping),
        ("pongs", vec![], pong),
        ("messages for no room", vec![], elsewhere),
        (
            "half a message and then nothing",
            half.to_bytes(MASK),
            vec![],
        ),
    ];
    for (what, once, again) in kinds {
        let start = Instant::now();
        let mut stream = bare(&server);
        stream.write_all(&once).expect("the server reads");
        let moment = Some(Duration::from_millis(50));
        stream.set_read_timeout(moment).expect("a socket option");
        let mut decoder = Decoder::default();
        let mut buffer = [0; 4096];
        let close = loop {
            assert!(start.elapsed() < 16 * join_timeout, "{what} keep it open");
            match stream.read(&mut buffer) {
                Ok(count) => decoder.push(&buffer[..count]),
                // Nothing for a moment.
                Err(_) => stream.write_all(&again).expect("the server reads"),
            }
            match decoder.next_frame().expect("frames") {
                Some((frame, _)) if frame.opcode == Opcode::Close => break frame,
                _ => {}
            }
        };
        assert_eq!(close.payload[..2], 4202u16.to_be_bytes(), "{what}");
        assert!(start.elapsed() >= join_timeout, "{what}");
    }
}
