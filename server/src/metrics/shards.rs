//! Counters that each thread has for itself, on cache lines of its own, so that counting takes a few
//! nanoseconds whatever the other threads do.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::histogram::{Histogram, Observed};
use super::kind::{KINDS, Kind};
use crate::limits::METRIC_SHARDS;

/// Threads that come after [`METRIC_SHARDS`] others share with them, which costs time and no count.
#[derive(Debug)]
pub(super) struct Shards(Box<[Shard]>);

/// What one thread counts. Two cache lines are what processors fetch at once.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(super) struct Shard {
    pub(super) received: Traffic,
    pub(super) sent: Traffic,
    pub(super) merged: AtomicU64,
    pub(super) skipped: AtomicU64,
    pub(super) caught_up: AtomicU64,
    /// Who came less who went, here: only the sum of all shards is a number of people.
    pub(super) people: AtomicU64,
    pub(super) observers: AtomicU64,
    pub(super) joins: [AtomicU64; 4],
    pub(super) flush_late: Histogram,
    pub(super) flush_took: Histogram,
    pub(super) queue_wait: Histogram,
}

/// Messages of one direction, by kind.
#[derive(Debug, Default)]
pub(super) struct Traffic([[AtomicU64; 2]; KINDS]);

static NEXT_THREAD: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// Which shard is this thread's; none before it has counted anything.
    static OWN: Cell<usize> = const { Cell::new(usize::MAX) };
}

impl Default for Shards {
    fn default() -> Self {
        let shards = (0..METRIC_SHARDS).map(|_| Shard::default());
        Self(shards.collect())
    }
}

impl Shards {
    /// The calling thread's.
    pub(super) fn own(&self) -> &Shard {
        let mut number = OWN.get();
        if number == usize::MAX {
            number = NEXT_THREAD.fetch_add(1, Ordering::Relaxed) % METRIC_SHARDS;
            OWN.set(number);
        }
        &self.0[number % METRIC_SHARDS]
    }

    pub(super) fn sum(&self, of: impl Fn(&Shard) -> &AtomicU64) -> u64 {
        let counts = self.0.iter().map(|shard| of(shard).load(Ordering::Relaxed));
        counts.fold(0, u64::wrapping_add)
    }

    pub(super) fn observed(&self, of: impl Fn(&Shard) -> &Histogram) -> Observed {
        let mut all = Observed::default();
        self.0.iter().for_each(|shard| of(shard).add_to(&mut all));
        all
    }
}

impl Traffic {
    /// So many messages of `bytes` each.
    pub(super) fn count(&self, kind: Kind, messages: u64, bytes: usize) {
        let [count, sum] = &self.0[kind.index()];
        add(count, messages);
        add(sum, messages * bytes as u64);
    }

    pub(super) fn messages(&self, kind: Kind) -> &AtomicU64 {
        &self.0[kind.index()][0]
    }

    pub(super) fn bytes(&self, kind: Kind) -> &AtomicU64 {
        &self.0[kind.index()][1]
    }
}

/// No other memory hangs on it, so no order is asked for.
pub(super) fn add(counter: &AtomicU64, more: u64) {
    counter.fetch_add(more, Ordering::Relaxed);
}
