//! The table of what was done and what came of it, a line each as it happens.

use std::time::Duration;

use crate::attack::{Answer, Attack};

/// One attack and what came of it.
pub(crate) struct Line {
    pub(crate) attack: &'static Attack,
    pub(crate) got: Answer,
    /// What the metrics should count and do not.
    pub(crate) uncounted: Option<String>,
    /// How much longer the crowd waited than in calm.
    pub(crate) ratio: f64,
    /// What the attacker held was given back.
    pub(crate) is_released: bool,
    pub(crate) memory_before: u64,
    pub(crate) memory_peak: u64,
    pub(crate) memory_after: u64,
    pub(crate) took: Duration,
}

#[derive(Default)]
pub(crate) struct Report {
    attacks: usize,
    wrong: Vec<String>,
}

impl Report {
    pub(crate) fn family(&self, name: &str, calm: Duration) {
        let (expected, got, memory) = ("expected", "got", "MiB before/most/after");
        let name = format!("{name} (calm: p99 {:.0} ms)", calm.as_secs_f64() * 1e3);
        println!(
            "\n{name:<78} {expected:<28} {got:<28} {:>5} {memory:>21} {:>5}",
            "p99 ×", "s"
        );
    }

    pub(crate) fn add(&mut self, line: &Line, wrong: Vec<String>) {
        self.attacks += 1;
        let mark = if wrong.is_empty() { '✓' } else { '✗' };
        println!(
            "{mark} {:<76} {:<28.28} {:<28.28} {:>5.2} {:>6.1} {:>7.1} {:>6.1} {:>5.1}",
            line.attack.name,
            line.attack.expected.to_string(),
            line.got.to_string(),
            line.ratio,
            mebibytes(line.memory_before),
            mebibytes(line.memory_peak),
            mebibytes(line.memory_after),
            line.took.as_secs_f64(),
        );
        let named = wrong
            .into_iter()
            .map(|text| format!("{}: {text}", line.attack.name));
        self.wrong.extend(named);
    }

    /// What went wrong.
    pub(crate) fn into_wrong(self) -> Vec<String> {
        println!("\n{} attacks", self.attacks);
        self.wrong
    }
}

pub(crate) fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / 1024.0 / 1024.0
}
