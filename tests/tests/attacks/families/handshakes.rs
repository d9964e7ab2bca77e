//! Before the WebSocket: those who never ask, ask slowly, or ask without end.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};

use mote_tests::raw::{Handshake, RawClient, Said};

use crate::attack::{Answer, Attack, Family, other};
use crate::kit::{ask, binary};
use crate::target::{HTTP_CONNECTIONS_MAX, Target};

pub(crate) const FAMILY: Family = Family {
    name: "handshakes",
    is_at_once: false,
    attacks: &[
        Attack {
            name: "headers without end, fast",
            expected: Answer::Status(431),
            counts: "header_bytes",
            run: |target| {
                let lines = "X-More: and more\r\n".repeat(100_000);
                ask(target, format!("GET /ws HTTP/1.1\r\n{lines}").as_bytes())
            },
        },
        Attack {
            name: "a header of a megabyte",
            expected: Answer::Status(431),
            counts: "header_bytes",
            run: |target| {
                let value = "x".repeat(1 << 20);
                ask(
                    target,
                    format!("GET / HTTP/1.1\r\nX-Large: {value}\r\n\r\n").as_bytes(),
                )
            },
        },
        Attack {
            name: "an address of a megabyte",
            expected: Answer::Status(431),
            counts: "header_bytes",
            run: |target| {
                let path = "x".repeat(1 << 20);
                ask(
                    target,
                    format!("GET /{path} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes(),
                )
            },
        },
        Attack {
            name: "a thousand slow handshakes, while others come in",
            expected: Answer::Served,
            counts: "http_connections_per_ip",
            run: many_slow,
        },
        Attack {
            name: "a body without end",
            expected: Answer::HungUp,
            counts: "",
            run: |target| {
                let head = "POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999\r\n\r\n";
                let mut stream = target.stream();
                stream.write_all(head.as_bytes()).expect("it reads");
                let body = vec![b'x'; 64 * 1024];
                let mut sent = 0;
                while stream.write_all(&body).is_ok() {
                    sent += body.len();
                    if sent > 256 * 1024 * 1024 {
                        return other("it reads on");
                    }
                }
                Answer::HungUp
            },
        },
        Attack {
            name: "a Join right behind the request, before the answer",
            expected: Answer::Served,
            counts: "",
            run: |target| {
                let stream = target.stream();
                let join = binary(&target.join("early").to_bytes());
                let request = [Handshake::default().to_bytes(), join].concat();
                let mut early = &stream;
                early.write_all(&request).expect("it reads");
                match RawClient::read_answer(stream) {
                    Ok(mut client) => match client.said() {
                        Said::Welcome { .. } => Answer::Served,
                        said => other(format!("{said:?}")),
                    },
                    Err(response) => Answer::Status(response.status),
                }
            },
        },
    ],
};

/// One address holds all places of those who have not finished their request; somebody else wants in.
fn many_slow(target: &Target) -> Answer {
    let slow = |_| {
        let mut stream = target.stream();
        // Some are closed at once: there are not so many places.
        let _ = stream.write_all(b"GET /ws HTTP/1.1\r\n");
        stream
    };
    let _held: Vec<TcpStream> = (0..HTTP_CONNECTIONS_MAX + 100).map(slow).collect();
    let elsewhere = target.stream_from(Ipv4Addr::new(127, 3, 0, 1), None);
    let handshake = Handshake::default().to_bytes();
    let mut asking = &elsewhere;
    if asking.write_all(&handshake).is_err() {
        return Answer::HungUp;
    }
    let mut answer = [0; 1024];
    match asking.read(&mut answer) {
        Ok(count @ 1..) if answer[..count].starts_with(b"HTTP/1.1 101") => Answer::Served,
        Ok(count @ 1..) => other(String::from_utf8_lossy(&answer[..count]).into_owned()),
        Ok(0) | Err(_) => Answer::HungUp,
    }
}
