//! The Autobahn suite's cases, by kosoku: the suite itself wants Python 2.

use std::path::Path;
use std::process::Command;

use crate::kit::Kit;
use crate::run::{Result, quiet};
use crate::setup::folder::make_empty;
use crate::setup::{apt, place::place};
use crate::step::step;

/// As `tests/tests/conformance/requirements.txt` names it.
const VERSION: &str = "0.1.0";

pub(crate) fn ready(kit: &mut Kit) -> Result {
    kit.kosoku = Some(step("kosoku", |step| {
        let home = kit.cache.join(format!("tools/kosoku-{VERSION}"));
        let program = home.join("bin/kosoku");
        if let Some(program) = place("KOSOKU", &["kosoku"])? {
            step.remark("already there");
            return Ok(program);
        }
        if is_well(&program) {
            step.remark("already there");
            return Ok(program);
        }
        step.announce("installing it with pip");
        install(kit, &home).map_err(|failure| failure.say(MISSING))?;
        Ok(program)
    })?);
    Ok(())
}

fn install(kit: &Kit, home: &Path) -> Result {
    make_empty(home)?;
    if quiet(&mut make(home)).is_err() {
        // Debian keeps this part of Python in a package of its own.
        apt::install(&["python3-venv"])?;
        make_empty(home)?;
        quiet(&mut make(home))?;
    }
    let mut pip = Command::new(home.join("bin/pip"));
    pip.args(["install", "--disable-pip-version-check", "--require-hashes"]);
    pip.arg("-r");
    pip.arg(kit.root.join("tests/tests/conformance/requirements.txt"));
    quiet(&mut pip).map(drop)
}

fn make(home: &Path) -> Command {
    let mut python = Command::new("python3");
    python.args(["-m", "venv"]).arg(home);
    python
}

fn is_well(program: &Path) -> bool {
    quiet(Command::new(program).arg("--help")).is_ok()
}

const MISSING: &str = "kosoku is needed for the cases of the Autobahn suite: it takes Python 3.10 or \
    newer with venv; or install it yourself and name it in KOSOKU.";
