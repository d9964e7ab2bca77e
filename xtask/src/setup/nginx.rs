//! nginx, which the configuration in `deploy/` is run with.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::kit::Kit;
use crate::run::{Failure, Result, quiet};
use crate::setup::apt;
use crate::setup::place::place;
use crate::step::step;

/// The distribution's, where it is installed; else unpacked into the cache. Installed from here it
/// would start at once, and at every start of the machine, to serve port 80.
pub(crate) fn ready(kit: &mut Kit) -> Result {
    kit.nginx = Some(step("nginx", |step| {
        let home = kit.cache.join("tools/nginx");
        if let Some(program) = find(&home)? {
            step.remark("already there");
            return Ok(program);
        }
        step.announce("unpacking the distribution's");
        apt::unpack("nginx", &home).map_err(|failure| failure.say(MISSING))?;
        find(&home)?.ok_or_else(|| Failure::new(MISSING))
    })?);
    Ok(())
}

fn find(home: &Path) -> Result<Option<PathBuf>> {
    let installed = place("NGINX", &["nginx"])?;
    let others = ["/usr/sbin/nginx".into(), home.join("usr/sbin/nginx")];
    let mut places = installed.into_iter().chain(others);
    // Unpacked, it may lack a library.
    Ok(places.find(|program| quiet(Command::new(program).arg("-v")).is_ok()))
}

const MISSING: &str = "nginx is needed to try the configuration in deploy/: install it, or name it in \
    NGINX.";
