//! The way without rustup's server: Debian's `rustc-web` with a std built from its own sources.
//!
//! Nothing outside the cache changes. The result is a directory of small programs to put before PATH;
//! each starts Debian's one with a sysroot that has the wasm target in it. The machine's own toolchain
//! goes on building the native crates.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::WASM_TARGET;
use crate::run::{Failure, Result, quiet};
use crate::setup::apt;
use crate::step::Step;

const PACKAGES: [&str; 5] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "rust-web-clippy",
];

/// The directory of programs, made on the first call.
pub(crate) fn compiler(cache: &Path, step: &mut Step) -> Result<PathBuf> {
    install_packages(step)?;
    let version = quiet(Command::new("/usr/bin/rustc").arg("--version"))?;
    let version = version.split_whitespace().nth(1).unwrap_or("unknown");
    let home = cache.join(format!("toolchains/debian-{version}"));
    step.remark(format!("Debian's Rust {version}"));
    if !home.exists() {
        step.announce("building std from its sources, once; this takes two minutes");
        build(cache, &home)?;
    }
    Ok(home.join("bin"))
}

fn install_packages(step: &Step) -> Result {
    let programs = ["/usr/bin/rustc", "/usr/bin/cargo", "/usr/bin/clippy-driver"];
    if !programs.iter().all(|program| Path::new(program).exists()) || linker_package().is_none() {
        step.announce("installing Debian's packages");
        apt::install(&PACKAGES)?;
    }
    // The linker is a link to a package that nothing pulls in.
    let linker = linker_package().ok_or_else(|| Failure::new("there is no /usr/bin/rust-lld."))?;
    if Path::new("/usr/bin").join(&linker).exists() {
        Ok(())
    } else {
        apt::install(&[&linker])
    }
}

fn linker_package() -> Option<String> {
    let link = fs::read_link("/usr/bin/rust-lld").ok()?;
    Some(link.file_name()?.to_string_lossy().into_owned())
}

/// Builds beside the final place and moves there at the end: what is there is whole.
fn build(cache: &Path, home: &Path) -> Result {
    let work = cache.join("toolchains/work");
    clear(&work)?;
    let rlibs = build_std(&work.join("crate"))?;
    lay_out(&work.join("done"), home, &rlibs).map_err(|error| cannot_keep(home, &error))?;
    fs::rename(work.join("done"), home).map_err(|error| cannot_keep(home, &error))?;
    clear(&work)
}

/// An empty crate makes cargo build std for the target; its dependencies are the rlibs to keep.
fn build_std(at: &Path) -> Result<Vec<PathBuf>> {
    let manifest = "[package]\nname = \"empty\"\nedition = \"2024\"\n[workspace]\n";
    fs::create_dir_all(at.join("src")).map_err(|error| cannot_keep(at, &error))?;
    fs::write(at.join("Cargo.toml"), manifest).map_err(|error| cannot_keep(at, &error))?;
    fs::write(at.join("src/lib.rs"), "#![no_std]\n").map_err(|error| cannot_keep(at, &error))?;
    let mut build = Command::new("/usr/bin/cargo");
    build
        .current_dir(at)
        .args(["build", "--release", "--target", WASM_TARGET]);
    // `test` is what wasm-bindgen-test needs.
    build.arg("-Zbuild-std=std,panic_abort,panic_unwind,test,proc_macro");
    build
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1");
    build
        .env("CARGO_TARGET_DIR", at.join("target"))
        .env_remove("RUSTFLAGS");
    quiet(&mut build)?;
    let deps = at.join("target").join(WASM_TARGET).join("release/deps");
    let files = fs::read_dir(&deps).map_err(|error| cannot_keep(&deps, &error))?;
    let files = files.flatten().map(|file| file.path());
    Ok(files.filter(|file| is_std_rlib(file)).collect())
}

fn is_std_rlib(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".rlib") && !name.starts_with("libempty")
}

/// A sysroot at `at`, whose programs know that it will be moved to `home`.
fn lay_out(at: &Path, home: &Path, rlibs: &[PathBuf]) -> std::io::Result<()> {
    let rustlib = at.join("lib/rustlib");
    let lib = rustlib.join(WASM_TARGET).join("lib");
    fs::create_dir_all(&lib)?;
    for rlib in rlibs {
        fs::copy(rlib, lib.join(rlib.file_name().unwrap_or_default()))?;
    }
    // The machine's own target, for build scripts and procedural macros.
    for entry in fs::read_dir("/usr/lib/rustlib")?.flatten() {
        if entry.file_name() != WASM_TARGET {
            symlink(entry.path(), rustlib.join(entry.file_name()))?;
        }
    }
    let sysroot = home.display();
    fs::create_dir_all(at.join("bin"))?;
    let programs = [
        (
            "rustc",
            format!("exec /usr/bin/rustc --sysroot '{sysroot}' \"$@\""),
        ),
        (
            "rustdoc",
            format!("exec /usr/bin/rustdoc --sysroot '{sysroot}' \"$@\""),
        ),
        ("cargo", "exec /usr/bin/cargo \"$@\"".to_owned()),
        // clippy runs the compiler in its own process and takes the sysroot from here.
        (
            "cargo-clippy",
            format!("SYSROOT='{sysroot}' exec /usr/bin/cargo-clippy \"$@\""),
        ),
    ];
    for (name, script) in programs {
        let file = at.join("bin").join(name);
        fs::write(&file, format!("#!/bin/sh\n{script}\n"))?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

fn clear(directory: &Path) -> Result {
    if !directory.exists() {
        return Ok(());
    }
    fs::remove_dir_all(directory).map_err(|error| cannot_keep(directory, &error))
}

fn cannot_keep(place: &Path, error: &std::io::Error) -> Failure {
    let place = place.display();
    Failure::new(format!(
        "{place} cannot be written: {error}; set MOTE_CACHE to another place."
    ))
}
