//! Every load against every server, in turns.

use super::cores::Receiving;
use super::{Bench, Case, Crowd, Options, Results, Section, Subject, table, targets};
use crate::run::Result;
use crate::step::step;

const SECONDS: u32 = 5;

pub(super) fn run(bench: &Bench, options: &Options) -> Result<Section> {
    let receiving = Receiving::on_the_load_core();
    let mut results = Results::new(&options.peers, &bench.subjects);
    let seconds = options.seconds.unwrap_or(SECONDS);
    for repetition in 1..=options.repetitions {
        for case in &options.cases {
            let crowd = Crowd::new(*case, seconds, repetition);
            for subject in bench
                .subjects
                .iter()
                .flat_map(|subject| subject.with_variants(case))
            {
                let name = format!("{repetition}/{} {case} {subject}", options.repetitions);
                one(bench, *case, subject, &crowd, &name, &mut results)?;
            }
        }
    }
    Ok(Section {
        title: "Cursors in rooms of several sizes".to_owned(),
        text: format!(
            "{}{}{}",
            receiving.words(),
            table::all(&results),
            targets::table(&targets::of(&results))
        ),
        wrong: results.wrong(),
        bars: results
            .cases
            .iter()
            .map(|case| bars(&results, *case))
            .collect(),
    })
}

/// A peer that fails is left out from then on; what this project makes must not fail.
fn one(
    bench: &Bench,
    case: Case,
    subject: Subject,
    crowd: &Crowd,
    name: &str,
    results: &mut Results,
) -> Result {
    if results.is_out(subject) {
        return Ok(());
    }
    let measured = step(name, |step| {
        let reading = bench.measure(subject, crowd)?;
        step.remark(reading.short());
        Ok(reading)
    });
    match measured {
        Ok(reading) => results.add(case, subject, reading),
        Err(failure) if subject.is_npm() => {
            println!("{failure}");
            results.leave_out(subject);
        }
        Err(failure) => return Err(failure),
    }
    Ok(())
}

/// Processor time an update, the fastest first.
fn bars(results: &Results, case: Case) -> (Case, Vec<(String, f64)>) {
    let mut bars: Vec<_> = results
        .of(case)
        .filter(|(subject, _)| *subject != Subject::Floor)
        .filter_map(|(subject, _)| {
            let cpu_us = results.median(case, subject, super::Reading::cpu_us)?;
            Some((subject.to_string(), cpu_us))
        })
        .collect();
    bars.sort_by(|(_, a), (_, b)| a.total_cmp(b));
    (case, bars)
}
