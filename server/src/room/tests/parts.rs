//! Snapshots that do not fit one block.

use super::crowd::{Crowd, small_limits};
use super::*;
use mote_protocol::wire::tag;

fn listed(crowd: &mut Crowd, who: Joined) -> usize {
    crowd.ear(who).people.len()
}

/// R-SNAP-1, R-SNAP-2.
#[test]
fn a_snapshot_comes_a_part_at_a_time_and_the_count_ends_it() {
    let (mut crowd, people) = Crowd::of(small_limits(), 40);
    let joiner = crowd.begin_join(None);
    let mut before = listed(&mut crowd, joiner);
    assert!(before < 15);
    crowd.move_to(people[0], 1, 1);
    crowd.pass(Duration::from_secs(1));
    assert_eq!(listed(&mut crowd, joiner), before, "not before it has read");
    while !crowd.ear(joiner).is_complete {
        crowd.drain(joiner.listener);
        let now = listed(&mut crowd, joiner);
        assert!((1..15).contains(&(now - before)));
        before = now;
    }
    assert_eq!(
        crowd.ear(joiner).heard.last(),
        Some(&Heard::Cursor(0, (1, 1)))
    );
    crowd.settle();
    crowd.assert_true();
}

#[test]
fn nobody_waits_for_anothers_snapshot() {
    let (mut crowd, people) = Crowd::of(small_limits(), 40);
    let slow = crowd.begin_join(None);
    let quick = crowd.join();
    crowd.shout(people[0], "e").unwrap();
    crowd.pass(Duration::from_millis(51));
    assert_eq!(crowd.ear(quick).events.len(), 1);
    assert!(!crowd.ear(slow).is_complete);
}

#[test]
fn those_in_view_come_first() {
    let (mut crowd, people) = Crowd::of(small_limits(), 60);
    for (index, &who) in (0..).zip(&people) {
        crowd.move_to(who, 1_000 * index, 1_000 * index);
    }
    let joiner = crowd.begin_join(None);
    crowd.look_at(joiner, 52_000, 52_000, 4_000);
    crowd.drain(joiner.listener);
    let ear = crowd.ear(joiner);
    assert!((52..=56).all(|user| ear.people.contains_key(&user)));
    assert!(!ear.people.contains_key(&40));
}

/// R-ORD-4.
#[test]
fn an_event_of_somebody_not_told_of_yet_comes_after_who_they_are() {
    for slices in [8, 1_000] {
        let mut config = small_limits();
        config.large.slice_listeners_max = slices;
        let (mut crowd, people) = Crowd::of(config, 40);
        let sender = people[39];
        crowd.move_to(sender, 5, 6);
        crowd.state(sender, 200, b"x");
        crowd.settle();
        let joiner = crowd.begin_join(None);
        crowd.forget_heard();
        crowd.shout(sender, "e").unwrap();
        crowd.pass(Duration::from_millis(51));
        let told = crowd.ear(joiner).heard.clone();
        assert!(matches!(told[0], Heard::Joined(39, _)));
        let rest = [
            Heard::Cursor(39, (5, 6)),
            Heard::State(39, vec![(200, b"x".to_vec())]),
            Heard::Event(39, "e".into()),
        ];
        assert_eq!(told[1..], rest);
        crowd.finish_snapshot(joiner.listener);
        crowd.settle();
        crowd.assert_true();
    }
}

/// R-STA-9.
#[test]
fn a_surface_that_changes_during_a_snapshot_clears_the_cursor() {
    let (mut crowd, people) = Crowd::of(small_limits(), 40);
    crowd.move_to(people[0], 5, 6);
    crowd.settle();
    let joiner = crowd.begin_join(None);
    assert_eq!(crowd.ear(joiner).people[&0].cursor, Some((5, 6)));
    crowd.state(people[0], tag::SURFACE, b"\x01s");
    crowd.finish_snapshot(joiner.listener);
    crowd.settle();
    crowd.assert_true();
    assert_eq!(crowd.ear(joiner).people[&0].cursor, None);
}

/// R-ORD-4.
#[test]
fn who_leaves_during_a_snapshot_is_not_listed_and_neither_is_the_old_owner_of_an_id() {
    let (mut crowd, people) = Crowd::of(small_limits(), 40);
    let joiner = crowd.begin_join(None);
    for gone in [0, 1, 38, 39] {
        crowd.leave(people[gone]);
    }
    let heirs = [crowd.begin_join(None), crowd.begin_join(None)];
    assert_eq!(heirs.map(|heir| heir.user), [Some(0), Some(1)]);
    for one in [joiner, heirs[0], heirs[1]] {
        crowd.finish_snapshot(one.listener);
    }
    crowd.settle();
    crowd.assert_true();
}
