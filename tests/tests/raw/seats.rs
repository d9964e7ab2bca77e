//! A seat after its line was lost: kept, taken back, taken over, given up.

use std::time::Duration;

use mote_tests::raw::{Join, RawClient, Said, cursor, event, leave, state};

use crate::server::TestServer;

fn person(snapshot: &[Said], id: u32) -> Said {
    let found = snapshot
        .iter()
        .find(|said| matches!(said, Said::UserJoined { user, .. } if *user == id));
    found.expect("listed").clone()
}

fn was_resumed(snapshot: &[Said]) -> bool {
    matches!(snapshot[0], Said::Welcome { resumed: true, .. })
}

// R-SEAT-2 R-SEAT-3 R-SEAT-6
#[test]
fn a_seat_taken_back_in_time_is_the_same_seat_and_the_others_notice_nothing() {
    let server = TestServer::start();
    for how in ["cut", "closed"] {
        let mut ada = RawClient::connect(server.addr());
        ada.join(&Join::room(how));
        let mut bob = RawClient::connect(server.addr());
        let before = bob.join(&Join::room(how));
        let Said::Welcome { user, resume, .. } = before[0] else {
            panic!("{before:?}");
        };
        ada.until(|said| matches!(said, Said::Count(..)));
        bob.send(&[cursor(0, 8, 9), state(0, &[(4, &[1])])].concat());
        let moved = Said::Cursor(0, 1, 8, 9);
        ada.until_all(&[moved, Said::State(0, 1, vec![(4, vec![1])])]);
        match how {
            "cut" => bob.cut(),
            _ => assert_eq!(bob.close(1001).code, Some(1001)),
        }

        let mut bob = RawClient::connect(server.addr());
        let after = bob.join(&Join::room(how).resuming(resume));
        assert!(was_resumed(&after), "{after:?}");
        assert!(
            matches!(after[0], Said::Welcome { user: now, resume: value, .. }
            if now == user && value == resume)
        );
        assert_eq!(
            person(&after, user),
            person(&before, user),
            "same name and colour"
        );
        assert!(
            after.contains(&Said::Batch(0, vec![(user, 8, 9)])),
            "{after:?}"
        );
        assert!(
            after.contains(&Said::State(0, user, vec![(4, vec![1])])),
            "{after:?}"
        );
        bob.send(&event(0, "back", b""));
        assert_eq!(ada.said(), Said::Event(0, user, "back".into(), vec![]));
    }
}

// R-SEAT-3 R-SEAT-7
#[test]
fn a_seat_that_nobody_took_back_is_given_up_after_its_grace() {
    let server = TestServer::with(|config| config.resume_grace = Duration::from_millis(300));
    let (mut ada, mut bob) = server.pair("grace");
    bob.send(&leave(0));
    let (user, resume) = bob.enter(&Join::room("grace").named("Bob"));
    ada.until(|said| *said == Said::Count(0, 2));
    bob.cut();
    let told = ada.until(|said| *said == Said::Count(0, 1));
    assert!(told.contains(&Said::UserLeft(0, user)), "{told:?}");
    let mut late = RawClient::connect(server.addr());
    let snapshot = late.join(&Join::room("grace").resuming(resume));
    assert!(
        matches!(snapshot[0], Said::Welcome { resumed: false, resume: value, .. }
        if value != resume)
    );
}

// R-SEAT-1 R-SEAT-3
#[test]
fn a_seat_in_its_grace_is_listed_counted_and_its_id_not_given_away() {
    let server = TestServer::start();
    let (mut ada, bob) = server.pair("held");
    bob.cut();
    let mut cleo = RawClient::connect(server.addr());
    let snapshot = cleo.join(&Join::room("held"));
    person(&snapshot, 1);
    assert_eq!(snapshot.last(), Some(&Said::Count(0, 3)));
    assert!(
        matches!(snapshot[0], Said::Welcome { user: 2, .. }),
        "{snapshot:?}"
    );
    ada.until(|said| *said == Said::Count(0, 3));
}

// R-SEAT-4 R-SEAT-7
#[test]
fn after_leave_the_resume_value_is_worth_nothing() {
    let server = TestServer::start();
    let mut ada = RawClient::connect(server.addr());
    let (_, resume) = ada.enter(&Join::room("left"));
    ada.send(&leave(0));
    let snapshot = ada.join(&Join::room("left").resuming(resume));
    assert!(!was_resumed(&snapshot));
}

// R-SEAT-7
#[test]
fn a_value_of_another_room_or_of_nobody_gives_a_new_seat() {
    let server = TestServer::start();
    let mut ada = RawClient::connect(server.addr());
    let (_, resume) = ada.enter(&Join::room("mine"));
    let mut eve = RawClient::connect(server.addr());
    let elsewhere = eve.join(&Join::room("other").resuming(resume).on(1));
    assert!(!was_resumed(&elsewhere));
    let guessed = eve.join(&Join::room("mine").resuming([7; 16]).on(2));
    assert!(!was_resumed(&guessed));
    ada.until(|said| *said == Said::Count(0, 2));
    assert_eq!(ada.until_heartbeat(), [], "the owner keeps the seat");
}

// R-SEAT-5 R-SEAT-6
#[test]
fn a_second_use_takes_the_seat_over_and_closes_the_first_socket() {
    let server = TestServer::start();
    let (mut ada, _bob) = server.pair("taken");
    let mut first = RawClient::connect(server.addr());
    let (user, resume) = first.enter(&Join::room("taken"));
    ada.until(|said| *said == Said::Count(0, 3));
    let mut second = RawClient::connect(server.addr());
    let snapshot = second.join(&Join::room("taken").resuming(resume));
    assert!(was_resumed(&snapshot));
    assert!(matches!(snapshot[0], Said::Welcome { user: now, .. } if now == user));
    let (said, closed) = first.until_closed();
    assert!(
        matches!(said.last(), Some(Said::Control(0, 6, ..))),
        "{said:?}"
    );
    assert_eq!(closed.code, Some(4004));
    assert_eq!(ada.until_heartbeat(), [], "the others notice nothing");
    second.send(&event(0, "mine now", b""));
    assert_eq!(ada.said(), Said::Event(0, user, "mine now".into(), vec![]));
}

// R-SEAT-5 R-CH-4
#[test]
fn a_seat_taken_over_leaves_the_first_sockets_other_rooms_alone() {
    let server = TestServer::start();
    let mut first = RawClient::connect(server.addr());
    let (_, resume) = first.enter(&Join::room("one").on(4));
    first.enter(&Join::room("two").on(5));
    let mut second = RawClient::connect(server.addr());
    second.enter(&Join::room("one").resuming(resume));
    assert!(matches!(first.said(), Said::Control(4, 6, ..)));
    assert_eq!(first.until_heartbeat(), []);
    first.send(&cursor(4, 1, 1));
    assert!(
        matches!(first.said(), Said::Control(4, 1, ..)),
        "channel 4 has no room now"
    );
}

// R-SEAT-6 R-SNAP-4
#[test]
fn who_comes_back_under_another_name_is_told_to_the_others_anew() {
    let server = TestServer::start();
    let mut ada = RawClient::connect(server.addr());
    ada.join(&Join::room("renamed"));
    let mut bob = RawClient::connect(server.addr());
    let (user, resume) = bob.enter(&Join::room("renamed").named("Bob"));
    ada.until(|said| *said == Said::Count(0, 2));
    bob.cut();
    let mut robert = RawClient::connect(server.addr());
    let snapshot = robert.join(&Join::room("renamed").named("Robert").resuming(resume));
    let renamed = person(&snapshot, user);
    assert!(matches!(&renamed, Said::UserJoined { name, .. } if name == "Robert"));
    assert_eq!(ada.said(), renamed);
}
