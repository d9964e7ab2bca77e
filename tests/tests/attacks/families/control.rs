//! Pings, pongs and closes: too many, at the wrong moment, and sockets that just go away.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use mote_tests::raw::{Frame, Handshake, Join, Opcode, RawClient, event};
use socket2::SockRef;

use crate::attack::{Answer, Attack, Family, ending, other};
use crate::kit::{MASK, binary, eventually, flood};
use crate::target::Target;

pub(crate) const FAMILY: Family = Family {
    name: "control frames and endings",
    is_at_once: false,
    attacks: &[
        Attack {
            name: "pings without end",
            expected: Answer::Close(4200),
            counts: "pings",
            run: |target| control_flood(target, Opcode::Ping),
        },
        Attack {
            name: "pongs that nobody asked for, without end",
            expected: Answer::Close(4200),
            counts: "pings",
            run: |target| control_flood(target, Opcode::Pong),
        },
        Attack {
            name: "pings without end, answers never read",
            expected: Answer::HungUp,
            counts: "pings",
            run: |target| {
                let ping = Frame::whole(Opcode::Ping, &[7; 125]).to_bytes(MASK);
                let mut stream = target.stream_from(target.source(), Some(4 * 1024));
                stream
                    .write_all(&Handshake::default().to_bytes())
                    .expect("it reads");
                let many = ping.repeat(1_000);
                match eventually(|| stream.write_all(&many).is_err()) {
                    true => Answer::HungUp,
                    false => other("it reads on"),
                }
            },
        },
        Attack {
            name: "messages after its own close",
            expected: Answer::Close(1000),
            counts: "",
            run: |target| {
                let mut witness = target.witness("closing");
                let mut client = target.enter("closing");
                let close = Frame::whole(Opcode::Close, &1000_u16.to_be_bytes()).to_bytes(MASK);
                let late = binary(&event(0, "late", b"")).repeat(100);
                client.send_raw(&[close, late].concat()).expect("it reads");
                let answer = ending(&mut client);
                let heard = witness.until_heartbeat();
                let is_late = |said: &_| matches!(said, mote_tests::raw::Said::Event(..));
                match heard.iter().any(is_late) {
                    true => other("the late event was heard"),
                    false => answer,
                }
            },
        },
        Attack {
            name: "three hundred closes at once, none of which hangs up",
            expected: Answer::Close(1000),
            counts: "",
            run: |target| {
                let close = Frame::whole(Opcode::Close, &1000_u16.to_be_bytes()).to_bytes(MASK);
                let mut clients: Vec<RawClient> = (0..300).map(|_| target.connect()).collect();
                for client in &mut clients {
                    client.send_raw(&close).expect("it reads");
                }
                Answer::of_all(clients.iter_mut().map(ending))
            },
        },
        Attack {
            name: "five hundred resets in the middle of everything",
            expected: Answer::Served,
            counts: "",
            run: resets,
        },
        Attack {
            name: "half of a connection closed, in a room",
            expected: Answer::HungUp,
            counts: "",
            run: |target| {
                let (mut client, line) = target.connect_with_line();
                client.join(&target.join("half"));
                line.shutdown(std::net::Shutdown::Write).expect("a socket");
                ending(&mut client)
            },
        },
    ],
};

fn control_flood(target: &Target, opcode: Opcode) -> Answer {
    let (mut client, line) = target.connect_with_line();
    client.join(&target.join("control"));
    let frame = Frame::whole(opcode, b"x").to_bytes(MASK);
    flood(&mut client, &line, &frame.repeat(500))
}

/// Connections that are reset after each part of what a client says, in the middle of it too.
fn resets(target: &Target) -> Answer {
    let join = target.join("reset").to_bytes();
    let talk = [
        Handshake::default().to_bytes(),
        binary(&join),
        binary(&event(0, "e", &[1; 64])),
    ];
    let talk = talk.concat();
    for round in 0..500 {
        let mut stream = target.stream();
        let until = talk.len() * round / 499;
        stream.write_all(&talk[..until]).expect("it reads");
        if round % 3 == 0 {
            wait_for_some(&mut stream, until);
        }
        let now = Some(Duration::ZERO);
        SockRef::from(&stream)
            .set_linger(now)
            .expect("a socket option");
    }
    let mut client = RawClient::over(target.stream());
    client.join(&Join {
        channel: 3,
        ..target.join("reset")
    });
    Answer::Served
}

/// The reset comes when the server has answered, where it does.
fn wait_for_some(stream: &mut TcpStream, sent: usize) {
    if sent > Handshake::default().to_bytes().len() {
        let _ = stream.read(&mut [0; 16]).expect("an answer");
    }
}
