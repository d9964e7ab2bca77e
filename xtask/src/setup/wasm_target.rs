//! The standard library for wasm32: the compiler's own, added by rustup, or built by way of Debian.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::cargo::WASM_TARGET;
use crate::kit::Kit;
use crate::run::{Failure, Result, quiet, quiet_for};
use crate::setup::{RUSTUP_LIMIT, debian};
use crate::step::step;

pub(crate) fn ready(kit: &mut Kit) -> Result {
    let forced = match env::var("MOTE_WASM_TOOLCHAIN").ok().as_deref() {
        None | Some("" | "rustup") => false,
        Some("debian") => true,
        Some(other) => {
            return Err(Failure::new(format!(
                "MOTE_WASM_TOOLCHAIN is `{other}`: it can be `debian`, or not set."
            )));
        }
    };
    kit.wasm_compiler = step("wasm32 target", |step| {
        if forced {
            return debian::compiler(&kit.cache, step).map(Some);
        }
        if has_std()? {
            step.remark("already there");
            return Ok(None);
        }
        let mut add = Command::new("rustup");
        let added = quiet_for(add.args(["target", "add", WASM_TARGET]), RUSTUP_LIMIT);
        if added.is_ok() && has_std()? {
            step.remark("added by rustup");
            return Ok(None);
        }
        debian::compiler(&kit.cache, step)
            .map(Some)
            .map_err(|failure| failure.say(MISSING))
    })?;
    Ok(())
}

fn has_std() -> Result<bool> {
    let sysroot = quiet(Command::new("rustc").args(["--print", "sysroot"]))?;
    let lib = PathBuf::from(sysroot.trim())
        .join("lib/rustlib")
        .join(WASM_TARGET)
        .join("lib");
    let Ok(files) = fs::read_dir(lib) else {
        return Ok(false);
    };
    Ok(files.flatten().any(|file| {
        let name = file.file_name();
        let name = name.to_string_lossy();
        name.starts_with("libstd") && name.ends_with(".rlib")
    }))
}

const MISSING: &str = "Rust's standard library for wasm32-unknown-unknown is missing and could not be \
    had: run `rustup target add wasm32-unknown-unknown` (with a distribution's Rust, install its \
    package, on Debian 13 libstd-rust-dev-wasm32).";
