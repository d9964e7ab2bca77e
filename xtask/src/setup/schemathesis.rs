//! Schemathesis, which tries the admin API against its own description.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::kit::Kit;
use crate::run::{Result, quiet};
use crate::setup::apt;
use crate::setup::folder::{make_empty, unwritable};
use crate::setup::place::place;
use crate::step::{Step, step};

/// What it needs, to the last byte: programs from elsewhere are run here.
const REQUIREMENTS: &str = "tests/openapi/requirements.txt";

/// One that is named, or one of our own in an environment of the distribution's Python, made anew when
/// what it needs is something else.
pub(crate) fn ready(kit: &mut Kit) -> Result {
    let requirements = kit.root.join(REQUIREMENTS);
    let home = kit.cache.join("tools/schemathesis");
    kit.schemathesis = Some(step("Schemathesis", |step| {
        if let Some(program) = place("SCHEMATHESIS", &["schemathesis"])? {
            step.remark("already there");
            return Ok(program);
        }
        let wanted = fs::read(&requirements).map_err(unwritable(&requirements))?;
        let (stamp, program) = (home.join("requirements.txt"), home.join("bin/schemathesis"));
        let is_made = fs::read(&stamp).is_ok_and(|made| made == wanted);
        if is_made && quiet(Command::new(&program).arg("--version")).is_ok() {
            step.remark("already there");
            return Ok(program);
        }
        make(&home, &requirements, step)?;
        fs::write(&stamp, wanted).map_err(unwritable(&stamp))?;
        Ok::<PathBuf, _>(program)
    })?);
    Ok(())
}

fn make(home: &Path, requirements: &Path, step: &Step) -> Result {
    step.announce("installing it from Python's registry");
    make_empty(home)?;
    let environment = || quiet(Command::new("python3").args(["-m", "venv"]).arg(home));
    if environment().is_err() {
        apt::install(&["python3-venv"]).map_err(|failure| failure.say(MISSING))?;
        make_empty(home)?;
        environment().map_err(|failure| failure.say(MISSING))?;
    }
    let mut install = Command::new(home.join("bin/python"));
    install
        .args(["-m", "pip", "install", "--quiet", "--no-deps"])
        .args(["--require-hashes", "--only-binary=:all:", "--requirement"])
        .arg(requirements);
    quiet(&mut install).map_err(|failure| failure.say(MISSING))?;
    Ok(())
}

const MISSING: &str = "Schemathesis is needed to test the admin API: Python 3.10 or newer with venv and \
    pip, and Python's package registry within reach the first time; or name it in SCHEMATHESIS.";
