//! What is told as it stands when it is polled, and not as often as it changed.

use alloc::vec::Vec;

use super::rig::{CH, Rig, count, cursors, encode, left, person, room, state, told};
use crate::client::{Notice, Records, Status};
use crate::close::Retry;
use crate::wire::Channel;

#[test]
fn status_and_count_are_told_once_and_after_what_happened() {
    let mut rig = Rig::joined(&[1]);
    let now = rig.now;
    rig.client.handle_message(now, &count(CH, 7));
    rig.client.handle_message(now, &count(CH, 8));
    assert!(rig.client.has_records());
    rig.client.handle_close(now, 1006, "");
    rig.client.set_offline(now);
    assert_eq!(
        told(&mut rig.client).collect::<Vec<_>>(),
        [
            Notice::Closed {
                code: 1006,
                retry: Retry::Normal,
                text: ""
            },
            Notice::RoomLost { channel: CH },
            Notice::Status(Status::Reconnecting),
            Notice::Count {
                channel: CH,
                count: 8
            },
        ]
    );
    assert!(!rig.client.has_records());
    assert_eq!(told(&mut rig.client).next(), None);
}

#[test]
fn moves_are_told_once_until_the_cursors_are_drawn_and_anew_after_a_join() {
    let mut rig = Rig::joined(&[1]);
    let now = rig.now;
    let moved = [Notice::CursorsMoved { channel: CH }];
    let mut told_after = |bytes: &[u8]| {
        rig.client.handle_message(now, bytes);
        let told: Vec<_> = told(&mut rig.client).collect();
        (told, rig.client.draw_cursors(CH, None, |_, _| {}))
    };
    for x in 1..3 {
        assert_eq!(told_after(&cursors(CH, &[(1, x)])), (moved.to_vec(), false));
    }
    for x in 3..5 {
        rig.client.handle_message(now, &cursors(CH, &[(1, x)]));
        let expected = if x == 3 { &moved[..] } else { &[] };
        assert_eq!(told(&mut rig.client).collect::<Vec<_>>(), expected);
    }
    rig.close(1006);
    rig.come_back();
    rig.take_all();
    rig.client.handle_message(now, &room(CH, 0, &[1]));
    assert!(told(&mut rig.client).any(|notice| notice == moved[0]));
}

#[test]
fn of_a_room_that_was_left_neither_count_nor_moves_are_told() {
    let mut rig = Rig::joined(&[1]);
    rig.enter("other");
    rig.take_all();
    let now = rig.now;
    rig.client.handle_message(now, &count(CH, 7));
    rig.client.handle_message(now, &cursors(CH, &[(1, 9)]));
    rig.client.leave_room(now, CH);
    assert!(!rig.client.has_records());
}

#[test]
fn somebody_who_came_and_left_is_told_and_an_update_of_somebody_who_left_is_not() {
    let mut rig = Rig::joined(&[1]);
    let now = rig.now;
    let channel: Channel = CH;
    for bytes in [
        encode(&[person(CH, 2)]),
        state(CH, 1, &[(4, &[1])]),
        left(CH, 2),
        left(CH, 1),
    ] {
        rig.client.handle_message(now, &bytes);
    }
    let mut records = Records::default();
    rig.client.poll_records(&mut records);
    assert_eq!(
        records.notices().collect::<Vec<_>>(),
        [
            Notice::UserJoined { channel, user: 2 },
            Notice::UserLeft { channel, user: 2 },
            Notice::UserLeft { channel, user: 1 },
            Notice::CursorsMoved { channel },
        ]
    );
}
