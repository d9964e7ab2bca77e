//! The WebSocket itself: subprotocols, frames, fragments, sizes, the close handshake.

use mote_tests::raw::{Frame, Handshake, Join, Opcode, RawClient, Said, event};

use crate::server::TestServer;

fn part(opcode: Opcode, is_final: bool, payload: &[u8]) -> Frame {
    Frame {
        is_final,
        opcode,
        payload: payload.to_vec(),
    }
}

#[test]
fn our_subprotocol_is_chosen_among_others() {
    let server = TestServer::start();
    let handshake = Handshake::offering(&["mote.v9", "mote.v1"]);
    let client = RawClient::open(server.addr(), &handshake);
    assert_eq!(client.subprotocol(), Some("mote.v1"));
}

// R-CTL-8
#[test]
fn a_server_that_never_redirects_takes_who_asks_for_none_like_anybody() {
    let server = TestServer::start();
    let handshake = Handshake {
        path: "/ws?proxy=1".to_owned(),
        ..Handshake::default()
    };
    let mut client = RawClient::open(server.addr(), &handshake);
    assert_eq!(client.enter(&Join::room("proxied")).0, 0);
}

// R-CLOSE-2
#[test]
fn without_our_subprotocol_the_socket_opens_and_closes_with_4002() {
    let server = TestServer::start();
    // A browser shows the close code only when the handshake succeeds: the first offer is echoed.
    for offered in [&[][..], &["mote.v9"], &["graphql-ws", "mote.json.v9"]] {
        let mut client = RawClient::open(server.addr(), &Handshake::offering(offered));
        assert_eq!(client.subprotocol(), offered.first().copied());
        assert_eq!(client.close_code(), Some(4002), "{offered:?}");
    }
}

// R-CLOSE-3
#[test]
fn a_text_frame_is_closed_with_4003() {
    let server = TestServer::start();
    let not_utf8: &[u8] = &[0xFF];
    for text in [b"{}", b"".as_slice(), not_utf8] {
        let mut client = RawClient::connect(server.addr());
        client.join(&Join::room("text"));
        client.send_frame(&Frame::whole(Opcode::Text, text));
        assert_eq!(client.close_code(), Some(4003), "{text:?}");
    }
}

// R-FRM-5
#[test]
fn a_message_over_64_kib_is_closed_with_1009() {
    let server = TestServer::start();
    let mut client = RawClient::connect(server.addr());
    client.join(&Join::room("large"));
    // The server may stop reading at the header, so the end of the frame may find nobody.
    let _ = client.try_send_frame(&Frame::whole(Opcode::Binary, &vec![0x80; 64 * 1024 + 1]));
    assert_eq!(client.close_code(), Some(1009));
}

// R-FRM-5
#[test]
fn a_message_over_64_kib_in_parts_is_closed_with_1009() {
    let server = TestServer::start();
    let mut client = RawClient::connect(server.addr());
    client.join(&Join::room("parts"));
    client.send_frame(&part(Opcode::Binary, false, &vec![0x80; 40 * 1024]));
    let _ = client.try_send_frame(&part(Opcode::Continuation, true, &vec![0x80; 40 * 1024]));
    assert_eq!(client.close_code(), Some(1009));
}

// R-FRM-5
#[test]
fn a_message_of_exactly_64_kib_is_taken() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("exact");
    let mut message = Vec::new();
    for _ in 0..3 {
        message.extend(event(0, "e", &vec![1; 16 * 1024]));
    }
    let rest = 64 * 1024 - message.len();
    // An event of `rest` bytes: type, name, and a payload with a length of two bytes.
    message.extend(event(0, "e", &vec![2; rest - 1 - 2 - 2]));
    assert_eq!(message.len(), 64 * 1024);
    ada.send(&message);
    for _ in 0..4 {
        assert!(matches!(bob.said(), Said::Event(..)));
    }
}

#[test]
fn a_message_may_come_in_fragments_with_pings_between() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("fragments");
    let message = event(0, "slowly", b"in parts");
    for (index, byte) in message.iter().enumerate() {
        let opcode = match index {
            0 => Opcode::Binary,
            _ => Opcode::Continuation,
        };
        ada.send_frame(&part(opcode, index + 1 == message.len(), &[*byte]));
        if index == 3 {
            ada.send_frame(&Frame::whole(Opcode::Ping, b"still there?"));
        }
    }
    let (pong, _) = ada.frame().unwrap();
    assert_eq!(pong, Frame::whole(Opcode::Pong, b"still there?"));
    assert_eq!(
        bob.said(),
        Said::Event(0, 0, "slowly".into(), b"in parts".to_vec())
    );
}

#[test]
fn a_ping_is_answered_with_its_own_payload() {
    let server = TestServer::start();
    let mut client = RawClient::connect(server.addr());
    for payload in [&b""[..], &[0xAB; 125]] {
        client.send_frame(&Frame::whole(Opcode::Ping, payload));
        let (pong, _) = client.frame().unwrap();
        assert_eq!(pong, Frame::whole(Opcode::Pong, payload));
    }
}

// R-LIVE-1
#[test]
fn a_heartbeat_is_answered_with_a_heartbeat_before_and_after_a_join() {
    let server = TestServer::start();
    let mut client = RawClient::connect(server.addr());
    client.send(&[0x80]);
    assert_eq!(client.message(), [0x80]);
    client.join(&Join::room("beats").on(7));
    client.send(&[0x80]);
    assert_eq!(client.message(), [0x80]);
}

#[test]
fn a_close_is_answered_with_the_same_code_and_then_the_line_ends() {
    let server = TestServer::start();
    for code in [1000, 1001, 4999] {
        let mut client = RawClient::connect(server.addr());
        client.join(&Join::room("closing"));
        assert_eq!(client.close(code).code, Some(code));
    }
}

#[test]
fn frames_that_break_the_websocket_are_closed_with_1002_and_touch_no_other() {
    let server = TestServer::start();
    let mut witness = RawClient::connect(server.addr());
    witness.join(&Join::room("witness"));
    let long_ping = [&[0x89, 0xFE, 0, 126, 0, 0, 0, 0][..], &[0; 126]].concat();
    let broken: [(&str, &[u8]); 5] = [
        ("not masked", &[0x82, 0x01, 0x80]),
        ("a reserved bit", &[0xC2, 0x81, 0, 0, 0, 0, 0x80]),
        ("an unknown opcode", &[0x83, 0x80, 0, 0, 0, 0]),
        ("a continuation of nothing", &[0x80, 0x81, 0, 0, 0, 0, 0x80]),
        ("a ping over 125 bytes", &long_ping),
    ];
    for (what, bytes) in broken {
        let mut client = RawClient::connect(server.addr());
        client.join(&Join::room("framing"));
        client.send_raw(bytes).unwrap();
        assert_eq!(client.close_code(), Some(1002), "{what}");
    }
    assert_eq!(witness.until_heartbeat(), []);
}

#[test]
fn what_is_no_websocket_is_answered_in_http() {
    let server = TestServer::start();
    assert_eq!(server.http_get("/healthz"), (200, "ok".to_owned()));
    assert_eq!(server.http_get("/nothing/here").0, 404);
    let (status, _) = server.http_get("/ws");
    assert!((400..500).contains(&status), "{status}");
    let wrong_path = Handshake {
        path: "/elsewhere".to_owned(),
        ..Handshake::default()
    };
    let refused = RawClient::ask(server.addr(), &wrong_path);
    assert_eq!(refused.expect_err("no upgrade there").status, 404);
}
