//! Encoding what a room says. Everything that it says, the wire allows.

use bytes::Bytes;
use mote_protocol::limits::BATCH_CURSORS_MAX;
use mote_protocol::wire::{Channel, Cursor, CursorsBuf, ServerMessage};

use super::messages::offset;

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
    let parts = cursors.chunks(BATCH_CURSORS_MAX);
    parts
        .map(|part| {
            let mut bytes = Vec::with_capacity(6 * part.len() + 4);
            append_batch(part, &mut bytes, &mut CursorsBuf::new());
            bytes.into()
        })
        .collect()
}

/// The same after other messages; `starts` gets where each begins.
pub(super) fn append_cursors(cursors: &[Cursor], bytes: &mut Vec<u8>, starts: &mut Vec<u32>) {
    let mut batch = CursorsBuf::new();
    for part in cursors.chunks(BATCH_CURSORS_MAX) {
        starts.push(offset(bytes.len()));
        append_batch(part, bytes, &mut batch);
    }
}

/// At most `BATCH_CURSORS_MAX` cursors in one message, after other messages; `batch` is for use.
pub(super) fn append_batch(cursors: &[Cursor], bytes: &mut Vec<u8>, batch: &mut CursorsBuf) {
    let channel = SHARED;
    if let [cursor] = *cursors {
        append(&ServerMessage::Cursor { channel, cursor }, bytes);
    } else {
        fill(batch, cursors);
        let cursors = batch.as_cursors();
        append(&ServerMessage::CursorBatch { channel, cursors }, bytes);
    }
}

/// Makes `batch` hold exactly these, at most `BATCH_CURSORS_MAX` of them.
pub(super) fn fill(batch: &mut CursorsBuf, cursors: &[Cursor]) {
    batch.clear();
    batch.reserve(cursors.len());
    for &cursor in cursors {
        batch
            .push(cursor)
            .expect("ids ascend and a part fits a batch");
    }
}
