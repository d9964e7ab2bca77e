//! All readings of a run of the bench, and their medians.

use std::collections::BTreeMap;

use super::{Case, Reading, Subject};

/// Readings by load and server.
pub(super) struct Results {
    readings: BTreeMap<(Case, Subject), Vec<Reading>>,
    /// The loads in the order in which they were run.
    pub(super) cases: Vec<Case>,
    /// Servers that could not be installed.
    pub(super) missing: Vec<Subject>,
}

/// The middle one of several readings, and the outermost ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Median {
    pub(super) median: f64,
    pub(super) min: f64,
    pub(super) max: f64,
}

impl Results {
    pub(super) fn new(missing: Vec<Subject>) -> Self {
        Self {
            readings: BTreeMap::new(),
            cases: Vec::new(),
            missing,
        }
    }

    pub(super) fn add(&mut self, case: Case, subject: Subject, reading: Reading) {
        if !self.cases.contains(&case) {
            self.cases.push(case);
        }
        self.readings
            .entry((case, subject))
            .or_default()
            .push(reading);
    }

    /// The servers that were measured under this load.
    pub(super) fn of(&self, case: Case) -> impl Iterator<Item = (Subject, &[Reading])> {
        let all = self.readings.iter();
        all.filter(move |((of, _), _)| *of == case)
            .map(|((_, subject), readings)| (*subject, readings.as_slice()))
    }

    /// `None` when it was not measured.
    pub(super) fn median(
        &self,
        case: Case,
        subject: Subject,
        value: fn(&Reading) -> f64,
    ) -> Option<f64> {
        let readings = self.readings.get(&(case, subject))?;
        Some(Median::of(readings, value).median)
    }

    /// What was delivered wrongly, in words. A server that cannot keep up owes newest positions at
    /// the end; that is wrong only for those that promise to have none.
    pub(super) fn wrong(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for ((case, subject), readings) in &self.readings {
            for name in ["out_of_order", "unknown", "missing"] {
                let count: f64 = readings.iter().map(|reading| reading.get(name)).sum();
                if count > 0.0 && (name != "missing" || !subject.is_npm()) {
                    wrong.push(format!(
                        "{subject} {case}: {count} {}",
                        name.replace('_', " ")
                    ));
                }
            }
        }
        wrong
    }
}

impl Median {
    pub(super) fn of(readings: &[Reading], value: impl Fn(&Reading) -> f64) -> Self {
        let mut values: Vec<f64> = readings.iter().map(value).collect();
        values.sort_unstable_by(f64::total_cmp);
        let middle = values.len() / 2;
        let median = if values.len().is_multiple_of(2) {
            f64::midpoint(values[middle - 1], values[middle])
        } else {
            values[middle]
        };
        Self {
            median,
            min: values[0],
            max: values[values.len() - 1],
        }
    }
}
