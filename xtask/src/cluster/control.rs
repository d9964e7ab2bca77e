//! What is asked of the cluster: `GET /cluster/nodes`, `POST /cluster/nodes/2/kill`,
//! `POST /cluster/nodes/2/start`, and `POST /cluster/stop`. One request after the other, on loopback
//! only.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use super::nodes::{Nodes, State};
use crate::run::{Failure, Result};

/// The head of a request.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// nginx sends a head at once.
const PATIENCE: Duration = Duration::from_secs(2);

/// A page of another site cannot send it without being allowed to.
const OWN_HEADER: &str = "x-mote-cluster:";

/// Answers until it is to stop.
pub(super) fn serve(listener: &TcpListener, nodes: &mut Nodes<'_>) -> Result {
    for stream in listener.incoming() {
        let stream =
            stream.map_err(|error| Failure::new(format!("the page's requests end: {error}.")))?;
        // Who hangs up in the middle gets no answer.
        if answer(stream, nodes).unwrap_or(false) {
            break;
        }
    }
    Ok(())
}

/// Asks for it.
pub(super) fn stop(control: SocketAddr) {
    // Who does not listen any more has stopped.
    let stream = TcpStream::connect(control);
    let _ = stream.and_then(|mut stream| {
        write!(
            stream,
            "POST /cluster/stop HTTP/1.1\r\n{OWN_HEADER} 1\r\n\r\n"
        )
    });
}

/// Whether it is to stop.
fn answer(mut stream: TcpStream, nodes: &mut Nodes<'_>) -> io::Result<bool> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let head = read_head(&mut stream)?;
    let request = Request::parse(&head);
    let (status, body) = match request {
        Some(Request::Nodes) => ("200 OK", json(&nodes.states())),
        Some(Request::Kill(number)) => done(nodes.kill(number)),
        Some(Request::Start(number)) => match nodes.revive(number) {
            Ok(is_known) => done(is_known),
            Err(failure) => ("500 Internal Server Error", failure.to_string()),
        },
        Some(Request::Stop) => done(true),
        None => ("404 Not Found", String::new()),
    };
    let length = body.len();
    // Who asks to stop may not wait to hear that it was done.
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nContent-Type: application/json\r\n\
         Cache-Control: no-store\r\nConnection: close\r\n\r\n{body}"
    );
    Ok(request == Some(Request::Stop))
}

fn done(is_known: bool) -> (&'static str, String) {
    let status = if is_known { "200 OK" } else { "404 Not Found" };
    (status, String::new())
}

fn read_head(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    let mut part = [0; 1024];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let count = stream.read(&mut part)?;
        if count == 0 || head.len() > HEAD_BYTES_MAX {
            return Err(io::ErrorKind::InvalidData.into());
        }
        head.extend_from_slice(&part[..count]);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Request {
    Nodes,
    Kill(usize),
    Start(usize),
    Stop,
}

impl Request {
    fn parse(head: &str) -> Option<Self> {
        let mut lines = head.lines();
        let mut words = lines.next()?.split(' ');
        let (method, path) = (words.next()?, words.next()?);
        let rest = path.strip_prefix("/cluster/")?;
        if (method, rest) == ("GET", "nodes") {
            return Some(Self::Nodes);
        }
        let mut headers = lines.map(str::to_ascii_lowercase);
        if method != "POST" || !headers.any(|header| header.starts_with(OWN_HEADER)) {
            return None;
        }
        if rest == "stop" {
            return Some(Self::Stop);
        }
        let (number, action) = rest.strip_prefix("nodes/")?.split_once('/')?;
        let number = number.parse().ok()?;
        match action {
            "kill" => Some(Self::Kill(number)),
            "start" => Some(Self::Start(number)),
            _ => None,
        }
    }
}

fn json(nodes: &[State]) -> String {
    let nodes = nodes.iter().map(|node| {
        let State {
            address,
            is_running,
        } = node;
        format!("{{\"address\":\"{address}\",\"running\":{is_running}}}")
    });
    format!("[{}]", nodes.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::{Request, State, json};

    #[test]
    fn only_the_own_page_may_kill() {
        let own = "POST /cluster/nodes/2/kill HTTP/1.1\r\nHost: x\r\nX-Mote-Cluster: 1\r\n\r\n";
        assert_eq!(Request::parse(own), Some(Request::Kill(2)));
        assert_eq!(
            Request::parse(&own.replace("kill", "start")),
            Some(Request::Start(2))
        );
        let foreign = own.replace("X-Mote-Cluster: 1\r\n", "");
        assert_eq!(Request::parse(&foreign), None);
        assert_eq!(Request::parse(&own.replace("POST", "GET")), None);
        let stop = own.replace("nodes/2/kill", "stop");
        assert_eq!(Request::parse(&stop), Some(Request::Stop));
        let list = "GET /cluster/nodes HTTP/1.1\r\n\r\n";
        assert_eq!(Request::parse(list), Some(Request::Nodes));
    }

    #[test]
    fn nodes_are_listed_as_json() {
        let address = "127.0.0.1:3011".parse().expect("an address");
        let node = |is_running| State {
            address,
            is_running,
        };
        assert_eq!(
            json(&[node(true), node(false)]),
            r#"[{"address":"127.0.0.1:3011","running":true},{"address":"127.0.0.1:3011","running":false}]"#
        );
    }
}
