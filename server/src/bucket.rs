//! A token bucket, kept as the instant at which all that was taken is forgiven (the generic cell
//! rate algorithm of ITU-T I.371).

use std::time::Duration;

use mote_protocol::time::Instant;

/// Costs are times: at `rate` a second, one of them costs `1 s / rate`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    forgiven_at: Instant,
}

impl Bucket {
    /// Nothing was taken yet.
    pub(crate) fn new(now: Instant) -> Self {
        Self { forgiven_at: now }
    }

    /// Takes, in any case. How long it is now until all is forgiven.
    pub(crate) fn take(&mut self, now: Instant, cost: Duration) -> Duration {
        self.forgiven_at = self.forgiven_at.max(now) + cost;
        self.forgiven_at - now
    }

    /// Takes, unless that would be more than `burst` ahead. Whether it did.
    pub(crate) fn take_within(&mut self, now: Instant, cost: Duration, burst: Duration) -> bool {
        let may = self.free_at(cost, burst) <= now;
        if may {
            self.take(now, cost);
        }
        may
    }

    /// Whether all that was taken is forgiven.
    pub(crate) fn is_forgiven(&self, now: Instant) -> bool {
        self.forgiven_at <= now
    }

    /// When `cost` may be taken again without being more than `burst` ahead.
    pub(crate) fn free_at(&self, cost: Duration, burst: Duration) -> Instant {
        let ahead = burst.saturating_sub(cost);
        let since_zero = Duration::from_micros(self.forgiven_at.as_micros());
        Instant::ZERO + since_zero.saturating_sub(ahead)
    }
}
