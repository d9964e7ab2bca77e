//! The frames of RFC 6455 in the manner of the Autobahn suite, by its groups of cases: what is right
//! arrives however it is cut, what is wrong is closed with 1002, and nobody else notices.

use mote_tests::raw::{Closed, Frame, Join, Opcode, RawClient, Said, event};

use crate::server::TestServer;

const MASK: [u8; 4] = [0x12, 0xF0, 0x9C, 0x05];
const FINAL: u8 = 0x80;
const CONTINUATION: u8 = 0x0;
const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;

/// A masked frame with any first byte and its length in as many bytes as wanted.
fn frame_with(first: u8, length: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first, 0x80 | length[0]];
    bytes.extend_from_slice(&length[1..]);
    bytes.extend_from_slice(&MASK);
    let masked = payload.iter().zip(MASK.iter().cycle());
    bytes.extend(masked.map(|(byte, key)| byte ^ key));
    bytes
}

/// A masked frame whose payload is at most 125 bytes.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).expect("a short payload");
    frame_with(first, &[length], payload)
}

fn part(opcode: Opcode, is_final: bool, payload: &[u8]) -> Vec<u8> {
    let payload = payload.to_vec();
    Frame {
        is_final,
        opcode,
        payload,
    }
    .to_bytes(MASK)
}

fn joined(server: &TestServer) -> RawClient {
    let mut client = RawClient::connect(server.addr());
    client.join(&Join::room("frames"));
    client
}

/// Each of these ends its connection with 1002 and a reason, and touches no other.
fn are_refused(cases: &[(&str, Vec<u8>)]) {
    let server = TestServer::start();
    let mut witness = RawClient::connect(server.addr());
    witness.join(&Join::room("witness"));
    for (what, bytes) in cases {
        let mut client = joined(&server);
        client.send_raw(bytes).expect("the server reads");
        let Closed { code, reason } = client.until_closed().1;
        assert_eq!(code, Some(1002), "{what}");
        assert!(!reason.is_empty(), "{what}");
    }
    assert_eq!(witness.until_heartbeat(), []);
}

/// An event whose message has exactly so many bytes.
fn event_of(bytes: usize) -> Vec<u8> {
    // Type, a name of one byte, and a payload with a length of one, two or three bytes.
    let payload = |heads| event(0, "e", &vec![0xE7; bytes - heads]);
    let sizes = (4..=6).filter(|heads| bytes >= *heads).map(payload);
    let mut fitting = sizes.filter(|message| message.len() == bytes);
    fitting.next().expect("a size that an event can have")
}

// Cases 1.2 and 9.2: every form of a length, at its edges.
#[test]
fn payloads_of_every_form_of_length_arrive() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("lengths");
    for bytes in [5, 125, 126, 127, 128, 4_096, 16_384] {
        let message = event_of(bytes);
        ada.send(&message);
        assert!(matches!(bob.said(), Said::Event(..)), "{bytes}");
    }
    // Several events are one message of 65,535 and of 65,536 bytes.
    for rest in [65_535 - 3 * 16_384, 65_536 - 3 * 16_384] {
        let message = [event_of(16_384).repeat(3), event_of(rest)].concat();
        ada.send(&message);
        for _ in 0..4 {
            assert!(matches!(bob.said(), Said::Event(..)), "{}", message.len());
        }
    }
}

// Case 1.2.1: a frame of no byte is right, and still no message of ours, however it is cut.
#[test]
fn a_message_of_no_byte_is_a_frame_but_no_message_and_is_closed_with_4000() {
    let server = TestServer::start();
    let whole = part(Opcode::Binary, true, b"");
    let two = [
        part(Opcode::Binary, false, b""),
        part(Opcode::Continuation, true, b""),
    ];
    for bytes in [whole, two.concat()] {
        let mut client = joined(&server);
        client.send_raw(&bytes).unwrap();
        assert_eq!(client.close_code(), Some(4000), "{bytes:02x?}");
    }
}

// Cases 2.1 to 2.4 and 2.6 to 2.9.
#[test]
fn pings_are_answered_in_their_own_words_and_pongs_are_ignored() {
    let server = TestServer::start();
    let mut client = joined(&server);
    let all_bytes: Vec<u8> = (0..125).collect();
    for payload in [&b""[..], b"Hello", &[0x00, 0xFF, 0xFE, 0xFD], &all_bytes] {
        client
            .send_raw(&frame(FINAL | PONG, b"not asked for"))
            .unwrap();
        client.send_raw(&frame(FINAL | PING, payload)).unwrap();
        let (pong, _) = client.frame().expect("the server stays");
        assert_eq!(pong, Frame::whole(Opcode::Pong, payload));
    }
}

// Case 2.10, and RFC 6455, 5.5.3: an answer to the newest of several is enough.
#[test]
fn the_newest_of_ten_pings_in_one_segment_is_answered() {
    let server = TestServer::start();
    let mut client = joined(&server);
    let pings = (0..10).map(|number| frame(FINAL | PING, &[number]));
    client
        .send_raw(&pings.collect::<Vec<_>>().concat())
        .unwrap();
    let mut before = None;
    while before != Some(9) {
        let (pong, _) = client.frame().expect("the server stays");
        assert_eq!(pong.opcode, Opcode::Pong);
        let number = pong.payload.first().copied();
        assert!(number > before, "{before:?} and then {number:?}");
        before = number;
    }
    assert_eq!(client.until_heartbeat(), []);
}

// Cases 2.5, 3.1 to 3.7 and 4.1.1 to 4.2.5, and RFC 6455, 5.1, 5.2 and 5.5.
#[test]
fn headers_that_may_not_be_are_closed_with_1002() {
    let mut cases = Vec::new();
    for reserved in 1..8 {
        cases.push((
            "reserved bits",
            frame(FINAL | reserved << 4 | BINARY, b"\x80"),
        ));
        cases.push((
            "reserved bits of a ping",
            frame(FINAL | reserved << 4 | PING, b""),
        ));
    }
    for opcode in (0x3..=0x7).chain(0xB..=0xF) {
        cases.push(("a reserved opcode", frame(FINAL | opcode, b"")));
        cases.push((
            "a reserved opcode with a payload",
            frame(FINAL | opcode, b"x"),
        ));
    }
    for control in [CLOSE, PING, PONG] {
        cases.push(("a control frame that is not final", frame(control, b"")));
        let long = frame_with(FINAL | control, &[126, 0, 126], &[0; 126]);
        cases.push(("a control frame of 126 bytes", long));
    }
    for opcode in [BINARY, PING, CLOSE] {
        cases.push(("no mask", vec![FINAL | opcode, 0]));
    }
    cases.push((
        "125 in two more bytes",
        frame_with(FINAL | BINARY, &[126, 0, 125], &[0; 125]),
    ));
    let long_form = [127, 0, 0, 0, 0, 0, 0, 0, 126];
    cases.push((
        "126 in eight more bytes",
        frame_with(FINAL | BINARY, &long_form, &[0; 126]),
    ));
    are_refused(&cases);
}

// Cases 5.3 to 5.8 and 5.19: parts of a message with control frames between.
#[test]
fn fragments_arrive_as_one_message_with_control_frames_between() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("fragments");
    let message = event(0, "parts", b"one message");
    let (head, tail) = message.split_at(message.len() / 2);
    let fragments = [
        part(Opcode::Binary, false, b""),
        part(Opcode::Continuation, false, head),
        frame(FINAL | PING, b"between"),
        frame(FINAL | PONG, b""),
        part(Opcode::Continuation, false, b""),
        part(Opcode::Continuation, false, tail),
        part(Opcode::Continuation, true, b""),
    ];
    for is_one_segment in [true, false] {
        if is_one_segment {
            ada.send_raw(&fragments.concat()).unwrap();
        } else {
            fragments
                .iter()
                .for_each(|fragment| ada.send_raw(fragment).unwrap());
        }
        let (pong, _) = ada.frame().expect("the server stays");
        assert_eq!(pong, Frame::whole(Opcode::Pong, b"between"));
        let told = bob.said();
        assert_eq!(
            told,
            Said::Event(0, 0, "parts".into(), b"one message".to_vec())
        );
    }
}

// Cases 5.9 to 5.18.
#[test]
fn fragments_out_of_order_are_closed_with_1002() {
    let begin = part(Opcode::Binary, false, b"\x80");
    are_refused(&[
        (
            "a last part of nothing",
            part(Opcode::Continuation, true, b"\x80"),
        ),
        ("a part of nothing", part(Opcode::Continuation, false, b"")),
        (
            "a part after the last",
            [
                part(Opcode::Binary, true, b"\x80"),
                part(Opcode::Continuation, true, b"\x80"),
            ]
            .concat(),
        ),
        (
            "a message in a message",
            [begin.clone(), part(Opcode::Binary, true, b"\x80")].concat(),
        ),
        ("a beginning twice", begin.repeat(2)),
    ]);
}

// Case 2.11 and the chopped cases of 1, 2 and 5: TCP cuts where it likes.
#[test]
fn frames_cut_at_every_byte_arrive() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("cut");
    let long = event(0, "long", &[0x33; 130]);
    let stream = [
        part(Opcode::Binary, true, &event(0, "short", b"")),
        frame(FINAL | PING, b"ping"),
        part(Opcode::Binary, true, &long),
        part(Opcode::Binary, false, &long[..50]),
        frame(FINAL | PING, b"pong"),
        part(Opcode::Continuation, true, &long[50..]),
    ]
    .concat();
    let expect = |ada: &mut RawClient, bob: &mut RawClient| {
        for (name, payload) in [
            ("short", &[][..]),
            ("long", &[0x33; 130]),
            ("long", &[0x33; 130]),
        ] {
            assert_eq!(bob.said(), Said::Event(0, 0, name.into(), payload.to_vec()));
        }
        ada.until_heartbeat();
    };
    for byte in &stream {
        ada.send_raw(&[*byte]).unwrap();
    }
    expect(&mut ada, &mut bob);
    // In two pieces.
    let (mut cleo, mut dora) = server.pair("two pieces");
    let whole = part(Opcode::Binary, true, &long);
    for at in 1..whole.len() {
        cleo.send_raw(&whole[..at]).unwrap();
        cleo.send_raw(&whole[at..]).unwrap();
        assert!(matches!(dora.said(), Said::Event(..)), "cut at {at}");
    }
}

// Cases 9.5 to 9.8: a large message in pieces of many sizes.
#[test]
fn the_largest_message_arrives_in_fragments_of_any_size() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("large");
    let message = event_of(16_384).repeat(4);
    for size in [64, 1_000, 4_096, 65_535] {
        let pieces: Vec<_> = message.chunks(size).collect();
        let mut frames = Vec::new();
        for (index, piece) in pieces.iter().enumerate() {
            let opcode = match index {
                0 => Opcode::Binary,
                _ => Opcode::Continuation,
            };
            frames.extend(part(opcode, index + 1 == pieces.len(), piece));
        }
        ada.send_raw(&frames).unwrap();
        for _ in 0..4 {
            assert!(matches!(bob.said(), Said::Event(..)), "pieces of {size}");
        }
    }
}

#[test]
fn hundreds_of_frames_in_one_segment_are_handled_in_order() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("segment");
    let frames = (0..200).map(|number| part(Opcode::Binary, true, &event(0, "n", &[number])));
    ada.send_raw(&frames.collect::<Vec<_>>().concat()).unwrap();
    for number in 0..200 {
        assert_eq!(bob.said(), Said::Event(0, 0, "n".into(), vec![number]));
    }
}

// Cases 7.1.1, 7.3.1 to 7.3.5 and 7.7.1 to 7.7.13.
#[test]
fn a_close_that_may_be_sent_is_answered_with_its_code() {
    let server = TestServer::start();
    for code in [
        1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000,
        4999,
    ] {
        for reason in ["", "Hello World!", &"*".repeat(123)] {
            let payload = [&u16::to_be_bytes(code), reason.as_bytes()].concat();
            let mut client = joined(&server);
            client.send_raw(&frame(FINAL | CLOSE, &payload)).unwrap();
            assert_eq!(client.close_code(), Some(code), "{reason}");
        }
    }
    let mut client = joined(&server);
    client.send_raw(&frame(FINAL | CLOSE, b"")).unwrap();
    let (close, _) = client.frame().expect("an answer");
    assert_eq!(close, Frame::whole(Opcode::Close, b""));
    assert_eq!(client.frame(), None);
}

// RFC 6455, 5.4: control frames may come in the middle of a message, a Close, too.
#[test]
fn a_close_in_the_middle_of_a_message_is_answered_and_the_message_is_none() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("middle");
    let message = event(0, "never", b"");
    let stream = [
        part(Opcode::Binary, false, &message),
        frame(FINAL | CLOSE, &1001u16.to_be_bytes()),
        part(Opcode::Continuation, true, b""),
    ];
    ada.send_raw(&stream.concat()).unwrap();
    assert_eq!(ada.close_code(), Some(1001));
    assert_eq!(bob.until_heartbeat(), []);
}

// Cases 7.3.2, 7.3.6, 7.5.1 and 7.9.1 to 7.9.9.
#[test]
fn a_close_that_may_not_be_sent_is_closed_with_1002() {
    let mut cases = vec![
        ("a code of one byte", frame(FINAL | CLOSE, &[3])),
        (
            "124 bytes of reason",
            frame_with(FINAL | CLOSE, &[126, 0, 126], &[b'*'; 126]),
        ),
        (
            "a reason that is not UTF-8",
            frame(FINAL | CLOSE, b"\x03\xE8\xCE\xBA\xED\xA0\x80"),
        ),
    ];
    for code in [
        0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535,
    ] {
        let payload = u16::to_be_bytes(code);
        cases.push((
            "a code that may not be sent",
            frame(FINAL | CLOSE, &payload),
        ));
    }
    are_refused(&cases);
}

// Cases 7.1.2 to 7.1.6: after a close nothing is handled.
#[test]
fn what_comes_after_a_close_is_not_handled() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("after");
    let stream = [
        part(Opcode::Binary, true, &event(0, "before", b"")),
        frame(FINAL | CLOSE, &1000u16.to_be_bytes()),
        frame(FINAL | CLOSE, &1001u16.to_be_bytes()),
        frame(FINAL | PING, b"after"),
        part(Opcode::Binary, true, &event(0, "after", b"")),
        frame(CONTINUATION, b"after"),
    ];
    ada.send_raw(&stream.concat()).unwrap();
    assert_eq!(
        ada.until_closed(),
        (
            vec![],
            Closed {
                code: Some(1000),
                reason: String::new()
            }
        )
    );
    assert_eq!(bob.said(), Said::Event(0, 0, "before".into(), vec![]));
    assert_eq!(bob.until_heartbeat(), []);
}
