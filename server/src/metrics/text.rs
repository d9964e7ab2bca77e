//! Prometheus' text format 0.0.4. Names, labels and help come from this crate's own fixed texts, so nothing
//! is escaped but a version.

use std::fmt::{Display, Write};

use super::exposition::{Exposition, Family, Shape};

/// What the format is called in HTTP.
pub(crate) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

impl Exposition {
    /// For Prometheus to read.
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::new();
        for family in &self.0 {
            write(family, &mut text);
        }
        text
    }
}

fn write(family: &Family, text: &mut String) {
    let Family { name, help, shape } = family;
    let kind = match shape {
        Shape::Counter(_) => "counter",
        Shape::Gauge(_) => "gauge",
        Shape::Histogram(_) => "histogram",
    };
    // Writing to a String does not fail.
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    match shape {
        Shape::Counter(points) | Shape::Gauge(points) => {
            for point in points {
                let labels = point.labels.iter();
                let labels = labels.map(|(name, value)| format!("{name}=\"{value}\""));
                match labels.collect::<Vec<_>>().join(",") {
                    labels if labels.is_empty() => line(text, name, point.value),
                    labels => line(text, format_args!("{name}{{{labels}}}"), point.value),
                }
            }
        }
        Shape::Histogram(observed) => {
            for (bound, count) in observed.buckets() {
                line(text, format_args!("{name}_bucket{{le=\"{bound}\"}}"), count);
            }
            let count = observed.count();
            line(text, format_args!("{name}_bucket{{le=\"+Inf\"}}"), count);
            line(text, format_args!("{name}_sum"), observed.sum_s());
            line(text, format_args!("{name}_count"), count);
        }
    }
}

fn line(text: &mut String, series: impl Display, value: impl Display) {
    let _ = writeln!(text, "{series} {value}");
}
