//! promtool, which reads metrics, alerts and queries as Prometheus does.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::kit::Kit;
use crate::run::{Failure, Result, quiet};
use crate::setup::apt;
use crate::setup::place::place;
use crate::step::step;

/// The machine's, or the distribution's, unpacked into the cache: installed it would start a Prometheus,
/// at every start of the machine as well.
pub(crate) fn ready(kit: &mut Kit) -> Result {
    kit.promtool = Some(step("promtool", |step| {
        let home = kit.cache.join("tools/prometheus");
        if let Some(program) = find(&home)? {
            step.remark("already there");
            return Ok(program);
        }
        step.announce("unpacking the distribution's");
        apt::unpack("prometheus", &home).map_err(|failure| failure.say(MISSING))?;
        find(&home)?.ok_or_else(|| Failure::new(MISSING))
    })?);
    Ok(())
}

fn find(home: &Path) -> Result<Option<PathBuf>> {
    let installed = place("PROMTOOL", &["promtool"])?;
    let mut places = installed.into_iter().chain([home.join("usr/bin/promtool")]);
    Ok(places.find(|program| quiet(Command::new(program).arg("--version")).is_ok()))
}

const MISSING: &str = "promtool, a part of Prometheus, is needed to check metrics and alerts: install it, \
    or name it in PROMTOOL.";
