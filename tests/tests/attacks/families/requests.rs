//! Requests that are no right upgrade, or that two readers would read in two ways.

use std::io::Write;

use mote_tests::raw::{Handshake, REQUEST_KEY, RawClient};

use crate::attack::{Answer, Attack, Family, other, outcome};
use crate::kit::{ask, exchange};
use crate::target::Target;

pub(crate) const FAMILY: Family = Family {
    name: "requests",
    is_at_once: false,
    attacks: &[
        Attack {
            name: "an upgrade in HTTP/1.0",
            expected: Answer::Status(426),
            counts: "",
            run: |target| altered(target, "HTTP/1.1", "HTTP/1.0"),
        },
        Attack {
            name: "the beginning of HTTP/2",
            expected: Answer::HungUp,
            counts: "",
            run: |target| ask(target, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        },
        Attack {
            name: "an upgrade without a key, or with a wrong one",
            expected: Answer::Status(426),
            counts: "",
            run: |target| {
                let key = format!("Sec-WebSocket-Key: {REQUEST_KEY}\r\n");
                Answer::of_all([altered(target, &key, ""), altered(target, REQUEST_KEY, "")])
            },
        },
        Attack {
            name: "an upgrade of another version, or to something else",
            expected: Answer::Status(426),
            counts: "",
            run: |target| {
                Answer::of_all([
                    altered(target, "Version: 13", "Version: 8"),
                    altered(target, "Version: 13", "Version: 99999999999999999999"),
                    altered(target, "Sec-WebSocket-Version: 13\r\n", ""),
                    altered(target, "Upgrade: websocket", "Upgrade: h2c"),
                    altered(target, "Upgrade: websocket\r\n", ""),
                    altered(target, "Connection: Upgrade", "Connection: close"),
                ])
            },
        },
        Attack {
            name: "an upgrade by POST",
            expected: Answer::Status(426),
            counts: "",
            run: |target| altered(target, "GET", "POST"),
        },
        Attack {
            name: "two lengths that differ",
            expected: Answer::Status(400),
            counts: "",
            run: |target| smuggle(target, "Content-Length: 4\r\nContent-Length: 40\r\n"),
        },
        Attack {
            name: "a length and chunks: read by the chunks, and nothing after them",
            expected: Answer::Status(405),
            counts: "",
            run: |target| {
                smuggle(
                    target,
                    "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
                )
            },
        },
        Attack {
            name: "chunks under another spelling",
            expected: Answer::Status(400),
            counts: "",
            run: |target| {
                Answer::of_all([
                    smuggle(target, "Transfer-Encoding: xchunked\r\n"),
                    smuggle(target, "Transfer-Encoding: chunked, identity\r\n"),
                    smuggle(target, "Transfer-Encoding : chunked\r\n"),
                ])
            },
        },
        Attack {
            name: "lengths that are no numbers",
            expected: Answer::Status(400),
            counts: "",
            run: |target| {
                let wrong = [
                    "-1",
                    "+5",
                    "0x10",
                    "99999999999999999999999",
                    "1,2",
                    "\u{b2}",
                ];
                let lines = wrong.map(|length| format!("Content-Length: {length}\r\n"));
                Answer::of_all(lines.iter().map(|line| smuggle(target, line)))
            },
        },
        Attack {
            name: "an upgrade with a request in its body",
            expected: Answer::Status(400),
            counts: "",
            run: |target| {
                let inner = "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n";
                let length = format!("Content-Length: {}", inner.len());
                let mut request = Handshake::default().with_header(&length).to_bytes();
                request.extend(inner.as_bytes());
                ask(target, &request)
            },
        },
        Attack {
            name: "line ends, NULs and folded lines in headers",
            expected: Answer::Status(400),
            counts: "",
            run: |target| {
                let lines = [
                    "X: a\0b",
                    "X: a\rb",
                    "X: a\r\n folded",
                    "X\u{1b}: a",
                    ": a",
                    "X a",
                ];
                let requests = lines.map(|line| Handshake::default().with_header(line));
                Answer::of_all(
                    requests
                        .iter()
                        .map(|request| ask(target, &request.to_bytes())),
                )
            },
        },
        Attack {
            name: "two hundred files asked for at once, answers not read",
            expected: Answer::Served,
            counts: "",
            run: |target| {
                let request = "GET /index.html HTTP/1.1\r\nHost: a\r\n\r\n".repeat(200);
                let mut stream = target.stream_from(target.source(), Some(4 * 1024));
                stream.write_all(request.as_bytes()).expect("it is small");
                // What the server has for it by now, and never 200 files of 70 kB, is its peak.
                let peak = target.mote().peak_bytes();
                match peak.saturating_sub(target.mote().memory_bytes()) {
                    0..0x40_0000 => Answer::Served,
                    bytes => other(format!("{bytes} bytes wait")),
                }
            },
        },
        Attack {
            name: "asks not to be redirected, a thousand times, where nobody is",
            expected: Answer::Served,
            counts: "",
            run: |target| {
                let query = "proxy=1&".repeat(1_000);
                let path = format!("/ws?{query}proxy=1&url=ws://127.0.0.1:1/&proxy=%31");
                let handshake = Handshake {
                    path,
                    ..Handshake::default()
                };
                let mut stream = target.stream();
                stream.write_all(&handshake.to_bytes()).expect("it reads");
                match RawClient::read_answer(stream) {
                    Ok(mut client) => {
                        client.join(&target.join("here"));
                        outcome(&mut client)
                    }
                    Err(response) => Answer::Status(response.status),
                }
            },
        },
    ],
};

/// An upgrade that is right but for this.
fn altered(target: &Target, right: &str, wrong: &str) -> Answer {
    let request = String::from_utf8(Handshake::default().to_bytes()).expect("ASCII");
    assert!(request.contains(right), "nothing is altered");
    let request = request.replacen(right, wrong, 1);
    ask(target, request.as_bytes())
}

/// A request whose end depends on who reads it, with another one where some see its body.
fn smuggle(target: &Target, headers: &str) -> Answer {
    let hidden = "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n";
    let request = format!("POST /healthz HTTP/1.1\r\nHost: a\r\n{headers}\r\n0\r\n\r\n{hidden}");
    let (answer, came) = exchange(target, request.as_bytes());
    let came = String::from_utf8_lossy(&came);
    match came.contains("mote_connections") {
        true => other("the hidden request was answered"),
        false => answer,
    }
}
