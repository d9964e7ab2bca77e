//! Encoding what a room says. Everything that it says, the wire allows.

use bytes::Bytes;
use mote_protocol::limits::BATCH_CURSORS_MAX;
use mote_protocol::wire::{Channel, Cursor, CursorsBuf, ServerMessage};

/// The channel on which live messages are encoded.
pub(super) const SHARED: Channel = Channel::ZERO;

/// One message.
pub(super) fn encode(message: &ServerMessage<'_>) -> Bytes {
    let mut bytes = Vec::new();
    append(message, &mut bytes);
    bytes.into()
}

/// One message, after others.
pub(super) fn append(message: &ServerMessage<'_>, bytes: &mut Vec<u8>) {
    message
        .encode(bytes)
        .expect("names, states and events are checked when they come in");
}

/// The shortest message or messages that carry these cursors, in ascending order of user.
pub(super) fn encode_cursors(cursors: &[Cursor]) -> Vec<Bytes> {
    if let [cursor] = *cursors {
        return vec![encode(&ServerMessage::Cursor {
            channel: SHARED,
            cursor,
        })];
    }
    let mut batch = CursorsBuf::new();
    let mut messages = Vec::new();
    for part in cursors.chunks(BATCH_CURSORS_MAX) {
        fill(&mut batch, part);
        messages.push(encode(&ServerMessage::CursorBatch {
            channel: SHARED,
            cursors: batch.as_cursors(),
        }));
    }
    messages
}

/// Makes `batch` hold exactly these, at most `BATCH_CURSORS_MAX` of them.
pub(super) fn fill(batch: &mut CursorsBuf, cursors: &[Cursor]) {
    batch.clear();
    for &cursor in cursors {
        batch
            .push(cursor)
            .expect("ids ascend and a part fits a batch");
    }
}
