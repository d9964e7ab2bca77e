//! A running server under test.

use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::{Bench, Peers, Subject, cores};
use crate::cluster::free_address;
use crate::run::{Failure, Result, line_of};

/// How long a server may take until it listens.
const START_LIMIT: Duration = Duration::from_secs(20);

/// Ended when the load is over, however it ends.
pub(super) struct Server {
    child: Child,
    pub(super) address: SocketAddr,
}

impl Server {
    pub(super) fn start(bench: &Bench, subject: Subject) -> Result<Self> {
        Self::start_with(|address| command(bench, subject, address))
    }

    /// What this makes for a free address.
    pub(super) fn start_with(make: impl FnOnce(SocketAddr) -> Result<Command>) -> Result<Self> {
        let address = free_address()?;
        let mut command = make(address)?;
        let command = &mut command;
        let child = command.spawn().map_err(|error| {
            Failure::new(format!(
                "{} could not be started: {error}.",
                line_of(command)
            ))
        })?;
        let mut server = Self { child, address };
        let deadline = Instant::now() + START_LIMIT;
        while TcpStream::connect_timeout(&address, START_LIMIT).is_err() {
            let ended = server.child.try_wait().is_ok_and(|status| status.is_some());
            if ended || Instant::now() > deadline {
                let line = line_of(command);
                return Err(Failure::new(format!(
                    "{line} does not listen on {address}."
                )));
            }
            // A refused connection answers at once: do not ask thousands of times a second.
            thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; both then fail, and nothing is left to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(bench: &Bench, subject: Subject, address: SocketAddr) -> Result<Command> {
    let pinned = |program: &Path| cores::pinned(&bench.kit, cores::SERVER, program);
    let port = address.port().to_string();
    let mut command = match subject {
        Subject::Mote => return mote(bench, address, &[]),
        Subject::Mote30 => return mote(bench, address, &["--tick-hz", "30"]),
        Subject::Floor => pinned(&bench.floor)?,
        _ => return peer(bench, subject, address),
    };
    command.arg(port);
    Ok(command)
}

/// Mote with room for all of the load, which comes from one address.
pub(super) fn mote(bench: &Bench, address: SocketAddr, flags: &[&str]) -> Result<Command> {
    let mut command = cores::pinned(&bench.kit, cores::SERVER, &bench.mote)?;
    command.args(["--listen", &address.to_string(), "--log", "error"]);
    command
        .args(["--max-connections-per-ip", "20000"])
        .args(["--max-http-connections-per-ip", "20000"])
        .args(["--max-joins-per-ip", "1000000"])
        // `--slow` sends more in Events than a browser may.
        .args(["--max-byte-rate", "16MiB"])
        .args(flags);
    Ok(command)
}

fn peer(bench: &Bench, subject: Subject, address: SocketAddr) -> Result<Command> {
    let peers = bench
        .peers
        .as_ref()
        .expect("a run with peers has installed them");
    let bun = peers.bun();
    let (program, words): (&Path, &[&str]) = match subject {
        Subject::Bun => (&bun, &["bun.mjs"]),
        Subject::Ws => (Path::new("node"), &["ws.mjs"]),
        Subject::SocketIo => (Path::new("node"), &["socketio.mjs"]),
        Subject::Yjs => (Path::new("node"), &["yjs.mjs"]),
        _ => (&bun, &["liveblocks.mjs"]),
    };
    let mut command = npm_program(bench, peers, program)?;
    command.args(words).arg(address.port().to_string());
    Ok(command)
}

/// A program of the folder in which the peers are; what it prints is nobody's business.
pub(super) fn npm_program(bench: &Bench, peers: &Peers, program: &Path) -> Result<Command> {
    let mut command = cores::pinned(&bench.kit, cores::SERVER, program)?;
    command.current_dir(&peers.folder);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    Ok(command)
}
