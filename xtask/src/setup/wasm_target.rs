//! The standard library for wasm32 and its sources, of which what ships is built: the compiler's own,
//! added by rustup, or had by way of Debian.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::cargo::WASM_TARGET;
use crate::kit::Kit;
use crate::run::{Failure, Result, quiet, quiet_for};
use crate::setup::{RUSTUP_LIMIT, debian};
use crate::step::step;
use crate::wasm::SMALLER;

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
        if is_ready()? {
            step.remark("already there");
            return Ok(None);
        }
        for words in [
            ["target", "add", WASM_TARGET],
            ["component", "add", "rust-src"],
        ] {
            let mut add = Command::new("rustup");
            // What is missing then is had by way of Debian.
            let _ = quiet_for(add.args(words), RUSTUP_LIMIT);
        }
        if is_ready()? {
            step.remark("added by rustup");
            return Ok(None);
        }
        debian::compiler(&kit.cache, step)
            .map(Some)
            .map_err(|failure| failure.say(MISSING))
    })?;
    Ok(())
}

fn is_ready() -> Result<bool> {
    Ok(has_std()? && has_sources()? && takes_options())
}

fn has_std() -> Result<bool> {
    let lib = rustlib()?.join(WASM_TARGET).join("lib");
    let Ok(files) = fs::read_dir(lib) else {
        return Ok(false);
    };
    Ok(files.flatten().any(|file| {
        let name = file.file_name();
        let name = name.to_string_lossy();
        name.starts_with("libstd") && name.ends_with(".rlib")
    }))
}

fn has_sources() -> Result<bool> {
    Ok(rustlib()?.join("src/rust/library/std/Cargo.toml").exists())
}

/// An older compiler does not know them all.
fn takes_options() -> bool {
    let mut rustc = Command::new("rustc");
    rustc.env("RUSTC_BOOTSTRAP", "1").args(["--print", "cfg"]);
    quiet(rustc.args(SMALLER.split_whitespace())).is_ok()
}

fn rustlib() -> Result<PathBuf> {
    let sysroot = quiet(Command::new("rustc").args(["--print", "sysroot"]))?;
    Ok(PathBuf::from(sysroot.trim()).join("lib/rustlib"))
}

const MISSING: &str = "Rust's standard library for wasm32-unknown-unknown, or its sources, are missing \
    and could not be had: run `rustup target add wasm32-unknown-unknown` and \
    `rustup component add rust-src` (with a distribution's Rust, install its packages, on Debian 13 \
    libstd-rust-dev-wasm32 and rust-src).";
