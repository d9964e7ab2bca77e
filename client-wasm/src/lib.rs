//! The browser shell of Mote's client machine: it moves bytes, arms one timer, and decides nothing.
//!
//! JavaScript holds one [`Core`] a connection and polls it. The only call from here into JavaScript
//! code of the facade, besides opening a socket, is a wake-up without parameters: something can be
//! polled, as the [`Records`](mote_protocol::client::Records) of the machine.
//!
//! A panic in here is a trap: the facade guards every call into the instance and replaces one that
//! trapped.

#![forbid(unsafe_code)]

mod api;
mod clock;
mod shell;
mod socket;
mod timer;

use wasm_bindgen::prelude::*;

pub use crate::api::Core;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// The version of this build: the facade refuses to work with another one than its own.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").into()
}
