//! When the own cursor is sent.

use super::rig::{CH, Rig, cursors, encode, left, person, room, snapshot, state};
use crate::client::{Enter, Notice};
use crate::wire::{Control, tag};

#[test]
fn of_many_moves_in_a_frame_the_first_and_the_last_are_sent() {
    let mut rig = Rig::joined(&[1]);
    for x in 1..=5 {
        rig.cursor(x);
    }
    assert_eq!(rig.take_said(), ["0 cursor 1"]);
    rig.pass_ms(16);
    assert!(rig.take_said().is_empty());
    rig.pass_ms(1);
    assert_eq!(rig.take_said(), ["0 cursor 5"]);
}

#[test]
fn nobody_else_in_the_room_nothing_is_sent_and_who_arrives_gets_the_newest() {
    let mut rig = Rig::joined(&[]);
    rig.cursor(1);
    rig.cursor(2);
    rig.pass_ms(1_000);
    assert!(rig.take_said().is_empty());
    rig.hear(&encode(&[person(CH, 1)]));
    assert_eq!(rig.take_said(), ["0 cursor 2"]);
}

#[test]
fn who_arrives_after_the_position_was_sent_has_it_from_the_snapshot() {
    let mut rig = Rig::joined(&[1]);
    rig.cursor(1);
    rig.hear(&left(CH, 1));
    rig.hear(&encode(&[person(CH, 2)]));
    rig.pass_ms(1_000);
    assert_eq!(rig.take_said(), ["0 cursor 1"]);
}

#[test]
fn a_pace_is_kept_and_ends_with_the_next_join() {
    let mut rig = Rig::joined(&[1]);
    rig.control(CH, Control::Pace { text: "", hz: 2 });
    rig.cursor(1);
    rig.cursor(2);
    rig.pass_ms(499);
    assert_eq!(rig.take_said(), ["0 cursor 1"]);
    rig.pass_ms(1);
    assert_eq!(rig.take_said(), ["0 cursor 2"]);
    rig.close(1006);
    rig.come_back();
    rig.hear(&room(CH, 0, &[1]));
    rig.take_all();
    rig.pass_ms(1_000);
    rig.cursor(3);
    rig.cursor(4);
    rig.pass_ms(17);
    assert_eq!(rig.take_said(), ["0 cursor 3", "0 cursor 4"]);
}

#[test]
fn a_configured_rate_outside_its_range_is_taken_as_the_nearest_inside() {
    for (hz, wait_ms) in [(0, 1_000), (255, 9)] {
        let mut rig = Rig::with_hz(hz);
        rig.enter("plan");
        rig.open();
        rig.hear(&room(CH, 0, &[1]));
        rig.take_all();
        rig.cursor(1);
        rig.cursor(2);
        rig.pass_ms(wait_ms - 1);
        assert_eq!(rig.take_said(), ["0 cursor 1"], "{hz} Hz");
        rig.pass_ms(1);
        assert_eq!(rig.take_said(), ["0 cursor 2"], "{hz} Hz");
    }
}

/// R-STA-9.
#[test]
fn a_new_surface_discards_the_waiting_position() {
    let mut rig = Rig::joined(&[1]);
    rig.cursor(1);
    rig.cursor(2);
    rig.field(tag::SURFACE, b"\x05board");
    rig.pass_ms(1_000);
    assert_eq!(
        rig.take_said(),
        ["0 cursor 1", "0 state 7=[5, 98, 111, 97, 114, 100]"]
    );
    rig.cursor(1);
    assert_eq!(
        rig.take_said(),
        ["0 cursor 1"],
        "the same numbers on another surface"
    );
}

#[test]
fn the_surface_that_it_is_already_discards_nothing() {
    let mut rig = Rig::joined(&[1]);
    rig.field(tag::SURFACE, b"\x05board");
    rig.take_all();
    rig.cursor(1);
    rig.cursor(2);
    rig.field(tag::SURFACE, b"\x05board");
    rig.pass_ms(17);
    assert_eq!(rig.take_said(), ["0 cursor 1", "0 cursor 2"]);
}

#[test]
fn after_a_rejoin_the_position_is_sent_anew() {
    let mut rig = Rig::joined(&[1]);
    rig.cursor(1);
    rig.close(1006);
    rig.come_back();
    rig.take_all();
    rig.hear(&room(CH, 0, &[1]));
    rig.pass_ms(1_000);
    assert_eq!(rig.take_said(), ["0 cursor 1"]);
}

#[test]
fn a_resumed_seat_gets_the_position_only_if_it_moved_meanwhile() {
    let mut rig = Rig::joined(&[1]);
    rig.cursor(1);
    for (moved_to, said) in [(1, &[][..]), (2, &["0 cursor 2"][..])] {
        rig.close(1006);
        rig.cursor(moved_to);
        rig.come_back();
        rig.take_all();
        rig.hear(&snapshot(CH, 0, true, &[1], &[cursors(CH, &[(0, 1)])]));
        rig.pass_ms(1_000);
        assert_eq!(rig.take_said(), said);
    }
}

#[test]
fn a_surface_that_changed_while_offline_makes_the_position_of_the_seat_void() {
    let mut rig = Rig::joined(&[1]);
    rig.cursor(1);
    rig.close(1006);
    rig.field(tag::SURFACE, b"\x05board");
    rig.cursor(1);
    rig.come_back();
    rig.take_all();
    rig.hear(&snapshot(CH, 0, true, &[1], &[cursors(CH, &[(0, 1)])]));
    rig.pass_ms(1_000);
    assert_eq!(
        rig.take_said(),
        ["0 state 7=[5, 98, 111, 97, 114, 100]", "0 cursor 1"]
    );
}

#[test]
fn a_position_on_the_surface_of_a_resumed_seat_is_not_sent_again() {
    let mut rig = Rig::joined(&[1]);
    rig.field(tag::SURFACE, b"\x05board");
    rig.cursor(1);
    rig.close(1006);
    rig.come_back();
    rig.take_all();
    let theirs = [cursors(CH, &[(0, 1)]), state(CH, 0, &[(7, b"\x05board")])];
    rig.hear(&snapshot(CH, 0, true, &[1], &theirs));
    rig.pass_ms(1_000);
    assert!(rig.take_said().is_empty());
}

#[test]
fn an_observer_sends_nothing_and_is_told_so_for_an_event() {
    let mut rig = Rig::new();
    let now = rig.now;
    let options = Enter {
        room: "plan",
        observer: true,
        ..Enter::default()
    };
    rig.run(|client| client.enter_room(now, options))
        .expect("a good room id");
    rig.cursor(1);
    rig.field(tag::ACTIVITY, &[1]);
    rig.open();
    rig.hear(&observed());
    rig.take_all();
    rig.cursor(2);
    rig.field(tag::ACTIVITY, &[2]);
    rig.event("wave");
    rig.pass_ms(1_000);
    assert!(rig.take_said().is_empty());
    assert!(matches!(
        &*rig.take_notices(),
        [Notice::Error {
            channel: Some(CH),
            ..
        }]
    ));
    let view = rig.client.room(CH).expect("entered");
    assert_eq!((view.user(), view.resume()), (None, None));
    assert_eq!(view.people().len(), 2, "id 0 is somebody else's");
}

/// What an observer hears: user 0 in Welcome has no meaning, a listed user 0 has.
fn observed() -> alloc::vec::Vec<u8> {
    room(CH, 0, &[1])
}
