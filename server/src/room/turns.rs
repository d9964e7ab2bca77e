//! Whose turn it is in a large room.

use mote_protocol::time::Instant;

/// Slices take turns, one at each instant of a grid as fine as the period divided by the slices.
/// A turn that comes late is not made up for: the ones after it keep their distance, so that a
/// machine that is behind serves everybody less often, and nobody never.
#[derive(Debug, Default)]
pub(super) struct Turns {
    next: usize,
    /// Turns until everybody knows everything, if nothing happens meanwhile.
    left: usize,
    due: Option<Instant>,
}

impl Turns {
    /// When the next one is; none while there is nothing to tell.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// There is something to tell each of this many slices, a turn every `step_us`.
    pub(super) fn wake(&mut self, now: Instant, slices: usize, step_us: u64) {
        self.left = slices;
        if self.due.is_none() {
            self.due = Some(next_on_grid(now, step_us));
        }
    }

    /// The slice whose turn it is now.
    pub(super) fn take(&mut self, now: Instant, slices: usize, step_us: u64) -> usize {
        let index = self.next % slices;
        self.next = index + 1;
        self.left = self.left.saturating_sub(1);
        self.due = (self.left > 0).then(|| next_on_grid(now, step_us));
        index
    }

    /// There are no turns any more.
    pub(super) fn stop(&mut self) {
        *self = Self::default();
    }
}

/// The first whole multiple of `step_us` after `now`.
pub(super) fn next_on_grid(now: Instant, step_us: u64) -> Instant {
    let step_us = step_us.max(1);
    Instant::from_micros((now.as_micros() / step_us + 1) * step_us)
}
