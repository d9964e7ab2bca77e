//! After a reconnect the snapshot is the truth, and the application hears of the difference.

use alloc::vec::Vec;

use super::rig::{
    CH, Rig, count, cursors, encode, event, left, named, person, room, snapshot, state, welcome,
};
use crate::client::{Notice, Status};
use crate::coords::Point;
use crate::wire::{Activity, Channel, SERVER};

/// R-SNAP-3.
#[test]
fn somebody_who_left_meanwhile_is_told_as_left_and_somebody_new_as_joined() {
    let mut rig = Rig::joined(&[1, 2]);
    let told = told_after_reconnect(&mut rig, &room(CH, 0, &[2, 3]));
    assert_eq!(told, [user_left(1), user_joined(3)]);
}

/// R-SNAP-3.
#[test]
fn the_same_id_with_another_name_is_another_person() {
    let mut rig = Rig::joined(&[1]);
    let mut bytes = welcome(CH, 0, true);
    bytes.extend(encode(&[person(CH, 0), named(CH, 1, "Zoe")]));
    bytes.extend(count(CH, 2));
    assert_eq!(
        told_after_reconnect(&mut rig, &bytes),
        [user_left(1), user_joined(1)]
    );
    let view = rig.client.room(CH).expect("entered");
    assert_eq!(view.person(1).expect("listed").name, "Zoe");
}

#[test]
fn the_same_person_with_another_activity_is_updated_and_without_change_nothing_is_told() {
    let mut rig = Rig::joined(&[1, 2]);
    let bytes = snapshot(CH, 0, true, &[1, 2], &[state(CH, 1, &[(4, &[1])])]);
    let told = told_after_reconnect(&mut rig, &bytes);
    assert_eq!(
        told,
        [Notice::UserUpdated {
            channel: CH,
            user: 1
        }]
    );
    let view = rig.client.room(CH).expect("entered");
    assert_eq!(view.person(1).expect("listed").activity, Activity::Idle);
}

#[test]
fn a_lost_seat_that_is_not_resumed_comes_back_under_its_new_id() {
    let mut rig = Rig::joined(&[]);
    let told = told_after_reconnect(&mut rig, &room(CH, 1, &[]));
    assert_eq!(told, [user_left(0), user_joined(1)]);
    assert_eq!(rig.client.room(CH).and_then(|room| room.user()), Some(1));
}

#[test]
fn nothing_is_told_before_the_snapshot_is_whole() {
    let mut rig = Rig::joined(&[1]);
    rig.close(1006);
    rig.come_back();
    rig.take_all();
    rig.hear(&welcome(CH, 0, true));
    rig.hear(&encode(&[person(CH, 0), person(CH, 2)]));
    assert_eq!(rig.take_notices(), []);
    let view = rig.client.room(CH).expect("entered");
    assert_eq!(view.status(), Status::Reconnecting);
    assert!(
        view.person(1).is_some(),
        "the former roster stays until then"
    );
    rig.hear(&count(CH, 2));
    assert!(rig.take_notices().contains(&user_joined(2)));
}

/// R-SNAP-2.
#[test]
fn live_messages_between_the_parts_apply_to_the_new_roster() {
    let mut rig = Rig::joined(&[]);
    rig.close(1006);
    rig.come_back();
    rig.take_all();
    rig.hear(&welcome(CH, 0, true));
    rig.hear(&encode(&[person(CH, 0), person(CH, 1), person(CH, 2)]));
    rig.hear(&left(CH, 1));
    rig.hear(&encode(&[person(CH, 3)]));
    rig.hear(&cursors(CH, &[(2, 5), (3, 6)]));
    rig.hear(&event(CH, 3, "wave"));
    rig.hear(&count(CH, 3));
    assert_eq!(
        without_news_of_the_room(rig.take_notices()),
        [user_joined(2), user_joined(3), told_event(3, "wave")]
    );
    let view = rig.client.room(CH).expect("entered");
    assert_eq!(
        view.person(3).and_then(|person| person.cursor),
        Some(Point { x: 6, y: 0 })
    );
}

#[test]
fn what_somebody_said_who_left_before_the_end_is_not_told_as_of_who_has_the_id_now() {
    let mut rig = Rig::joined(&[]);
    rig.close(1006);
    rig.come_back();
    rig.take_all();
    rig.hear(&welcome(CH, 0, true));
    rig.hear(&encode(&[person(CH, 0), person(CH, 1)]));
    rig.hear(&state(CH, 1, &[(5, br#"{"of":"Ben"}"#)]));
    rig.hear(&event(CH, 1, "Ben's"));
    rig.hear(&left(CH, 1));
    rig.hear(&encode(&[named(CH, 1, "Zoe")]));
    rig.hear(&event(CH, 1, "Zoe's"));
    rig.hear(&count(CH, 2));
    assert_eq!(
        without_news_of_the_room(rig.take_notices()),
        [user_joined(1), told_event(1, "Zoe's")]
    );
}

#[test]
fn a_custom_object_is_whole_in_a_snapshot_and_a_patch_when_live() {
    let mut rig = Rig::new();
    rig.enter("plan");
    rig.open();
    rig.take_all();
    rig.hear(&snapshot(
        CH,
        0,
        false,
        &[1],
        &[state(CH, 1, &[(5, b"{\"a\":1}")])],
    ));
    rig.hear(&state(CH, 1, &[(5, b"{\"b\":2}")]));
    rig.hear(&state(CH, 1, &[(5, b"")]));
    let customs: Vec<Notice<'_>> = rig
        .take_notices()
        .into_iter()
        .filter(|notice| matches!(notice, Notice::Custom { .. }))
        .collect();
    assert_eq!(
        customs,
        [
            custom(1, "{\"a\":1}", true),
            custom(1, "{\"b\":2}", false),
            custom(1, "", true)
        ]
    );
}

#[test]
fn a_custom_object_that_is_gone_after_a_reconnect_is_told_as_none() {
    let mut rig = Rig::joined(&[1, 2]);
    rig.hear(&state(CH, 1, &[(5, b"{\"a\":1}")]));
    assert_eq!(
        told_after_reconnect(&mut rig, &room(CH, 0, &[1, 2])),
        [custom(1, "", true)]
    );
}

#[test]
fn the_own_custom_object_is_never_told() {
    let mut rig = Rig::joined(&[]);
    let bytes = snapshot(CH, 0, true, &[], &[state(CH, 0, &[(5, b"{\"a\":1}")])]);
    assert_eq!(told_after_reconnect(&mut rig, &bytes), []);
}

/// R-SNAP-4.
#[test]
fn a_user_joined_of_a_known_id_is_an_update() {
    let mut rig = Rig::joined(&[1]);
    rig.hear(&encode(&[named(CH, 1, "Zoe")]));
    assert_eq!(
        rig.take_notices(),
        [Notice::UserUpdated {
            channel: CH,
            user: 1
        }]
    );
}

/// R-BAT-4.
#[test]
fn nobody_unknown_leaves_or_changes_and_the_own_echo_is_ignored() {
    let mut rig = Rig::joined(&[1]);
    rig.hear(&left(CH, 9));
    rig.hear(&state(CH, 9, &[(4, &[1]), (5, b"{}")]));
    rig.hear(&cursors(CH, &[(0, 1), (9, 1)]));
    rig.hear(&event(CH, 0, "echo"));
    rig.hear(&state(CH, 0, &[(4, &[1])]));
    rig.hear(&left(CH, 0));
    assert_eq!(rig.take_notices(), []);
}

/// R-EVT-3.
#[test]
fn an_event_of_the_application_itself_is_told_and_is_nobodys() {
    let mut rig = Rig::joined(&[1]);
    rig.hear(&event(CH, SERVER, "saved"));
    let notices = rig.take_notices();
    let is_told = matches!(&notices[..], [Notice::Event { user: SERVER, .. }]);
    assert!(is_told, "{notices:?}");
}

#[test]
fn a_surface_change_clears_their_cursor_until_the_next_one() {
    let mut rig = Rig::joined(&[1]);
    rig.hear(&cursors(CH, &[(1, 5)]));
    rig.hear(&state(CH, 1, &[(7, b"\x05board")]));
    let cursor = |rig: &Rig| {
        let view = rig.client.room(CH).expect("entered");
        view.person(1).expect("listed").cursor
    };
    assert_eq!(cursor(&rig), None);
    rig.hear(&cursors(CH, &[(1, 6)]));
    assert_eq!(cursor(&rig), Some(Point { x: 6, y: 0 }));
}

#[test]
fn a_surface_in_a_snapshot_keeps_the_position_that_came_before_it_and_a_later_one_does_not() {
    let mut rig = Rig::joined(&[]);
    rig.close(1006);
    rig.come_back();
    let board = state(CH, 1, &[(7, b"\x05board")]);
    rig.hear(&welcome(CH, 0, true));
    rig.hear(&encode(&[person(CH, 0), person(CH, 1), person(CH, 2)]));
    rig.hear(&cursors(CH, &[(1, 5), (2, 6)]));
    rig.hear(&board);
    rig.hear(&state(CH, 2, &[(7, b"\x05board")]));
    rig.hear(&state(CH, 2, &[(7, b"\x05table")]));
    rig.hear(&count(CH, 3));
    let cursor = |rig: &Rig, user| {
        let view = rig.client.room(CH).expect("entered");
        view.person(user).expect("listed").cursor
    };
    assert_eq!(cursor(&rig, 1), Some(Point { x: 5, y: 0 }));
    assert_eq!(cursor(&rig, 2), None);
    rig.hear(&board);
    let again = "the surface that it was";
    assert_eq!(cursor(&rig, 1), Some(Point { x: 5, y: 0 }), "{again}");
}

#[test]
fn updates_of_one_person_are_told_once_until_they_are_polled() {
    let mut rig = Rig::joined(&[1]);
    let now = rig.now;
    for activity in [1, 2, 1] {
        let bytes = state(CH, 1, &[(4, &[activity])]);
        rig.client.handle_message(now, &bytes);
    }
    rig.run(|_| {});
    let updated = Notice::UserUpdated {
        channel: CH,
        user: 1,
    };
    let moved = Notice::CursorsMoved { channel: CH };
    assert_eq!(rig.take_notices(), [updated, moved]);
    rig.hear(&state(CH, 1, &[(4, &[2])]));
    assert_eq!(rig.take_notices(), [updated, moved]);
}

#[test]
fn the_count_is_told_when_it_changes() {
    let mut rig = Rig::joined(&[1]);
    rig.hear(&count(CH, 2));
    assert_eq!(rig.take_notices(), []);
    rig.hear(&count(CH, 70));
    assert_eq!(
        rig.take_notices(),
        [Notice::Count {
            channel: CH,
            count: 70
        }]
    );
    assert_eq!(rig.client.room(CH).map(|room| room.count()), Some(70));
}

/// What is told of people when the line was lost and `bytes` are the snapshot.
fn told_after_reconnect(rig: &mut Rig, bytes: &[u8]) -> Vec<Notice<'static>> {
    rig.close(1006);
    rig.come_back();
    rig.take_all();
    rig.hear(bytes);
    without_news_of_the_room(rig.take_notices())
}

fn without_news_of_the_room(notices: Vec<Notice<'static>>) -> Vec<Notice<'static>> {
    let of_room = |notice: &Notice<'_>| {
        matches!(
            notice,
            Notice::RoomJoined { .. } | Notice::Count { .. } | Notice::CursorsMoved { .. }
        )
    };
    notices
        .into_iter()
        .filter(|notice| !of_room(notice))
        .collect()
}

fn user_joined(user: u32) -> Notice<'static> {
    Notice::UserJoined { channel: CH, user }
}

fn user_left(user: u32) -> Notice<'static> {
    Notice::UserLeft { channel: CH, user }
}

fn told_event(user: u32, name: &str) -> Notice<'_> {
    let channel: Channel = CH;
    Notice::Event {
        channel,
        user,
        name,
        payload: b"1",
    }
}

fn custom(user: u32, json: &str, is_whole: bool) -> Notice<'_> {
    Notice::Custom {
        channel: CH,
        user,
        json: json.as_bytes(),
        is_whole,
    }
}
