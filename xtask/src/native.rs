//! The native Rust tests.

use crate::cargo;
use crate::kit::Kit;
use crate::run::{Result, shown};
use crate::step::shown_step;

/// Unit, integration and doc tests of every crate but the browser's shell.
pub(crate) fn test(kit: &Kit) -> Result {
    shown_step("native tests", || {
        shown(&mut cargo::native(
            kit,
            "test --workspace --exclude mote-client-wasm",
        )?)
    })
}
