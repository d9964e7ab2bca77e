//! Several rooms on one socket, their channels, and the resume value.

use alloc::format;
use alloc::vec::Vec;

use super::rig::{CH, Command, Rig, cursors, encode, person, room, snapshot, welcome};
use crate::client::{Enter, EnterError, Notice, Status};
use crate::wire::{Channel, ClientMessage, Control, Part, WireError, client_messages};

#[test]
fn two_rooms_share_a_socket_and_nothing_else() {
    let mut rig = Rig::joined(&[1]);
    let second = rig.enter("other");
    assert_ne!(second, CH);
    assert_eq!(rig.take_said(), ["1 join other"]);
    rig.hear(&room(second, 4, &[3]));
    rig.take_all();
    rig.hear(&cursors(second, &[(3, 1)]));
    rig.hear(&encode(&[person(second, 5)]));
    assert_eq!(
        rig.take_notices(),
        [
            Notice::CursorsMoved { channel: second },
            Notice::UserJoined {
                channel: second,
                user: 5
            },
        ]
    );
    rig.control(second, Control::Pace { text: "", hz: 1 });
    rig.cursor(1);
    rig.cursor(2);
    rig.pass_ms(17);
    assert_eq!(
        rig.take_said(),
        ["0 cursor 1", "0 cursor 2"],
        "the pace is the other room's"
    );
    let now = rig.now;
    rig.run(|client| client.leave_room(now, second));
    assert_eq!(rig.take_said(), ["1 leave"]);
    assert!(rig.take_commands().is_empty(), "the first room goes on");
}

#[test]
fn after_a_loss_every_room_is_joined_again_in_one_message() {
    let mut rig = Rig::joined(&[]);
    let second = rig.enter("other");
    rig.hear(&room(second, 0, &[]));
    rig.close(1006);
    let lost: Vec<Notice<'_>> = rig.take_notices();
    for channel in [CH, second] {
        assert!(lost.contains(&Notice::RoomLost { channel }));
    }
    rig.take_all();
    rig.come_back();
    let sent = rig.take_sent();
    assert_eq!(sent.len(), 1);
}

#[test]
fn a_room_is_entered_once_and_sixteen_are_the_most() {
    let mut rig = Rig::new();
    for number in 0..16 {
        assert_eq!(rig.enter(&format!("r{number}")).number(), number);
    }
    let now = rig.now;
    let mut enter = |room: &str| {
        let options = Enter {
            room,
            ..Enter::default()
        };
        rig.run(|client| client.enter_room(now, options))
    };
    assert_eq!(enter("r3"), Err(EnterError::AlreadyEntered));
    assert_eq!(enter("r16"), Err(EnterError::TooManyRooms));
    let empty = WireError::TooShort { field: Part::Room };
    assert_eq!(enter(""), Err(EnterError::Invalid(empty)));
}

#[test]
fn a_name_or_token_that_the_wire_does_not_allow_is_refused_before_anything_is_sent() {
    let mut rig = Rig::new();
    let (now, long) = (rig.now, "x".repeat(9_000));
    let of = |name, token| Enter {
        room: "plan",
        name,
        token,
        ..Enter::default()
    };
    for options in [
        of(Some(""), None),
        of(Some(&*long), None),
        of(None, Some(&*long)),
    ] {
        let entered = rig.run(|client| client.enter_room(now, options));
        assert!(matches!(entered, Err(EnterError::Invalid(_))));
    }
    assert_eq!(rig.client.status(), Status::Initial);
    assert!(rig.take_commands().is_empty());
}

/// R-CH-5.
#[test]
fn channels_go_round_so_that_late_messages_of_a_left_room_meet_no_other() {
    let mut rig = Rig::joined(&[]);
    let second = rig.enter("other");
    let now = rig.now;
    rig.run(|client| client.leave_room(now, CH));
    assert_ne!(rig.enter("third"), CH);
    rig.take_all();
    rig.hear(&cursors(CH, &[(1, 1)]));
    rig.hear(&encode(&[person(CH, 1)]));
    assert!(rig.take_notices().is_empty());
    assert_ne!(second, CH);
}

/// R-CH-5.
#[test]
fn a_channel_whose_join_was_taken_back_is_free_again_once_it_was_answered() {
    let mut rig = Rig::joined(&[]);
    let others: Vec<Channel> = (1..16)
        .map(|number| rig.enter(&format!("r{number}")))
        .collect();
    let last = others[14];
    let now = rig.now;
    rig.run(|client| client.leave_room(now, last));
    let options = Enter {
        room: "new",
        ..Enter::default()
    };
    let entered = rig.run(|client| client.enter_room(now, options));
    assert_eq!(
        entered,
        Err(EnterError::TooManyRooms),
        "its Welcome would be taken for ours"
    );
    rig.hear(&welcome(last, 0, false));
    assert_eq!(rig.enter("new"), last);
    rig.take_all();
    rig.hear(&encode(&[person(last, 7)]));
    rig.control(last, Control::Pace { text: "", hz: 1 });
    rig.control(last, Control::Kicked { text: "" });
    assert!(
        rig.take_notices().is_empty(),
        "ignored until the second Welcome"
    );
    rig.hear(&room(last, 2, &[]));
    assert_eq!(rig.client.room(last).and_then(|room| room.user()), Some(2));
}

#[test]
fn a_channel_whose_join_was_taken_back_is_free_again_on_another_socket() {
    let mut rig = Rig::joined(&[]);
    let others: Vec<Channel> = (1..16)
        .map(|number| rig.enter(&format!("r{number}")))
        .collect();
    let now = rig.now;
    rig.run(|client| client.leave_room(now, others[14]));
    rig.close(1006);
    assert_eq!(rig.enter("new"), others[14]);
}

#[test]
fn a_room_that_ended_gives_its_channel_to_another_only_when_no_other_is_free() {
    let mut rig = Rig::joined(&[]);
    rig.control(CH, Control::Kicked { text: "" });
    for number in 1..16 {
        assert_ne!(rig.enter(&format!("r{number}")), CH);
    }
    assert_eq!(rig.enter("last"), CH);
}

#[test]
fn the_seat_is_resumed_after_a_loss_at_each_step() {
    let whole = room(CH, 0, &[1]);
    let welcome_bytes = welcome(CH, 0, false).len();
    let part = |end: usize| whole[..end].to_vec();
    let listed = encode(&[person(CH, 0)]).len();
    for (heard, resumes) in [
        (Vec::new(), false),
        (part(welcome_bytes), true),
        (part(welcome_bytes + listed), true),
        (whole.clone(), true),
    ] {
        let mut rig = Rig::new();
        rig.enter("plan");
        rig.open();
        if !heard.is_empty() {
            rig.hear(&heard);
        }
        rig.close(1006);
        rig.take_all();
        rig.come_back();
        let expected = if resumes {
            "0 join plan resume"
        } else {
            "0 join plan"
        };
        assert_eq!(rig.take_said(), [expected]);
        rig.hear(&snapshot(CH, 0, resumes, &[1], &[]));
        let joined = Notice::RoomJoined {
            channel: CH,
            user: 0,
            resumed: resumes,
        };
        assert!(rig.take_notices().contains(&joined));
    }
}

#[test]
fn an_anonymous_person_asks_for_the_same_name_and_colour_on_the_next_socket() {
    let mut rig = Rig::joined(&[1]);
    rig.close(1006);
    rig.come_back();
    let sent = rig.take_sent();
    let ClientMessage::Join { join, .. } = only(&sent) else {
        panic!("the first message is a Join");
    };
    let view = rig.client.room(CH).expect("entered");
    let own = view.person(0).expect("listed before");
    assert_eq!(join.name, Some(&*own.name));
    assert_eq!(join.color, Some(own.color));
}

#[test]
fn a_resume_value_of_an_earlier_page_is_used_in_the_first_join() {
    let mut rig = Rig::new();
    let now = rig.now;
    let options = Enter {
        room: "plan",
        resume: Some([9; 16]),
        ..Enter::default()
    };
    rig.run(|client| client.enter_room(now, options))
        .expect("a good room id");
    rig.open();
    assert_eq!(rig.take_said(), ["0 join plan resume"]);
}

#[test]
fn leaving_before_the_socket_opens_closes_it_unopened() {
    let mut rig = Rig::new();
    rig.enter("plan");
    rig.take_all();
    let now = rig.now;
    rig.run(|client| client.leave_room(now, CH));
    assert_eq!(rig.take_commands(), [Command::Disconnect(1000)]);
    assert!(rig.take_said().is_empty());
}

/// The one message that was sent.
fn only(sent: &[Vec<u8>]) -> ClientMessage<'_> {
    let mut messages = sent.iter().flat_map(|bytes| client_messages(bytes));
    let first = messages.next().expect("something was sent");
    assert!(messages.next().is_none(), "one message was sent");
    first.expect("good bytes")
}
