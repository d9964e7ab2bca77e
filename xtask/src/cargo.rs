//! Cargo as the steps call it: for the machine itself and for the browser.

use std::path::PathBuf;
use std::process::Command;

use crate::kit::Kit;
use crate::paths;
use crate::run::{Result, quiet};
use crate::step::step;

pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// `cargo <words>` in the root, for the machine itself.
pub(crate) fn native(kit: &Kit, words: &str) -> Result<Command> {
    let mut command = kit.command("cargo")?;
    command.args(words.split_whitespace());
    Ok(command)
}

/// The server as people run it.
pub(crate) fn server(kit: &Kit) -> Result<PathBuf> {
    let mut binaries = step("server, release", |_| release_binaries(kit, &["mote"]))?;
    Ok(binaries.swap_remove(0))
}

/// Builds binaries in release and says where they lie, in the order asked for.
pub(crate) fn release_binaries(kit: &Kit, names: &[&str]) -> Result<Vec<PathBuf>> {
    let mut build = native(kit, "build --release")?;
    for name in names {
        build.args(["--bin", name]);
    }
    quiet(&mut build)?;
    let release = paths::target()?.join("release");
    Ok(names.iter().map(|name| release.join(name)).collect())
}
