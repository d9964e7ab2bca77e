//! One timer, armed at the machine's next deadline.

use gloo_timers::callback::Timeout;
use mote_protocol::time::Instant;

/// A timer that fires when it is due or earlier, never later. Dropping it disarms it.
pub(crate) struct Timer {
    due: Instant,
    _timeout: Option<Timeout>,
}

/// When a timer is due that does not fire any more.
const NEVER: Instant = Instant::from_micros(u64::MAX);

/// The longest that browsers wait, in milliseconds; after it we look again.
const DELAY_MS_MAX: u64 = i32::MAX as u64;

impl Timer {
    /// One that does not fire.
    pub(crate) const fn idle() -> Self {
        Self {
            due: NEVER,
            _timeout: None,
        }
    }

    pub(crate) fn new(now: Instant, due: Instant, fire: impl FnOnce() + 'static) -> Self {
        let wait_micros = due.as_micros().saturating_sub(now.as_micros());
        let delay_ms = wait_micros.div_ceil(1_000).min(DELAY_MS_MAX);
        let delay_ms = u32::try_from(delay_ms).unwrap_or(u32::MAX);
        Self {
            due,
            _timeout: Some(Timeout::new(delay_ms, fire)),
        }
    }

    /// It fired.
    pub(crate) const fn rang(&mut self) {
        self.due = NEVER;
    }

    /// Whether it fires at `deadline` or before, or not at all if there is none. Most deadlines only
    /// move away (every message puts the heartbeat off): the armed timer then fires early and is
    /// armed anew, which costs less than two calls into JavaScript for every message.
    pub(crate) fn covers(&self, deadline: Option<Instant>) -> bool {
        deadline.map_or(self.due == NEVER, |deadline| self.due <= deadline)
    }
}
