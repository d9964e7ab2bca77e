//! The one place where the server reads a clock.

use std::time::Duration;

use mote_protocol::time::Instant;
use tokio::time::Sleep;

/// Instants since the server started.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    zero: tokio::time::Instant,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self {
            zero: tokio::time::Instant::now(),
        }
    }

    pub(super) fn now(self) -> Instant {
        Instant::ZERO + self.zero.elapsed()
    }

    /// The runtime's name for `instant`.
    pub(super) fn at(self, instant: Instant) -> tokio::time::Instant {
        self.zero + Duration::from_micros(instant.as_micros())
    }

    /// Waits until `instant`.
    pub(super) fn sleep_until(self, instant: Instant) -> Sleep {
        tokio::time::sleep_until(self.at(instant))
    }
}
