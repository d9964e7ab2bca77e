//! How a socket, a room or the client ends, and what comes after.

use alloc::vec::Vec;

use super::rig::{CH, Command, Rig, encode, room, welcome};
use crate::client::{Enter, EnterError, Notice, Status};
use crate::close::Retry;
use crate::time::Instant;
use crate::wire::{Channel, Control, Event, ServerMessage};

/// R-CLOSE-5.
#[test]
fn the_class_of_the_close_code_decides_what_comes_next() {
    for (code, retry, waits_ms) in [
        (1000, Retry::Normal, 0..=500),
        (1012, Retry::Normal, 0..=500),
        (1006, Retry::Normal, 0..=500),
        (4202, Retry::Slow, 15_000..=30_000),
    ] {
        let mut rig = Rig::joined(&[]);
        rig.close(code);
        let notices = rig.take_notices();
        assert_eq!(
            notices.first(),
            Some(&Notice::Closed {
                code,
                retry,
                text: "it ends"
            })
        );
        let until = rig.client.poll_timeout().expect("a wait");
        let wait_ms = until.since(rig.now).as_millis();
        assert!(waits_ms.contains(&wait_ms), "{code}: {wait_ms} ms");
    }
}

#[test]
fn a_code_that_says_stop_ends_every_room_and_entering_one_begins_anew() {
    let mut rig = Rig::joined(&[]);
    rig.close(4005);
    assert_eq!(
        rig.take_notices(),
        [
            Notice::Closed {
                code: 4005,
                retry: Retry::Stop,
                text: "it ends"
            },
            Notice::RoomLost { channel: CH },
            Notice::Status(Status::Disconnected),
        ]
    );
    assert_eq!(
        rig.client.room(CH).map(|room| room.status()),
        Some(Status::Disconnected)
    );
    assert_eq!(rig.client.poll_timeout(), None);
    assert_eq!(rig.enter("plan"), CH, "in the place of the ended one");
    assert_eq!(rig.take_commands(), [Command::Connect]);
    assert_eq!(rig.take_notices(), [Notice::Status(Status::Connecting)]);
    rig.open();
    assert_eq!(rig.take_said(), ["0 join plan"]);
}

#[test]
fn a_refused_token_is_asked_for_and_each_room_is_joined_when_its_own_is_there() {
    let mut rig = Rig::joined(&[]);
    let second = rig.enter("other");
    rig.take_said();
    rig.close(4101);
    let notices = rig.take_notices();
    for channel in [CH, second] {
        assert!(notices.contains(&Notice::TokenNeeded { channel }));
    }
    rig.pass_ms(60_000);
    assert_eq!(rig.take_commands(), []);
    let now = rig.now;
    rig.run(|client| client.set_token(now, CH, "one"));
    assert_eq!(rig.take_commands(), [Command::Connect]);
    rig.open();
    assert_eq!(rig.take_said(), ["0 join plan token one resume"]);
    let now = rig.now;
    rig.run(|client| client.set_token(now, second, "two"));
    assert_eq!(rig.take_said(), ["1 join other token two"]);
}

#[test]
fn a_room_that_is_left_needs_no_token_any_more() {
    let mut rig = Rig::joined(&[]);
    let second = rig.enter("other");
    rig.close(4100);
    let now = rig.now;
    rig.run(|client| client.set_token(now, CH, "one"));
    rig.run(|client| client.leave_room(now, second));
    rig.pass_ms(500);
    assert_eq!(rig.take_commands(), [Command::Connect]);
}

#[test]
fn a_token_that_is_refused_again_and_again_is_tried_ever_more_seldom() {
    let mut rig = Rig::new();
    rig.enter("plan");
    let mut attempts = 0;
    for _ in 0..600 {
        rig.pass_ms(100);
        if rig.take_commands().contains(&Command::Connect) {
            attempts += 1;
            rig.open();
            rig.close(4100);
            let now = rig.now;
            rig.run(|client| client.set_token(now, CH, "bad"));
        }
    }
    assert!(attempts < 20, "{attempts} attempts in a minute");
}

#[test]
fn a_token_over_its_limit_is_refused_with_words() {
    let mut rig = Rig::joined(&[]);
    let token = "t".repeat(8 * 1024 + 1);
    let now = rig.now;
    rig.run(|client| client.set_token(now, CH, &token));
    assert!(rig.take_said().is_empty());
    assert!(matches!(
        &*rig.take_notices(),
        [Notice::Error {
            channel: Some(CH),
            ..
        }]
    ));
}

#[test]
fn a_drain_reconnects_at_a_random_moment_within_its_time_without_leaving() {
    let mut waits = Vec::new();
    for seed in 0..50 {
        let mut rig = Rig::joined(&[]);
        rig.client.random = crate::client::random::Random::new(seed);
        let begin = rig.now;
        rig.control(
            CH,
            Control::Drain {
                text: "",
                within_ms: 4_000,
            },
        );
        let at = rig.client.poll_timeout().expect("the drain");
        rig.pass_ms(at.since(begin).as_millis().try_into().unwrap());
        assert!(rig.take_commands().is_empty(), "the server is to end it");
        assert_eq!(
            rig.take_said(),
            ["heartbeat"],
            "no Leave: the seat is resumed"
        );
        rig.close(1012);
        assert_eq!(rig.take_commands(), [Command::Connect]);
        let lost = Notice::RoomLost { channel: CH };
        let closed = Notice::Closed {
            code: 1012,
            retry: Retry::Normal,
            text: "it ends",
        };
        let status = Notice::Status(Status::Reconnecting);
        assert_eq!(rig.take_notices(), [closed, lost, status]);
        rig.open();
        assert_eq!(rig.take_said(), ["0 join plan resume"]);
        waits.push(at.since(begin).as_millis());
    }
    assert!(waits.iter().any(|&wait_ms| wait_ms < 500), "never early");
    assert!(waits.iter().any(|&wait_ms| wait_ms > 1_500), "never late");
}

/// R-CTL-9.
#[test]
fn who_goes_hears_what_is_said_until_the_end_and_keeps_what_is_said_for_the_next_socket() {
    let mut rig = Rig::joined(&[]);
    let text = "";
    let within_ms = 0;
    rig.control(CH, Control::Drain { text, within_ms });
    rig.client
        .broadcast_event(rig.now, CH, "before", b"")
        .unwrap();
    rig.pass_ms(1);
    assert_eq!(rig.take_said(), ["0 event before", "heartbeat"]);
    rig.client
        .broadcast_event(rig.now, CH, "after", b"")
        .unwrap();
    assert!(rig.take_said().is_empty());
    rig.take_notices();
    rig.hear(&encode(&[ServerMessage::Event {
        channel: CH,
        user: 9,
        event: Event {
            name: "last",
            payload: b"",
        },
    }]));
    assert_eq!(rig.take_notices().len(), 1);
    rig.close(1012);
    rig.open();
    rig.hear(&room(CH, 0, &[]));
    let said = rig.take_said();
    assert_eq!(said, ["0 join plan resume", "0 event after"]);
}

#[test]
fn a_server_that_does_not_end_the_socket_is_left() {
    let mut rig = Rig::joined(&[]);
    let text = "";
    let within_ms = 0;
    rig.control(CH, Control::Drain { text, within_ms });
    rig.pass_ms(1_900);
    assert!(rig.take_commands().is_empty());
    rig.hear(&encode(&[ServerMessage::Heartbeat]));
    rig.pass_ms(200);
    assert_eq!(
        rig.take_commands(),
        [Command::Disconnect(1000), Command::Connect]
    );
}

#[test]
fn a_second_drain_shortens_the_time_and_never_lengthens_it() {
    for within in [[1_000, u32::MAX], [u32::MAX, 1_000]] {
        let mut rig = Rig::joined(&[]);
        for within_ms in within {
            rig.control(
                CH,
                Control::Drain {
                    text: "",
                    within_ms,
                },
            );
        }
        rig.pass_ms(1_000);
        assert_eq!(rig.take_said(), ["heartbeat"]);
    }
}

#[test]
fn a_kick_ends_its_room_and_the_others_on_the_socket_go_on() {
    let mut rig = Rig::joined(&[]);
    let second = rig.enter("other");
    rig.hear(&room(second, 0, &[]));
    rig.take_all();
    rig.control(CH, Control::Kicked { text: "elsewhere" });
    let text = "elsewhere";
    assert_eq!(rig.take_notices(), [Notice::Kicked { channel: CH, text }]);
    rig.pass_ms(6_000);
    assert!(rig.take_commands().is_empty());
    rig.close(1006);
    rig.come_back();
    assert_eq!(
        rig.take_said(),
        ["1 join other resume"],
        "no rejoin of the ended one"
    );
}

#[test]
fn a_kick_from_the_only_room_leaves_the_server_time_to_say_why() {
    let mut rig = Rig::joined(&[]);
    rig.control(CH, Control::Kicked { text: "it ends" });
    rig.take_all();
    rig.pass_ms(100);
    rig.close(4004);
    assert_eq!(
        rig.take_notices(),
        [
            Notice::Closed {
                code: 4004,
                retry: Retry::Stop,
                text: "it ends"
            },
            Notice::Status(Status::Disconnected),
        ]
    );
}

#[test]
fn a_socket_without_a_live_room_is_closed_after_a_while() {
    let mut rig = Rig::joined(&[]);
    rig.control(CH, Control::Kicked { text: "" });
    rig.pass_ms(4_999);
    assert!(rig.take_commands().is_empty());
    rig.pass_ms(1);
    assert_eq!(rig.take_commands(), [Command::Disconnect(1000)]);
    assert_eq!(rig.client.status(), Status::Disconnected);
}

#[test]
fn a_room_entered_on_a_socket_without_a_live_one_keeps_it() {
    let mut rig = Rig::joined(&[]);
    rig.control(CH, Control::Kicked { text: "" });
    let second = rig.enter("other");
    rig.hear(&room(second, 0, &[]));
    rig.pass_ms(6_000);
    assert!(rig.take_commands().is_empty());
}

#[test]
fn a_refused_join_ends_its_room_and_an_error_of_a_joined_room_does_not() {
    let mut rig = Rig::new();
    rig.enter("plan");
    rig.open();
    rig.take_all();
    rig.control(CH, Control::Error { text: "full" });
    assert_eq!(
        rig.take_notices(),
        [Notice::RoomRefused {
            channel: CH,
            text: "full"
        }]
    );
    let mut rig = Rig::joined(&[]);
    rig.control(CH, Control::Error { text: "too large" });
    let text = "too large";
    assert_eq!(
        rig.take_notices(),
        [Notice::Error {
            channel: Some(CH),
            text
        }]
    );
    assert_eq!(
        rig.client.room(CH).map(|room| room.status()),
        Some(Status::Connected)
    );
}

#[test]
fn a_word_about_the_connection_is_told_without_a_room() {
    let mut rig = Rig::joined(&[]);
    let second = rig.enter("other");
    let now = rig.now;
    rig.run(|client| client.leave_room(now, CH));
    rig.take_all();
    rig.control(CH, Control::Error { text: "hm" });
    rig.control(second, Control::Pace { text: "", hz: 1 });
    let text = "hm";
    assert_eq!(
        rig.take_notices(),
        [Notice::Error {
            channel: None,
            text
        }]
    );
}

/// R-CLOSE-6.
#[test]
fn bytes_that_break_the_wire_end_the_socket_and_keep_the_client_away_for_a_while() {
    let truncated = welcome(CH, 0, false)[..9].to_vec();
    let too_long = alloc::vec![0x80; 64 * 1024 + 1];
    for bytes in [
        Vec::new(),
        alloc::vec![0xF0],
        alloc::vec![0x10, 0, 0, 0, 0],
        truncated,
        too_long,
    ] {
        let mut rig = Rig::joined(&[]);
        rig.hear(&bytes);
        assert_eq!(rig.take_commands(), [Command::Disconnect(4000)]);
        let notices = rig.take_notices();
        assert!(matches!(
            notices.first(),
            Some(Notice::Error { channel: None, .. })
        ));
        assert_eq!(
            notices.get(1),
            Some(&Notice::Closed {
                code: 4000,
                retry: Retry::Slow,
                text: ""
            })
        );
        let wait = rig.client.poll_timeout().expect("a wait").since(rig.now);
        assert!(wait.as_millis() >= 15_000);
    }
}

#[test]
fn what_came_before_the_bad_bytes_counts_and_what_comes_after_does_not() {
    let mut rig = Rig::joined(&[]);
    let mut bytes = encode(&[super::rig::person(CH, 1)]);
    bytes.push(0xF0);
    bytes.extend(encode(&[super::rig::person(CH, 2)]));
    rig.hear(&bytes);
    let notices = rig.take_notices();
    assert_eq!(
        notices.first(),
        Some(&Notice::UserJoined {
            channel: CH,
            user: 1
        })
    );
    assert!(!notices.contains(&Notice::UserJoined {
        channel: CH,
        user: 2
    }));
}

#[test]
fn nothing_is_heard_of_a_socket_that_was_given_up() {
    let mut rig = Rig::joined(&[]);
    rig.hear(&[0xFF]);
    rig.take_all();
    rig.hear_one(ServerMessage::Heartbeat);
    rig.hear(&[0xFF]);
    rig.close(4000);
    rig.open();
    assert!(rig.take_notices().is_empty() && rig.take_commands().is_empty());
}

#[test]
fn a_closed_client_leaves_every_room_and_takes_no_other() {
    let mut rig = Rig::joined(&[]);
    let second = rig.enter("other");
    rig.hear(&room(second, 0, &[]));
    rig.take_all();
    let now = rig.now;
    rig.run(|client| client.close(now));
    assert_eq!(rig.take_said(), ["0 leave", "1 leave"]);
    assert_eq!(rig.take_commands(), [Command::Disconnect(1000)]);
    assert_eq!(rig.take_notices(), [Notice::Status(Status::Disconnected)]);
    let options = Enter {
        room: "plan",
        ..Enter::default()
    };
    let entered = rig.run(|client| client.enter_room(Instant::ZERO, options));
    assert_eq!(entered, Err(EnterError::Closed));
    assert!(Channel::all().all(|channel| rig.client.room(channel).is_none()));
}
