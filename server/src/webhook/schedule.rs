//! When to try again.

use std::time::Duration;

use mote_protocol::time::Instant;
use rand::RngExt;
use rand::rngs::StdRng;

use crate::limits::{
    WEBHOOK_ATTEMPTS_MAX, WEBHOOK_RETRY_BASE, WEBHOOK_RETRY_MAX, WEBHOOK_TIME_MAX,
};

/// The attempts for one request: ever more seldom, at random times, a limited number of times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts {
    since: Instant,
    failed: u32,
}

impl Attempts {
    /// The first is made now.
    #[must_use]
    pub const fn new(now: Instant) -> Self {
        let (since, failed) = (now, 0);
        Self { since, failed }
    }

    /// One has failed: how long to wait before the next, which is not before `retry_after`, as far as we
    /// go along with that. None: it is given up.
    pub fn next(
        &mut self,
        now: Instant,
        retry_after: Option<Duration>,
        random: &mut StdRng,
    ) -> Option<Duration> {
        self.failed += 1;
        let doubled = WEBHOOK_RETRY_BASE.saturating_mul(1 << (self.failed - 1).min(16));
        let most = doubled.min(WEBHOOK_RETRY_MAX);
        // Half of it is sure, so that a receiver that is starting gets some time.
        let wait = most / 2 + (most / 2).mul_f64(random.random());
        let wait = wait.max(retry_after.unwrap_or_default().min(WEBHOOK_RETRY_MAX));
        let is_late = now + wait > self.since + WEBHOOK_TIME_MAX;
        (self.failed < WEBHOOK_ATTEMPTS_MAX && !is_late).then_some(wait)
    }
}
