//! What a large room may cost: how often it is served, and how many bytes it sends.

use std::time::Duration;

use mote_protocol::time::Instant;

use super::config::RoomConfig;
use crate::limits::ROOM_HZ_MIN;

/// Microseconds between two turns of a listener: the server's period, or longer, so that the writes
/// to so many listeners stay within the budget; never longer than that of [`ROOM_HZ_MIN`].
pub(super) fn period_us(config: &RoomConfig, listeners: usize) -> u64 {
    let tick_us = 1_000_000 / u64::from(config.tick_hz.max(1));
    let writes_per_second = u64::from(config.large.writes_per_second.max(1));
    let wanted_us = (1_000_000 * listeners as u64).div_ceil(writes_per_second);
    let most_us = 1_000_000 / u64::from(ROOM_HZ_MIN);
    tick_us.max(wanted_us.min(most_us))
}

/// How many whole periods there are from one to the next of what happens at most `hz` times a second.
pub(super) fn periods(period_us: u64, hz: u8) -> u64 {
    (1_000_000 / u64::from(hz.max(1))).div_ceil(period_us + 1)
}

/// Bytes that a slice may send: what its share of the room's budget has earned, at most a second's.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    bytes: i64,
    at: Option<Instant>,
}

impl Tokens {
    /// Time has passed at this many bytes a second.
    pub(super) fn earn(&mut self, now: Instant, bytes_per_second: i64) {
        let span = self.at.map_or(Duration::from_secs(1), |at| now.since(at));
        let span_us = i64::try_from(span.as_micros().min(1_000_000)).unwrap_or(1_000_000);
        self.at = Some(now);
        let earned = bytes_per_second * span_us / 1_000_000;
        self.bytes = (self.bytes + earned).min(bytes_per_second);
    }

    pub(super) fn has(&self, bytes: usize) -> bool {
        self.bytes >= as_signed(bytes)
    }

    /// What must be sent may be more than is there: at most a second's debt.
    pub(super) fn spend(&mut self, bytes: usize, bytes_per_second: i64) {
        self.bytes = (self.bytes - as_signed(bytes)).max(-bytes_per_second);
    }
}

fn as_signed(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
