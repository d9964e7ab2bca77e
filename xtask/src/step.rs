//! One line per step: what was done, how long it took, and whether there was anything to do.

use std::io::{self, IsTerminal, Write};
use std::time::Instant;

use crate::run::Result;

/// Runs a step. On a terminal its name stands there while it works.
pub(crate) fn step<T>(name: &str, work: impl FnOnce(&mut Step) -> Result<T>) -> Result<T> {
    show_as_running(name);
    let started = Instant::now();
    let mut step = Step {
        name: name.to_owned(),
        remark: String::new(),
    };
    let outcome = work(&mut step);
    let mark = if outcome.is_ok() { '✓' } else { '✗' };
    finish(&line(mark, name, started, &step.remark));
    outcome
}

/// A step whose program has the terminal to itself: a heading before, the usual line after.
pub(crate) fn shown_step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("\n▸ {name}");
    let started = Instant::now();
    let outcome = work();
    println!(
        "{}",
        line(if outcome.is_ok() { '✓' } else { '✗' }, name, started, "")
    );
    outcome
}

/// What a running step can tell.
pub(crate) struct Step {
    name: String,
    remark: String,
}

impl Step {
    /// A remark for the end of the line, such as "already there".
    pub(crate) fn remark(&mut self, remark: impl Into<String>) {
        self.remark = remark.into();
    }

    /// Says at once that this will take a while, and why.
    pub(crate) fn announce(&self, what: &str) {
        finish(&format!("· {}: {what}", self.name));
        show_as_running(&self.name);
    }
}

fn line(mark: char, name: &str, started: Instant, remark: &str) -> String {
    let seconds = started.elapsed().as_secs_f64();
    let remark = if remark.is_empty() {
        String::new()
    } else {
        format!(" ({remark})")
    };
    format!("{mark} {name:<34} {seconds:>6.1} s{remark}")
}

fn show_as_running(name: &str) {
    if io::stdout().is_terminal() {
        print!("· {name} …");
        // Only the courtesy of showing the name early depends on this.
        let _ = io::stdout().flush();
    }
}

fn finish(line: &str) {
    let clear = if io::stdout().is_terminal() {
        "\r\x1b[2K"
    } else {
        ""
    };
    println!("{clear}{line}");
}
