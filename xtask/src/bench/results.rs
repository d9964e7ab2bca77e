//! All readings of a run of the bench, and their medians.

use std::collections::BTreeMap;

use super::{Case, Reading, Subject};

/// Readings by load and server.
pub(super) struct Results {
    readings: BTreeMap<(Case, Subject), Vec<Reading>>,
    /// The loads in the order in which they were run.
    pub(super) cases: Vec<Case>,
    /// Servers that could not be installed, or failed.
    pub(super) left_out: Vec<Subject>,
}

/// The middle one of several readings, and the outermost ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Median {
    pub(super) median: f64,
    pub(super) min: f64,
    pub(super) max: f64,
}

impl Results {
    /// Nothing yet, of the servers that were asked for and are there.
    pub(super) fn new(asked_for: &[Subject], there: &[Subject]) -> Self {
        let left_out = asked_for.iter().filter(|subject| !there.contains(subject));
        Self {
            readings: BTreeMap::new(),
            cases: Vec::new(),
            left_out: left_out.copied().collect(),
        }
    }

    pub(super) fn leave_out(&mut self, subject: Subject) {
        self.left_out.push(subject);
    }

    pub(super) fn is_out(&self, subject: Subject) -> bool {
        self.left_out.contains(&subject)
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

    /// What was delivered wrongly, in words.
    pub(super) fn wrong(&self) -> Vec<String> {
        let all = self
            .readings
            .iter()
            .flat_map(|((case, subject), readings)| {
                let name = format!("{subject} {case}");
                // A server that cannot keep up owes newest positions at the end; that is wrong only for
                // those that promise to owe none.
                let owes_none = !subject.is_npm();
                readings
                    .iter()
                    .flat_map(move |reading| wrong_in(reading, &name, owes_none))
            });
        all.collect()
    }
}

/// What was delivered wrongly in one reading, in words.
pub(super) fn wrong_in(reading: &Reading, name: &str, owes_none: bool) -> Vec<String> {
    let kinds = [
        ("out_of_order", "after newer ones"),
        ("unknown", "that nobody sent"),
        ("missing", "newest that never came"),
    ];
    kinds
        .iter()
        .filter(|(kind, _)| owes_none || *kind != "missing")
        .map(|(kind, words)| (reading.get(kind), words))
        // What the load did not count is not right either: it is no number.
        .filter(|(count, _)| *count != 0.0)
        .map(|(count, words)| format!("{name}: {count} positions {words}"))
        .collect()
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

#[cfg(test)]
mod tests {
    use super::super::Subject;
    use super::super::case::DENSE;
    use super::{Median, Reading, Results};

    fn reading(text: &str) -> Reading {
        Reading::parse(text).expect("names and numbers")
    }

    #[test]
    fn the_median_is_the_middle_one_or_between_the_two() {
        let readings = ["x 3", "x 1", "x 2", "x 10"].map(reading);
        let x = |reading: &Reading| reading.get("x");
        let three = Median::of(&readings[..3], x);
        assert_eq!((three.median, three.min, three.max), (2.0, 1.0, 3.0));
        let four = Median::of(&readings, x);
        assert_eq!((four.median, four.min, four.max), (2.5, 1.0, 10.0));
    }

    #[test]
    fn wrong_order_is_wrong_for_all_and_a_missing_end_only_for_ours() {
        let mut results = Results::new(&[], &[]);
        let late = reading("out_of_order 0\nunknown 0\nmissing 4");
        results.add(DENSE, Subject::Ws, late.clone());
        assert!(results.wrong().is_empty());
        results.add(DENSE, Subject::Mote, late);
        assert_eq!(results.wrong().len(), 1);
        results.add(
            DENSE,
            Subject::Ws,
            reading("out_of_order 1\nunknown 0\nmissing 0"),
        );
        assert_eq!(results.wrong().len(), 2);
    }

    #[test]
    fn a_peer_that_is_not_there_is_said_to_be_left_out() {
        let results = Results::new(&[Subject::Mote, Subject::Bun], &[Subject::Mote]);
        assert!(results.is_out(Subject::Bun) && !results.is_out(Subject::Mote));
    }
}
