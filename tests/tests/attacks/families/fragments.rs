//! Messages in fragments: too many, too slow, out of place, never whole.

use std::io::Write;
use std::thread;
use std::time::Duration;

use mote_tests::raw::{Frame, Opcode};

use crate::attack::{Answer, Attack, Family, ending};
use crate::kit::{MASK, ending_of, flood};
use crate::target::Target;

pub(crate) const FAMILY: Family = Family {
    name: "fragments",
    attacks: &[
        Attack {
            name: "60,000 fragments of a byte, none the last",
            expected: Answer::Close(4000),
            run: |target| {
                let begin = part(Opcode::Binary, &[0xC0]);
                let parts = part(Opcode::Continuation, &[0]).repeat(60_000);
                ending_of(target, &[begin, parts].concat())
            },
        },
        Attack {
            name: "empty continuations without end",
            expected: Answer::Close(4000),
            run: |target| {
                let (mut client, line) = target.connect_with_line();
                client
                    .send_raw(&part(Opcode::Binary, &[]))
                    .expect("it reads");
                flood(
                    &mut client,
                    line,
                    &part(Opcode::Continuation, &[]).repeat(1_000),
                )
            },
        },
        Attack {
            name: "fragments of more bytes than a message may have",
            expected: Answer::Close(1009),
            run: |target| {
                let begin = part(Opcode::Binary, &[0; 40_000]);
                ending_of(
                    target,
                    &[begin, part(Opcode::Continuation, &[0; 40_000])].concat(),
                )
            },
        },
        Attack {
            name: "a continuation of nothing",
            expected: Answer::Close(1002),
            run: |target| ending_of(target, &part(Opcode::Continuation, &[0x80])),
        },
        Attack {
            name: "a message inside a message",
            expected: Answer::Close(1002),
            run: |target| {
                let twice = part(Opcode::Binary, &[0xC0]).repeat(2);
                ending_of(target, &twice)
            },
        },
        Attack {
            name: "a fragment now and then, a pong in between",
            expected: Answer::Close(4000),
            run: |target| {
                let between = Frame::whole(Opcode::Pong, b"").to_bytes(MASK);
                let next = [part(Opcode::Continuation, &[0]), between].concat();
                slowly(target, &part(Opcode::Binary, &[0xC0]), &next)
            },
        },
        Attack {
            name: "a frame of 64 KiB, a byte now and then",
            expected: Answer::Close(4000),
            run: |target| {
                let head = [&[0x82, 0x80 | 127][..], &65_536_u64.to_be_bytes(), &MASK].concat();
                slowly(target, &head, &[0])
            },
        },
    ],
};

/// A part of a message that is not the last.
fn part(opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    let frame = Frame {
        is_final: false,
        opcode,
        payload: payload.to_vec(),
    };
    frame.to_bytes(MASK)
}

/// In a room, so that no time-out but the message's own can end it: one part, then another now and
/// then.
fn slowly(target: &Target, begin: &[u8], next: &[u8]) -> Answer {
    let (mut client, mut line) = target.connect_with_line();
    client.join(&target.join("slow"));
    client.send_raw(begin).expect("it reads");
    thread::scope(|scope| {
        scope.spawn(move || {
            while line.write_all(next).is_ok() {
                thread::sleep(Duration::from_millis(250));
            }
        });
        ending(&mut client)
    })
}
