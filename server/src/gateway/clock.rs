//! The one place where the server reads its clocks.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mote_protocol::time::Instant;

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

    /// What the machine's clock says, in seconds since 1970. It may be set at any time.
    pub(super) fn calendar_s() -> u64 {
        since_1970().as_secs()
    }

    /// The same in milliseconds.
    pub(super) fn calendar_ms() -> u64 {
        u64::try_from(since_1970().as_millis()).unwrap_or(u64::MAX)
    }

    /// The same in nanoseconds.
    pub(super) fn calendar_ns() -> u64 {
        u64::try_from(since_1970().as_nanos()).unwrap_or(u64::MAX)
    }

    /// The runtime's name for `instant`.
    pub(super) fn at(self, instant: Instant) -> tokio::time::Instant {
        self.zero + Duration::from_micros(instant.as_micros())
    }

    /// Waits until `instant`; for ever when there is none.
    pub(super) async fn sleep_until(self, instant: Option<Instant>) {
        match instant {
            Some(instant) => tokio::time::sleep_until(self.at(instant)).await,
            None => std::future::pending().await,
        }
    }
}

fn since_1970() -> Duration {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    since_1970.unwrap_or_default()
}
