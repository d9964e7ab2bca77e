//! The npm package: installing what it needs, building, checking, measuring.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::kit::Kit;
use crate::run::{Failure, Result, quiet, shown};
use crate::setup;
use crate::step::{shown_step, step};

/// `npm ci` in a folder, unless its node_modules are of this very lock file.
pub(crate) fn install(kit: &Kit, folder: &str) -> Result {
    step(&format!("node_modules of {folder}"), |step| {
        let folder = kit.root.join(folder);
        let lock = fs::read(folder.join("package-lock.json")).map_err(|error| {
            let folder = folder.display();
            Failure::new(format!(
                "{folder} has no readable package-lock.json: {error}."
            ))
        })?;
        let stamp = folder.join("node_modules/.made-from-package-lock.json");
        if fs::read(&stamp).is_ok_and(|made_from| made_from == lock) {
            step.remark("already there");
            return Ok(());
        }
        let mut ci = kit.command("npm")?;
        quiet(
            ci.current_dir(&folder)
                .args(["ci", "--no-audit", "--no-fund"]),
        )?;
        fs::write(&stamp, lock).map_err(|error| {
            Failure::new(format!("{} cannot be written: {error}.", stamp.display()))
        })
    })
}

/// Bundles npm/wasm into npm/dist; the size budget is part of it.
pub(crate) fn build(kit: &Kit) -> Result {
    step("npm package", |_| {
        quiet(npm(kit)?.args(["run", "build"])).map(drop)
    })
}

/// Types, the shape of what is published, tests against the real server, known vulnerabilities.
pub(crate) fn check(kit: &Kit, server: &Path) -> Result {
    step("types", |_| {
        quiet(npm(kit)?.args(["run", "typecheck"])).map(drop)
    })?;
    step("package shape", |_| {
        quiet(npm(kit)?.args(["run", "check:package"])).map(drop)
    })?;
    shown_step("npm tests", || {
        shown(npm(kit)?.arg("test").env("MOTE_BIN", server))
    })?;
    audit(kit)
}

/// The API reference, made from the types and their comments; a name without words fails.
pub(crate) fn reference(kit: &Kit) -> Result {
    step("API reference", |_| {
        let mut build = kit.command("npm")?;
        build.current_dir(kit.root.join(REFERENCE));
        quiet(build.args(["run", "build"])).map(drop)
    })
}

/// `cargo xtask docs`.
pub(crate) fn docs() -> Result {
    let kit = setup::to_build()?;
    install(&kit, REFERENCE)?;
    reference(&kit)?;
    println!("\nOpen {REFERENCE}/dist/index.html.");
    Ok(())
}

/// The older React that the hooks are tested with too.
pub(crate) const REACT_18: &str = "npm/test/react-18";

/// Where the reference is made.
pub(crate) const REFERENCE: &str = "docs/reference";

/// A known vulnerability fails; a registry that answers no audits does not.
fn audit(kit: &Kit) -> Result {
    step("npm audit", |step| {
        match quiet(npm(kit)?.args(["audit", "--audit-level=low", "--json"])) {
            Ok(_) => Ok(()),
            // Only a real report has a version.
            Err(failure) if failure.output().contains("\"auditReportVersion\"") => {
                quiet(npm(kit)?.args(["audit", "--audit-level=low"])).map(drop)
            }
            Err(_) => {
                step.remark("not checked: the registry answers no audits");
                Ok(())
            }
        }
    })
}

pub(crate) fn npm(kit: &Kit) -> Result<Command> {
    let mut npm = kit.command("npm")?;
    npm.current_dir(kit.root.join("npm"));
    Ok(npm)
}
