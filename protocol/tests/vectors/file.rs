//! Reads a vector file: `## name`, `= json`, then hex with comments. See `vectors/README.md`.

use serde_json::Value;

/// One WebSocket message and what it says.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) says: Value,
    pub(crate) bytes: Vec<u8>,
}

/// The cases of a file, at least one.
pub(crate) fn cases(text: &str) -> Vec<Case> {
    let cases: Vec<Case> = text.split("\n## ").skip(1).map(case).collect();
    assert!(!cases.is_empty(), "a vector file has cases");
    cases
}

fn case(text: &str) -> Case {
    let (name, body) = text.split_once('\n').expect("a case has a body");
    let mut json = String::new();
    let mut bytes = Vec::new();
    for line in body.lines() {
        if let Some(part) = line.strip_prefix("= ") {
            json.push_str(part);
            json.push(' ');
        } else {
            let hex = line.split('#').next().unwrap_or_default();
            hex.split_whitespace()
                .for_each(|group| push_group(group, &mut bytes));
        }
    }
    let says = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{name}: {error}"));
    Case {
        name: name.to_owned(),
        says: expand(says),
        bytes,
    }
}

/// `c0ff`, or `61*16000` for the bytes before the star so many times.
fn push_group(group: &str, bytes: &mut Vec<u8>) {
    let (hex, times) = group.split_once('*').unwrap_or((group, "1"));
    let times = times.parse().expect("a number after the star");
    bytes.extend_from_slice(&from_hex(hex).repeat(times));
}

fn from_hex(hex: &str) -> Vec<u8> {
    assert!(hex.len().is_multiple_of(2), "{hex}: two digits a byte");
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex"))
        .collect()
}

/// `{"repeat": text, "times": n}` becomes the text so many times, wherever it stands.
fn expand(value: Value) -> Value {
    match value {
        Value::Object(object) => match (object.get("repeat"), object.get("times")) {
            (Some(Value::String(text)), Some(times)) => {
                let times = times.as_u64().and_then(|times| usize::try_from(times).ok());
                text.repeat(times.expect("a number of times")).into()
            }
            _ => Value::Object(
                object
                    .into_iter()
                    .map(|(key, value)| (key, expand(value)))
                    .collect(),
            ),
        },
        Value::Array(array) => array.into_iter().map(expand).collect(),
        other => other,
    }
}
