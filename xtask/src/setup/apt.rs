//! Packages of Debian and its relatives, where this user may install them.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::paths::on_path;
use crate::run::{Failure, Result, quiet};
use crate::setup::folder::{make_empty, unwritable};

/// Installs packages; the package lists are renewed only when they do not suffice.
pub(crate) fn install(packages: &[&str]) -> Result {
    if !allowed() {
        let packages = packages.join(" ");
        return Err(Failure::new(format!(
            "not installed, and not root on Debian: {packages}."
        )));
    }
    if quiet(&mut apt_install(packages)).is_ok() {
        return Ok(());
    }
    quiet(apt_get().arg("update"))?;
    quiet(&mut apt_install(packages)).map(drop)
}

/// Unpacks a package into a folder, without installing it: nothing of it is started, and one need not
/// be root.
pub(crate) fn unpack(package: &str, home: &Path) -> Result {
    let cannot = unwritable(home);
    make_empty(home)?;
    let download = || {
        let mut command = apt_get();
        quiet(command.current_dir(home).args(["download", package]))
    };
    if download().is_err() {
        // Only root may, and only where lists are missing must one.
        let _ = quiet(apt_get().arg("update"));
        download()?;
    }
    let files = fs::read_dir(home).map_err(&cannot)?.flatten();
    for file in files.map(|file| file.path()) {
        quiet(Command::new("dpkg").arg("-x").arg(&file).arg(home))?;
        fs::remove_file(&file).map_err(&cannot)?;
    }
    Ok(())
}

/// Whether this user may install this package, as far as the lists here say.
pub(crate) fn offers(package: &str) -> bool {
    allowed() && quiet(Command::new("apt-cache").args(["show", "--quiet=2", package])).is_ok()
}

fn allowed() -> bool {
    let root = quiet(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    root && on_path("apt-get").is_some()
}

fn apt_install(packages: &[&str]) -> Command {
    let mut command = apt_get();
    command
        .args(["install", "--yes", "--no-install-recommends"])
        .args(packages);
    command
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}
