//! The flags.

use std::net::SocketAddr;

use clap::{Parser, value_parser};

use crate::peer::Kind;
use crate::slow::Pace;

/// Moves many cursors on a server of this machine and measures how soon the others see them.
#[derive(Debug, Parser)]
#[command(name = "mote-load", version)]
pub(crate) struct Options {
    /// Where the server listens; this machine only, for example 127.0.0.1:3001. Of several, divided
    /// by commas, each room's people take turns.
    #[arg(long = "server", required = true, value_delimiter = ',', value_parser = parse_target)]
    pub(crate) servers: Vec<SocketAddr>,
    /// What the server speaks.
    #[arg(long, value_enum, default_value_t = Kind::Mote)]
    pub(crate) protocol: Kind,
    /// The server's process: its processor time and memory are measured; of several the sum.
    #[arg(long = "pid", value_delimiter = ',')]
    pub(crate) pids: Vec<u32>,
    /// The Redis between the servers: what it does is counted. This machine only.
    #[arg(long, value_parser = parse_target)]
    pub(crate) redis: Option<SocketAddr>,
    /// How many rooms.
    #[arg(long, default_value_t = 1, value_parser = parse_count)]
    pub(crate) rooms: usize,
    /// People in each room.
    #[arg(long, default_value_t = 100, value_parser = parse_count)]
    pub(crate) people: usize,
    /// How many of each room's people move; all of them by default.
    #[arg(long)]
    pub(crate) moving: Option<usize>,
    /// Moves a second of each.
    #[arg(long, default_value_t = 20, value_parser = value_parser!(u32).range(1..=120))]
    pub(crate) hz: u32,
    /// How long is measured.
    #[arg(long, default_value_t = 10, value_parser = value_parser!(u32).range(1..=3600))]
    pub(crate) seconds: u32,
    /// How long they move before that.
    #[arg(long, default_value_t = 1000, value_parser = value_parser!(u32).range(0..=60_000))]
    pub(crate) warmup_ms: u32,
    /// With every move of each room's first person, an Event of this size; Mote only.
    #[arg(long, default_value_t = 0, value_parser = value_parser!(u32).range(0..=16_000))]
    pub(crate) event_bytes: u32,
    /// One more person in the first room, who is slow; Mote only.
    #[arg(long, value_enum)]
    pub(crate) slow_reader: Option<Pace>,
    /// People look at a tenth of the surface's width and height, each elsewhere; Mote only.
    #[arg(long)]
    pub(crate) viewports: bool,
    /// Decides who moves when; the same seed, the same moments.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

impl Options {
    /// Where the person of a seat connects.
    pub(crate) fn server_of(&self, seat: usize) -> SocketAddr {
        self.servers[seat % self.servers.len()]
    }

    /// How many of each room's people move.
    pub(crate) fn movers(&self) -> usize {
        self.moving.unwrap_or(self.people).min(self.people)
    }
}

/// A machine gives a process about 20,000 file descriptors.
fn parse_count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count @ 1..=20_000) => Ok(count),
        _ => Err("a number from 1 to 20000 is needed".to_owned()),
    }
}

fn parse_target(text: &str) -> Result<SocketAddr, String> {
    let target: SocketAddr = text
        .parse()
        .map_err(|_| "an IP address of this machine and a port are needed")?;
    if target.ip().is_loopback() {
        Ok(target)
    } else {
        Err("only servers on this machine (127.0.0.1) are put under load".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::parse_target;

    #[test]
    fn only_this_machine_is_a_target() {
        assert!(parse_target("127.0.0.1:3001").is_ok());
        assert!(parse_target("[::1]:3001").is_ok());
        for other in ["192.0.2.1:80", "example.org:80", "127.0.0.1"] {
            assert!(parse_target(other).is_err(), "{other}");
        }
    }
}
