//! Bytes to messages and back.

use std::hint::black_box;

use mote_protocol::coords::Point;
use mote_protocol::wire::{
    Channel, ClientMessage, Cursor, CursorsBuf, ServerMessage, client_messages,
};

use super::Turn;

/// One CursorUpdate is read.
pub(super) fn decode() -> Turn {
    let bytes = update(20_000);
    Box::new(move || {
        for message in client_messages(black_box(&bytes)) {
            black_box(message.is_ok());
        }
    })
}

/// One CursorBatch of a hundred is written.
pub(super) fn encode() -> Turn {
    let mut out = Vec::new();
    Box::new(move || {
        out.clear();
        write_batch(black_box(100), 0, &mut out);
        black_box(&out);
    })
}

/// A CursorUpdate; `at` says where to.
pub(super) fn update(at: u16) -> Vec<u8> {
    let point = Point { x: at, y: !at };
    let channel = Channel::ZERO;
    let mut bytes = Vec::new();
    let moved = ClientMessage::Cursor { channel, point };
    moved.encode(&mut bytes).expect("within the limits");
    bytes
}

/// A CursorBatch of so many; `at` says where to.
pub(super) fn write_batch(people: u32, at: u16, out: &mut Vec<u8>) {
    let mut cursors = CursorsBuf::new();
    cursors.reserve(people as usize);
    for user in 0..people {
        let point = Point { x: at, y: !at };
        cursors.push(Cursor { user, point }).expect("ascending");
    }
    let (channel, cursors) = (Channel::ZERO, cursors.as_cursors());
    let batch = ServerMessage::CursorBatch { channel, cursors };
    batch.encode(out).expect("within the limits");
}
