//! More than anybody may say, and as much as one may.

use std::thread;
use std::time::Duration;

use mote_tests::raw::{Said, cursor, event, heartbeat, leave, state};

use crate::attack::{Answer, Attack, Family, other, outcome};
use crate::crowd;
use crate::kit::{binary, flood};
use crate::target::Target;

pub(crate) const FAMILY: Family = Family {
    name: "floods",
    is_at_once: false,
    attacks: &[
        Attack {
            name: "events without end, in a room of the crowd",
            expected: Answer::Close(4200),
            counts: "message_rate",
            run: |target| in_room(target, crowd::ROOM, &event(0, "flood", b"x")),
        },
        Attack {
            name: "events of 16 KiB without end, in a room of the crowd",
            expected: Answer::Close(4200),
            counts: "byte_rate",
            run: |target| in_room(target, crowd::ROOM, &event(0, "flood", &[7; 16_384])),
        },
        Attack {
            name: "a hundred events a second, as many as one may",
            expected: Answer::Served,
            counts: "",
            run: |target| {
                let mut client = target.enter(crowd::ROOM);
                for _ in 0..200 {
                    client.send(&event(0, "allowed", b"x"));
                    thread::sleep(Duration::from_millis(10));
                }
                outcome(&mut client)
            },
        },
        Attack {
            name: "states without end, in a room of the crowd",
            expected: Answer::Close(4200),
            counts: "message_rate",
            run: |target| {
                let patch = br#"{"a":{"b":1}}"#;
                in_room(target, crowd::ROOM, &state(0, &[(5, patch)]))
            },
        },
        Attack {
            name: "surfaces without end, each of which clears the cursor",
            expected: Answer::Close(4200),
            counts: "message_rate",
            run: |target| {
                let (one, two) = (state(0, &[(7, b"\x01a")]), state(0, &[(7, b"\x01b")]));
                let both = [one, cursor(0, 1, 1), two, cursor(0, 2, 2)].concat();
                in_room(target, crowd::ROOM, &both)
            },
        },
        Attack {
            name: "cursors as fast as the line takes them: merged, the last arrives",
            expected: Answer::Served,
            counts: "cursor_rate",
            run: |target| {
                let mut witness = target.witness(crowd::ROOM);
                let mut client = target.enter(crowd::ROOM);
                let many = binary(&cursor(0, 1, 1).repeat(1_000));
                for _ in 0..2_000 {
                    client.send_raw(&many).expect("it reads");
                }
                client.send(&cursor(0, 4_321, 1_234));
                let is_last = |x: u16, y: u16| (x, y) == (4_321, 1_234);
                witness.until(|said| match said {
                    Said::Batch(_, all) => all.iter().any(|&(_, x, y)| is_last(x, y)),
                    Said::Cursor(_, _, x, y) => is_last(*x, *y),
                    _ => false,
                });
                outcome(&mut client)
            },
        },
        Attack {
            name: "an observer's cursors without end",
            expected: Answer::Close(4200),
            counts: "message_rate",
            run: |target| {
                let (mut client, line) = target.connect_with_line();
                client.join(&target.join("watched").observing());
                flood(&mut client, &line, &binary(&cursor(0, 1, 1).repeat(1_000)))
            },
        },
        Attack {
            name: "heartbeats without end",
            expected: Answer::Close(4200),
            counts: "message_rate",
            run: |target| in_room(target, "den", &heartbeat()),
        },
        Attack {
            name: "65,536 heartbeats in one message",
            expected: Answer::Close(4200),
            counts: "message_rate",
            run: |target| in_room(target, "den", &heartbeat().repeat(65_536)),
        },
        Attack {
            name: "messages without a room, without end",
            expected: Answer::Close(4200),
            counts: "message_rate",
            run: |target| in_room(target, "den", &cursor(5, 1, 1).repeat(100)),
        },
        Attack {
            name: "joins and leaves without end, on one socket",
            expected: Answer::Close(4200),
            counts: "join_burst",
            run: |target| {
                let join = target.join("revolving").on(1).to_bytes();
                in_room(target, "den", &[join, leave(1)].concat())
            },
        },
    ],
};

/// The same message over and over, in a room.
fn in_room(target: &Target, room: &str, message: &[u8]) -> Answer {
    let (mut client, line) = target.connect_with_line();
    client.join(&target.join(room));
    match flood(&mut client, &line, &binary(message)) {
        // What it said was more than the kernel takes: the line was cut before the code was read.
        Answer::HungUp => other("no code"),
        answer => answer,
    }
}
