//! What was counted, and the lines that say it.

use std::fmt;
use std::time::Duration;

use crate::histogram::Histogram;

/// Counts over all clients.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Positions that came, each newer than what its receiver had seen of that person.
    pub(crate) arrived: u64,
    /// Positions that never came because a newer one of the same person did.
    pub(crate) superseded: u64,
    pub(crate) repeated: u64,
    pub(crate) out_of_order: u64,
    /// Positions that nobody sent.
    pub(crate) unknown: u64,
    pub(crate) latencies: Histogram,
    pub(crate) moves: u64,
    /// Moves that were sent more than [`LATE`] after they were due.
    pub(crate) late_moves: u64,
}

/// A load that is this late does not do what it says any more.
pub(crate) const LATE: Duration = Duration::from_millis(5);

impl Tally {
    /// Updates that were delivered: each position that came, and each that a newer one of the same
    /// person made needless.
    pub(crate) const fn delivered(&self) -> u64 {
        self.arrived + self.superseded
    }
}

/// Names and numbers, one line each.
#[derive(Debug, Default)]
pub(crate) struct Report(Vec<(&'static str, f64)>);

impl Report {
    pub(crate) fn say(&mut self, name: &'static str, value: f64) {
        self.0.push((name, value));
    }

    pub(crate) fn say_count(&mut self, name: &'static str, value: u64) {
        self.say(name, value as f64);
    }

    pub(crate) fn say_latencies(&mut self, names: [&'static str; 3], latencies: &Histogram) {
        let found = [
            latencies.quantile(500),
            latencies.quantile(990),
            latencies.max(),
        ];
        for (name, latency) in names.into_iter().zip(found) {
            self.say(name, latency.as_secs_f64() * 1e3);
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|(name, value)| writeln!(f, "{name} {value}"))
    }
}
