//! One slow reader in a busy room: what the others and the server's memory feel of it.

use super::case::DENSER;
use super::results::{Median, wrong_in};
use super::table::{grid, number};
use super::targets::{self, Target};
use super::{Bench, Crowd, Options, Reading, Section, Subject};
use crate::run::Result;
use crate::step::step;

/// Long enough that what waits for the slow one passes what the kernel holds, and the cap.
const SECONDS: u32 = 20;

/// Reliable messages, so that there is something that cannot be skipped.
const EVENTS: [&str; 2] = ["--event-bytes", "12000"];

/// The server's `max_queue`, which a slow reader costs at most.
const CAP_KIB: f64 = 1024.0;

const P99_RATIO_MAX: f64 = 1.1;

const VARIANTS: [(&str, &[&str]); 3] = [
    ("nobody is slow", &[]),
    ("one reads nothing", &["--slow-reader", "paused"]),
    ("one trickles", &["--slow-reader", "trickle"]),
];

const HEADS: [&str; 4] = [
    "",
    "p50 / p99 / max ms of the others",
    "peak of memory above idle, KiB",
    "delivered",
];

pub(super) fn run(bench: &Bench, options: &Options) -> Result<Section> {
    let seconds = options.seconds.unwrap_or(SECONDS);
    let mut readings = VARIANTS.map(|_| Vec::new());
    for repetition in 1..=options.repetitions {
        for ((name, flags), readings) in VARIANTS.iter().zip(&mut readings) {
            let mut crowd = Crowd::new(DENSER, seconds, repetition);
            crowd.more = [&EVENTS, *flags].concat();
            let name = format!("{repetition}/{} {name}", options.repetitions);
            step(&name, |step| {
                let reading = bench.measure(Subject::Mote, &crowd)?;
                step.remark(reading.short());
                readings.push(reading);
                Ok(())
            })?;
        }
    }
    let rows: Vec<_> = VARIANTS
        .iter()
        .zip(&readings)
        .map(|(variant, it)| row(variant.0, it))
        .collect();
    let [without, slow @ ..] = &readings;
    let found: Vec<_> = VARIANTS[1..]
        .iter()
        .zip(slow)
        .flat_map(|((name, _), with)| targets_of(name, without, with))
        .collect();
    let wrong = readings
        .iter()
        .flatten()
        .flat_map(|reading| wrong_in(reading, "slow reader", true));
    Ok(Section {
        title: format!("A slow reader in {DENSER}, with Events of 12 kB at 20 a second"),
        text: format!("{}\n{}", grid(&HEADS, &rows), targets::table(&found)),
        wrong: wrong.collect(),
        bars: Vec::new(),
    })
}

fn row(name: &str, readings: &[Reading]) -> Vec<String> {
    let median = |value: &str| Median::of(readings, |reading| reading.get(value)).median;
    let delivered = Median::of(readings, Reading::delivered_percent).median;
    vec![
        name.to_owned(),
        ["p50_ms", "p99_ms", "max_ms"]
            .map(|it| number(median(it)))
            .join(" / "),
        number(median("memory_peak_above_idle_kib")),
        format!("{delivered:.1} %"),
    ]
}

fn targets_of(name: &str, without: &[Reading], with: &[Reading]) -> [Target; 2] {
    let median = |of: &[Reading], value: &str| Median::of(of, |it| it.get(value)).median;
    let memory = "memory_peak_above_idle_kib";
    [
        Target {
            name: format!("{name}: p99 of the others, with / without"),
            measured: median(with, "p99_ms") / median(without, "p99_ms"),
            limit: P99_RATIO_MAX,
        },
        Target {
            name: format!("{name}: KiB more at the peak"),
            measured: median(with, memory) - median(without, memory),
            limit: CAP_KIB,
        },
    ]
}
