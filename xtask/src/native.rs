//! The native Rust tests, and a look for bytes that break a promise.

use crate::cargo;
use crate::fuzz;
use crate::kit::Kit;
use crate::run::{Result, shown};
use crate::step::shown_step;

/// Unit, integration and doc tests of every crate but the browser's shell; every fuzz target for some
/// seconds. Cargo runs one test program after the other, so the attacks, which are judged by how long others
/// wait meanwhile, have the machine to themselves.
pub(crate) fn test(kit: &Kit) -> Result {
    shown_step("native tests", || {
        shown(&mut cargo::native(
            kit,
            "test --workspace --exclude mote-client-wasm",
        )?)
    })?;
    fuzz::bounded(kit)
}
