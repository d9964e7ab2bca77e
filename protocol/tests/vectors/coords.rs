//! The rounding rule and the surfaces.

use mote_protocol::coords::{Surface, from_wire, to_wire};
use serde_json::Value;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test;

const COORDS: &str = include_str!("../../vectors/coords.json");

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn fractions_are_rounded_as_the_vectors_say() {
    let vectors: Value = serde_json::from_str(COORDS).expect("JSON");
    for pair in list(&vectors["rounding"]) {
        let (fraction, wire) = (number(&pair[0]), number(&pair[1]));
        assert_eq!(to_wire(fraction).map(f64::from), Ok(wire), "{fraction}");
    }
    for wire in 0..=u16::MAX {
        assert_eq!(to_wire(from_wire(wire)), Ok(wire));
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn surfaces_map_the_window_as_the_vectors_say() {
    let vectors: Value = serde_json::from_str(COORDS).expect("JSON");
    for entry in list(&vectors["surfaces"]) {
        let surface = surface(&entry["surface"]);
        for point in list(&entry["points"]) {
            let [client_x, client_y] = pair(&point["client"]);
            let [x, y] = pair(&point["fraction"]);
            let there = surface.to_fraction(client_x, client_y);
            assert!(is_near(there, (x, y)), "{}: {there:?}", entry["name"]);
            let back = surface.to_client(x, y);
            assert!(
                is_near(back, (client_x, client_y)),
                "{}: {back:?}",
                entry["name"]
            );
        }
    }
}

fn surface(says: &Value) -> Surface {
    let side = |name: &str| number(&says[name]);
    match says["kind"].as_str() {
        Some("viewport") => Surface::Viewport {
            width: side("width"),
            height: side("height"),
        },
        Some("element") => Surface::Element {
            left: side("left"),
            top: side("top"),
            width: side("width"),
            height: side("height"),
        },
        Some("document") => Surface::Document {
            scroll_x: side("scrollX"),
            scroll_y: side("scrollY"),
            width: side("width"),
            height: side("height"),
        },
        _ => panic!("no surface: {says}"),
    }
}

/// Within what a double loses by one multiplication at the size of a screen.
fn is_near(found: (f64, f64), expected: (f64, f64)) -> bool {
    (found.0 - expected.0).abs() < 1e-9 && (found.1 - expected.1).abs() < 1e-9
}

fn list(value: &Value) -> &[Value] {
    let list = value.as_array().expect("a list");
    assert!(!list.is_empty());
    list
}

fn pair(value: &Value) -> [f64; 2] {
    [number(&value[0]), number(&value[1])]
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}
