//! Messages in fragments: too many, too slow, out of place, never whole.

use mote_tests::raw::{Frame, Opcode};

use crate::attack::{Answer, Attack, Family};
use crate::kit::{MASK, ending_of, flood};

pub(crate) const FAMILY: Family = Family {
    name: "fragments",
    is_at_once: false,
    attacks: &[
        Attack {
            name: "60,000 fragments of a byte, none the last",
            expected: Answer::Close(4000),
            counts: "message_parts",
            run: |target| {
                let begin = part(Opcode::Binary, &[0xC0]);
                let parts = part(Opcode::Continuation, &[0]).repeat(60_000);
                ending_of(target, &[begin, parts].concat())
            },
        },
        Attack {
            name: "empty continuations without end",
            expected: Answer::Close(4000),
            counts: "message_parts",
            run: |target| {
                let (mut client, line) = target.connect_with_line();
                client
                    .send_raw(&part(Opcode::Binary, &[]))
                    .expect("it reads");
                flood(
                    &mut client,
                    &line,
                    &part(Opcode::Continuation, &[]).repeat(1_000),
                )
            },
        },
        Attack {
            name: "fragments of more bytes than a message may have",
            expected: Answer::Close(1009),
            counts: "message_bytes",
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
            counts: "",
            run: |target| ending_of(target, &part(Opcode::Continuation, &[0x80])),
        },
        Attack {
            name: "a message inside a message",
            expected: Answer::Close(1002),
            counts: "",
            run: |target| {
                let twice = part(Opcode::Binary, &[0xC0]).repeat(2);
                ending_of(target, &twice)
            },
        },
    ],
};

/// A part of a message that is not the last.
pub(super) fn part(opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    let frame = Frame {
        is_final: false,
        opcode,
        payload: payload.to_vec(),
    };
    frame.to_bytes(MASK)
}
