//! The back-off alone.

use super::Backoff;
use crate::client::random::Random;
use crate::time::Instant;

#[test]
fn waits_lie_between_the_floor_and_a_ceiling_that_doubles_up_to_the_cap() {
    for seed in 0..200 {
        let mut random = Random::new(seed);
        let mut backoff = Backoff::default();
        for failure in 0..40 {
            let wait_ms = backoff.next_wait_ms(false, &mut random);
            let ceiling_ms = 30_000.min(500u32 << failure.min(20));
            let floor_ms = if failure == 0 { 0 } else { 100 };
            assert!((floor_ms..=ceiling_ms).contains(&wait_ms), "{wait_ms} ms");
        }
    }
}

#[test]
fn the_jitter_is_full() {
    let mut random = Random::new(3);
    let waits: alloc::vec::Vec<u32> = (0..400)
        .map(|_| {
            let mut backoff = Backoff {
                failures: 3,
                healthy_since: None,
            };
            backoff.next_wait_ms(false, &mut random)
        })
        .collect();
    assert!(waits.iter().any(|&wait_ms| wait_ms < 500), "never short");
    assert!(waits.iter().any(|&wait_ms| wait_ms > 3_500), "never long");
}

#[test]
fn a_slow_wait_is_at_least_half_of_the_cap_from_the_first_on() {
    let mut random = Random::new(3);
    for _ in 0..200 {
        let wait_ms = Backoff::default().next_wait_ms(true, &mut random);
        assert!((15_000..=30_000).contains(&wait_ms), "{wait_ms} ms");
    }
}

#[test]
fn ten_healthy_seconds_forget_the_failures_and_less_do_not() {
    let mut random = Random::new(3);
    let mut backoff = Backoff::default();
    for _ in 0..10 {
        backoff.next_wait_ms(false, &mut random);
    }
    backoff.succeed(Instant::from_millis(1_000));
    backoff.succeed(Instant::from_millis(9_000));
    backoff.end(Instant::from_millis(10_999));
    assert!(!backoff.is_fresh());
    backoff.succeed(Instant::from_millis(20_000));
    backoff.end(Instant::from_millis(30_000));
    assert!(backoff.is_fresh());
}

#[test]
fn a_connection_that_joined_nothing_is_not_healthy_however_long_it_was_open() {
    let mut backoff = Backoff::default();
    backoff.next_wait_ms(false, &mut Random::new(3));
    backoff.end(Instant::from_millis(3_600_000));
    assert!(!backoff.is_fresh());
}
