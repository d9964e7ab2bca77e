//! The browser shell of Mote's client machine: it moves bytes, arms one timer, and decides nothing.
//!
//! An instance of this module is one connection and its rooms. JavaScript gives it commands
//! ([`commands`]) and polls it for the [`Records`](mote_protocol::client::Records) of the machine. The
//! only calls from here into JavaScript code of the facade are in `host.rs`: open a socket, and a wake-up without
//! parameters that says that something can be polled.
//!
//! A panic in here is a trap: the facade guards every call into the instance and replaces one that
//! trapped.

#![forbid(unsafe_code)]

mod clock;
pub mod commands;
mod host;
mod shell;
mod timer;

pub use crate::commands::{command, open, reserve};

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
