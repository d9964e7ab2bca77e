//! A busy worker sleeps between flushes, and reads right before it flushes, at one wake-up.
//!
//! Each wake-up costs several times what reading one move does. While a flush is due anyway, a move
//! gains nothing from being read at once: so a worker that has nothing to do sleeps until that flush,
//! and reads all that came meanwhile, from other nodes as well (as network drivers do with interrupts).
//! Whatever else comes is not to wait for long: [`NAP_PARTS`]. What is read before a flush came before it,
//! and belongs to it: [`came_at`]. A worker whose rooms are quiet does not sleep.
//!
//! Who calls the rooms waits for [`ended`], beside a timer of the runtime for when nobody naps: that
//! timer alone would be one more wake-up, up to a millisecond late.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::future::poll_fn;
use std::mem;
use std::sync::Arc;
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use mote_protocol::time::Instant;

use super::clock::Clock;
use crate::hub::Timers;
use crate::limits::{NAP_MAX, NAP_PARTS};

thread_local! {
    static NAPPER: RefCell<Option<Napper>> = const { RefCell::new(None) };
}

/// A worker that naps.
pub(super) struct Napper {
    timers: Arc<Timers>,
    clock: Clock,
    rhythm: Rhythm,
    /// Who waits for the end of a nap.
    caller: Option<Waker>,
}

/// When a worker naps.
struct Rhythm {
    /// Between two instants of the grid.
    period: Duration,
    /// When a room last told of moves.
    flushed_at: Instant,
    /// When rooms that did are likely to do so again: a few instants of the grid.
    expected: BTreeSet<Instant>,
    /// What the worker slept for, until what came meanwhile is read.
    slept_for: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nap {
    /// To the next flush.
    Whole(Duration),
    /// That is too far away.
    Part(Duration),
}

impl Napper {
    pub(super) fn new(timers: Arc<Timers>, clock: Clock, tick_hz: u8) -> Self {
        Self {
            timers,
            clock,
            rhythm: Rhythm::new(tick_hz),
            caller: None,
        }
    }

    /// From now on this thread naps for these rooms.
    pub(super) fn install(self) {
        NAPPER.set(Some(self));
    }

    fn begin(&mut self) -> Option<Nap> {
        // Else there are rooms to be called.
        self.caller.as_ref()?;
        self.rhythm.begin(self.clock.now(), self.timers.first())
    }
}

impl Rhythm {
    fn new(tick_hz: u8) -> Self {
        Self {
            period: Duration::from_micros(1_000_000 / u64::from(tick_hz.max(1))),
            flushed_at: Instant::ZERO,
            expected: BTreeSet::new(),
            slept_for: None,
        }
    }

    /// All is read. `first` is when a room wants to be called.
    fn begin(&mut self, now: Instant, first: Option<Instant>) -> Option<Nap> {
        self.slept_for = None;
        self.expected.retain(|&at| at > now);
        let expected = *self.expected.first()?;
        // A flush that was late is not to make naps short.
        let longest = NAP_MAX.min((expected - self.flushed_at).max(self.period) / NAP_PARTS);
        let next = first.map_or(expected, |first| first.min(expected));
        if next - now > longest {
            return Some(Nap::Part(longest));
        }
        // What was read while it was late already was read at that time.
        self.slept_for = (next > now).then_some(next);
        Some(Nap::Whole(next - now))
    }

    /// A room has told of moves, and may do so again at `next`.
    fn note_flush(&mut self, now: Instant, next: Instant) {
        self.flushed_at = now;
        // Here, too: a worker with too much to do never naps.
        self.expected.retain(|&at| at > now);
        self.expected.insert(next);
    }

    /// The last moment before what the worker slept for; none if it overslept.
    fn came_at(&self, now: Instant) -> Option<Instant> {
        let before = Instant::from_micros(self.slept_for?.as_micros() - 1);
        let is_late = now > before + self.period;
        (!is_late).then_some(before)
    }
}

/// To be called by the runtime of a [`Server`](super::Server) before it waits
/// (`on_thread_park`): the server is the only thing that may run on it.
pub fn nap() {
    match with_napper(Napper::begin).flatten() {
        Some(Nap::Whole(length)) => {
            thread::sleep(length);
            let caller = with_napper(|napper| napper.caller.take()).flatten();
            caller.inspect(Waker::wake_by_ref);
        }
        Some(Nap::Part(length)) => thread::sleep(length),
        None => {}
    }
}

/// When what is read `now` came, as far as rooms are concerned.
pub(super) fn came_at(now: Instant) -> Instant {
    let came_at = with_napper(|napper| napper.rhythm.came_at(now)).flatten();
    came_at.unwrap_or(now)
}

/// A room of this worker has told of moves, and may do so again at `next`.
pub(super) fn note_flush(now: Instant, next: Instant) {
    with_napper(|napper| napper.rhythm.note_flush(now, next));
}

/// Until a nap on this thread ends. For one caller at a time, who then waits for [`read`].
pub(super) async fn ended() {
    let mut is_awaited = false;
    poll_fn(|cx| {
        let ended = with_napper(|napper| {
            if !mem::replace(&mut is_awaited, true) {
                napper.caller = Some(cx.waker().clone());
            }
            napper.caller.is_none()
        });
        match ended {
            Some(true) => Poll::Ready(()),
            Some(false) | None => Poll::Pending,
        }
    })
    .await;
}

/// Until what came during a nap was read.
pub(super) async fn read() {
    // The runtime looks at its sockets, wakes those who are to read them, and then us.
    tokio::task::yield_now().await;
    with_napper(|napper| napper.rhythm.slept_for = None);
}

/// None where nobody naps.
fn with_napper<T>(what: impl FnOnce(&mut Napper) -> T) -> Option<T> {
    NAPPER.with_borrow_mut(|napper| napper.as_mut().map(what))
}

#[cfg(test)]
mod tests {
    //! How long a nap is, and when what is read after it came.

    use super::*;

    fn at(micros: u64) -> Instant {
        Instant::from_micros(1_000_000 + micros)
    }

    /// 50 Hz: the grid has whole multiples of 20 ms.
    fn busy() -> Rhythm {
        let mut rhythm = Rhythm::new(50);
        rhythm.note_flush(at(50), at(20_000));
        rhythm
    }

    fn whole(micros: u64) -> Option<Nap> {
        Some(Nap::Whole(Duration::from_micros(micros)))
    }

    #[test]
    fn who_has_flushed_sleeps_until_a_room_may_flush_again() {
        let mut rhythm = busy();
        assert_eq!(rhythm.begin(at(16_000), None), whole(4_000));
        assert_eq!(rhythm.begin(at(20_100), None), None);
        rhythm.note_flush(at(20_200), at(40_000));
        assert_eq!(rhythm.begin(at(39_000), None), whole(1_000));
    }

    #[test]
    fn of_several_rooms_the_next_one_counts() {
        let mut rhythm = busy();
        rhythm.note_flush(at(60), at(40_000));
        assert_eq!(rhythm.begin(at(16_000), None), whole(4_000));
        assert_eq!(rhythm.begin(at(36_000), None), whole(4_000));
        assert_eq!(rhythm.begin(at(40_100), None), None);
    }

    #[test]
    fn a_long_nap_has_parts() {
        let mut rhythm = busy();
        let third = Some(Nap::Part(Duration::from_millis(20) / 3));
        assert_eq!(rhythm.begin(at(100), None), third);
        assert_eq!(rhythm.came_at(at(6_800)), None);
        assert_eq!(rhythm.begin(at(6_900), None), third);
        assert_eq!(rhythm.begin(at(13_600), None), whole(6_400));
    }

    #[test]
    fn where_every_room_leaves_instants_out_the_parts_are_longer() {
        let mut rhythm = Rhythm::new(100);
        rhythm.note_flush(at(0), at(30_000));
        let third = Some(Nap::Part(Duration::from_millis(10)));
        assert_eq!(rhythm.begin(at(100), None), third);
        rhythm.note_flush(at(200), at(10_000));
        let third = Some(Nap::Part(Duration::from_millis(10) / 3));
        assert_eq!(rhythm.begin(at(300), None), third);
    }

    #[test]
    fn who_never_naps_keeps_no_instants_that_have_passed() {
        let mut rhythm = Rhythm::new(50);
        for flush in 0..1_000 {
            rhythm.note_flush(at(flush * 20_000 + 50), at((flush + 1) * 20_000));
        }
        assert_eq!(rhythm.expected.len(), 1);
    }

    #[test]
    fn a_late_flush_makes_no_short_naps() {
        let mut rhythm = Rhythm::new(50);
        rhythm.note_flush(at(15_000), at(20_000));
        assert_eq!(rhythm.begin(at(15_100), None), whole(4_900));
    }

    #[test]
    fn where_flushes_are_seldom_naps_are_not_long() {
        let mut rhythm = Rhythm::new(1);
        rhythm.note_flush(at(50), at(1_000_000));
        assert_eq!(rhythm.begin(at(100), None), Some(Nap::Part(NAP_MAX)));
    }

    #[test]
    fn a_room_that_wants_to_be_called_sooner_is() {
        let mut rhythm = busy();
        assert_eq!(rhythm.begin(at(5_000), Some(at(7_000))), whole(2_000));
        assert_eq!(rhythm.begin(at(17_100), Some(at(30_000))), whole(2_900));
    }

    #[test]
    fn who_has_not_flushed_does_not_sleep() {
        let mut rhythm = Rhythm::new(50);
        assert_eq!(rhythm.begin(at(16_000), Some(at(20_000))), None);
        assert_eq!(rhythm.came_at(at(16_001)), None);
    }

    #[test]
    fn what_is_read_after_a_nap_came_before_the_flush() {
        let mut rhythm = busy();
        rhythm.begin(at(16_000), None);
        assert_eq!(rhythm.came_at(at(20_060)), Some(at(19_999)));
        assert_eq!(rhythm.came_at(at(25_000)), Some(at(19_999)));
        // The machine slept as well, or there is no end of reading.
        assert_eq!(rhythm.came_at(at(40_000)), None);
        rhythm.begin(at(26_000), None);
        assert_eq!(rhythm.came_at(at(26_001)), None);
    }

    #[test]
    fn who_is_late_already_reads_at_the_time_that_it_is() {
        let mut rhythm = busy();
        assert_eq!(rhythm.begin(at(7_000), Some(at(6_000))), whole(0));
        assert_eq!(rhythm.came_at(at(7_001)), None);
    }
}
