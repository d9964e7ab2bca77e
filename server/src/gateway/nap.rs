//! A busy worker sleeps a little before it looks for more to read.
//!
//! Each wake-up costs several times what reading one move does. While a flush is due anyway, a move
//! gains nothing from being read at once: so a worker that has nothing to do sleeps until shortly
//! before that flush, [`NAP_MAX`] at most, and reads all that came meanwhile at one wake-up (as
//! network drivers do with interrupts). A worker whose rooms are quiet does not: what comes is told
//! at once.

use std::cell::RefCell;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use mote_protocol::time::Instant;

use super::clock::Clock;
use crate::hub::Timers;
use crate::limits::{NAP_MARGIN, NAP_MAX};

thread_local! {
    static NAPPER: RefCell<Option<Napper>> = const { RefCell::new(None) };
}

/// What a worker knows of its rooms.
pub(super) struct Napper {
    timers: Arc<Timers>,
    clock: Clock,
    /// Between two flushes of a busy room.
    period: Duration,
    /// When it last woke from a nap, until it has nothing to do again.
    woke_at: Option<Instant>,
    /// How long reading what had come took after that.
    reading: Duration,
}

impl Napper {
    pub(super) fn new(timers: Arc<Timers>, clock: Clock, tick_hz: u8) -> Self {
        Self {
            timers,
            clock,
            period: Duration::from_secs(1) / u32::from(tick_hz.max(1)),
            woke_at: None,
            reading: Duration::ZERO,
        }
    }

    /// From now on [`nap`] on this thread is for these rooms.
    pub(super) fn install(self) {
        NAPPER.set(Some(self));
    }

    /// What came during the nap is to be read before the flush, not after it.
    fn length(&mut self) -> Option<Duration> {
        let now = self.clock.now();
        if let Some(woke_at) = self.woke_at.take() {
            self.reading = now.since(woke_at);
        }
        let until = self.timers.first()?.since(now);
        let is_flush = until <= self.period;
        let length = until.checked_sub(NAP_MARGIN + self.reading)?.min(NAP_MAX);
        (is_flush && length >= NAP_MARGIN).then_some(length)
    }
}

/// To be called by the runtime of a [`Server`](super::Server) before it waits
/// (`on_thread_park`): the server is the only thing that may run on it.
pub fn nap() {
    let length = NAPPER.with_borrow_mut(|napper| napper.as_mut()?.length());
    if let Some(length) = length {
        thread::sleep(length);
        NAPPER.with_borrow_mut(|napper| {
            if let Some(napper) = napper {
                napper.woke_at = Some(napper.clock.now());
            }
        });
    }
}
