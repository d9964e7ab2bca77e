//! Connections in which nothing happens: what they cost.

use super::table::{grid, number};
use super::targets::{self, Target};
use super::{Bench, Case, Crowd, Reading, Section, Subject};
use crate::run::Result;
use crate::step::step;

/// So many that every server can hold them on this load.
pub(super) const OF_ALL: u32 = 3000;

/// So many as the promise is about.
pub(super) const OF_MOTE: u32 = 10_000;

const SECONDS: u32 = 10;

const KIB_EACH_MAX: f64 = 6.0;

const HEADS: [&str; 5] = [
    "server",
    "rooms × people",
    "KiB a connection",
    "CPU µs per connection and second",
    "all joined after s",
];

pub(super) fn run(bench: &Bench, subjects: &[Subject], connections: u32) -> Result<Section> {
    let mut rows = Vec::new();
    let mut found = Vec::new();
    for subject in subjects {
        let rooms_of: &[u32] = if *subject == Subject::Mote {
            &[10, 100]
        } else {
            &[10]
        };
        for people in rooms_of {
            let case = Case {
                rooms: connections / people,
                people: *people,
                hz: 1,
            };
            let name = format!("{connections} idle in rooms of {people}, {subject}");
            let mut crowd = Crowd::new(case, SECONDS, 1);
            crowd.moving = Some(0);
            let measured = step(&name, |step| {
                let reading = bench.measure(*subject, &crowd)?;
                step.remark(format!("{:.1} KiB each", kib(&reading)));
                Ok(reading)
            });
            match measured {
                Ok(reading) => {
                    if *subject == Subject::Mote && connections >= OF_MOTE {
                        let name = format!("KiB each in rooms of {people}");
                        let measured = kib(&reading);
                        found.push(Target {
                            name,
                            measured,
                            limit: KIB_EACH_MAX,
                        });
                    }
                    rows.push(row(*subject, &case, &reading));
                }
                Err(failure) if subject.is_npm() => println!("{failure}"),
                Err(failure) => return Err(failure),
            }
        }
    }
    Ok(Section {
        title: format!("{connections} idle connections"),
        text: format!("{}\n{}", grid(&HEADS, &rows), targets::table(&found)),
        wrong: Vec::new(),
        bars: Vec::new(),
    })
}

fn kib(reading: &Reading) -> f64 {
    reading.get("memory_busy_kib_each")
}

fn row(subject: Subject, case: &Case, reading: &Reading) -> Vec<String> {
    let connections = f64::from(case.rooms * case.people);
    let cpu_us = reading.get("server_cpu_s") * 1e6 / reading.get("seconds") / connections;
    vec![
        subject.to_string(),
        format!("{} × {}", case.rooms, case.people),
        number(kib(reading)),
        number(cpu_us),
        number(reading.get("joined_ms") / 1e3),
    ]
}
