//! Redis for the tests of shared rooms, and Valkey where the distribution has it.

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

pub(crate) fn valkey() -> Result {
    step("Valkey", |step| {
        if is_there("VALKEY_SERVER", "valkey-server")? {
            step.remark("already there");
        } else if apt::offers("valkey-server") {
            step.announce("installing the distribution's");
            apt::install(&["valkey-server"]).map_err(|failure| failure.say(NO_VALKEY))?;
        } else {
            step.remark("not in this distribution: tests run on Redis alone");
        }
        Ok(())
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
const NO_VALKEY: &str = "Valkey is in this distribution and cannot be installed: install \
    valkey-server, or name it in VALKEY_SERVER.";
