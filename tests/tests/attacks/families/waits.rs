//! Those who let a server wait. They do it beside each other: each is ended by a time-out of its own.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use mote_tests::raw::{Frame, Handshake, Join, Opcode, RawClient, Response};

use super::fragments::part;
use super::storms::source;
use crate::attack::{Answer, Attack, Family, ending, other, outcome};
use crate::jwt::{self, claims_with, now_s};
use crate::kit::{MASK, PATIENCE, beside, binary, eventually};
use crate::target::{HEARTBEAT, Target};

pub(crate) const FAMILY: Family = Family {
    name: "waits, all at once",
    is_at_once: true,
    attacks: &[
        Attack {
            name: "connects and says nothing",
            expected: Answer::HungUp,
            counts: "header_timeout",
            run: |target| dribble(target, b"", MOMENT),
        },
        Attack {
            name: "a byte of the request now and then (slowloris)",
            expected: Answer::HungUp,
            counts: "header_timeout",
            run: |target| dribble(target, &Handshake::default().to_bytes(), MOMENT),
        },
        Attack {
            name: "a header line now and then, without end",
            expected: Answer::HungUp,
            counts: "header_timeout",
            run: |target| {
                let begin = b"GET /ws HTTP/1.1\r\nHost: a\r\n".to_vec();
                let lines = b"X-More: and more\r\n".repeat(1_000);
                let mut stream = target.stream();
                stream.write_all(&begin).expect("it reads");
                dribble_into(stream, lines.chunks(18), MOMENT)
            },
        },
        Attack {
            name: "a fragment now and then",
            expected: Answer::Close(4000),
            counts: "message_parts",
            run: |target| {
                let next = part(Opcode::Continuation, &[0]);
                slowly(target, &part(Opcode::Binary, &[0xC0]), &next)
            },
        },
        Attack {
            name: "a frame of 64 KiB, a byte now and then",
            expected: Answer::Close(4000),
            counts: "message_parts",
            run: |target| {
                let head = [&[0x82, 0x80 | 127][..], &65_536_u64.to_be_bytes(), &MASK].concat();
                slowly(target, &head, &[0])
            },
        },
        Attack {
            name: "half-open: answers no ping, sends nothing, reads on",
            expected: Answer::Close(1001),
            counts: "",
            run: |target| {
                let mut client = target.enter("half-open");
                client.stop_answering_pings();
                ending(&mut client)
            },
        },
        Attack {
            name: "half-open: sends nothing and reads nothing",
            expected: Answer::HungUp,
            counts: "",
            run: |target| {
                let join = binary(&target.join("half-open").to_bytes());
                let mut stream = target.stream();
                let all = [Handshake::default().to_bytes(), join].concat();
                stream.write_all(&all).expect("it reads");
                // What it has to read by then is its room, a ping and the close.
                thread::sleep(2 * HEARTBEAT);
                let mut came = Vec::new();
                match stream.read_to_end(&mut came) {
                    Ok(_) => Answer::HungUp,
                    Err(error) => other(error.to_string()),
                }
            },
        },
        Attack {
            name: "closes and never hangs up, nor reads",
            expected: Answer::HungUp,
            counts: "",
            run: |target| {
                let mut stream = target.stream();
                let close = Frame::whole(Opcode::Close, &[]).to_bytes(MASK);
                let all = [Handshake::default().to_bytes(), close].concat();
                stream.write_all(&all).expect("it reads");
                // Written to without an end it is reset, which a write tells.
                match eventually(|| stream.write_all(&[0; 1024]).is_err()) {
                    true => Answer::HungUp,
                    false => other("it waits on"),
                }
            },
        },
        Attack {
            name: "talks all the time and joins no room",
            expected: Answer::Close(4202),
            counts: "join_timeout",
            run: |target| {
                let mut client = target.connect();
                loop {
                    // The heartbeat that is answered is the condition for the next.
                    if let answer @ (Answer::Close(_) | Answer::HungUp) = outcome(&mut client) {
                        return answer;
                    }
                    std::thread::sleep(std::time::Duration::from_millis(20));
                }
            },
        },
        Attack {
            name: "a thousand sockets that join nothing",
            expected: Answer::Close(4202),
            counts: "join_timeout",
            run: |target| {
                let open = |i| RawClient::over(target.stream_from(source(target, i), None));
                let mut clients: Vec<RawClient> = (0..1_000).map(open).collect();
                Answer::of_all(clients.iter_mut().map(ending))
            },
        },
        Attack {
            name: "a token that ends while one goes on talking",
            expected: Answer::Close(4101),
            counts: "",
            run: |target| {
                let mut client = target.connect();
                let short = jwt::token(&claims_with("exp", now_s() + 3));
                client.join(&Join::room("den").with_token(&short));
                loop {
                    match outcome(&mut client) {
                        // A warning, and what is said all the same.
                        Answer::Served | Answer::Refused(_) => {
                            std::thread::sleep(std::time::Duration::from_millis(20));
                        }
                        answer => return answer,
                    }
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

/// In a room, so that no time-out but the message's own can end it: one part, then another now and
/// then.
fn slowly(target: &Target, begin: &[u8], next: &[u8]) -> Answer {
    let (mut client, line) = target.connect_with_line();
    client.join(&target.join("slow"));
    client.send_raw(begin).expect("it reads");
    let dribble = |mut line: &TcpStream| {
        while line.write_all(next).is_ok() {
            thread::sleep(Duration::from_millis(250));
        }
    };
    beside(&line, dribble, || ending(&mut client))
}
