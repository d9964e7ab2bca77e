//! Joining, the snapshot byte for byte, ids, counts, leaving, observers.

use mote_tests::raw::{Join, RawClient, Said, cursor, event, leave, state, text};

use crate::server::TestServer;

/// The bytes of a snapshot, over however many WebSocket messages it came.
fn snapshot_bytes(client: &mut RawClient, join: &Join<'_>, length: usize) -> Vec<u8> {
    client.send(&join.to_bytes());
    let mut bytes = Vec::new();
    while bytes.len() < length {
        bytes.extend(client.message());
    }
    bytes
}

// R-WEL-2 R-SNAP-1 R-SNAP-2 R-JOIN-1 R-STR-1
#[test]
fn the_snapshot_of_an_empty_room_is_these_bytes() {
    let server = TestServer::start();
    let mut ada = RawClient::connect(server.addr());
    let join = Join {
        color: Some([0x0A, 0x0B, 0x0C]),
        ..Join::room("first").named("Ada")
    };
    assert_eq!(
        join.to_bytes(),
        [
            &[0x30, 0b110, 5][..],
            b"first",
            &[3],
            b"Ada",
            &[0x0A, 0x0B, 0x0C]
        ]
        .concat()
    );
    let bytes = snapshot_bytes(&mut ada, &join, 34);
    let resume = &bytes[5..21];
    assert_ne!(resume, [0; 16]);
    let expected = [
        // Welcome: user 0, the server's rates, no flag, the resume value.
        &[0xA0, 0, server.tick_hz(), server.heartbeat_s(), 0][..],
        resume,
        // UserJoined: user 0, "Ada", her colour, no account.
        &[0x50, 0, 3],
        b"Ada",
        &[0x0A, 0x0B, 0x0C, 0],
        // CursorBatch of none, PresenceUpdate of one.
        &[0x90, 0, 0x70, 1],
    ]
    .concat();
    assert_eq!(bytes, expected);
}

// R-SNAP-1 R-SNAP-2 R-BAT-1 R-JOIN-3
#[test]
fn the_snapshot_of_a_lived_in_room_is_these_bytes() {
    let server = TestServer::start();
    let mut ada = RawClient::connect(server.addr());
    let mut eve = RawClient::connect(server.addr());
    let color = Some([1, 2, 3]);
    ada.join(&Join {
        color,
        ..Join::room("lived").named("Ada")
    });
    eve.join(&Join {
        color,
        ..Join::room("lived").named("Eve")
    });
    ada.send(&[cursor(0, 0x0102, 0x0304), state(0, &[(4, &[1])])].concat());
    let moved = Said::Cursor(0, 0, 0x0102, 0x0304);
    eve.until_all(&[moved, Said::State(0, 0, vec![(4, vec![1])])]);

    let mut zoe = RawClient::connect(server.addr());
    let join = Join {
        color,
        ..Join::room("lived").named("Zoë")
    };
    let bytes = snapshot_bytes(&mut zoe, &join, 64);
    let expected = [
        &[0xA0, 2, server.tick_hz(), server.heartbeat_s(), 0][..],
        &bytes[5..21],
        &[0x50, 0, 3],
        b"Ada",
        &[1, 2, 3, 0, 0x50, 1, 3],
        b"Eve",
        &[1, 2, 3, 0, 0x50, 2, 4],
        "Zoë".as_bytes(),
        &[1, 2, 3, 0],
        // One cursor: gap 0 is user 0.
        &[0x90, 1, 0, 0x01, 0x02, 0x03, 0x04],
        // State of user 0: one field, tag 4, one byte.
        &[0xB0, 0, 1, 4, 1, 1],
        &[0x70, 3],
    ]
    .concat();
    assert_eq!(bytes, expected);
}

// R-ORD-1
#[test]
fn those_present_are_told_who_came_and_then_how_many_they_are() {
    let server = TestServer::start();
    let mut ada = RawClient::connect(server.addr());
    ada.join(&Join::room("who"));
    let mut bob = RawClient::connect(server.addr());
    let snapshot = bob.join(&Join::room("who").named("Bob"));
    let told = ada.until(|said| matches!(said, Said::Count(..)));
    let arrival = told.first().expect("an arrival");
    assert!(matches!(arrival, Said::UserJoined { user: 1, name, .. } if name == "Bob"));
    assert!(
        snapshot.contains(arrival),
        "the newcomer learns the same of itself"
    );
    assert_eq!(told[1..], [Said::Count(0, 2)]);
}

// R-JOIN-5
#[test]
fn who_gives_no_name_and_no_colour_is_given_both() {
    let server = TestServer::start();
    let mut ada = RawClient::connect(server.addr());
    let snapshot = ada.join(&Join::room("nameless"));
    let [Said::UserJoined { name, account, .. }] = &snapshot[1..2] else {
        panic!("{snapshot:?}");
    };
    assert!((1..=32).contains(&name.chars().count()), "{name:?}");
    assert_eq!(account, "");
}

// R-ORD-1 R-SEAT-4
#[test]
fn leaving_tells_the_others_and_frees_the_channel() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("leaving");
    bob.send(&leave(0));
    let told = ada.until(|said| matches!(said, Said::Count(..)));
    assert_eq!(told, [Said::UserLeft(0, 1), Said::Count(0, 1)]);
    let (user, _) = bob.enter(&Join::room("leaving"));
    assert_eq!(user, 1, "the smallest free id is given again");
}

// R-SEAT-1
#[test]
fn ids_are_dense_and_the_smallest_free_one_is_given() {
    let server = TestServer::start();
    let mut people: Vec<RawClient> = (0..5).map(|_| RawClient::connect(server.addr())).collect();
    for (person, id) in people.iter_mut().zip(0..) {
        assert_eq!(person.enter(&Join::room("dense")).0, id);
    }
    for leaver in [3, 1] {
        people[leaver].send(&leave(0));
        people[0].until(|said| matches!(said, Said::UserLeft(..)));
    }
    let mut ids = Vec::new();
    for _ in 0..3 {
        let mut newcomer = RawClient::connect(server.addr());
        ids.push(newcomer.enter(&Join::room("dense")).0);
        people.push(newcomer);
    }
    assert_eq!(ids, [1, 3, 5]);
}

// R-ORD-4
#[test]
fn nothing_of_a_person_comes_before_their_arrival_or_after_their_leave() {
    let server = TestServer::start();
    let mut watcher = RawClient::connect(server.addr());
    watcher.join(&Join::room("framed"));
    let mut bob = RawClient::connect(server.addr());
    let everything = [
        Join::room("framed").to_bytes(),
        cursor(0, 1, 1),
        state(0, &[(4, &[2])]),
        event(0, "hi", b""),
        cursor(0, 2, 2),
        leave(0),
    ];
    bob.send(&everything.concat());
    let mut told = watcher.until(|said| *said == Said::Count(0, 1));
    told.extend(watcher.until_heartbeat());
    let place = |what: &dyn Fn(&Said) -> bool| told.iter().position(what);
    let joined = place(&|said| matches!(said, Said::UserJoined { user: 1, .. })).unwrap();
    let left = place(&|said| matches!(said, Said::UserLeft(0, 1))).unwrap();
    let said = place(&|said| matches!(said, Said::Event(0, 1, ..))).unwrap();
    let stated = place(&|said| matches!(said, Said::State(0, 1, ..))).unwrap();
    assert!(joined < stated && stated < said && said < left, "{told:?}");
    for (at, one) in told.iter().enumerate() {
        if matches!(one, Said::Cursor(0, 1, ..) | Said::Batch(..)) {
            assert!(joined < at && at < left, "{told:?}");
        }
    }
}

// R-JOIN-6 R-WEL-2
#[test]
fn an_observer_hears_everything_and_is_nowhere_listed() {
    let server = TestServer::start();
    let mut ada = RawClient::connect(server.addr());
    ada.join(&Join::room("watched").named("Ada"));
    let mut observer = RawClient::connect(server.addr());
    let snapshot = observer.join(&Join::room("watched").observing());
    let Said::Welcome { user, resume, .. } = snapshot[0] else {
        panic!("{snapshot:?}");
    };
    assert_eq!((user, resume), (0, [0; 16]));
    assert!(matches!(&snapshot[1], Said::UserJoined { user: 0, name, .. } if name == "Ada"));
    assert_eq!(snapshot[2..], [Said::Batch(0, vec![]), Said::Count(0, 1)]);
    assert_eq!(ada.until_heartbeat(), [], "nobody is told of an observer");

    ada.send(&[state(0, &[(4, &[1])]), event(0, "e", b"p")].concat());
    ada.send(&cursor(0, 3, 4));
    observer.until_all(&[
        Said::State(0, 0, vec![(4, vec![1])]),
        Said::Event(0, 0, "e".into(), b"p".to_vec()),
        Said::Cursor(0, 0, 3, 4),
    ]);
    ada.send(&leave(0));
    observer.until(|said| *said == Said::Count(0, 0));
}

// R-JOIN-2
#[test]
fn a_room_name_may_be_anything_of_up_to_128_bytes() {
    let server = TestServer::start();
    let longest = "é".repeat(64);
    for name in ["a", "a/b", "\u{0}", longest.as_str()] {
        assert_eq!(
            text(name).len() - name.len(),
            if name.len() < 128 { 1 } else { 2 }
        );
        let mut ada = RawClient::connect(server.addr());
        let mut bob = RawClient::connect(server.addr());
        assert_eq!(ada.enter(&Join::room(name)).0, 0);
        assert_eq!(bob.enter(&Join::room(name)).0, 1);
    }
}

// R-JOIN-6
#[test]
fn an_observer_that_sends_is_refused_and_stays() {
    let server = TestServer::start();
    let (mut ada, _bob) = server.pair("mute");
    let mut observer = RawClient::connect(server.addr());
    observer.join(&Join::room("mute").observing());
    for message in [cursor(0, 1, 1), state(0, &[(4, &[1])]), event(0, "e", b"")] {
        observer.send(&message);
        let answer = observer.said();
        assert!(matches!(answer, Said::Control(0, 1, ..)), "{answer:?}");
    }
    assert_eq!(ada.until_heartbeat(), []);
}
