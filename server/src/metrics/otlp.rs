//! The same for OpenTelemetry: an `ExportMetricsServiceRequest` of OTLP 1.x in its JSON encoding
//! (<https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding>): camelCase, 64-bit integers as texts.

use serde_json::{Value as Json, json};

use super::exposition::{Exposition, Family, Point, Shape, Value};

/// `AGGREGATION_TEMPORALITY_CUMULATIVE`: what was not taken at one time is in the next.
const CUMULATIVE: u8 = 2;

/// Who says it, and about which time; in nanoseconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin<'a> {
    /// Which of several servers.
    pub(crate) instance: &'a str,
    pub(crate) started_ns: u64,
    pub(crate) now_ns: u64,
}

impl Exposition {
    /// For a collector to read.
    pub(crate) fn to_otlp(&self, origin: Origin<'_>) -> Json {
        let version = env!("CARGO_PKG_VERSION");
        let resource = [
            ("service.name", "mote"),
            ("service.version", version),
            ("service.instance.id", origin.instance),
        ];
        let metrics: Vec<_> = self.0.iter().map(|family| metric(family, origin)).collect();
        json!({ "resourceMetrics": [{
            "resource": { "attributes": attributes(&resource) },
            "scopeMetrics": [{
                "scope": { "name": "mote", "version": version },
                "metrics": metrics,
            }],
        }] })
    }
}

fn metric(family: &Family, origin: Origin<'_>) -> Json {
    let points = |points: &[Point]| -> Vec<_> {
        let points = points.iter();
        points.map(|point| number(point, origin)).collect()
    };
    let (shape, data) = match &family.shape {
        Shape::Gauge(all) => ("gauge", json!({ "dataPoints": points(all) })),
        Shape::Counter(all) => (
            "sum",
            json!({
                "aggregationTemporality": CUMULATIVE,
                "isMonotonic": true,
                "dataPoints": points(all),
            }),
        ),
        Shape::Histogram(observed) => {
            let (bounds, counts) = observed.bounds_and_counts();
            let counts: Vec<_> = counts.iter().map(u64::to_string).collect();
            let point = json!({
                "startTimeUnixNano": origin.started_ns.to_string(),
                "timeUnixNano": origin.now_ns.to_string(),
                "count": observed.count().to_string(),
                "sum": observed.sum_s(),
                "bucketCounts": counts,
                "explicitBounds": bounds,
            });
            (
                "histogram",
                json!({ "aggregationTemporality": CUMULATIVE, "dataPoints": [point] }),
            )
        }
    };
    let unit = match family.name {
        name if name.contains("_seconds") => "s",
        name if name.contains("_bytes") => "By",
        _ => "1",
    };
    json!({ "name": family.name, "description": family.help, "unit": unit, shape: data })
}

fn number(point: &Point, origin: Origin<'_>) -> Json {
    let labels: Vec<_> = { point.labels.iter() }
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let (key, value) = match point.value {
        Value::Whole(value) => ("asInt", json!(value.to_string())),
        Value::Real(value) => ("asDouble", json!(value)),
    };
    json!({
        "attributes": attributes(&labels),
        "startTimeUnixNano": origin.started_ns.to_string(),
        "timeUnixNano": origin.now_ns.to_string(),
        key: value,
    })
}

fn attributes(all: &[(&str, &str)]) -> Vec<Json> {
    let text =
        |(key, value): &(&str, &str)| json!({ "key": key, "value": { "stringValue": value } });
    all.iter().map(text).collect()
}
