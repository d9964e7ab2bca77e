//! What a program can check without running the product: format, clippy, house rules, dependencies.

use crate::cargo::{self, WASM_TARGET};
use crate::kit::Kit;
use crate::run::{Failure, Result, quiet};
use crate::step::step;
use crate::tidy;

pub(crate) fn run(kit: &Kit) -> Result {
    step("format", |_| {
        quiet(&mut cargo::native(kit, "fmt --all --check")?).map(drop)
    })?;
    step("clippy", |_| {
        let words = "clippy --workspace --exclude mote-client-wasm --all-targets -- -D warnings";
        quiet(&mut cargo::native(kit, words)?).map(drop)
    })?;
    step("clippy for wasm", |_| {
        let mut clippy = kit.wasm_command("cargo")?;
        clippy.args(["clippy", "-p", "mote-client-wasm", "-p", "mote-protocol"]);
        clippy.args([
            "--target",
            WASM_TARGET,
            // Benches run on the machine itself only.
            "--lib",
            "--tests",
            "--",
            "-D",
            "warnings",
        ]);
        quiet(&mut clippy).map(drop)
    })?;
    step("tidy", |_| match tidy::findings(&kit.root) {
        found if found.is_empty() => Ok(()),
        found => Err(Failure::new(format!(
            "the house rules are broken:\n  {}",
            found.join("\n  ")
        ))),
    })?;
    step("licences, bans, sources", |_| {
        quiet(&mut cargo::native(kit, "deny check licenses bans sources")?).map(drop)
    })?;
    advisories(kit)
}

/// A known vulnerability fails; a database that is out of reach does not.
fn advisories(kit: &Kit) -> Result {
    step("advisories", |step| {
        let failure = match quiet(&mut cargo::native(kit, "deny check advisories")?) {
            Ok(_) => return Ok(()),
            Err(failure) => failure,
        };
        if failure
            .output()
            .contains("failed to fetch advisory database")
        {
            step.remark("not checked: the advisory database is out of reach");
            return Ok(());
        }
        Err(failure)
    })
}
