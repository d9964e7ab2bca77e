//! Where things are: the checkout, the target directory and the cache of compiled tools.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{Failure, Result, quiet};

/// The root of the checkout that this program was built from.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent()
        .expect("xtask lies in the root of the checkout")
        .to_owned()
}

/// Outside the checkout, so that `cargo clean` and a second checkout do not compile the tools again.
pub(crate) fn cache() -> Result<PathBuf> {
    if let Some(cache) = env::var_os("MOTE_CACHE") {
        return Ok(cache.into());
    }
    let home = env::home_dir().ok_or_else(|| {
        Failure::new("there is no home directory: set MOTE_CACHE to where tools may be kept.")
    })?;
    Ok(home.join(".cache/mote"))
}

/// Where cargo puts what it builds, whichever way the user configured it.
pub(crate) fn target() -> Result<PathBuf> {
    let mut metadata = Command::new("cargo");
    metadata
        .args(["metadata", "--no-deps", "--format-version=1", "--quiet"])
        .current_dir(root());
    let metadata = quiet(&mut metadata)?;
    let (_, rest) = metadata
        .split_once(r#""target_directory":""#)
        .unwrap_or_default();
    match rest.split_once('"') {
        Some((target, _)) => Ok(target.into()),
        None => Err(Failure::new(
            "`cargo metadata` names no target directory: update cargo.",
        )),
    }
}

/// The full path of a program, if it is on PATH.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|directory| directory.join(program))
        .find(|file| file.is_file())
}
