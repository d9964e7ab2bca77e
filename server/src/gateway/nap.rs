//! A busy worker sleeps until shortly before a flush, then reads, then flushes.
//!
//! Each wake-up costs several times what reading one move does. While a flush is due anyway, a move
//! gains nothing from being read at once: so a worker that has nothing to do sleeps until reading
//! what came meanwhile will end at the flush, [`NAP_MAX`] at most, and does both at one wake-up (as
//! network drivers do with interrupts). A worker whose rooms are quiet does not: what comes is told
//! at once.
//!
//! Who calls the rooms waits for [`ended`], beside a timer of the runtime for when nobody naps: the
//! timer alone would be one more wake-up, up to a millisecond late. What is due within [`NAP_MARGIN`]
//! is handled then, because reading takes longer or shorter than the last time.

use std::cell::RefCell;
use std::future::poll_fn;
use std::mem;
use std::sync::Arc;
use std::task::{Poll, Waker};
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
    /// Of the last flush, unless nothing was to be flushed a period later.
    flushed_at: Option<Instant>,
    /// Who waits for the end of a nap.
    caller: Option<Waker>,
    woke_at: Instant,
    /// How long reading what had come took after a nap.
    reading: Duration,
}

impl Napper {
    pub(super) fn new(timers: Arc<Timers>, clock: Clock, tick_hz: u8) -> Self {
        Self {
            timers,
            clock,
            period: Duration::from_secs(1) / u32::from(tick_hz.max(1)),
            flushed_at: None,
            caller: None,
            woke_at: Instant::ZERO,
            reading: Duration::ZERO,
        }
    }

    /// From now on this thread naps for these rooms.
    pub(super) fn install(self) {
        NAPPER.set(Some(self));
    }

    /// Until the next flush of a busy room: one that is due, or will be when what comes is read.
    fn until_flush(&mut self) -> Option<Duration> {
        let now = self.clock.now();
        let due = self.timers.first().filter(|due| *due <= now + self.period);
        let next =
            due.or_else(|| Some(self.flushed_at.take()? + self.period).filter(|at| *at > now));
        next.map(|at| at.since(now))
    }

    /// What comes during the nap is to be read before the flush, not after it. Little comes in a
    /// short time.
    fn length(&self, until: Duration) -> Option<Duration> {
        let length = until - (self.reading + NAP_MARGIN / 2).min(until / 2);
        (until > NAP_MARGIN).then_some(length.min(NAP_MAX))
    }
}

/// To be called by the runtime of a [`Server`](super::Server) before it waits
/// (`on_thread_park`): the server is the only thing that may run on it.
pub fn nap() {
    let caller = NAPPER.with_borrow_mut(|napper| {
        let napper = napper.as_mut()?;
        napper.caller.as_ref()?;
        let until = napper.until_flush()?;
        if let Some(length) = napper.length(until) {
            thread::sleep(length);
        }
        napper.woke_at = napper.clock.now();
        napper.caller.take()
    });
    if let Some(caller) = caller {
        caller.wake();
    }
}

/// How much too early the end of a nap may be.
pub(super) fn margin() -> Duration {
    let naps = NAPPER.with_borrow(Option::is_some);
    if naps { NAP_MARGIN } else { Duration::ZERO }
}

/// A room is called that wanted it at that time.
pub(super) fn note_flush(at: Instant) {
    NAPPER.with_borrow_mut(|napper| {
        if let Some(napper) = napper {
            napper.flushed_at = Some(at);
        }
    });
}

/// Until a nap on this thread ends. For one caller at a time.
pub(super) async fn ended() {
    let mut is_awaited = false;
    poll_fn(|cx| {
        NAPPER.with_borrow_mut(|napper| match napper {
            None => Poll::Pending,
            Some(napper) if mem::replace(&mut is_awaited, true) => match napper.caller {
                None => Poll::Ready(()),
                Some(_) => Poll::Pending,
            },
            Some(napper) => {
                napper.caller = Some(cx.waker().clone());
                Poll::Pending
            }
        })
    })
    .await;
}

/// Until what came during a nap was read: whoever is to read it was woken after the caller.
pub(super) async fn read_all() {
    let mut is_last = false;
    poll_fn(|cx| {
        if mem::replace(&mut is_last, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
    NAPPER.with_borrow_mut(|napper| {
        if let Some(napper) = napper {
            napper.reading = napper.clock.now().since(napper.woke_at);
        }
    });
}
