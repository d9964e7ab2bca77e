//! `mote health`: asks a server on this machine whether it is well. For containers, which have no
//! program besides `mote` that could.

mod trust;

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};

use mote_server::Config;
use mote_server::limits::{HEALTH_ANSWER_BYTES_MAX, HEALTH_TIMEOUT};
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};

/// Asks the server that runs with these settings, or says in a sentence what is not well.
pub(crate) fn check(config: &Config) -> Result<(), String> {
    let address = within_reach(config.listen);
    let answer = ask(address, config.tls.is_on())
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

fn ask(address: SocketAddr, by_tls: bool) -> io::Result<Vec<u8>> {
    let stream = TcpStream::connect_timeout(&address, HEALTH_TIMEOUT)?;
    stream.set_read_timeout(Some(HEALTH_TIMEOUT))?;
    stream.set_write_timeout(Some(HEALTH_TIMEOUT))?;
    if by_tls {
        let name = ServerName::from(address.ip());
        let client = ClientConnection::new(trust::of_this_machine()?, name);
        exchange(StreamOwned::new(client.map_err(io::Error::other)?, stream))
    } else {
        exchange(stream)
    }
}

fn exchange(mut stream: impl Read + Write) -> io::Result<Vec<u8>> {
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    stream.flush()?;
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
