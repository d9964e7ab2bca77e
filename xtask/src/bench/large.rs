//! One room of ten thousand people, a thousand of whom move.

use super::results::wrong_in;
use super::table::{grid, number};
use super::targets::{self, Target};
use super::{Bench, Case, Crowd, Options, Reading, Section, Subject};
use crate::run::Result;
use crate::step::step;

const CASE: Case = Case {
    rooms: 1,
    people: 10_000,
    hz: 10,
};

const MOVING: u32 = 1000;

const SECONDS: u32 = 60;

const P99_MS_MAX: f64 = 100.0;

pub(super) fn run(bench: &Bench, options: &Options) -> Result<Section> {
    let mut crowd = Crowd::new(CASE, options.seconds.unwrap_or(SECONDS), 1);
    crowd.moving = Some(MOVING);
    crowd.more = vec!["--viewports"];
    let name = "10,000 people in one room";
    let reading = step(name, |step| {
        let reading = bench.measure(Subject::Mote, &crowd)?;
        step.remark(reading.short());
        Ok(reading)
    })?;
    let found = [
        Target {
            name: "p99 ms in view".to_owned(),
            measured: reading.get("p99_ms"),
            limit: P99_MS_MAX,
        },
        exact(
            "wrong counts when all have joined",
            &reading,
            "wrong_counts_joined",
        ),
        exact(
            "wrong counts when 100 have left",
            &reading,
            "wrong_counts_left",
        ),
        exact("last positions that never came", &reading, "missing"),
        exact(
            "last positions beyond the view that never came",
            &reading,
            "missing_beyond",
        ),
    ];
    let mut text = format!(
        "{}\n{}",
        grid(&["what", "measured"], &facts(&reading)),
        targets::table(&found)
    );
    if let Some(why) = reading.bottleneck() {
        text.push_str(&format!("\nThe load was the bottleneck: {why}.\n"));
    }
    Ok(Section {
        title: format!("{name}, {MOVING} move 10 times a second"),
        text,
        wrong: wrong_in(&reading, name, true),
        bars: Vec::new(),
    })
}

/// Something that must not be at all.
fn exact(name: &str, reading: &Reading, value: &str) -> Target {
    Target {
        name: name.to_owned(),
        measured: reading.get(value),
        limit: 0.0,
    }
}

fn facts(reading: &Reading) -> Vec<Vec<String>> {
    let get = |name: &str| number(reading.get(name));
    let three = |names: [&str; 3]| names.map(get).join(" / ");
    let seconds = reading.get("seconds");
    [
        ("measured for", format!("{} s", number(seconds))),
        (
            "all joined after",
            format!("{} s", number(reading.get("joined_ms") / 1e3)),
        ),
        (
            "a join, p50 / p99 / max ms",
            three(["join_p50_ms", "join_p99_ms", "join_max_ms"]),
        ),
        (
            "in view, p50 / p99 / max ms",
            three(["p50_ms", "p99_ms", "max_ms"]),
        ),
        (
            "in view, delivered",
            format!("{:.1} %", reading.delivered_percent()),
        ),
        (
            "in view, arrived (the others were superseded)",
            format!(
                "{:.1} %",
                100.0 * reading.get("arrived") / reading.get("possible")
            ),
        ),
        (
            "beyond the view, p50 / p99 / max ms",
            three(["beyond_p50_ms", "beyond_p99_ms", "beyond_max_ms"]),
        ),
        (
            "server's core busy",
            format!("{:.0} %", reading.server_busy_percent()),
        ),
        (
            "server waited for its core",
            format!("{:.0} %", reading.get("server_waited_percent")),
        ),
        (
            "load's core busy",
            format!("{:.0} %", reading.get("load_busy_percent")),
        ),
        ("frames a second", number(reading.get("frames") / seconds)),
        ("MB a second", number(reading.get("bytes") / seconds / 1e6)),
        (
            "KiB a connection, nobody moves",
            get("memory_idle_kib_each"),
        ),
        ("KiB a connection, at the peak", get("memory_peak_kib_each")),
    ]
    .into_iter()
    .map(|(name, value)| vec![name.to_owned(), value])
    .collect()
}
