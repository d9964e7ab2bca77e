//! Valgrind, which counts instructions.

use crate::paths::on_path;
use crate::run::{Failure, Result};
use crate::setup::apt;
use crate::step::step;

pub(crate) fn ready() -> Result {
    step("Valgrind", |step| {
        if is_there() {
            step.remark("already there");
            return Ok(());
        }
        step.announce("installing the distribution's");
        apt::install(&["valgrind"]).map_err(|failure| failure.say(MISSING))?;
        if is_there() {
            Ok(())
        } else {
            Err(Failure::new(MISSING))
        }
    })
}

fn is_there() -> bool {
    on_path("valgrind").is_some()
}

const MISSING: &str = "Valgrind is needed to count instructions: install it.";
