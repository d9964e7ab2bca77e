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

    /// For the page.
    pub(super) fn words(&self) -> &'static str {
        if self.before.is_some() {
            "The TCP of what the load receives is done on the load's core (`rps_cpus` of the loopback\n\
             device), as its machine would on a network. Left to itself, Linux does it within the\n\
             server's `send` and counts it as the server's; so it was in the other sections.\n\n"
        } else {
            "The server's CPU includes the TCP of what the load receives: Linux does it within `send`\n\
             on loopback, and it takes root to move it to the load's core.\n\n"
        }
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
