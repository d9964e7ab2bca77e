//! Programs that the distribution's packages install, and that are looked for on PATH.

use crate::paths::on_path;
use crate::run::{Failure, Result};
use crate::setup::apt;
use crate::step::step;

/// A compiler for C++, which libFuzzer is written in.
pub(crate) fn cxx() -> Result {
    ready(&Program {
        title: "C++ compiler",
        name: "c++",
        package: "g++",
        missing: "a C++ compiler is needed to fuzz: install g++ or clang.",
    })
}

/// Valgrind, which counts instructions.
pub(crate) fn valgrind() -> Result {
    ready(&Program {
        title: "Valgrind",
        name: "valgrind",
        package: "valgrind",
        missing: "Valgrind is needed to count instructions: install it.",
    })
}

struct Program {
    title: &'static str,
    name: &'static str,
    package: &'static str,
    missing: &'static str,
}

fn ready(wanted: &Program) -> Result {
    let is_there = || on_path(wanted.name).is_some();
    step(wanted.title, |step| {
        if is_there() {
            step.remark("already there");
            return Ok(());
        }
        step.announce("installing the distribution's");
        apt::install(&[wanted.package]).map_err(|failure| failure.say(wanted.missing))?;
        match is_there() {
            true => Ok(()),
            false => Err(Failure::new(wanted.missing)),
        }
    })
}
