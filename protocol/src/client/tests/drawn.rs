//! Where the others' cursors are drawn: gliding, and when they do not.

use alloc::vec::Vec;

use super::rig::{CH, Rig, cursors, encode, left, person, snapshot, state};
use crate::coords::from_wire;
use crate::wire::tag;

impl Rig {
    /// Who is drawn at which x, and whether one moves.
    fn drawn(&mut self) -> (Vec<(u32, f64)>, bool) {
        let mut all = Vec::new();
        let now = self.now;
        let is_moving = self
            .client
            .draw_cursors(CH, Some(now), |user, [x, _]| all.push((user, x)));
        (all, is_moving)
    }

    /// In a room with user 1, whose cursor is drawn at 1000.
    fn with_a_cursor() -> Self {
        let mut rig = Self::joined(&[1]);
        rig.drawn();
        rig.hear(&cursors(CH, &[(1, 1_000)]));
        assert_eq!(rig.drawn(), at(1_000), "it appears where it is");
        rig.pass_ms(1_000);
        rig
    }
}

/// User 1 rests there.
fn at(x: u16) -> (Vec<(u32, f64)>, bool) {
    ([(1, from_wire(x))].into(), false)
}

#[test]
fn a_cursor_glides_to_its_next_position_and_rests_there() {
    let mut rig = Rig::with_a_cursor();
    rig.hear(&cursors(CH, &[(1, 9_000)]));
    assert_eq!(rig.drawn().0, at(1_000).0, "from where it was");
    assert!(rig.drawn().1, "it has begun to move");
    rig.pass_ms(20);
    let (all, is_moving) = rig.drawn();
    assert!(is_moving && all[0].1 > from_wire(1_000) && all[0].1 < from_wire(9_000));
    rig.pass_ms(500);
    assert_eq!(rig.drawn(), at(9_000));
}

#[test]
fn a_cursor_that_comes_to_a_new_surface_appears_there() {
    let mut rig = Rig::with_a_cursor();
    rig.hear(&cursors(CH, &[(1, 9_000)]));
    rig.hear(&state(CH, 1, &[(tag::SURFACE, b"\x05board")]));
    assert_eq!(rig.drawn(), (Vec::new(), false), "not at an old place");
    rig.hear(&cursors(CH, &[(1, 5_000)]));
    assert_eq!(rig.drawn(), at(5_000));
    rig.pass_ms(50);
    rig.hear(&cursors(CH, &[(1, 6_000)]));
    assert!(rig.drawn().1, "and glides on");
}

#[test]
fn a_cursor_that_was_hidden_appears_at_its_next_position() {
    let mut rig = Rig::with_a_cursor();
    rig.hear(&cursors(CH, &[(1, 9_000)]));
    rig.hear(&state(CH, 1, &[(tag::CURSOR_HIDDEN, b"\x01")]));
    assert_eq!(rig.drawn(), (Vec::new(), false));
    rig.hear(&state(CH, 1, &[(tag::CURSOR_HIDDEN, b"")]));
    assert_eq!(rig.drawn(), at(9_000));
    rig.hear(&cursors(CH, &[(1, 20_000)]));
    assert_eq!(rig.drawn(), at(20_000));
}

#[test]
fn after_a_rejoin_the_cursors_are_where_they_are() {
    let mut rig = Rig::with_a_cursor();
    rig.hear(&cursors(CH, &[(1, 9_000)]));
    rig.close(1006);
    rig.come_back();
    rig.hear(&snapshot(CH, 0, true, &[1], &[cursors(CH, &[(1, 30_000)])]));
    assert_eq!(rig.drawn(), at(30_000));
    rig.hear(&cursors(CH, &[(1, 31_000)]));
    assert!(rig.drawn().1);
}

#[test]
fn somebody_else_with_the_number_of_who_left_appears_where_they_are() {
    let mut rig = Rig::with_a_cursor();
    rig.hear(&cursors(CH, &[(1, 9_000)]));
    rig.hear(&left(CH, 1));
    assert_eq!(rig.drawn(), (Vec::new(), false));
    rig.hear(&encode(&[person(CH, 1)]));
    rig.hear(&cursors(CH, &[(1, 2_000)]));
    assert_eq!(rig.drawn(), at(2_000));
}

#[test]
fn the_own_cursor_is_not_drawn_and_a_room_that_is_not_there_has_none() {
    let mut rig = Rig::joined(&[1]);
    rig.cursor(5);
    assert_eq!(rig.drawn(), (Vec::new(), false));
    let now = rig.now;
    rig.client.leave_room(now, CH);
    assert_eq!(rig.drawn(), (Vec::new(), false));
}

#[test]
fn who_never_asks_where_cursors_are_drawn_keeps_nothing_for_it() {
    let mut rig = Rig::joined(&[1]);
    for x in 1..100 {
        rig.hear(&cursors(CH, &[(1, x)]));
        rig.pass_ms(16);
    }
    let has_track = |rig: &Rig| {
        let room = rig.client.room(CH).expect("entered");
        room.person(1).expect("listed").has_track()
    };
    assert!(!has_track(&rig));
    assert_eq!(
        rig.drawn(),
        at(99),
        "the first time they are where they are"
    );
    rig.hear(&cursors(CH, &[(1, 200)]));
    assert!(has_track(&rig), "from then on they glide");
}
