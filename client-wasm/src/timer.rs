//! One timer, armed at the machine's next deadline.

use gloo_timers::callback::Timeout;
use mote_protocol::time::Instant;

/// A timer that fires at a deadline or earlier, never later.
#[derive(Default)]
pub(crate) struct Timer {
    armed: Option<(Instant, Timeout)>,
}

/// The longest that browsers wait, in milliseconds; after it we look again.
const DELAY_MS_MAX: u32 = i32::MAX as u32;

impl Timer {
    /// Whether a timer that fires at `deadline` or before is armed. Most deadlines only move away
    /// (every message puts the heartbeat off): the armed timer then fires early and is armed anew,
    /// which costs less than two calls into JavaScript for every message.
    pub(crate) fn covers(&self, deadline: Instant) -> bool {
        self.armed.as_ref().is_some_and(|(at, _)| *at <= deadline)
    }

    /// Replaces what is armed.
    pub(crate) fn arm(&mut self, now: Instant, deadline: Instant, fire: impl FnOnce() + 'static) {
        let wait_micros = deadline.as_micros().saturating_sub(now.as_micros());
        let delay_ms = u32::try_from(wait_micros.div_ceil(1_000))
            .map_or(DELAY_MS_MAX, |ms| ms.min(DELAY_MS_MAX));
        self.armed = Some((deadline, Timeout::new(delay_ms, fire)));
    }

    /// Nothing is armed any more.
    pub(crate) fn disarm(&mut self) {
        self.armed = None;
    }
}
