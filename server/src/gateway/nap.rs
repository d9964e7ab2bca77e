//! A busy worker sleeps a little before it looks for more to read.
//!
//! Each wake-up costs several times what reading one move does. While a flush is due anyway, a move
//! gains nothing from being read at once: so a worker that has nothing to do sleeps until that flush,
//! at most [`NAP_MAX`], and reads all that came meanwhile at one wake-up (as network drivers do with
//! interrupts). A worker whose rooms are quiet does not: what comes is told at once.

use std::cell::RefCell;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::clock::Clock;
use crate::hub::Timers;
use crate::limits::{NAP_MARGIN, NAP_MAX};

thread_local! {
    static NAPPER: RefCell<Option<Napper>> = const { RefCell::new(None) };
}

/// What a worker knows of its rooms.
pub(super) struct Napper {
    pub(super) timers: Arc<Timers>,
    pub(super) clock: Clock,
    /// Between two flushes of a busy room.
    pub(super) period: Duration,
}

impl Napper {
    /// From now on [`nap`] on this thread is for these rooms.
    pub(super) fn install(self) {
        NAPPER.set(Some(self));
    }

    fn length(&self) -> Option<Duration> {
        let now = self.clock.now();
        let until = self.timers.first()?.since(now);
        let is_flush = until >= 2 * NAP_MARGIN && until <= self.period;
        // What came during the nap is to be read before the flush, not after it.
        is_flush.then(|| (until - NAP_MARGIN).min(NAP_MAX))
    }
}

/// To be called by the runtime of a [`Server`](super::Server) before it waits
/// (`on_thread_park`): the server is the only thing that may run on it.
pub fn nap() {
    let length = NAPPER.with_borrow(|napper| napper.as_ref()?.length());
    if let Some(length) = length {
        thread::sleep(length);
    }
}
