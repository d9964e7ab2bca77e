//! What is shown of the counts at one time, before it is written for whoever reads it: [`text`](super::text)
//! for Prometheus, [`otlp`](super::otlp) for OpenTelemetry.

use std::fmt;

use super::histogram::Observed;

/// An exposition under construction.
#[derive(Debug, Default)]
pub(crate) struct Exposition(pub(super) Vec<Family>);

/// A metric with its values.
#[derive(Debug)]
pub(crate) struct Family {
    pub(super) name: &'static str,
    pub(super) help: String,
    pub(super) shape: Shape,
}

#[derive(Debug)]
pub(super) enum Shape {
    /// Something that only grows.
    Counter(Vec<Point>),
    /// Something that goes up and down.
    Gauge(Vec<Point>),
    Histogram(Observed),
}

/// A value, and the labels that it has.
#[derive(Debug)]
pub(super) struct Point {
    pub(super) labels: Vec<(&'static str, String)>,
    pub(super) value: Value,
}

/// One number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value {
    Whole(u64),
    Real(f64),
}

impl Exposition {
    /// Something that only grows. Its name ends in `_total`.
    pub(crate) fn counter(&mut self, name: &'static str, help: &str) -> &mut Family {
        self.family(name, help, Shape::Counter(Vec::new()))
    }

    /// Something that goes up and down.
    pub(crate) fn gauge(&mut self, name: &'static str, help: &str) -> &mut Family {
        self.family(name, help, Shape::Gauge(Vec::new()))
    }

    /// How long something took. Its name ends in `_seconds`.
    pub(crate) fn histogram(&mut self, name: &'static str, help: &str, observed: Observed) {
        self.family(name, help, Shape::Histogram(observed));
    }

    fn family(&mut self, name: &'static str, help: &str, shape: Shape) -> &mut Family {
        let help = help.to_owned();
        self.0.push(Family { name, help, shape });
        self.0.last_mut().expect("just pushed")
    }
}

impl Family {
    /// The only value.
    pub(crate) fn is(&mut self, value: impl Into<Value>) {
        self.of(&[], value);
    }

    /// The value of these labels, none of which needs escaping.
    pub(crate) fn of(
        &mut self,
        labels: &[(&'static str, &str)],
        value: impl Into<Value>,
    ) -> &mut Self {
        let labels = labels.iter().map(|(name, value)| (*name, (*value).into()));
        let point = Point {
            labels: labels.collect(),
            value: value.into(),
        };
        match &mut self.shape {
            Shape::Counter(points) | Shape::Gauge(points) => points.push(point),
            Shape::Histogram(_) => {}
        }
        self
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(value) => value.fmt(f),
            Self::Real(value) => value.fmt(f),
        }
    }
}

impl From<u64> for Value {
    fn from(value: u64) -> Self {
        Self::Whole(value)
    }
}

impl From<u8> for Value {
    fn from(value: u8) -> Self {
        Self::Whole(value.into())
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Self {
        Self::Whole(value as u64)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}
