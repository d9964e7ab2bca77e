//! The peers from the npm registry, installed into the cache.

use std::fs;
use std::path::PathBuf;

use crate::kit::Kit;
use crate::run::{Failure, Result, quiet};
use crate::step::step;

/// Where the peers lie.
pub(super) struct Peers {
    pub(super) folder: PathBuf,
}

impl Peers {
    /// Copies `tests/peers` into the cache and installs what its lock file names, unless it is there.
    pub(super) fn install(kit: &Kit) -> Result<Self> {
        let source = kit.root.join("tests/peers");
        let folder = kit.cache.join("peers");
        step("peers from npm", |step| {
            let lock =
                fs::read(source.join("package-lock.json")).map_err(|error| cannot(&error))?;
            let stamp = folder.join("node_modules/.made-from-package-lock.json");
            fs::create_dir_all(&folder).map_err(|error| cannot(&error))?;
            for file in fs::read_dir(&source)
                .map_err(|error| cannot(&error))?
                .flatten()
            {
                if file.path().is_file() {
                    let copied = fs::copy(file.path(), folder.join(file.file_name()));
                    copied.map_err(|error| cannot(&error))?;
                }
            }
            if fs::read(&stamp).is_ok_and(|made_from| made_from == lock) {
                step.remark("already there");
                return Ok(());
            }
            step.announce("downloading them, once; about 130 MB");
            let mut ci = kit.command("npm")?;
            ci.current_dir(&folder)
                .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
            quiet(&mut ci)?;
            // The one script that is needed: it puts the binary of this machine in its place.
            let mut bun = kit.command("node")?;
            quiet(
                bun.current_dir(folder.join("node_modules/bun"))
                    .arg("install.js"),
            )?;
            fs::write(&stamp, lock).map_err(|error| cannot(&error))
        })?;
        Ok(Self { folder })
    }

    /// Bun's binary itself: no launcher in between.
    pub(super) fn bun(&self) -> PathBuf {
        self.folder.join("node_modules/bun/bin/bun.exe")
    }
}

fn cannot(error: &std::io::Error) -> Failure {
    Failure::new(format!(
        "the peers cannot be copied into the cache (MOTE_CACHE): {error}."
    ))
}
