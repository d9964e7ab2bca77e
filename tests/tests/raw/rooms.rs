//! Several rooms on one socket, and messages for rooms that were not joined.

use mote_tests::raw::{Join, RawClient, Said, cursor, event, heartbeat, leave, state, token};

use crate::server::TestServer;

// R-CH-1
#[test]
fn one_socket_carries_sixteen_rooms_that_do_not_mix() {
    let server = TestServer::start();
    let mut many = RawClient::connect(server.addr());
    for channel in 0..16 {
        let room = format!("room {channel}");
        let snapshot = many.join(&Join::room(&room).on(channel));
        let on = snapshot.iter().map(channel_of);
        assert!(on.into_iter().all(|found| found == channel), "{snapshot:?}");
    }
    // Somebody else has room 5 on another channel.
    let mut one = RawClient::connect(server.addr());
    let (id, _) = one.enter(&Join::room("room 5").on(9));
    assert_eq!(id, 1);
    many.until(|said| *said == Said::Count(5, 2));
    one.send(&event(9, "hello", b""));
    assert_eq!(many.said(), Said::Event(5, 1, "hello".into(), vec![]));
    many.send(&event(5, "back", b""));
    assert_eq!(one.said(), Said::Event(9, 0, "back".into(), vec![]));
    many.send(&event(6, "elsewhere", b""));
    many.until_heartbeat();
    assert_eq!(one.until_heartbeat(), []);
}

fn channel_of(said: &Said) -> u8 {
    match said {
        Said::Cursor(channel, ..)
        | Said::Batch(channel, ..)
        | Said::UserJoined { channel, .. }
        | Said::UserLeft(channel, ..)
        | Said::Count(channel, ..)
        | Said::Welcome { channel, .. }
        | Said::State(channel, ..)
        | Said::Event(channel, ..)
        | Said::Control(channel, ..) => *channel,
        Said::Heartbeat => 0,
    }
}

#[test]
fn one_socket_may_sit_in_one_room_twice_as_two_people() {
    let server = TestServer::start();
    let mut ada = RawClient::connect(server.addr());
    ada.join(&Join::room("twice").on(0));
    ada.join(&Join::room("twice").on(1));
    ada.until_heartbeat();
    ada.send(&event(0, "to myself", b""));
    assert_eq!(ada.said(), Said::Event(1, 0, "to myself".into(), vec![]));
}

#[test]
fn leaving_one_room_leaves_the_others_alone() {
    let server = TestServer::start();
    let mut ada = RawClient::connect(server.addr());
    ada.join(&Join::room("stays").on(1));
    ada.join(&Join::room("goes").on(2));
    ada.send(&leave(2));
    ada.until_heartbeat();
    let mut bob = RawClient::connect(server.addr());
    assert_eq!(
        bob.enter(&Join::room("goes").on(1)).0,
        0,
        "the seat is free"
    );
    assert_eq!(
        bob.enter(&Join::room("stays").on(2)).0,
        1,
        "the seat is taken"
    );
}

// R-CH-4
#[test]
fn a_message_for_a_channel_without_a_room_is_refused_and_the_connection_lives() {
    let server = TestServer::start();
    let mut ada = RawClient::connect(server.addr());
    ada.join(&Join::room("real"));
    for message in [
        cursor(3, 0, 0),
        state(3, &[]),
        event(3, "e", b""),
        leave(3),
        token(3, "t"),
    ] {
        ada.send(&message);
        let answer = ada.said();
        assert!(
            matches!(&answer, Said::Control(3, 1, text, _) if !text.is_empty()),
            "{message:02x?} was answered with {answer:?}"
        );
    }
    assert_eq!(ada.until_heartbeat(), []);
}

// R-FRM-6
#[test]
fn messages_of_one_websocket_message_are_all_taken_in_order() {
    let server = TestServer::start();
    let mut bob = RawClient::connect(server.addr());
    bob.join(&Join::room("packed"));
    let mut ada = RawClient::connect(server.addr());
    let packed = [
        Join::room("packed").to_bytes(),
        event(0, "one", b""),
        heartbeat(),
        event(0, "two", b""),
    ];
    ada.send(&packed.concat());
    ada.until(|said| *said == Said::Heartbeat);
    bob.until(|said| *said == Said::Count(0, 2));
    assert_eq!(bob.said(), Said::Event(0, 1, "one".into(), vec![]));
    assert_eq!(bob.said(), Said::Event(0, 1, "two".into(), vec![]));
}

// R-CH-3
#[test]
fn a_channel_is_free_right_after_leave_in_the_same_message() {
    let server = TestServer::start();
    let mut ada = RawClient::connect(server.addr());
    ada.join(&Join::room("before").on(2));
    let join = Join::room("after").on(2);
    ada.send(&[leave(2), join.to_bytes()].concat());
    let snapshot = ada.until(|said| matches!(said, Said::Count(..)));
    assert!(
        matches!(
            snapshot[0],
            Said::Welcome {
                channel: 2,
                user: 0,
                ..
            }
        ),
        "{snapshot:?}"
    );
}
