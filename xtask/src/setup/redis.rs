//! Redis, which joins the rooms of several servers.

use std::path::PathBuf;

use crate::paths::on_path;
use crate::run::{Failure, Result};
use crate::setup::apt;
use crate::setup::place::place;
use crate::step::step;

pub(crate) fn redis() -> Result {
    step("Redis", |step| {
        if is_there("REDIS_SERVER", "redis-server")? && on_path("openssl").is_some() {
            step.remark("already there");
            return Ok(());
        }
        step.announce("installing the distribution's");
        // The second makes certificates for the tests of TLS.
        apt::install(&["redis-server", "openssl"]).map_err(|failure| failure.say(MISSING))?;
        if is_there("REDIS_SERVER", "redis-server")? && on_path("openssl").is_some() {
            Ok(())
        } else {
            Err(Failure::new(MISSING))
        }
    })
}

/// The program, as tests and verbs start it.
pub(crate) fn program() -> Result<PathBuf> {
    place("REDIS_SERVER", &["redis-server"])?.ok_or_else(|| Failure::new(MISSING))
}

fn is_there(variable: &str, name: &str) -> Result<bool> {
    Ok(place(variable, &[name])?.is_some())
}

const MISSING: &str = "redis-server (7 or newer) and openssl are needed for the tests of shared rooms: \
    install them, or name the first in REDIS_SERVER.";
