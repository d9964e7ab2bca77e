//! Every way to break the wire: the right close code for it, and a server that lives on.

use mote_tests::raw::{Join, RawClient, event, state, text, varint};

use crate::server::TestServer;

/// The binary message `bytes`, sent after a join on channel 0, closes the connection with 4000.
fn is_refused(server: &TestServer, what: &str, bytes: &[u8]) {
    let mut client = RawClient::connect(server.addr());
    client.join(&Join::room("broken"));
    client.send(bytes);
    let code = client.close_code();
    assert_eq!(code, Some(4000), "{what}: {bytes:02x?}");
}

/// The same without the join.
fn is_refused_first(server: &TestServer, what: &str, bytes: &[u8]) {
    let mut client = RawClient::connect(server.addr());
    client.send(bytes);
    let code = client.close_code();
    assert_eq!(code, Some(4000), "{what}: {bytes:02x?}");
}

fn is_alive(server: &TestServer) {
    let mut client = RawClient::connect(server.addr());
    assert_eq!(client.enter(&Join::room("alive")).0, 0);
}

// R-FRM-1 R-FRM-3 R-CH-2
#[test]
fn what_no_message_begins_with() {
    let server = TestServer::start();
    is_refused(&server, "no message at all", &[]);
    for kind in [0x0, 0x2, 0x5, 0x6, 0x7, 0x9, 0xA, 0xD, 0xF] {
        let bytes = [kind << 4, 0, 0, 0, 0, 0];
        is_refused(&server, "a type that a client does not send", &bytes);
    }
    is_refused(&server, "a Heartbeat on channel 1", &[0x81]);
    is_alive(&server);
}

// R-FRM-2
#[test]
fn messages_that_end_too_early_or_too_late() {
    let server = TestServer::start();
    let whole: [&[u8]; 4] = [
        &[0x10, 1, 2, 3, 4],
        &state(0, &[(4, &[1])]),
        &event(0, "name", b"payload"),
        &[0xE0, 5, 0, 1, b't'],
    ];
    for message in whole {
        for end in 1..message.len() {
            is_refused(&server, "cut short", &message[..end]);
        }
        let with_leftover = [message, &[0x00]].concat();
        is_refused(&server, "a byte too many", &with_leftover);
    }
    let join = Join::room("r").named("n").on(1).to_bytes();
    for end in 1..join.len() {
        is_refused(&server, "cut short", &join[..end]);
    }
    is_alive(&server);
}

// R-VAR-2 R-VAR-3 R-VAR-4
#[test]
fn numbers_that_are_not_in_their_only_form() {
    let server = TestServer::start();
    is_refused(&server, "a zero in two bytes", &[0xB0, 0x80, 0x00]);
    is_refused(
        &server,
        "a length in a long form",
        &[0xC0, 0x81, 0x00, b'e', 0],
    );
    let over_32_bits = [&[0xB0][..], &varint(1 << 32)].concat();
    is_refused(&server, "a varint of 33 bits", &over_32_bits);
    let endless = [&[0xB0][..], &[0xFF; 11]].concat();
    is_refused(&server, "a varint without an end", &endless);
    is_alive(&server);
}

// R-JOIN-1 R-JOIN-2 R-JOIN-3 R-JOIN-4 R-STR-1 R-STR-3 R-CH-3
#[test]
fn joins_that_ask_wrongly() {
    let server = TestServer::start();
    let join = |flags: u8, rest: &[&[u8]]| [&[0x30, flags], &rest.concat()[..]].concat();
    let cases: [(&str, Vec<u8>); 9] = [
        ("an undefined flag", join(0b10_0000, &[&text("r")])),
        ("the highest flag", join(0b1000_0000, &[&text("r")])),
        ("an empty room", join(0, &[&text("")])),
        ("a room of 129 bytes", join(0, &[&text("r".repeat(129))])),
        ("a room that is not UTF-8", join(0, &[&text(b"\xFF")])),
        ("an empty name", join(0b10, &[&text("r"), &text("")])),
        (
            "a name of 33 characters",
            join(0b10, &[&text("r"), &text("n".repeat(33))]),
        ),
        (
            "a name that is not UTF-8",
            join(0b10, &[&text("r"), &text(b"\xC3")]),
        ),
        (
            "a token over 8 KiB",
            join(0b1, &[&text("r"), &text("t".repeat(8193))]),
        ),
    ];
    for (what, bytes) in cases {
        is_refused_first(&server, what, &bytes);
    }
    let mut ada = RawClient::connect(server.addr());
    ada.join(&Join::room("once"));
    ada.send(&Join::room("again").to_bytes());
    assert_eq!(ada.close_code(), Some(4000), "a join on a joined channel");
    is_alive(&server);
}

// R-STA-1 R-STA-2 R-STA-4 R-STA-8 R-CLOSE-1
#[test]
fn states_that_say_nothing_sensible() {
    let server = TestServer::start();
    let large = vec![0; 16 * 1024];
    let cases: [(&str, Vec<u8>); 19] = [
        ("tags that descend", state(0, &[(5, b"{}"), (4, &[0])])),
        ("a tag twice", state(0, &[(4, &[0]), (4, &[1])])),
        ("an activity without meaning", state(0, &[(4, &[3])])),
        ("an activity of two bytes", state(0, &[(4, &[0, 0])])),
        ("a viewport of seven bytes", state(0, &[(3, &[0; 7])])),
        ("a viewport of nine bytes", state(0, &[(3, &[0; 9])])),
        (
            "a selection that ends early",
            state(0, &[(2, &[2, 1, b'a'])]),
        ),
        ("a selection with a leftover", state(0, &[(2, &[0, 0])])),
        (
            "a selection that is not UTF-8",
            state(0, &[(2, &[1, 1, 0xFF])]),
        ),
        ("a hidden flag of 2", state(0, &[(6, &[2])])),
        ("a hidden flag of 0", state(0, &[(6, &[0])])),
        (
            "a surface of 65 bytes",
            state(0, &[(7, &text("s".repeat(65)))]),
        ),
        (
            "a surface that is not UTF-8",
            state(0, &[(7, &text(b"\x80"))]),
        ),
        (
            "custom that is not UTF-8",
            state(0, &[(5, b"{\"a\":\"\xFF\"}")]),
        ),
        ("custom that is not JSON", state(0, &[(5, b"{")])),
        ("custom that is an array", state(0, &[(5, b"[]")])),
        ("custom that is null", state(0, &[(5, b"null")])),
        ("custom nested too deep", state(0, &[(5, &nested(128))])),
        ("a state over 16 KiB", state(0, &[(9, &large)])),
    ];
    for (what, bytes) in cases {
        is_refused(&server, what, &bytes);
    }
    is_alive(&server);
}

fn nested(depth: usize) -> Vec<u8> {
    [r#"{"a":"#.repeat(depth), "1".to_owned(), "}".repeat(depth)]
        .concat()
        .into_bytes()
}

// R-EVT-1 R-CTL-1 R-CTL-2 R-CTL-5
#[test]
fn events_and_controls_that_break_their_limits() {
    let server = TestServer::start();
    let cases: [(&str, Vec<u8>); 9] = [
        ("an event without a name", event(0, "", b"")),
        (
            "an event's name of 65 bytes",
            event(0, &"n".repeat(65), b""),
        ),
        (
            "an event over 16 KiB",
            event(0, "e", &vec![0; 16 * 1024 + 1]),
        ),
        (
            "an event's name not UTF-8",
            [&[0xC0, 1, 0xFF][..], &text("")].concat(),
        ),
        ("a Control Error", [&[0xE0, 1][..], &text("")].concat()),
        ("a Control Kicked", [&[0xE0, 6][..], &text("")].concat()),
        ("an unknown Control", [&[0xE0, 99][..], &text("")].concat()),
        (
            "a token with a text",
            [&[0xE0, 5][..], &text("x"), &text("t")].concat(),
        ),
        (
            "a token over 8 KiB",
            [&[0xE0, 5][..], &text(""), &text("t".repeat(8193))].concat(),
        ),
    ];
    for (what, bytes) in cases {
        is_refused(&server, what, &bytes);
    }
    is_alive(&server);
}

// R-FRM-6
#[test]
fn what_stands_before_the_breach_in_the_same_message_still_counts() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("before");
    bob.send(&[event(0, "last words", b""), vec![0xF0]].concat());
    assert_eq!(bob.close_code(), Some(4000));
    let told = ada.said();
    assert_eq!(
        told,
        mote_tests::raw::Said::Event(0, 1, "last words".into(), vec![])
    );
}

// R-JOIN-2 R-JOIN-3 R-STA-4 R-EVT-1
#[test]
fn the_edges_themselves_are_allowed() {
    let server = TestServer::start();
    let mut ada = RawClient::connect(server.addr());
    let room = "r".repeat(128);
    ada.join(&Join::room(&room).named(&"\u{1F600}".repeat(32)));
    // With the count, the tag and a length of two bytes it is 16 KiB.
    let whole_state = vec![0; 16 * 1024 - 4];
    ada.send(&state(0, &[(9, &whole_state)]));
    ada.send(&state(0, &[(9, b"")]));
    ada.send(&state(0, &[(7, &text("s".repeat(64)))]));
    ada.send(&state(0, &[(5, &nested(127))]));
    ada.send(&event(0, &"n".repeat(64), &vec![0; 16 * 1024]));
    assert_eq!(ada.until_heartbeat(), []);
}
