//! Tools that cargo compiles from the registry, once, into the cache: each in a directory that carries
//! its version, so that two checkouts with different versions do not disturb each other.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::kit::Kit;
use crate::run::{Failure, Result, quiet};
use crate::step::{Step, step};

/// `wasm-bindgen` of exactly the version that Cargo.lock names: the two speak a private format.
pub(crate) fn wasm_bindgen(kit: &mut Kit) -> Result {
    let lock = kit.root.join("Cargo.lock");
    let lock = fs::read_to_string(&lock)
        .map_err(|error| Failure::new(format!("Cargo.lock cannot be read: {error}.")))?;
    let version = locked_version(&lock, "wasm-bindgen")
        .ok_or_else(|| Failure::new("Cargo.lock names no wasm-bindgen: run `cargo update`."))?;
    ready(
        kit,
        &Tool {
            package: "wasm-bindgen-cli",
            program: "wasm-bindgen",
            version,
            // Its lock file has named versions that registries no longer offered.
            install: &["--no-default-features"],
        },
    )
}

pub(crate) fn wasm_pack(kit: &mut Kit) -> Result {
    let version = "0.15.1";
    let install = &["--no-default-features", "--locked"];
    ready(
        kit,
        &Tool {
            package: "wasm-pack",
            program: "wasm-pack",
            version,
            install,
        },
    )
}

pub(crate) fn cargo_deny(kit: &mut Kit) -> Result {
    let version = "0.20.2";
    let install = &["--locked"];
    ready(
        kit,
        &Tool {
            package: "cargo-deny",
            program: "cargo-deny",
            version,
            install,
        },
    )
}

/// Firefox's WebDriver. It is named to those who need it and not put before PATH, where wasm-bindgen
/// would find it first and run every browser's tests in Firefox.
pub(crate) fn geckodriver(cache: &Path) -> Result<PathBuf> {
    let version = "0.37.1";
    let program = "geckodriver";
    let install = &["--locked"];
    let programs = installed(
        cache,
        &Tool {
            package: program,
            program,
            version,
            install,
        },
    )?;
    Ok(programs.join(program))
}

struct Tool<'a> {
    package: &'a str,
    program: &'a str,
    version: &'a str,
    install: &'a [&'a str],
}

fn ready(kit: &mut Kit, tool: &Tool<'_>) -> Result {
    let programs = installed(&kit.cache, tool)?;
    kit.tools.insert(0, programs);
    Ok(())
}

/// The directory that the tool's program is in.
fn installed(cache: &Path, tool: &Tool<'_>) -> Result<PathBuf> {
    let directory = cache.join(format!("tools/{}-{}", tool.package, tool.version));
    step(&format!("{} {}", tool.package, tool.version), |step| {
        let program = directory.join("bin").join(tool.program);
        if runs(&program, tool.version) {
            step.remark("already there");
            return Ok(());
        }
        install(tool, &directory, step)?;
        if runs(&program, tool.version) {
            return Ok(());
        }
        Err(Failure::new(format!(
            "{} is installed but does not run as version {}: remove {} and run this again.",
            tool.package,
            tool.version,
            directory.display()
        )))
    })?;
    Ok(directory.join("bin"))
}

fn runs(program: &Path, version: &str) -> bool {
    let said = quiet(Command::new(program).arg("--version"));
    said.is_ok_and(|said| said.split_whitespace().any(|word| word == version))
}

fn install(tool: &Tool<'_>, directory: &Path, step: &Step) -> Result {
    step.announce("compiling it, once; this takes some minutes");
    let mut command = Command::new("cargo");
    command
        .args(["install", "--force", "--root"])
        .arg(directory)
        .args(tool.install);
    command.arg(format!("{}@{}", tool.package, tool.version));
    // These run for seconds: what counts is how long they compile.
    command
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_LTO", "off");
    command.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    quiet(&mut command).map(drop).map_err(|failure| {
        failure.say(format!(
            "{} {} could not be installed: see above; a package registry must be within reach \
             the first time.",
            tool.package, tool.version
        ))
    })
}

fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines
        .nth(1)?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}

#[cfg(test)]
mod tests;
