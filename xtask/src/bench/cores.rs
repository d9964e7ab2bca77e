//! The server on one core, the load on another, where the machine has two.

use std::path::Path;
use std::process::Command;
use std::thread;

use crate::kit::Kit;
use crate::paths::on_path;
use crate::run::Result;

pub(super) const SERVER: usize = 0;
pub(super) const LOAD: usize = 1;

/// Pinned where `taskset` is there and the machine has that core; on its own otherwise.
pub(super) fn pinned(kit: &Kit, core: usize, program: &Path) -> Result<Command> {
    if !can_pin() {
        return kit.command(program);
    }
    let mut command = kit.command("taskset")?;
    command.arg("-c").arg(core.to_string()).arg(program);
    Ok(command)
}

pub(super) fn can_pin() -> bool {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    cores >= 2 && on_path("taskset").is_some()
}
