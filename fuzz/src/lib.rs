//! What must hold whatever bytes come, as targets for a fuzzer.
//!
//! A target takes bytes and panics when a promise is broken. Its seeds are the golden vectors and some
//! that are written by hand. `tests/seeds.rs` runs every target on its seeds, and on these cut and bent;
//! `cargo xtask fuzz` lets libFuzzer look for more.

#![forbid(unsafe_code)]

mod input;
mod seeds;
mod targets;

/// One of the things to be fuzzed.
#[derive(Debug)]
pub struct Target {
    /// As `cargo xtask fuzz <name>` calls it.
    pub name: &'static str,
    /// Longer inputs are not tried: they only take longer.
    pub bytes_max: usize,
    /// Panics when these bytes break a promise.
    pub run: fn(&[u8]),
    /// Where to begin.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All of them.
pub const TARGETS: &[Target] = &[
    targets::codec::TARGET,
    targets::bus::TARGET,
    targets::room::TARGET,
    targets::client::TARGET,
    targets::connection::TARGET,
    targets::upgrade::TARGET,
    targets::tokens::TARGET,
    targets::settings::TARGET,
];

/// The target of that name.
#[must_use]
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
