//! `mote-floor`: the least that a server can do, to measure Mote beside it.
//!
//! One thread and one epoll loop. It shakes hands, believes every byte, and on a fixed grid of 60 Hz
//! writes one `CursorBatch` of the positions that changed in a room to each of the room's sockets.
//! No checks, no limits, no queues: for `cargo xtask bench` on this machine only.

mod server;

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::ExitCode;

fn main() -> ExitCode {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok());
    let Some(port) = port else {
        let _ = writeln!(io::stderr(), "usage: mote-floor <port of 127.0.0.1>");
        return ExitCode::FAILURE;
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match TcpListener::bind(address).and_then(server::serve) {
        Ok(never) => match never {},
        Err(error) => {
            let _ = writeln!(io::stderr(), "mote-floor: {error}");
            ExitCode::FAILURE
        }
    }
}
