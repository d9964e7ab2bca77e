//! The parts of the Rust toolchain that a minimal installation leaves out.

use std::process::Command;

use crate::run::{Failure, Result, quiet, quiet_for};
use crate::setup::RUSTUP_LIMIT;
use crate::step::step;

pub(crate) fn ready() -> Result {
    step("rustfmt and clippy", |step| {
        if present() {
            step.remark("already there");
            return Ok(());
        }
        let mut add = Command::new("rustup");
        let added = quiet_for(
            add.args(["component", "add", "rustfmt", "clippy"]),
            RUSTUP_LIMIT,
        );
        match added {
            Ok(_) if present() => Ok(()),
            Ok(_) => Err(Failure::new(MISSING)),
            Err(failure) => Err(failure.say(MISSING)),
        }
    })
}

fn present() -> bool {
    ["fmt", "clippy"]
        .iter()
        .all(|verb| quiet(Command::new("cargo").args([verb, "--version"])).is_ok())
}

const MISSING: &str = "rustfmt and clippy are needed: run `rustup component add rustfmt clippy`, or \
    install your distribution's packages of these names.";
