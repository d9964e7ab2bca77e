//! The throttle alone.

use alloc::vec::Vec;

use proptest::prelude::*;

use super::Throttle;
use crate::coords::Point;
use crate::time::Instant;

#[test]
fn the_first_move_goes_at_once_and_the_newest_at_the_end_of_the_interval() {
    let mut throttle = Throttle::new(10);
    throttle.move_to(at(1));
    assert_eq!(throttle.take(ms(5)), Some(at(1)));
    throttle.move_to(at(2));
    throttle.move_to(at(3));
    assert_eq!(throttle.take(ms(6)), None);
    assert_eq!(throttle.due_at(), ms(105));
    assert_eq!(throttle.take(ms(104)), None);
    assert_eq!(throttle.take(ms(105)), Some(at(3)));
    assert_eq!(throttle.due_at(), Instant::NEVER);
}

#[test]
fn after_a_rest_the_next_move_goes_at_once() {
    let mut throttle = Throttle::new(10);
    throttle.move_to(at(1));
    assert_eq!(throttle.take(ms(0)), Some(at(1)));
    throttle.move_to(at(2));
    assert_eq!(throttle.take(ms(100)), Some(at(2)));
}

#[test]
fn a_move_to_where_the_server_knows_the_cursor_is_not_sent() {
    let mut throttle = Throttle::new(10);
    throttle.move_to(at(1));
    assert_eq!(throttle.take(ms(0)), Some(at(1)));
    throttle.move_to(at(2));
    throttle.move_to(at(1));
    assert_eq!(throttle.due_at(), Instant::NEVER);
}

#[test]
fn a_pace_lowers_the_rate_and_never_raises_it() {
    let mut throttle = Throttle::new(10);
    throttle.move_to(at(1));
    assert_eq!(throttle.take(ms(0)), Some(at(1)));
    throttle.move_to(at(2));
    throttle.set_pace(2);
    assert_eq!(throttle.due_at(), ms(500));
    throttle.set_pace(200);
    assert_eq!(throttle.due_at(), ms(100));
    throttle.set_pace(2);
    throttle.reset_pace();
    assert_eq!(throttle.due_at(), ms(100));
}

#[test]
fn a_cleared_position_is_not_sent_and_the_same_numbers_are_news_again() {
    let mut throttle = Throttle::new(10);
    throttle.move_to(at(1));
    assert_eq!(throttle.take(ms(0)), Some(at(1)));
    throttle.move_to(at(2));
    throttle.clear();
    assert_eq!(throttle.due_at(), Instant::NEVER);
    throttle.move_to(at(1));
    assert_eq!(throttle.take(ms(100)), Some(at(1)));
}

proptest! {
    #[test]
    fn the_last_position_is_always_sent_and_the_rate_is_never_over(
        hz in 1u8..=120,
        moves in prop::collection::vec((0u64..50_000, 0u16..20), 1..200),
    ) {
        let mut throttle = Throttle::new(hz);
        let mut now = Instant::ZERO;
        let mut sent: Vec<(Instant, Point)> = Vec::new();
        let mut last = at(0);
        for (gap_micros, x) in moves {
            let then = Instant::from_micros(now.as_micros() + gap_micros);
            // The timer rings on the way.
            let due = throttle.due_at();
            if due <= then {
                let rung = due.max(now);
                sent.extend(throttle.take(rung).map(|point| (rung, point)));
            }
            now = then;
            last = at(x);
            throttle.move_to(last);
            sent.extend(throttle.take(now).map(|point| (now, point)));
        }
        let due = throttle.due_at();
        if due != Instant::NEVER {
            sent.extend(throttle.take(due).map(|point| (due, point)));
        }
        prop_assert_eq!(sent.last().map(|&(_, point)| point), Some(last));
        prop_assert_eq!(throttle.due_at(), Instant::NEVER);
        for pair in sent.windows(2) {
            let [(earlier, before), (later, after)] = pair else { unreachable!() };
            let apart_micros = later.as_micros() - earlier.as_micros();
            prop_assert!(apart_micros * u64::from(hz) >= 1_000_000);
            prop_assert_ne!(before, after);
        }
    }
}

fn at(x: u16) -> Point {
    Point { x, y: 0 }
}

fn ms(millis: u64) -> Instant {
    Instant::from_millis(millis)
}
