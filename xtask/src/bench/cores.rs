//! The server on one core, the load on another, where the machine has two; and what the system does
//! beside them.

use std::fs;
use std::io::Write as _;
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

/// How long a core may take to wake up, in microseconds, as four bytes, while the file is open.
/// <https://docs.kernel.org/power/pm_qos_interface.html>
const WAKE_LATENCY: &str = "/dev/cpu_dma_latency";

/// While this lives, idle cores stay awake. In a virtual machine the host puts an idle core to sleep, and
/// the kernel books what waking it takes on the process that wakes up: several times what the process does
/// then, and more for processes that have less to do.
pub(super) struct Awake {
    file: Option<fs::File>,
}

impl Awake {
    /// Does nothing where the system may not be changed: that takes root.
    pub(super) fn cores() -> Self {
        let file = fs::File::options().write(true).open(WAKE_LATENCY).ok();
        let file = file.filter(|mut file| file.write_all(&0_i32.to_ne_bytes()).is_ok());
        Self { file }
    }

    /// For the page.
    pub(super) fn words(&self) -> &'static str {
        if self.file.is_some() {
            "Idle cores are kept awake (`/dev/cpu_dma_latency`): else each process is booked for waking the\n\
             virtual core up, which is more than what it does then.\n\n"
        } else {
            "Idle cores sleep, and each process is booked for waking them up: it takes root to keep them\n\
             awake.\n\n"
        }
    }
}
