//! One timer, armed at the machine's next deadline.

use core::time::Duration;

use js_sys::Function;
use mote_protocol::time::Instant;
use wasm_bindgen::prelude::*;

/// A timer that fires at a deadline or earlier, never later.
#[derive(Default)]
pub(crate) struct Timer {
    armed: Option<(Instant, Timeout)>,
}

/// The longest that browsers wait, in milliseconds; after it we look again.
const DELAY_MS_MAX: i32 = i32::MAX;

impl Timer {
    /// Whether a timer that fires at `deadline` or before is armed. Most deadlines only move away
    /// (every message puts the heartbeat off): the armed timer then fires early and is armed anew,
    /// which costs less than two calls into JavaScript for every message.
    pub(crate) fn covers(&self, deadline: Instant) -> bool {
        self.armed.as_ref().is_some_and(|(at, _)| *at <= deadline)
    }

    /// Replaces what is armed.
    pub(crate) fn arm(&mut self, now: Instant, deadline: Instant, fire: impl FnMut() + 'static) {
        let wait = deadline.since(now) + Duration::from_micros(999);
        let delay_ms = i32::try_from(wait.as_millis()).unwrap_or(DELAY_MS_MAX);
        self.armed = Some((deadline, Timeout::new(delay_ms, fire)));
    }

    /// Nothing is armed any more.
    pub(crate) fn disarm(&mut self) {
        self.armed = None;
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(fire: &Function, delay_ms: i32) -> JsValue;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timeout: &JsValue);
}

/// A timeout; dropping it clears it.
struct Timeout {
    timeout: JsValue,
    _fire: Closure<dyn FnMut()>,
}

impl Timeout {
    fn new(delay_ms: i32, fire: impl FnMut() + 'static) -> Self {
        let fire = Closure::<dyn FnMut()>::new(fire);
        Self {
            timeout: set_timeout(fire.as_ref().unchecked_ref(), delay_ms),
            _fire: fire,
        }
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        clear_timeout(&self.timeout);
    }
}
