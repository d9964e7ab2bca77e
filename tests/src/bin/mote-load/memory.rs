//! The server's memory before the first connection, with everybody in, and after the work.

use std::thread;
use std::time::Duration;

use crate::probe::{memory_kib, memory_peak_kib};
use crate::report::Report;

/// How long before the first connect and after the last join memory is looked at: what a process does
/// at its start, and what joining took, is over by then.
pub(crate) const REST: Duration = Duration::from_millis(500);

/// Looks at the servers whose processes are known.
pub(crate) struct Memory {
    pids: Vec<u32>,
    before_kib: u64,
    idle_kib: u64,
}

impl Memory {
    /// Before the first connection.
    pub(crate) fn before(pids: &[u32]) -> Self {
        thread::sleep(REST);
        let before_kib = sum(pids, memory_kib);
        let idle_kib = 0;
        Self {
            pids: pids.to_owned(),
            before_kib,
            idle_kib,
        }
    }

    /// Everybody is in, nobody moves.
    pub(crate) fn idle(&mut self) {
        self.idle_kib = sum(&self.pids, memory_kib);
    }

    /// At the end of the work.
    pub(crate) fn say(&self, clients: usize, report: &mut Report) {
        if self.pids.is_empty() {
            return;
        }
        let (now_kib, peak_kib) = (
            sum(&self.pids, memory_kib),
            sum(&self.pids, memory_peak_kib),
        );
        let each = |kib: u64| (kib as f64 - self.before_kib as f64) / clients as f64;
        report.say_count("memory_before_kib", self.before_kib);
        report.say("memory_idle_kib_each", each(self.idle_kib));
        report.say("memory_busy_kib_each", each(now_kib));
        report.say("memory_peak_kib_each", each(peak_kib));
        let above_idle = peak_kib.saturating_sub(self.idle_kib);
        report.say_count("memory_peak_above_idle_kib", above_idle);
    }
}

fn sum(pids: &[u32], kib: fn(u32) -> u64) -> u64 {
    pids.iter().copied().map(kib).sum()
}
