//! `cargo xtask bench --instructions`: how many instructions the hot paths take, counted by
//! Valgrind's callgrind. Counts say less than time does, but they repeat on a noisy machine, so a
//! change of one per cent can be seen.

use std::path::Path;

use super::document;
use super::table::{grid, number};
use crate::cargo;
use crate::kit::Kit;
use crate::run::{Failure, Result, quiet};
use crate::setup;
use crate::step::step;

/// Turns before counting, in which buffers grow and rooms fill.
const WARM_UP: u32 = 50;

/// Turns that are counted.
const COUNTED: u32 = 200;

/// A path of `mote-hot-paths`, and what one operation of it takes.
pub(super) struct Count {
    operation: String,
    instructions: f64,
}

const HEADING: &str = "Instruction counts";

const PREFACE: &str = "\
`cargo xtask bench --instructions --write` made this table: the instructions of one operation,
counted by Valgrind's callgrind. Nothing of the kernel is in it: what is left of a delivered update
is its share of one `write`.";

/// Prints what was counted, and keeps it in the documentation if asked to.
pub(super) fn report(kit: &Kit, write: bool) -> Result {
    let table = instructions_markdown(&run(kit)?);
    println!("\n{table}");
    if write {
        document::write_section(kit, HEADING, &format!("{PREFACE}\n\n{table}"))?;
    }
    Ok(())
}

/// Counts every path.
fn run(kit: &Kit) -> Result<Vec<Count>> {
    setup::to_count_instructions()?;
    let binary = step("hot paths, release", |_| {
        cargo::release_binaries(kit, &["mote-hot-paths"])
    })?
    .swap_remove(0);
    let paths = quiet(&mut kit.command(&binary)?)?;
    let mut counts = Vec::new();
    for line in paths.lines() {
        let (name, operations, operation) = path(line)?;
        let instructions = step(&format!("instructions: {name}"), |_| {
            let before = collected(kit, &binary, name, WARM_UP)?;
            let after = collected(kit, &binary, name, WARM_UP + COUNTED)?;
            Ok((after - before) / f64::from(COUNTED) / operations)
        })?;
        let operation = operation.to_owned();
        counts.push(Count {
            operation,
            instructions,
        });
    }
    Ok(counts)
}

/// The table of the documentation.
pub(super) fn instructions_markdown(counts: &[Count]) -> String {
    let row = |count: &Count| vec![count.operation.clone(), number(count.instructions)];
    let rows: Vec<_> = counts.iter().map(row).collect();
    grid(&["operation", "instructions"], &rows)
}

/// A line of the list: name, operations a turn, what one operation is.
fn path(line: &str) -> Result<(&str, f64, &str)> {
    let parsed = || {
        let (name, rest) = line.split_once('\t')?;
        let (operations, operation) = rest.split_once('\t')?;
        Some((name, operations.parse().ok()?, operation))
    };
    let unlike = || Failure::new(format!("mote-hot-paths listed what is no path: {line}"));
    parsed().ok_or_else(unlike)
}

/// The instructions of the whole process.
fn collected(kit: &Kit, binary: &Path, path: &str, turns: u32) -> Result<f64> {
    let mut valgrind = kit.command("valgrind")?;
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    valgrind.arg(binary).args([path, &turns.to_string()]);
    let said = quiet(&mut valgrind)?;
    total(&said).ok_or_else(|| Failure::new(format!("callgrind said no total:\n{said}")))
}

/// From callgrind's last words, `==12== Collected : 312439`.
fn total(said: &str) -> Option<f64> {
    let line = said.lines().find(|line| line.contains("Collected"))?;
    line.rsplit(':').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests;
