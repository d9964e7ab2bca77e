//! A compiler for C++, which libFuzzer is written in.

use crate::paths::on_path;
use crate::run::{Failure, Result};
use crate::setup::apt;
use crate::step::step;

pub(crate) fn ready() -> Result {
    step("C++ compiler", |step| {
        if is_there() {
            step.remark("already there");
            return Ok(());
        }
        step.announce("installing the distribution's");
        apt::install(&["g++"]).map_err(|failure| failure.say(MISSING))?;
        if is_there() {
            Ok(())
        } else {
            Err(Failure::new(MISSING))
        }
    })
}

fn is_there() -> bool {
    on_path("c++").is_some()
}

const MISSING: &str = "a C++ compiler is needed to fuzz: install g++ or clang.";
