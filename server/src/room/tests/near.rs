//! Who gets what when not everybody can get everything.

use super::crowd::{Crowd, small_limits};
use super::*;
use mote_protocol::wire::tag;

/// Every slice has had its turn.
const PERIOD: Duration = Duration::from_millis(51);

/// A crowd in the upper left of a surface, so scarce of bytes that sweeps come as late as they may.
fn scarce(people: u32) -> (Crowd, Vec<Joined>) {
    let mut config = small_limits();
    config.large.bytes_per_second = 1;
    let (mut crowd, people) = Crowd::of(config, people);
    for (index, &who) in (0..).zip(&people) {
        crowd.move_to(who, 1_000 * (index % 8), 1_000 * (index / 8));
    }
    crowd.settle();
    crowd.forget_heard();
    (crowd, people)
}

/// After a quiet time the next turn is a sweep: the ones after this are not.
fn sweep(crowd: &mut Crowd, mover: Joined) {
    crowd.settle();
    crowd.move_to(mover, 0, 0);
    crowd.pass(PERIOD);
    crowd.forget_heard();
}

fn cursor_of(crowd: &mut Crowd, of: Joined, at: Joined) -> (u16, u16) {
    let person = &crowd.ear(at).people[&of.user.unwrap()];
    person.cursor.unwrap()
}

/// R-ORD-3.
#[test]
fn every_move_within_a_viewport_is_seen_at_the_next_turn() {
    let (mut crowd, people) = scarce(60);
    let (viewer, mover) = (people[20], people[50]);
    crowd.look_at(viewer, 40_000, 40_000, 10_000);
    for step in 0..40 {
        let at = (40_000 + 250 * step, 50_000 - 250 * step);
        crowd.move_to(mover, at.0, at.1);
        crowd.move_to(people[1], step, step);
        crowd.pass(PERIOD);
        assert_eq!(cursor_of(&mut crowd, mover, viewer), at);
    }
    assert!(crowd.served.iter().any(|(_, is_whole)| !is_whole));
}

#[test]
fn a_cursor_that_leaves_the_view_for_far_away_is_not_left_standing() {
    let (mut crowd, people) = scarce(60);
    let (viewer, mover) = (people[20], people[50]);
    crowd.look_at(viewer, 0, 0, 5_000);
    crowd.move_to(mover, 4_000, 4_000);
    crowd.pass(PERIOD);
    crowd.move_to(mover, 60_000, 60_000);
    crowd.pass(PERIOD);
    assert_eq!(cursor_of(&mut crowd, mover, viewer), (60_000, 60_000));
    // Out there it is nobody's business, until a sweep.
    crowd.move_to(mover, 60_000, 10_000);
    crowd.pass(PERIOD);
    assert_eq!(cursor_of(&mut crowd, mover, viewer), (60_000, 60_000));
    crowd.settle();
    assert_eq!(cursor_of(&mut crowd, mover, viewer), (60_000, 10_000));
}

/// R-ORD-3.
#[test]
fn nobody_keeps_a_stale_position_for_longer_than_a_sweep_takes() {
    let (mut crowd, people) = scarce(60);
    let sweep_max = crate::limits::SWEEP_MAX;
    for round in 0..5u16 {
        let mover = people[usize::from(round) * 7];
        let at = (50_000 + 3_000 * round, 60_000);
        crowd.move_to(mover, at.0, at.1);
        let until = crowd.now + sweep_max + PERIOD;
        let mut x = 0;
        while crowd.now < until {
            // Others keep the budget spent.
            x += 1;
            crowd.move_to(people[1], x, 0);
            crowd.move_to(people[2], 0, x);
            crowd.pass(Duration::from_millis(25));
        }
        for &listener in people.iter().filter(|&&one| one != mover) {
            assert_eq!(cursor_of(&mut crowd, mover, listener), at);
        }
    }
}

#[test]
fn without_a_viewport_the_nearest_are_seen_at_once_and_the_far_ones_later() {
    let (mut crowd, people) = scarce(60);
    let viewer = people[59];
    crowd.move_to(viewer, 40_000, 40_000);
    let near: Vec<_> = people[..5].to_vec();
    for (index, &one) in (0..).zip(&near) {
        crowd.move_to(one, 41_000 + 2_000 * index, 42_000);
    }
    sweep(&mut crowd, people[20]);
    for (index, &one) in (0..).zip(&near) {
        crowd.move_to(one, 41_000 + 2_000 * index, 43_000);
    }
    let far = people[30];
    let before = cursor_of(&mut crowd, far, viewer);
    crowd.move_to(far, 65_000, 0);
    crowd.pass(PERIOD);
    for (index, &one) in (0..).zip(&near) {
        let at = (41_000 + 2_000 * index, 43_000);
        assert_eq!(cursor_of(&mut crowd, one, viewer), at);
    }
    assert_eq!(cursor_of(&mut crowd, far, viewer), before);
}

/// R-ORD-3.
#[test]
fn beyond_a_viewport_the_nearest_are_seen_at_one_turn_of_four_and_the_far_ones_later() {
    use crate::limits::WIDE_TURN_EVERY;
    let (mut crowd, people) = scarce(60);
    let (viewer, near, far) = (people[20], people[50], people[30]);
    crowd.look_at(viewer, 40_000, 40_000, 4_000);
    crowd.move_to(near, 50_000, 42_000);
    sweep(&mut crowd, people[1]);
    let before = cursor_of(&mut crowd, far, viewer);
    let mut turns_until_seen = Vec::new();
    let mut since_seen = 0;
    for step in 0..4 * u16::try_from(WIDE_TURN_EVERY).unwrap() {
        let at = (50_000 + 100 * step, 42_000);
        crowd.move_to(near, at.0, at.1);
        crowd.move_to(far, 65_000, step);
        crowd.pass(PERIOD);
        since_seen += 1;
        if cursor_of(&mut crowd, near, viewer) == at {
            turns_until_seen.push(std::mem::take(&mut since_seen));
        }
    }
    assert!(turns_until_seen.len() >= 3, "{turns_until_seen:?}");
    let mut seen = turns_until_seen.iter();
    assert!(
        seen.all(|turns| *turns <= WIDE_TURN_EVERY),
        "{turns_until_seen:?}"
    );
    assert!(
        turns_until_seen.iter().any(|turns| *turns > 1),
        "{turns_until_seen:?}"
    );
    assert_eq!(cursor_of(&mut crowd, far, viewer), before);
}

#[test]
fn a_viewport_that_moved_shows_who_stands_there_at_the_next_turn() {
    let (mut crowd, people) = scarce(60);
    let (viewer, mover) = (people[20], people[50]);
    crowd.look_at(viewer, 0, 0, 1_000);
    sweep(&mut crowd, people[1]);
    crowd.move_to(mover, 60_000, 60_000);
    crowd.pass(2 * PERIOD);
    assert_ne!(cursor_of(&mut crowd, mover, viewer), (60_000, 60_000));
    crowd.look_at(viewer, 55_000, 55_000, 8_000);
    crowd.pass(PERIOD);
    assert_eq!(cursor_of(&mut crowd, mover, viewer), (60_000, 60_000));
}

#[test]
fn a_surface_of_few_people_is_near_to_all_of_them_and_to_nobody_else() {
    let (mut crowd, people) = scarce(60);
    let (viewer, mover, elsewhere) = (people[20], people[50], people[21]);
    for one in [viewer, mover] {
        crowd.state(one, tag::SURFACE, b"\x05board");
    }
    crowd.move_to(mover, 1, 1);
    sweep(&mut crowd, people[1]);
    crowd.look_at(viewer, 0, 0, 100);
    crowd.look_at(elsewhere, 60_000, 60_000, 100);
    crowd.move_to(mover, 60_000, 60_000);
    crowd.pass(PERIOD);
    assert_eq!(cursor_of(&mut crowd, mover, viewer), (60_000, 60_000));
    assert_eq!(cursor_of(&mut crowd, mover, elsewhere), (1, 1));
}

#[test]
fn while_the_budget_allows_it_everybody_gets_everything_at_once() {
    let mut config = small_limits();
    config.large.bytes_per_second = 10_000_000;
    let (mut crowd, people) = Crowd::of(config, 60);
    for step in 0..20 {
        for &who in &people {
            crowd.move_to(who, step, step);
        }
        crowd.pass(PERIOD);
        crowd.assert_true();
    }
    assert!(crowd.served.iter().all(|(_, is_whole)| *is_whole));
}
