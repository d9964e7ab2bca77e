//! Before the WebSocket: those who never ask, ask slowly, or ask without end.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

use mote_tests::raw::{Handshake, RawClient, Response, Said};

use crate::attack::{Answer, Attack, Family, other};
use crate::kit::{PATIENCE, ask, binary};
use crate::target::{HTTP_CONNECTIONS_MAX, Target};

pub(crate) const FAMILY: Family = Family {
    name: "handshakes",
    attacks: &[
        Attack {
            name: "connects and says nothing",
            expected: Answer::HungUp,
            run: |target| dribble(target, b"", MOMENT),
        },
        Attack {
            name: "a byte of the request now and then (slowloris)",
            expected: Answer::HungUp,
            run: |target| dribble(target, &Handshake::default().to_bytes(), MOMENT),
        },
        Attack {
            name: "a header line now and then, without end",
            expected: Answer::HungUp,
            run: |target| {
                let begin = b"GET /ws HTTP/1.1\r\nHost: a\r\n".to_vec();
                let lines = b"X-More: and more\r\n".repeat(1_000);
                let mut stream = target.stream();
                stream.write_all(&begin).expect("it reads");
                dribble_into(stream, lines.chunks(18), MOMENT)
            },
        },
        Attack {
            name: "headers without end, fast",
            expected: Answer::Status(431),
            run: |target| {
                let lines = "X-More: and more\r\n".repeat(100_000);
                ask(target, format!("GET /ws HTTP/1.1\r\n{lines}").as_bytes())
            },
        },
        Attack {
            name: "a header of a megabyte",
            expected: Answer::Status(431),
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
            run: many_slow,
        },
        Attack {
            name: "a body without end",
            expected: Answer::HungUp,
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

const MOMENT: Duration = Duration::from_millis(100);

fn dribble(target: &Target, bytes: &[u8], every: Duration) -> Answer {
    dribble_into(target.stream(), bytes.chunks(1), every)
}

/// Sends a part whenever nothing was heard for a moment, until the server hangs up.
fn dribble_into<'a>(
    mut stream: TcpStream,
    mut parts: impl Iterator<Item = &'a [u8]>,
    every: Duration,
) -> Answer {
    stream
        .set_read_timeout(Some(every))
        .expect("a socket option");
    let deadline = Instant::now() + PATIENCE;
    let mut answer = [0; 4096];
    while Instant::now() < deadline {
        match stream.read(&mut answer) {
            Ok(count @ 1..) => {
                let head = Response::parse(&answer[..count]);
                return head.map_or(other("half an answer"), |(head, _)| {
                    Answer::Status(head.status)
                });
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                // Refused once it has hung up, which the next read tells.
                let _ = stream.write_all(parts.next().unwrap_or_default());
            }
            Ok(0) | Err(_) => return Answer::HungUp,
        }
    }
    other("it waits on")
}

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
