//! How often something took how long.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Bounds of the buckets in microseconds, from a flush of a small room to a reader that is given up. At
/// 60 Hz a period is 16.7 ms.
const BOUNDS_US: [u64; 14] = [
    50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 17_000, 34_000, 100_000, 250_000, 1_000_000,
    5_000_000,
];

/// Counts by bucket; the last one is of all that took longer than every bound.
#[derive(Debug, Default)]
pub(crate) struct Histogram {
    counts: [AtomicU64; BOUNDS_US.len() + 1],
    sum_us: AtomicU64,
}

/// What was observed until now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Observed {
    counts: [u64; BOUNDS_US.len() + 1],
    sum_us: u64,
}

impl Histogram {
    /// O(1): 14 comparisons at most.
    pub(crate) fn observe(&self, time: Duration) {
        let us = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS_US.iter().take_while(|&&bound| us > bound).count();
        self.counts[bucket].fetch_add(1, Ordering::Relaxed);
        self.sum_us.fetch_add(us, Ordering::Relaxed);
    }

    pub(crate) fn add_to(&self, all: &mut Observed) {
        for (sum, count) in all.counts.iter_mut().zip(&self.counts) {
            *sum += count.load(Ordering::Relaxed);
        }
        all.sum_us = (all.sum_us).wrapping_add(self.sum_us.load(Ordering::Relaxed));
    }

    pub(crate) fn observed(&self) -> Observed {
        let mut all = Observed::default();
        self.add_to(&mut all);
        all
    }
}

impl Observed {
    /// How many were at most so long, in seconds, for each bound. Ascending.
    pub(crate) fn buckets(&self) -> impl Iterator<Item = (f64, u64)> + '_ {
        let mut so_far = 0;
        BOUNDS_US.iter().zip(&self.counts).map(move |(us, count)| {
            so_far += count;
            (seconds(*us), so_far)
        })
    }

    /// The bounds in seconds, and how many were in each bucket; the last are above all bounds.
    pub(crate) fn bounds_and_counts(&self) -> ([f64; BOUNDS_US.len()], &[u64]) {
        (BOUNDS_US.map(seconds), &self.counts)
    }

    pub(crate) fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    pub(crate) fn sum_s(&self) -> f64 {
        seconds(self.sum_us)
    }
}

fn seconds(us: u64) -> f64 {
    Duration::from_micros(us).as_secs_f64()
}
