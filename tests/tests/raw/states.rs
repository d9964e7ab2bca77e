//! State: every tag, merging, removing, what a newcomer is told.

use mote_tests::raw::{Join, RawClient, Said, event, state};

use crate::server::TestServer;

const SELECTION: u8 = 2;
const VIEWPORT: u8 = 3;
const ACTIVITY: u8 = 4;
const CUSTOM: u8 = 5;
const CURSOR_HIDDEN: u8 = 6;
const SURFACE: u8 = 7;

/// The fields of user 0 in a newcomer's snapshot; none when the snapshot has no State of them.
fn fields_told_to_a_newcomer(server: &TestServer, room: &str) -> Vec<(u8, Vec<u8>)> {
    let mut newcomer = RawClient::connect(server.addr());
    let snapshot = newcomer.join(&Join::room(room));
    snapshot
        .into_iter()
        .find_map(|said| match said {
            Said::State(0, 0, fields) => Some(fields),
            _ => None,
        })
        .unwrap_or_default()
}

fn custom_told_to_a_newcomer(server: &TestServer, room: &str) -> String {
    let fields = fields_told_to_a_newcomer(server, room);
    let custom = fields.into_iter().find(|(tag, _)| *tag == CUSTOM);
    String::from_utf8(custom.map(|(_, body)| body).unwrap_or_default()).expect("JSON in UTF-8")
}

// R-STA-3 R-STA-5
#[test]
fn every_tag_reaches_the_others_and_every_newcomer_as_it_was_sent() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("tags");
    // Tags 0, 1 and 255 have no meaning here: kept and relayed as they are.
    let fields: [(u8, &[u8]); 9] = [
        (0, b"\xFF\x00"),
        (1, b"typed"),
        (SELECTION, b"\x02\x01a\x02bc"),
        (VIEWPORT, &[0, 0, 0, 0, 0x80, 0, 0xFF, 0xFF]),
        (ACTIVITY, &[2]),
        (CUSTOM, br#"{"mood":"calm"}"#),
        (CURSOR_HIDDEN, &[1]),
        (SURFACE, b"\x03map"),
        (255, b"later"),
    ];
    ada.send(&state(0, &fields));
    let as_sent: Vec<_> = fields
        .iter()
        .map(|(tag, body)| (*tag, body.to_vec()))
        .collect();
    assert_eq!(bob.said(), Said::State(0, 0, as_sent.clone()));
    assert_eq!(fields_told_to_a_newcomer(&server, "tags"), as_sent);
}

// R-STA-5
#[test]
fn a_change_touches_only_the_fields_that_it_names() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("some");
    ada.send(&state(0, &[(ACTIVITY, &[1]), (SURFACE, b"\x01s")]));
    ada.send(&state(0, &[(ACTIVITY, &[2])]));
    bob.said();
    assert_eq!(bob.said(), Said::State(0, 0, vec![(ACTIVITY, vec![2])]));
    let told = fields_told_to_a_newcomer(&server, "some");
    assert_eq!(told, [(ACTIVITY, vec![2]), (SURFACE, b"\x01s".to_vec())]);
}

// R-STA-5
#[test]
fn an_empty_body_removes_the_field_and_who_has_none_left_has_no_state() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("removed");
    ada.send(&state(0, &[(ACTIVITY, &[1]), (200, b"x")]));
    ada.send(&state(0, &[(200, b"")]));
    bob.said();
    assert_eq!(bob.said(), Said::State(0, 0, vec![(200, vec![])]));
    let told = fields_told_to_a_newcomer(&server, "removed");
    assert_eq!(told, [(ACTIVITY, vec![1])]);
    ada.send(&state(0, &[(ACTIVITY, b"")]));
    bob.until(|said| *said == Said::State(0, 0, vec![(ACTIVITY, vec![])]));
    assert_eq!(fields_told_to_a_newcomer(&server, "removed"), []);
}

// R-STA-7
#[test]
fn a_custom_patch_is_relayed_as_sent_and_kept_merged() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("merged");
    // The examples of RFC 7386 that concern objects.
    let patches = [
        r#"{"a":"b","c":{"d":"e","f":"g"}}"#,
        r#"{"a":"z","c":{"f":null}}"#,
        r#"{"h":[1,null],"i":{"j":null,"k":1}}"#,
    ];
    for patch in patches {
        ada.send(&state(0, &[(CUSTOM, patch.as_bytes())]));
        let relayed = vec![(CUSTOM, patch.as_bytes().to_vec())];
        assert_eq!(bob.said(), Said::State(0, 0, relayed));
    }
    assert_eq!(
        custom_told_to_a_newcomer(&server, "merged"),
        r#"{"a":"z","c":{"d":"e"},"h":[1,null],"i":{"k":1}}"#
    );
    for patch in [&b""[..], br#"{"new":1}"#] {
        ada.send(&state(0, &[(CUSTOM, patch)]));
        // The newcomer comes and goes as well.
        let relayed = Said::State(0, 0, vec![(CUSTOM, patch.to_vec())]);
        bob.until(|said| *said == relayed);
    }
    assert_eq!(custom_told_to_a_newcomer(&server, "merged"), r#"{"new":1}"#);
}

// R-STA-6
#[test]
fn a_state_that_would_grow_past_its_limit_is_refused_and_nothing_of_it_is_applied() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("grown");
    let large = "x".repeat(10_000);
    let first = format!(r#"{{"a":"{large}"}}"#);
    ada.send(&state(0, &[(CUSTOM, first.as_bytes())]));
    bob.said();
    let second = format!(r#"{{"b":"{large}"}}"#);
    ada.send(&state(0, &[(ACTIVITY, &[1]), (CUSTOM, second.as_bytes())]));
    let answer = ada.said();
    assert!(
        matches!(&answer, Said::Control(0, 1, text, _) if !text.is_empty()),
        "{answer:?}"
    );
    ada.send(&event(0, "still here", b""));
    assert!(
        matches!(bob.said(), Said::Event(0, 0, ..)),
        "the refused State is not relayed"
    );
    let told = fields_told_to_a_newcomer(&server, "grown");
    assert_eq!(told, [(CUSTOM, first.into_bytes())]);
}

// R-ORD-2
#[test]
fn state_and_events_of_one_sender_arrive_in_the_order_sent() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("ordered");
    for number in 0..50u8 {
        ada.send(&event(0, "n", &[number]));
        ada.send(&state(0, &[(100, &[number + 1])]));
    }
    for number in 0..50u8 {
        assert_eq!(bob.said(), Said::Event(0, 0, "n".into(), vec![number]));
        assert_eq!(bob.said(), Said::State(0, 0, vec![(100, vec![number + 1])]));
    }
}

// R-EVT-1 R-EVT-2 R-ORD-2
#[test]
fn an_event_reaches_all_others_once_and_is_not_kept() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("events");
    let mut cleo = RawClient::connect(server.addr());
    cleo.join(&Join::room("events"));
    bob.until(|said| *said == Said::Count(0, 3));
    ada.until(|said| *said == Said::Count(0, 3));
    let payload = vec![0xA5; 16 * 1024];
    let longest_name = "n".repeat(64);
    ada.send(&event(0, &longest_name, &payload));
    let expected = Said::Event(0, 0, longest_name, payload);
    assert_eq!(bob.said(), expected);
    assert_eq!(cleo.said(), expected);
    assert_eq!(bob.until_heartbeat(), []);
    assert_eq!(ada.until_heartbeat(), [], "not told to its sender");
    let mut dora = RawClient::connect(server.addr());
    let snapshot = dora.join(&Join::room("events"));
    assert!(!snapshot.iter().any(|said| matches!(said, Said::Event(..))));
}

// R-STA-8
#[test]
fn a_custom_that_no_parser_agrees_on_is_refused() {
    let server = TestServer::start();
    for custom in [br#"{"a":"\ud83d"}"#.as_slice(), br#"{"a":1e999}"#] {
        let mut ada = RawClient::connect(server.addr());
        ada.join(&Join::room("strange"));
        ada.send(&state(0, &[(CUSTOM, custom)]));
        assert_eq!(ada.close_code(), Some(4000), "{custom:?}");
    }
}
