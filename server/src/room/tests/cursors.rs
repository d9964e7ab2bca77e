//! Moves, flushes and their pace.

use super::*;
use crate::limits::SMALL_ROOM_LISTENERS_MAX;

const TICK: Duration = Duration::from_micros(16_667);

/// The next instant at which rooms flush together.
fn next_tick(now: Instant) -> Instant {
    Instant::from_micros((now.as_micros() / 16_666 + 1) * 16_666)
}

#[test]
fn the_first_move_in_a_quiet_room_goes_out_at_once_in_six_bytes() {
    let mut world = World::new();
    let ada = world.join("Ada");
    let bob = world.join("Bob");
    world.forget_heard();
    world.move_to(ada, 0x0102, 0x0304);
    assert_eq!(world.raw(bob), [Bytes::from_static(&[0x20, 0, 1, 2, 3, 4])]);
    assert_eq!(world.heard(ada), []);
}

#[test]
fn moves_within_a_tick_go_out_together_when_it_is_over_and_only_the_last_of_each() {
    let mut world = World::new();
    let people: Vec<_> = ["a", "b", "c"].map(|name| world.join(name)).into();
    world.move_to(people[0], 1, 1);
    world.forget_heard();
    let due = next_tick(world.now);
    for step in 0..5 {
        world.move_to(people[0], 10 + step, 0);
        world.move_to(people[1], 20 + step, 0);
    }
    assert_eq!(world.heard(people[2]), []);
    assert_eq!(world.room.poll_timeout(), Some(due));
    world.pass(TICK);
    let both = vec![(0, (14, 0)), (1, (24, 0))];
    assert_eq!(world.heard(people[2]), [Heard::Batch(both)]);
    assert_eq!(world.room.poll_timeout(), None);
}

#[test]
fn in_a_small_room_nobody_hears_of_their_own_cursor() {
    let mut world = World::new();
    let people: Vec<_> = ["a", "b", "c"].map(|name| world.join(name)).into();
    world.move_to(people[2], 1, 1);
    world.forget_heard();
    for (x, &one) in (0..).zip(&people) {
        world.move_to(one, x, 0);
    }
    world.pass(TICK);
    assert_eq!(
        world.heard(people[0]),
        [Heard::Batch(vec![(1, (1, 0)), (2, (2, 0))])]
    );
    assert_eq!(
        world.heard(people[1]),
        [Heard::Batch(vec![(0, (0, 0)), (2, (2, 0))])]
    );
}

#[test]
fn of_two_movers_in_a_small_room_each_hears_six_bytes_of_the_other() {
    let mut world = World::new();
    let ada = world.join("Ada");
    let bob = world.join("Bob");
    world.move_to(ada, 0, 0);
    world.forget_heard();
    world.move_to(ada, 1, 1);
    world.move_to(bob, 2, 2);
    world.pass(TICK);
    assert_eq!(world.heard(ada), [Heard::Cursor(1, (2, 2))]);
    assert_eq!(world.heard(bob), [Heard::Cursor(0, (1, 1))]);
}

#[test]
fn in_a_large_room_all_share_one_encoding() {
    let mut world = World::new();
    let people: Vec<_> = (0..=SMALL_ROOM_LISTENERS_MAX)
        .map(|_| world.join("x"))
        .collect();
    world.move_to(people[0], 0, 0);
    world.forget_heard();
    world.move_to(people[0], 1, 1);
    world.move_to(people[1], 2, 2);
    world.pass(TICK);
    let first = world.raw(people[0]);
    assert_eq!(
        heard(&first[0]),
        [Heard::Batch(vec![(0, (1, 1)), (1, (2, 2))])]
    );
    for &other in &people[1..] {
        let bytes = world.raw(other);
        assert_eq!(bytes[0].as_ptr(), first[0].as_ptr(), "the very same bytes");
    }
}

#[test]
fn a_late_tick_is_skipped_and_not_made_up_for() {
    let mut world = World::new();
    let ada = world.join("Ada");
    world.join("Bob");
    world.move_to(ada, 0, 0);
    world.move_to(ada, 1, 1);
    world.pass(Duration::from_millis(500));
    assert_eq!(world.flushes.len(), 2);
    world.move_to(ada, 2, 2);
    assert_eq!(world.flushes.len(), 2);
    assert_eq!(world.room.poll_timeout(), Some(next_tick(world.now)));
}

#[test]
fn rooms_that_began_to_move_at_different_moments_flush_together() {
    let due = [0, 3, 7].map(|millis| {
        let mut world = World::new();
        let ada = world.join("Ada");
        world.join("Bob");
        world.pass(Duration::from_millis(millis));
        world.move_to(ada, 0, 0);
        world.move_to(ada, 1, 1);
        world.room.poll_timeout()
    });
    assert_eq!(due, [Some(next_tick(Instant::from_millis(5_000))); 3]);
}

#[test]
fn somebody_who_moves_less_often_than_every_second_tick_is_never_held_back() {
    let mut world = World::new();
    let ada = world.join("Ada");
    let bob = world.join("Bob");
    world.forget_heard();
    for x in 0..20 {
        world.move_to(ada, x, 0);
        assert_eq!(world.heard(bob), [Heard::Cursor(0, (x, 0))]);
        world.pass(Duration::from_millis(50));
    }
}

#[test]
fn a_busy_room_flushes_at_most_tick_hz_times_a_second() {
    let mut world = World::with(RoomConfig {
        tick_hz: 20,
        ..RoomConfig::default()
    });
    let ada = world.join("Ada");
    world.join("Bob");
    for x in 0..1_000 {
        world.move_to(ada, x, 0);
        world.pass(Duration::from_millis(1));
    }
    assert!(
        (19..=21).contains(&world.flushes.len()),
        "{} flushes",
        world.flushes.len()
    );
}

#[test]
fn nobody_hears_a_cursor_after_its_person_left() {
    let mut world = World::new();
    let ada = world.join("Ada");
    let bob = world.join("Bob");
    world.move_to(bob, 0, 0);
    world.forget_heard();
    world.move_to(ada, 1, 1);
    world.leave(ada);
    world.pass(TICK);
    assert_eq!(world.heard(bob), [Heard::Left(0), Heard::Count(1)]);
}

#[test]
fn an_id_given_on_within_a_tick_shows_only_its_new_owners_cursor() {
    let mut world = World::new();
    let ada = world.join("Ada");
    let bob = world.join("Bob");
    world.move_to(bob, 0, 0);
    world.move_to(ada, 1, 1);
    world.leave(ada);
    let cy = world.join("Cy");
    world.forget_heard();
    world.move_to(cy, 9, 9);
    world.pass(TICK);
    assert_eq!(world.heard(bob), [Heard::Cursor(0, (9, 9))]);
}

#[test]
fn one_who_was_behind_gets_every_cursor_that_changed_since_and_not_its_own() {
    let mut world = World::new();
    let people: Vec<_> = ["a", "b", "c", "d"].map(|name| world.join(name)).into();
    for (x, &one) in (0..).zip(&people) {
        world.move_to(one, x, 0);
        world.pass(TICK);
    }
    assert_eq!(world.flushes.last(), Some(&4));
    let (flush, parts) = world.room.cursors_since(1, people[2].listener);
    assert_eq!(flush, 4);
    let expected = [Heard::Batch(vec![(1, (1, 0)), (3, (3, 0))])];
    assert_eq!(heard(&parts.concat()), expected);
    assert_eq!(world.room.cursors_since(4, people[2].listener), (4, vec![]));
}

#[test]
fn a_move_that_was_cleared_does_not_delay_the_next_one() {
    let mut world = World::new();
    let ada = world.join("Ada");
    let bob = world.join("Bob");
    world.move_to(ada, 1, 1);
    world.move_to(ada, 2, 2);
    world
        .state(ada, &[(mote_protocol::wire::tag::SURFACE, b"\x01s")])
        .unwrap();
    world.pass(2 * TICK);
    world.forget_heard();
    world.move_to(ada, 3, 3);
    assert_eq!(world.heard(bob), [Heard::Cursor(0, (3, 3))]);
}

#[test]
fn a_crowds_cursors_are_split_into_batches_that_fit_a_message() {
    use mote_protocol::wire::Cursor;
    let point = Point { x: 1, y: 1 };
    let cursors: Vec<_> = (0..8_202).map(|user| Cursor { user, point }).collect();
    let messages = super::super::broadcast::encode_cursors(&cursors);
    let sizes: Vec<_> = messages
        .iter()
        .map(|message| match &heard(message)[..] {
            [Heard::Batch(cursors)] => cursors.len(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(sizes, [8_192, 10]);
}

#[test]
fn what_came_before_a_flush_and_is_read_after_it_waits_for_the_next() {
    let mut world = World::new();
    let ada = world.join("Ada");
    world.join("Bob");
    world.move_to(ada, 0, 0);
    world.move_to(ada, 1, 1);
    let tick = next_tick(world.now);
    world.room.handle_timeout(tick);
    world.now = Instant::from_micros(tick.as_micros() - 1);
    world.move_to(ada, 2, 2);
    assert_eq!(world.room.poll_timeout(), Some(next_tick(tick)));
}
