//! What a large room may cost: how often it is served, and how many bytes it sends.

use std::time::Duration;

use mote_protocol::time::Instant;

use super::config::RoomConfig;
use crate::limits::ROOM_HZ_MIN;

/// How many ticks of the server a room's period is, so that rooms keep sharing wake-ups: as many as
/// keep the writes to that many listeners within the budget, and the rate at [`ROOM_HZ_MIN`].
pub(super) fn ticks(config: &RoomConfig, listeners: usize) -> u32 {
    let hz = u64::from(config.tick_hz.max(1));
    let writes = hz * listeners as u64;
    let wanted = writes.div_ceil(u64::from(config.large.writes_per_second.max(1)));
    let most = (hz / u64::from(ROOM_HZ_MIN)).max(1);
    u32::try_from(wanted.clamp(1, most)).unwrap_or(u32::MAX)
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
