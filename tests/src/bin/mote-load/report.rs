//! What was counted, and the table that says it.

use std::cmp::Ordering;
use std::fmt::Write;
use std::time::Duration;

use crate::histogram::Histogram;
use crate::options::Options;
use crate::room::Finals;

/// Counts over all clients.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    latencies: Histogram,
    repeated: u64,
    out_of_order: u64,
    unknown: u64,
    pub(crate) bytes_in: usize,
    pub(crate) bytes_out: usize,
}

impl Tally {
    /// A position arrived: its age, and how it compares with the newest one seen before; `None`
    /// when nobody sent it.
    pub(crate) fn note(&mut self, seen: Option<(Duration, Ordering)>) {
        match seen {
            Some((latency, Ordering::Greater)) => self.latencies.add(latency),
            Some((_, Ordering::Equal)) => self.repeated += 1,
            Some((_, Ordering::Less)) => self.out_of_order += 1,
            None => self.unknown += 1,
        }
    }

    /// Joining is over: counts from now on.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// No position came after a newer one, or from nowhere.
    pub(crate) const fn is_clean(&self) -> bool {
        self.out_of_order == 0 && self.unknown == 0
    }
}

/// The result in a few lines.
pub(crate) fn table(
    options: &Options,
    tally: &Tally,
    deliveries_possible: usize,
    finals: Finals,
) -> String {
    let millis = |latency: Duration| format!("{:.2} ms", latency.as_secs_f64() * 1e3);
    let delivered = tally.latencies.total();
    let share = delivered as f64 * 100.0 / deliveries_possible.max(1) as f64;
    let seconds = f64::from(options.seconds);
    let kib_a_second = |bytes: usize| format!("{:.0} KiB/s", bytes as f64 / 1024.0 / seconds);
    let rows = [
        (
            "clients, rooms, moves",
            format!(
                "{}, {}, {} Hz for {} s",
                options.clients, options.rooms, options.hz, options.seconds
            ),
        ),
        (
            "updates delivered",
            format!(
                "{:.0} /s, {share:.1} % of all (older ones may be skipped)",
                delivered as f64 / seconds
            ),
        ),
        (
            "newest positions",
            format!("{} of {} arrived", finals.arrived, finals.expected),
        ),
        (
            "latency p50, p90, p99, max",
            [
                tally.latencies.quantile(500),
                tally.latencies.quantile(900),
                tally.latencies.quantile(990),
                tally.latencies.max(),
            ]
            .map(millis)
            .join(", "),
        ),
        (
            "repeated, out of order, from nowhere",
            format!(
                "{}, {}, {}",
                tally.repeated, tally.out_of_order, tally.unknown
            ),
        ),
        (
            "bytes in, out of the clients",
            format!(
                "{}, {}",
                kib_a_second(tally.bytes_in),
                kib_a_second(tally.bytes_out)
            ),
        ),
    ];
    let mut text = String::new();
    for (name, value) in rows {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name:<40} {value}");
    }
    text
}
