//! The clock: `performance.now()`, which only ever goes forward.

use mote_protocol::time::Instant;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn now_ms() -> f64;
}

/// Now; zero is the page's load.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "not negative, and 53 bits of microseconds are 285 years"
)]
pub(crate) fn now() -> Instant {
    Instant::from_micros((now_ms() * 1_000.0) as u64)
}
