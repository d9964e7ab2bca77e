//! The one place where the server reads a clock.

use std::time::Duration;

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

    /// Waits until `instant`; for ever when there is none.
    pub(super) async fn sleep_until(self, instant: Option<Instant>) {
        match instant {
            Some(instant) => {
                let since_zero = Duration::from_micros(instant.as_micros());
                tokio::time::sleep_until(self.zero + since_zero).await;
            }
            None => std::future::pending().await,
        }
    }
}
