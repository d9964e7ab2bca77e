//! `cargo xtask bench`: a server and a load on loopback, each on a core of its own where that can be.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use crate::cargo;
use crate::kit::Kit;
use crate::paths::on_path;
use crate::run::{Failure, Result, line_of, shown};
use crate::step::step;

/// How long a server may take until it listens.
const START_LIMIT: Duration = Duration::from_secs(10);

/// What the clients do.
#[derive(clap::Args)]
pub(crate) struct Load {
    /// People in one room
    #[arg(long, default_value_t = 100)]
    clients: u32,
    /// Moves a second of each
    #[arg(long, default_value_t = 20)]
    hz: u32,
    /// How long
    #[arg(long, default_value_t = 10)]
    seconds: u32,
}

pub(crate) fn run(load: &Load) -> Result {
    let kit = Kit::new()?;
    let binaries = step("server and load tool, release", |_| {
        cargo::release_binaries(&kit, &["mote", "mote-load"])
    })?;
    let address = free_address()?;
    let mut server = on_core(&kit, 0, &binaries[0])?;
    server.arg("--listen").arg(address.to_string());
    // All of the load comes from one address.
    server
        .arg("--max-connections-per-ip")
        .arg(load.clients.saturating_add(1).to_string());
    let _server = Server::start(&mut server, address)?;
    let mut clients = on_core(&kit, 1, &binaries[1])?;
    clients.arg("--url").arg(format!("ws://{address}/ws"));
    clients.arg("--clients").arg(load.clients.to_string());
    clients.arg("--hz").arg(load.hz.to_string());
    clients.arg("--seconds").arg(load.seconds.to_string());
    shown(&mut clients)
}

/// Pinned where `taskset` is there and the machine has that core; on its own otherwise.
fn on_core(kit: &Kit, core: usize, program: &Path) -> Result<Command> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    if cores < 2 || on_path("taskset").is_none() {
        return kit.command(program);
    }
    let mut command = kit.command("taskset")?;
    command.arg("-c").arg(core.to_string()).arg(program);
    Ok(command)
}

fn free_address() -> Result<SocketAddr> {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    free.map_err(|error| Failure::new(format!("loopback has no free port: {error}.")))
}

/// A running server, ended when the load is over, however it ends.
struct Server(Child);

impl Server {
    fn start(command: &mut Command, address: SocketAddr) -> Result<Self> {
        let child = command.spawn().map_err(|error| {
            Failure::new(format!(
                "{} could not be started: {error}.",
                line_of(command)
            ))
        })?;
        let mut server = Self(child);
        let deadline = Instant::now() + START_LIMIT;
        while TcpStream::connect_timeout(&address, START_LIMIT).is_err() {
            let ended = server.0.try_wait().is_ok_and(|status| status.is_some());
            if ended || Instant::now() > deadline {
                return Err(Failure::new(format!(
                    "the server does not listen on {address}."
                )));
            }
            // A refused connection answers at once: do not ask thousands of times a second.
            thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; both then fail, and nothing is left to do.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
