//! Programs of Python's registry, each in an environment of its own in the cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::kit::Kit;
use crate::run::{Result, quiet};
use crate::setup::apt;
use crate::setup::folder::{make_empty, unwritable};
use crate::setup::place::place;
use crate::step::{Step, step};

/// Schemathesis, which tries the admin API against its own description.
pub(crate) fn schemathesis(kit: &mut Kit) -> Result {
    kit.schemathesis = Some(ready(
        kit,
        &Program {
            title: "Schemathesis",
            name: "schemathesis",
            variable: "SCHEMATHESIS",
            requirements: "tests/openapi/requirements.txt",
            missing: "Schemathesis is needed to test the admin API: Python 3.10 or newer with venv and \
                      pip, and Python's package registry within reach the first time; or name it in \
                      SCHEMATHESIS.",
        },
    )?);
    Ok(())
}

/// kosoku, which runs the Autobahn suite's cases: the suite itself wants Python 2.
pub(crate) fn kosoku(kit: &mut Kit) -> Result {
    kit.kosoku = Some(ready(
        kit,
        &Program {
            title: "kosoku",
            name: "kosoku",
            variable: "KOSOKU",
            requirements: "tests/tests/conformance/requirements.txt",
            missing: "kosoku is needed for the cases of the Autobahn suite: Python 3.10 or newer with \
                      venv and pip, and Python's package registry within reach the first time; or name \
                      it in KOSOKU.",
        },
    )?);
    Ok(())
}

struct Program {
    title: &'static str,
    name: &'static str,
    /// What may name another one.
    variable: &'static str,
    /// What it needs, to the last byte: programs from elsewhere are run here.
    requirements: &'static str,
    missing: &'static str,
}

/// One that is named, or one of our own in an environment of the distribution's Python, made anew when
/// what it needs is something else.
fn ready(kit: &Kit, wanted: &Program) -> Result<PathBuf> {
    let requirements = kit.root.join(wanted.requirements);
    let home = kit.cache.join("tools").join(wanted.name);
    step(wanted.title, |step| {
        if let Some(program) = place(wanted.variable, &[wanted.name])? {
            step.remark("already there");
            return Ok(program);
        }
        let needs = fs::read(&requirements).map_err(unwritable(&requirements))?;
        let (stamp, bin) = (home.join("requirements.txt"), home.join("bin"));
        let program = bin.join(wanted.name);
        let is_made = fs::read(&stamp).is_ok_and(|made| made == needs);
        if is_made && quiet(Command::new(&program).arg("--help")).is_ok() {
            step.remark("already there");
            return Ok(program);
        }
        make(&home, &requirements, step).map_err(|failure| failure.say(wanted.missing))?;
        fs::write(&stamp, needs).map_err(unwritable(&stamp))?;
        Ok(program)
    })
}

fn make(home: &Path, requirements: &Path, step: &Step) -> Result {
    step.announce("installing it from Python's registry");
    make_empty(home)?;
    let environment = || quiet(Command::new("python3").args(["-m", "venv"]).arg(home));
    if environment().is_err() {
        apt::install(&["python3-venv"])?;
        make_empty(home)?;
        environment()?;
    }
    let mut install = Command::new(home.join("bin/python"));
    install
        .args(["-m", "pip", "install", "--quiet", "--no-deps"])
        .args(["--require-hashes", "--only-binary=:all:", "--requirement"])
        .arg(requirements);
    quiet(&mut install).map(drop)
}
