//! One timer, armed at the machine's next deadline.

use gloo_timers::callback::Timeout;
use mote_protocol::time::Instant;

/// A timer that fires when it is due or earlier, never later. Dropping it disarms it.
pub(crate) struct Timer {
    due: Instant,
    _timeout: Timeout,
}

/// The longest that browsers wait, in milliseconds; after it we look again.
const DELAY_MS_MAX: u64 = i32::MAX as u64;

impl Timer {
    pub(crate) fn new(now: Instant, due: Instant, fire: impl FnOnce() + 'static) -> Self {
        let wait_micros = due.as_micros().saturating_sub(now.as_micros());
        let delay_ms = wait_micros.div_ceil(1_000).min(DELAY_MS_MAX);
        Self {
            due,
            _timeout: Timeout::new(u32::try_from(delay_ms).unwrap_or(u32::MAX), fire),
        }
    }

    /// Whether it fires at `deadline` or before. Most deadlines only move away (every message puts
    /// the heartbeat off): the armed timer then fires early and is armed anew, which costs less than
    /// two calls into JavaScript for every message.
    pub(crate) fn covers(&self, deadline: Instant) -> bool {
        self.due <= deadline
    }
}
