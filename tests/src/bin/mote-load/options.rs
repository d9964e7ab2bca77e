//! The flags.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use clap::{Parser, value_parser};

/// Moves many cursors on a server of this machine and measures how soon the others see them.
#[derive(Debug, Parser)]
#[command(name = "mote-load", version)]
pub(crate) struct Options {
    /// Where the server is; this machine only, for example ws://127.0.0.1:3001/ws.
    #[arg(long, value_parser = parse_target)]
    pub(crate) url: Target,
    /// How many clients.
    #[arg(long, default_value_t = 100, value_parser = parse_count)]
    pub(crate) clients: usize,
    /// Over how many rooms they are spread.
    #[arg(long, default_value_t = 1, value_parser = parse_count)]
    pub(crate) rooms: usize,
    /// Moves a second of each client.
    #[arg(long, default_value_t = 20, value_parser = value_parser!(u8).range(1..=120))]
    pub(crate) hz: u8,
    /// How long they move.
    #[arg(long, default_value_t = 10, value_parser = value_parser!(u32).range(1..=3600))]
    pub(crate) seconds: u32,
}

/// A server on this machine.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) addr: SocketAddr,
    pub(crate) path: String,
}

/// A machine gives a process about 20,000 file descriptors.
fn parse_count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count @ 1..=10_000) => Ok(count),
        _ => Err("a number from 1 to 10000 is needed".to_owned()),
    }
}

fn parse_target(url: &str) -> Result<Target, String> {
    let rest = url
        .strip_prefix("ws://")
        .ok_or("the address must begin with ws://")?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, "ws"));
    let authority = authority.replace("localhost", &Ipv4Addr::LOCALHOST.to_string());
    let addr: SocketAddr = authority
        .parse()
        .map_err(|_| "an IP address of this machine and a port are needed")?;
    let is_own = match addr.ip() {
        IpAddr::V4(ip) => ip.is_loopback(),
        IpAddr::V6(ip) => ip.is_loopback(),
    };
    if !is_own {
        return Err("only servers on this machine (127.0.0.1) are put under load".to_owned());
    }
    Ok(Target {
        addr,
        path: format!("/{path}"),
    })
}

#[cfg(test)]
mod tests {
    use super::parse_target;

    #[test]
    fn only_this_machine_is_a_target() {
        assert!(parse_target("ws://127.0.0.1:3001/ws").is_ok());
        assert!(parse_target("ws://localhost:3001/ws").is_ok());
        assert!(parse_target("ws://[::1]:3001/ws").is_ok());
        for other in [
            "ws://192.0.2.1:80/ws",
            "wss://127.0.0.1:1/ws",
            "ws://example.org:80/ws",
        ] {
            assert!(parse_target(other).is_err(), "{other}");
        }
    }
}
