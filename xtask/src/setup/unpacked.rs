//! Programs of the distribution's packages that are unpacked into the cache where the machine has none:
//! installed, they would start as services, at every start of the machine as well.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::kit::Kit;
use crate::run::{Failure, Result, quiet};
use crate::setup::apt;
use crate::setup::place::place;
use crate::step::step;

/// nginx, which the configuration in `deploy/` is run with.
pub(crate) fn nginx(kit: &mut Kit) -> Result {
    kit.nginx = Some(ready(
        kit,
        &Program {
            name: "nginx",
            package: "nginx",
            variable: "NGINX",
            place: "usr/sbin/nginx",
            version: "-v",
            missing: "nginx is needed to try the configuration in deploy/: install it, or name it in NGINX.",
        },
    )?);
    Ok(())
}

/// promtool, which reads metrics, alerts and queries as Prometheus does.
pub(crate) fn promtool(kit: &mut Kit) -> Result {
    kit.promtool = Some(ready(
        kit,
        &Program {
            name: "promtool",
            package: "prometheus",
            variable: "PROMTOOL",
            place: "usr/bin/promtool",
            version: "--version",
            missing: "promtool, a part of Prometheus, is needed to check metrics and alerts: install it, or \
                      name it in PROMTOOL.",
        },
    )?);
    Ok(())
}

struct Program {
    name: &'static str,
    package: &'static str,
    /// What may name another one.
    variable: &'static str,
    /// Where the package has it, below its root.
    place: &'static str,
    /// What makes it say its version.
    version: &'static str,
    missing: &'static str,
}

fn ready(kit: &Kit, wanted: &Program) -> Result<PathBuf> {
    let home = kit.cache.join("tools").join(wanted.package);
    step(wanted.name, |step| {
        if let Some(program) = find(wanted, &home)? {
            step.remark("already there");
            return Ok(program);
        }
        step.announce("unpacking the distribution's");
        apt::unpack(wanted.package, &home).map_err(|failure| failure.say(wanted.missing))?;
        find(wanted, &home)?.ok_or_else(|| Failure::new(wanted.missing))
    })
}

fn find(wanted: &Program, home: &Path) -> Result<Option<PathBuf>> {
    let named = place(wanted.variable, &[wanted.name])?;
    // Where services are, which is not always on PATH.
    let installed = Path::new("/").join(wanted.place);
    let mut places = named
        .into_iter()
        .chain([installed, home.join(wanted.place)]);
    // Unpacked, it may lack a library.
    Ok(places.find(|program| quiet(Command::new(program).arg(wanted.version)).is_ok()))
}
