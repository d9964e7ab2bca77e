//! Redis, which nodes of one cluster talk through.

use crate::paths::on_path;
use crate::run::{Failure, Result};
use crate::setup::apt;
use crate::step::step;

pub(crate) fn ready() -> Result {
    step("Redis", |step| {
        if is_there() {
            step.remark("already there");
            return Ok(());
        }
        step.announce("installing the distribution's");
        apt::install(&["redis-server"]).map_err(|failure| failure.say(MISSING))?;
        if is_there() {
            Ok(())
        } else {
            Err(Failure::new(MISSING))
        }
    })
}

fn is_there() -> bool {
    on_path("redis-server").is_some()
}

const MISSING: &str = "Redis 7 or newer is needed for several nodes: install redis-server.";
