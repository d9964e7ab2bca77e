//! The room as it stands, for one who joins.

use bytes::Bytes;
use mote_protocol::limits::BATCH_CURSORS_MAX;
use mote_protocol::wire::{Channel, Cursor, CursorsBuf, ServerMessage, Welcome};

use super::broadcast;
use super::seat::Seats;
use crate::limits::SNAPSHOT_BLOCK_BYTES;

/// Welcome, everybody listed, every cursor, every state, the count last, in blocks of whole
/// messages. O(people and their states).
pub(super) fn blocks(channel: Channel, welcome: Welcome, seats: &Seats) -> Vec<Bytes> {
    let mut out = Blocks::default();
    out.push(&ServerMessage::Welcome { channel, welcome });
    for (user, seat) in seats.iter() {
        let joined = seat.as_joined(user);
        out.push(&ServerMessage::UserJoined { channel, joined });
    }
    push_cursors(channel, seats, &mut out);
    for (user, seat) in seats.iter().filter(|(_, seat)| !seat.state.is_empty()) {
        let fields = seat.state.to_fields();
        let fields = fields.as_fields();
        out.push(&ServerMessage::State {
            channel,
            user,
            fields,
        });
    }
    let count = people(seats);
    out.push(&ServerMessage::PresenceUpdate { channel, count });
    out.finish()
}

/// How many are listed.
pub(super) fn people(seats: &Seats) -> u32 {
    u32::try_from(seats.len()).expect("people_max is far below 2^32")
}

/// One batch also when nobody has a cursor, more only where one cannot hold them.
fn push_cursors(channel: Channel, seats: &Seats, out: &mut Blocks) {
    let cursors: Vec<Cursor> = seats
        .iter()
        .filter_map(|(user, seat)| {
            Some(Cursor {
                user,
                point: seat.cursor?.point,
            })
        })
        .collect();
    let (first, rest) = cursors.split_at(cursors.len().min(BATCH_CURSORS_MAX));
    let mut batch = CursorsBuf::new();
    for part in std::iter::once(first).chain(rest.chunks(BATCH_CURSORS_MAX)) {
        broadcast::fill(&mut batch, part);
        let cursors = batch.as_cursors();
        out.push(&ServerMessage::CursorBatch { channel, cursors });
    }
}

#[derive(Default)]
struct Blocks {
    done: Vec<Bytes>,
    open: Vec<u8>,
}

impl Blocks {
    fn push(&mut self, message: &ServerMessage<'_>) {
        let start = self.open.len();
        broadcast::append(message, &mut self.open);
        if start > 0 && self.open.len() > SNAPSHOT_BLOCK_BYTES {
            let next = self.open.split_off(start);
            self.close(next);
        }
    }

    fn close(&mut self, next: Vec<u8>) {
        let block = std::mem::replace(&mut self.open, next);
        self.done.push(block.into());
    }

    fn finish(mut self) -> Vec<Bytes> {
        self.close(Vec::new());
        self.done
    }
}
