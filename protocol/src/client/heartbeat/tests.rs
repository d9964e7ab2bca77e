//! Liveness alone.

use super::Heartbeat;
use crate::time::Instant;

#[test]
fn a_heartbeat_is_due_after_a_period_without_outbound_traffic() {
    let mut heartbeat = fresh(20);
    assert_eq!(heartbeat.beat_at(), s(20));
    heartbeat.hear(s(15));
    heartbeat.send(s(15));
    assert_eq!(heartbeat.beat_at(), s(35));
}

#[test]
fn a_busy_sender_asks_too_when_nothing_was_heard_for_a_period() {
    let mut heartbeat = fresh(20);
    heartbeat.send(s(19));
    assert_eq!(heartbeat.beat_at(), s(20));
    heartbeat.ask(s(20));
    heartbeat.send(s(20));
    assert_eq!(heartbeat.beat_at(), s(40));
}

#[test]
fn a_socket_that_was_silent_for_two_periods_is_dead() {
    let mut heartbeat = fresh(20);
    heartbeat.ask(s(20));
    assert_eq!(heartbeat.dead_at(), s(40));
    heartbeat.hear(s(39));
    assert_eq!(heartbeat.dead_at(), Instant::NEVER);
}

#[test]
fn a_late_timer_asks_before_it_believes_the_silence() {
    let mut heartbeat = fresh(20);
    assert_eq!(heartbeat.dead_at(), Instant::NEVER, "nobody asked");
    heartbeat.ask(s(75));
    assert_eq!(heartbeat.dead_at(), s(95));
}

#[test]
fn an_early_heartbeat_does_not_shorten_the_two_periods() {
    let mut heartbeat = fresh(20);
    heartbeat.hear(s(19));
    heartbeat.ask(s(20));
    assert_eq!(heartbeat.dead_at(), s(59));
}

#[test]
fn a_probe_is_answered_within_five_seconds_or_the_socket_is_dead() {
    let mut heartbeat = fresh(20);
    heartbeat.probe(s(3));
    heartbeat.probe(s(4));
    assert_eq!(heartbeat.dead_at(), s(8));
    heartbeat.hear(s(5));
    assert_eq!(heartbeat.dead_at(), Instant::NEVER);
}

#[test]
fn a_period_of_zero_counts_as_a_second() {
    assert_eq!(fresh(0).beat_at(), s(1));
}

fn fresh(period_s: u8) -> Heartbeat {
    let mut heartbeat = Heartbeat::new(Instant::ZERO);
    heartbeat.set_period_s(period_s);
    heartbeat
}

fn s(seconds: u64) -> Instant {
    Instant::from_millis(seconds * 1_000)
}
