//! `mote health`: asks a server on this machine whether it is well. For containers, which have no
//! program besides `mote` that could.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};

use mote_server::limits::{HEALTH_ANSWER_BYTES_MAX, HEALTH_TIMEOUT};

/// Asks the server that listens at `listen`, or says in a sentence what is not well.
pub(crate) fn check(listen: SocketAddr) -> Result<(), String> {
    let address = within_reach(listen);
    let answer = ask(address)
        .map_err(|error| format!("the server at {address} does not answer: {error}"))?;
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.split(' ').nth(1).unwrap_or_default();
    if answer.starts_with("HTTP/1.1 ") && status == "200" {
        return Ok(());
    }
    let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    Err(format!(
        "the server at {address} is not well: {status} {body}"
    ))
}

fn ask(address: SocketAddr) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect_timeout(&address, HEALTH_TIMEOUT)?;
    stream.set_read_timeout(Some(HEALTH_TIMEOUT))?;
    stream.set_write_timeout(Some(HEALTH_TIMEOUT))?;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream
        .take(HEALTH_ANSWER_BYTES_MAX)
        .read_to_end(&mut answer)?;
    Ok(answer)
}

/// A server that listens on every address is asked on this machine's own.
fn within_reach(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}
