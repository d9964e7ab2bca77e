//! Back-off: how long to wait before the next attempt.

use core::time::Duration;

use super::random::Random;
use crate::limits::{BACKOFF_BASE_MS, BACKOFF_CAP_MS, BACKOFF_FLOOR_MS, BACKOFF_HEALTHY_MS};
use crate::time::Instant;

/// Exponential back-off with full jitter (Brooker, "Exponential Backoff And Jitter", AWS
/// Architecture Blog, 2015): a wait drawn evenly from zero to a ceiling that doubles with every
/// failure, so that the clients of a server that restarts do not come back in step.
#[derive(Clone, Debug, Default)]
pub(super) struct Backoff {
    /// Failures in a row.
    failures: u32,
    /// Since when a room is joined on the present socket.
    healthy_since: Option<Instant>,
}

impl Backoff {
    /// A room was joined: from here on the connection is healthy.
    pub(super) fn succeed(&mut self, now: Instant) {
        self.healthy_since.get_or_insert(now);
    }

    /// The socket ended by itself or on purpose; whether the connection was healthy for long enough.
    /// Then the failures before it are forgotten.
    pub(super) fn end(&mut self, now: Instant) -> bool {
        let healthy = self.healthy_since.take();
        let long = Duration::from_millis(BACKOFF_HEALTHY_MS);
        let was_healthy = healthy.is_some_and(|since| now >= since + long);
        if was_healthy {
            self.failures = 0;
        }
        was_healthy
    }

    /// Nothing has failed since the last healthy connection.
    pub(super) const fn is_fresh(&self) -> bool {
        self.failures == 0
    }

    /// The wait before the next attempt, in milliseconds. `slow`: the server asked for distance, so at least half of
    /// the cap.
    pub(super) fn next_wait_ms(&mut self, slow: bool, random: &mut Random) -> u32 {
        let doubled = 1u32
            .checked_shl(self.failures)
            .map_or(u32::MAX, |factor| BACKOFF_BASE_MS.saturating_mul(factor));
        let (floor_ms, ceiling_ms) = match self.failures {
            _ if slow => (BACKOFF_CAP_MS / 2, BACKOFF_CAP_MS),
            0 => (0, BACKOFF_BASE_MS),
            _ => (BACKOFF_FLOOR_MS, doubled.min(BACKOFF_CAP_MS)),
        };
        self.failures = self.failures.saturating_add(1);
        random.between(floor_ms, ceiling_ms)
    }
}

#[cfg(test)]
mod tests;
