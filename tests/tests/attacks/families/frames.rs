//! Frames that RFC 6455 does not allow, or that nobody would send.

use mote_tests::raw::{Frame, Opcode};

use crate::attack::{Answer, Attack, Family};
use crate::kit::{MASK, ending_of};
use crate::target::Target;

pub(crate) const FAMILY: Family = Family {
    name: "frames",
    is_at_once: false,
    attacks: &[
        Attack {
            name: "frames that are not masked",
            expected: Answer::Close(1002),
            counts: "",
            run: |target| {
                let unmasked: [&[u8]; 3] = [&[0x82, 1, 0x80], &[0x89, 0], &[0x82, 126, 1, 0]];
                Answer::of_all(unmasked.map(|frame| ending_of(target, frame)))
            },
        },
        Attack {
            name: "reserved bits, as of a compressed message that nobody negotiated",
            expected: Answer::Close(1002),
            counts: "",
            run: |target| {
                let bits = [0x40, 0x20, 0x10, 0x70];
                Answer::of_all(bits.map(|bit| first_byte(target, 0x82 | bit)))
            },
        },
        Attack {
            name: "reserved opcodes",
            expected: Answer::Close(1002),
            counts: "",
            run: |target| {
                let opcodes = (0x3..=0x7).chain(0xB..=0xF);
                Answer::of_all(opcodes.map(|opcode| first_byte(target, 0x80 | opcode)))
            },
        },
        Attack {
            name: "a length with its highest bit set",
            expected: Answer::Close(1009),
            counts: "message_bytes",
            run: |target| long(target, 1 << 63),
        },
        Attack {
            name: "a frame that says it has an exbibyte",
            expected: Answer::Close(1009),
            counts: "message_bytes",
            run: |target| Answer::of_all([long(target, 1 << 60), long(target, u64::MAX >> 1)]),
        },
        Attack {
            name: "a message of one byte more than there may be",
            expected: Answer::Close(1009),
            counts: "message_bytes",
            run: |target| long(target, 65_537),
        },
        Attack {
            name: "lengths in more bytes than they need",
            expected: Answer::Close(1002),
            counts: "",
            run: |target| {
                let short = [&[0x82, 0x80 | 126, 0, 5][..], &MASK, &[0; 5]].concat();
                Answer::of_all([
                    ending_of(target, &short),
                    long(target, 5),
                    long(target, 65_535),
                ])
            },
        },
        Attack {
            name: "a text frame, right or wrong UTF-8",
            expected: Answer::Close(4003),
            counts: "",
            run: |target| {
                let texts: [&[u8]; 3] = [b"{}", b"\xFF\xFE", b""];
                let frames = texts.map(|text| Frame::whole(Opcode::Text, text).to_bytes(MASK));
                Answer::of_all(frames.map(|frame| ending_of(target, &frame)))
            },
        },
        Attack {
            name: "a ping of 126 bytes, and of 64 KiB",
            expected: Answer::Close(1002),
            counts: "",
            run: |target| {
                let pings = [126, 65_536]
                    .map(|length| Frame::whole(Opcode::Ping, &vec![7; length]).to_bytes(MASK));
                Answer::of_all(pings.map(|ping| ending_of(target, &ping)))
            },
        },
        Attack {
            name: "control frames in fragments",
            expected: Answer::Close(1002),
            counts: "",
            run: |target| {
                let opcodes = [0x08, 0x09, 0x0A];
                Answer::of_all(opcodes.map(|opcode| first_byte(target, opcode)))
            },
        },
        Attack {
            name: "close codes that may not be sent",
            expected: Answer::Close(1002),
            counts: "",
            run: |target| {
                let codes = [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_535_u16];
                Answer::of_all(codes.map(|code| close(target, &code.to_be_bytes())))
            },
        },
        Attack {
            name: "a close code of one byte, and a reason that is not UTF-8",
            expected: Answer::Close(1002),
            counts: "",
            run: |target| {
                Answer::of_all([
                    close(target, &[3]),
                    close(target, b"\x03\xE8\xF0\x28\x8C\x28"),
                ])
            },
        },
        Attack {
            name: "masks of zeros and noise for a message",
            expected: Answer::Close(4000),
            counts: "",
            run: |target| {
                let noise: Vec<u8> = (0xF0..=0xFF).cycle().take(1_000).collect();
                let frame = Frame::whole(Opcode::Binary, &noise);
                Answer::of_all(
                    [[0; 4], [0xFF; 4], MASK].map(|mask| ending_of(target, &frame.to_bytes(mask))),
                )
            },
        },
    ],
};

/// An empty masked frame that begins with this byte.
fn first_byte(target: &Target, byte: u8) -> Answer {
    ending_of(target, &[&[byte, 0x80][..], &MASK].concat())
}

/// A frame that says it is so long, in eight bytes, and its beginning.
fn long(target: &Target, length: u64) -> Answer {
    let head = [&[0x82, 0x80 | 127][..], &length.to_be_bytes(), &MASK].concat();
    ending_of(target, &[&head[..], &[0; 100]].concat())
}

fn close(target: &Target, payload: &[u8]) -> Answer {
    ending_of(target, &Frame::whole(Opcode::Close, payload).to_bytes(MASK))
}
