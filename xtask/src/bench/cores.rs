//! The server on one core, the load on another, where the machine has two.

use std::fs;
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

/// Which cores do a receiver's half of TCP on loopback, a bit for each; 0: the sender's own.
/// <https://docs.kernel.org/networking/scaling.html#rps-configuration>
const RECEIVE_CORES: &str = "/sys/class/net/lo/queues/rx-0/rps_cpus";

/// [`LOAD`].
const LOAD_ONLY: &str = "2";

/// While this lives, the load's core does the TCP of what the load receives, as its machine would on a
/// network: left to itself the kernel does it within the server's `send` and counts it as the server's.
pub(super) struct Receiving {
    before: Option<String>,
}

impl Receiving {
    /// Does nothing where the system may not be changed: that takes root.
    pub(super) fn on_the_load_core() -> Self {
        let before = can_pin()
            .then(|| fs::read_to_string(RECEIVE_CORES).ok())
            .flatten();
        let before = before.filter(|_| fs::write(RECEIVE_CORES, LOAD_ONLY).is_ok());
        Self { before }
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            // Nothing is left to do for who could write it a while ago and cannot any more.
            let _ = fs::write(RECEIVE_CORES, before);
        }
    }
}

/// Whether a [`Receiving`] is at work.
pub(super) fn receives_on_the_load_core() -> bool {
    let cores = fs::read_to_string(RECEIVE_CORES).unwrap_or_default();
    cores.trim().trim_start_matches(['0', ',']) == LOAD_ONLY
}
