//! What one run of the load said.

use std::collections::BTreeMap;

use crate::run::{Failure, Result};

/// Numbers by name.
#[derive(Clone, Debug)]
pub(super) struct Reading(BTreeMap<String, f64>);

impl Reading {
    /// Lines of a name and a number.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let line = |line: &str| {
            let (name, value) = line.split_once(' ')?;
            Some((name.to_owned(), value.parse().ok()?))
        };
        let numbers = text.lines().map(line).collect::<Option<_>>();
        numbers.map(Self).ok_or_else(|| {
            Failure::new(format!("the load said what is no name and number:\n{text}"))
        })
    }

    pub(super) fn get(&self, name: &str) -> f64 {
        self.0.get(name).copied().unwrap_or(f64::NAN)
    }

    fn per_update(&self, name: &str) -> f64 {
        self.get(name) / self.get("delivered")
    }

    pub(super) fn cpu_us(&self) -> f64 {
        self.per_update("server_cpu_s") * 1e6
    }

    pub(super) fn bytes(&self) -> f64 {
        self.per_update("bytes")
    }

    pub(super) fn frames(&self) -> f64 {
        self.per_update("frames")
    }

    pub(super) fn segments(&self) -> f64 {
        self.per_update("segments")
    }

    pub(super) fn delivered_percent(&self) -> f64 {
        100.0 * self.get("delivered") / self.get("possible")
    }

    pub(super) fn server_busy_percent(&self) -> f64 {
        100.0 * self.get("server_cpu_s") / self.get("seconds")
    }

    /// Why the numbers say more of the load than of the server, if they do.
    pub(super) fn bottleneck(&self) -> Option<String> {
        let busy = self.get("load_busy_percent");
        let waited = self.get("load_waited_percent");
        let late = 100.0 * self.get("late_moves") / self.get("moves");
        if busy > LOAD_BUSY_PERCENT_MAX {
            Some(format!("the load was {busy:.0} % busy"))
        } else if waited > WAITED_PERCENT_MAX {
            Some(format!(
                "something else had its core for {waited:.0} % of the time"
            ))
        } else if late > LATE_PERCENT_MAX {
            Some(format!("{late:.1} % of the moves were late"))
        } else {
            None
        }
    }

    /// For the line of one run.
    pub(super) fn short(&self) -> String {
        let bottleneck = self
            .bottleneck()
            .map_or(String::new(), |why| format!(", {why}"));
        format!(
            "{:.2} µs an update, p50 {:.1} ms, p99 {:.1} ms, {:.1} % delivered{bottleneck}",
            self.cpu_us(),
            self.get("p50_ms"),
            self.get("p99_ms"),
            self.delivered_percent(),
        )
    }
}

/// Above this the load's own core is what limits.
const LOAD_BUSY_PERCENT_MAX: f64 = 85.0;

/// With more, other programs disturb what is measured.
const WAITED_PERCENT_MAX: f64 = 5.0;

/// With more late moves than this the load is not the one that was asked for.
const LATE_PERCENT_MAX: f64 = 1.0;

#[cfg(test)]
mod tests {
    use super::Reading;

    const RUN: &str = "seconds 2\nserver_cpu_s 0.5\nbytes 6000\nframes 100\nsegments 50\n\
        delivered 1000\npossible 2000\nmoves 100\nlate_moves 1\nload_busy_percent 85\nload_waited_percent 5\n";

    #[test]
    fn numbers_are_for_each_update_that_was_delivered() {
        let reading = Reading::parse(RUN).expect("names and numbers");
        assert_eq!(reading.cpu_us(), 500.0);
        assert_eq!(
            (reading.bytes(), reading.frames(), reading.segments()),
            (6.0, 0.1, 0.05)
        );
        assert_eq!(reading.delivered_percent(), 50.0);
        assert_eq!(reading.server_busy_percent(), 25.0);
        assert_eq!(reading.bottleneck(), None);
    }

    #[test]
    fn a_load_that_is_busy_late_or_disturbed_says_that_it_was_the_bottleneck() {
        let busy = RUN.replace("busy_percent 85", "busy_percent 86");
        let late = RUN.replace("late_moves 1", "late_moves 2");
        let disturbed = RUN.replace("waited_percent 5", "waited_percent 30");
        let all = [
            (busy, "86 % busy"),
            (late, "2.0 % of the moves"),
            (disturbed, "30 % of the time"),
        ];
        for (text, why) in all {
            let reading = Reading::parse(&text).expect("names and numbers");
            assert!(
                reading
                    .bottleneck()
                    .is_some_and(|found| found.contains(why)),
                "{text}"
            );
        }
    }

    #[test]
    fn a_line_that_is_no_name_and_number_is_an_error() {
        for wrong in ["moves", "moves many", "moves 1\n\n"] {
            assert!(Reading::parse(wrong).is_err(), "{wrong}");
        }
    }
}
