//! Messages that break the wire's rules of bytes, or come when they must not.

use mote_tests::raw::{Said, cursor, event, leave, state, text, token, varint};

use crate::attack::{Answer, Attack, Family, ending, other, outcome, refused};
use crate::kit::{binary, ending_in_room, ending_of};
use crate::target::Target;

const NOT_JOINED: Answer = refused("no room is joined on this channel");

pub(crate) const FAMILY: Family = Family {
    name: "messages",
    is_at_once: false,
    attacks: &[
        Attack {
            name: "an empty message",
            expected: Answer::Close(4000),
            counts: "",
            run: |target| ending_of(target, &binary(&[])),
        },
        Attack {
            name: "types that are reserved, or a server's",
            expected: Answer::Close(4000),
            counts: "",
            run: |target| {
                let types = [0x0, 0x2, 0x5, 0x6, 0x7, 0x9, 0xA, 0xD, 0xF_u8];
                Answer::of_all(types.map(|kind| ending_in_room(target, &[kind << 4, 1, 1, 1, 1])))
            },
        },
        Attack {
            name: "garbage after a valid message: that is done, then it ends",
            expected: Answer::Close(4000),
            counts: "",
            run: |target| {
                let mut witness = target.witness("garbage");
                let mut client = target.enter("garbage");
                client.send(&[event(0, "valid", b""), vec![0xFF; 100]].concat());
                let answer = ending(&mut client);
                let valid =
                    |said: &Said| matches!(said, Said::Event(_, _, name, _) if name == "valid");
                witness.until(valid);
                answer
            },
        },
        Attack {
            name: "a second Join on the same channel",
            expected: Answer::Close(4000),
            counts: "",
            run: |target| ending_in_room(target, &target.join("another").to_bytes()),
        },
        Attack {
            name: "messages before any Join",
            expected: NOT_JOINED,
            counts: "",
            run: |target| Answer::of_all(roomless(target, 0, Target::connect)),
        },
        Attack {
            name: "messages on a channel that has no room",
            expected: NOT_JOINED,
            counts: "",
            run: |target| Answer::of_all(roomless(target, 9, |target| target.enter("den"))),
        },
        Attack {
            name: "Heartbeat and Drain on a room's channel",
            expected: Answer::Close(4000),
            counts: "",
            run: |target| {
                let drain = [vec![0xE1, 3], text(""), varint(1)].concat();
                Answer::of_all([&[0x83][..], &drain].map(|bytes| ending_in_room(target, bytes)))
            },
        },
        Attack {
            name: "Control that only a server sends: Kicked, Redirect, Pace, Error",
            expected: Answer::Close(4000),
            counts: "",
            run: |target| {
                let redirect = [vec![0xE0, 4], text(""), text("ws://evil.example/")].concat();
                let pace = [vec![0xE0, 2], text(""), vec![1]].concat();
                let kicked = [vec![0xE0, 6], text("")].concat();
                let error = [vec![0xE0, 1], text("x")].concat();
                let all = [redirect, pace, kicked, error];
                Answer::of_all(all.map(|bytes| ending_in_room(target, &bytes)))
            },
        },
        Attack {
            name: "numbers that are too long, too large, or end too early",
            expected: Answer::Close(4000),
            counts: "",
            run: |target| {
                let numbers: [&[u8]; 5] = [
                    &[0x80, 0x00],
                    &[0xFF, 0xFF, 0xFF, 0xFF, 0x1F],
                    &[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
                    &[0x80; 20],
                    &[0x80],
                ];
                Answer::of_all(
                    numbers.map(|number| ending_in_room(target, &[&[0xB0], number].concat())),
                )
            },
        },
        Attack {
            name: "a cursor of too few bytes",
            expected: Answer::Close(4000),
            counts: "",
            run: |target| {
                let whole = cursor(0, u16::MAX, 0);
                Answer::of_all((1..5).map(|length| ending_in_room(target, &whole[..length])))
            },
        },
        Attack {
            name: "lengths and counts that promise four gibibytes",
            expected: Answer::Close(4000),
            counts: "",
            run: |target| {
                let most = varint(u64::from(u32::MAX));
                let count = [&[0xB0][..], &most].concat();
                let body = [&[0xB0, 1, 5][..], &most].concat();
                let name = [&[0xC0][..], &most].concat();
                let payload = [&[0xC0, 1, b'e'][..], &most].concat();
                let selection = state(0, &[(2, &most)]);
                let all = [count, body, name, payload, selection];
                Answer::of_all(all.map(|bytes| ending_in_room(target, &bytes)))
            },
        },
        Attack {
            name: "text that is not UTF-8: rooms, names, events, surfaces",
            expected: Answer::Close(4000),
            counts: "",
            run: |target| {
                let wrong: [&[u8]; 4] =
                    [b"\xFF", b"\xC0\x80", b"\xED\xA0\x80", b"\xF4\x90\x80\x80"];
                let each = wrong.into_iter().flat_map(|bytes| {
                    let room = [vec![0x31, 0], text(bytes)].concat();
                    let name = [vec![0x31, 2], text("r"), text(bytes)].concat();
                    let event = [vec![0xC0], text(bytes), text("")].concat();
                    let surface = state(0, &[(7, &text(bytes))]);
                    [room, name, event, surface]
                });
                Answer::of_all(each.map(|bytes| ending_in_room(target, &bytes)))
            },
        },
        Attack {
            name: "rooms, names, events and surfaces over their lengths, or empty",
            expected: Answer::Close(4000),
            counts: "",
            run: |target| {
                let (b129, b65) = ("x".repeat(129), "x".repeat(65));
                let all = [
                    [vec![0x31, 0], text(&b129)].concat(),
                    [vec![0x31, 0], text("")].concat(),
                    [vec![0x31, 2], text("r"), text("x".repeat(33))].concat(),
                    [vec![0x31, 2], text("r"), text("")].concat(),
                    [vec![0xC0], text(&b65), text("")].concat(),
                    [vec![0xC0], text(""), text("")].concat(),
                    [vec![0xC0], text("e"), text(vec![0; 16_385])].concat(),
                    state(0, &[(7, &text(&b65))]),
                ];
                Answer::of_all(all.map(|bytes| ending_in_room(target, &bytes)))
            },
        },
        Attack {
            name: "flags and fields that do not exist, twice, or in another order",
            expected: Answer::Close(4000),
            counts: "",
            run: |target| {
                let all = [
                    [vec![0x31, 0x20], text("r")].concat(),
                    [vec![0x31, 0xFF], text("r")].concat(),
                    state(0, &[(6, &[1]), (4, &[0])]),
                    state(0, &[(4, &[0]), (4, &[1])]),
                    state(0, &[(4, &[3])]),
                    state(0, &[(6, &[0])]),
                    state(0, &[(3, &[0; 7])]),
                ];
                Answer::of_all(all.map(|bytes| ending_in_room(target, &bytes)))
            },
        },
        Attack {
            name: "two thousand messages with a bit turned",
            expected: Answer::Served,
            counts: "",
            run: turned_bits,
        },
    ],
};

/// One message of each kind that names a room.
fn roomless(
    target: &Target,
    channel: u8,
    client: impl Fn(&Target) -> mote_tests::raw::RawClient,
) -> impl Iterator<Item = Answer> {
    let messages = [
        cursor(channel, 1, 1),
        state(channel, &[(4, &[0])]),
        event(channel, "e", b""),
        leave(channel),
        token(channel, "x"),
    ];
    messages.into_iter().map(move |message| {
        let mut client = client(target);
        client.send(&message);
        outcome(&mut client)
    })
}

/// Each is either right by chance, refused, or ends its socket as broken: nothing else.
fn turned_bits(target: &Target) -> Answer {
    let right = [
        cursor(0, 0x1234, 0x5678),
        state(
            0,
            &[(2, &[2, 1, b'a', 1, b'b']), (5, br#"{"a":{"b":[1,2,3]}}"#)],
        ),
        event(0, "event", b"payload"),
        target.join("turned").on(1).named("Name").to_bytes(),
        token(0, "a.b.c"),
    ];
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    // Those who were closed are people of their rooms for the grace.
    let enter = |round: usize| target.enter(&format!("turned-{}", round / 100));
    let mut client = enter(0);
    for round in 0..2_000 {
        let mut message = right[round % right.len()].clone();
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let bits = message.len() as u64 * 8;
        let bit = usize::try_from(random % bits).expect("a message is short");
        message[bit / 8] ^= 1 << (bit % 8);
        // Over its rate it would be closed for that.
        client.send(&message);
        match outcome(&mut client) {
            Answer::Served | Answer::Refused(_) => {
                if round % 16 == 15 {
                    client = enter(round);
                }
            }
            Answer::Close(4000 | 4100) => client = enter(round),
            answer => return other(format!("{answer} for {message:02x?}")),
        }
    }
    Answer::Served
}
