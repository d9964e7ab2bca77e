//! Prometheus' text format 0.0.4. Names, labels and help come from this crate's own fixed texts, so nothing
//! is escaped but a version.

use std::fmt::{Display, Write};

use super::histogram::Observed;

/// What the format is called in HTTP.
pub(crate) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// An exposition under construction.
#[derive(Debug, Default)]
pub(crate) struct Text(String);

/// A metric that has been introduced, to be given its values.
pub(crate) struct Family<'a> {
    text: &'a mut String,
    name: &'static str,
}

impl Text {
    /// Something that only grows. Its name ends in `_total`.
    pub(crate) fn counter(&mut self, name: &'static str, help: &str) -> Family<'_> {
        self.family(name, "counter", help)
    }

    /// Something that goes up and down.
    pub(crate) fn gauge(&mut self, name: &'static str, help: &str) -> Family<'_> {
        self.family(name, "gauge", help)
    }

    /// How long something took. Its name ends in `_seconds`.
    pub(crate) fn histogram(&mut self, name: &'static str, help: &str, observed: &Observed) {
        let text = self.family(name, "histogram", help).text;
        for (bound, count) in observed.buckets() {
            line(text, format_args!("{name}_bucket{{le=\"{bound}\"}}"), count);
        }
        let count = observed.count();
        line(text, format_args!("{name}_bucket{{le=\"+Inf\"}}"), count);
        line(text, format_args!("{name}_sum"), observed.sum_s());
        line(text, format_args!("{name}_count"), count);
    }

    pub(crate) fn finish(self) -> String {
        self.0
    }

    fn family(&mut self, name: &'static str, kind: &str, help: &str) -> Family<'_> {
        let text = &mut self.0;
        // Writing to a String does not fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        Family { text, name }
    }
}

impl Family<'_> {
    /// The only value.
    pub(crate) fn is(&mut self, value: impl Display) {
        line(self.text, self.name, value);
    }

    /// The value of these labels, none of which needs escaping.
    pub(crate) fn of(&mut self, labels: &[(&str, &str)], value: impl Display) -> &mut Self {
        let labels: Vec<_> = labels
            .iter()
            .map(|(name, value)| format!("{name}=\"{value}\""))
            .collect();
        let labels = labels.join(",");
        line(self.text, format_args!("{}{{{labels}}}", self.name), value);
        self
    }
}

fn line(text: &mut String, series: impl Display, value: impl Display) {
    let _ = writeln!(text, "{series} {value}");
}
