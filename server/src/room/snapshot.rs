//! The room as it stands, for one who joins: in one block where it fits, else in parts, nearest
//! first.

use std::collections::BTreeSet;

use bytes::Bytes;
use mote_protocol::wire::{Channel, Cursor, CursorsBuf, SERVER, ServerMessage, Welcome};

use super::broadcast::{SHARED, append, fill};
use super::interest::{Area, cell};
use super::listeners::Listener;
use super::log::{About, Entry};
use super::messages::Messages;
use super::seat::{Seat, Seats};
use super::spots::Spots;
use crate::limits::DENSE_IDS_MAX;

/// At most this many of the nearest are looked for at once: about what a block holds.
const NEAREST_OF_BLOCK: usize = 1_024;

/// A joiner that does not know everybody yet.
#[derive(Debug)]
pub(super) struct Joining {
    pub(super) channel: Channel,
    own: Option<u32>,
    /// Who was told, a bit for each user id.
    told: Vec<u64>,
    /// The same of ids above [`DENSE_IDS_MAX`].
    told_far: BTreeSet<u32>,
    /// Everybody below this id was told.
    next: u32,
}

/// What a snapshot is taken from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing<'a> {
    pub(super) seats: &'a Seats,
    pub(super) spots: &'a Spots,
    pub(super) block_bytes: usize,
}

impl Joining {
    pub(super) fn new(channel: Channel, own: Option<u32>) -> Self {
        Self {
            channel,
            own,
            told: Vec::new(),
            told_far: BTreeSet::new(),
            next: 0,
        }
    }

    /// The first block, and whether it is the last.
    pub(super) fn first_block(&mut self, welcome: Welcome, room: Standing<'_>) -> (Bytes, bool) {
        let channel = self.channel;
        let mut bytes = Vec::new();
        append(&ServerMessage::Welcome { channel, welcome }, &mut bytes);
        let group = self.pick(room, None);
        self.append_group(&group, true, room, bytes)
    }

    /// The next block: who is near the area of `core`, then the others by id. And whether it is the
    /// last. O(people + size of the block).
    pub(super) fn next_block(&mut self, core: Option<Area>, room: Standing<'_>) -> (Bytes, bool) {
        let group = self.pick(room, core);
        self.append_group(&group, false, room, Vec::new())
    }

    /// People not told yet whose messages fill a block, in ascending order.
    fn pick(&mut self, room: Standing<'_>, core: Option<Area>) -> Vec<u32> {
        let mut group = Vec::new();
        let mut bytes = 0;
        let mut take = |joining: &mut Self, user, seat: &Seat| {
            if joining.is_told(user) {
                return true;
            }
            bytes += snapshot_bytes(seat);
            if !group.is_empty() && bytes > room.block_bytes {
                return false;
            }
            joining.set_told(user, true);
            group.push(user);
            true
        };
        let own = self.own.filter(|&own| !self.is_told(own));
        let near = core.map(|core| self.nearest(core, room.spots));
        let first = own.into_iter().chain(near.unwrap_or_default());
        let mut is_full = false;
        for user in first {
            is_full = is_full
                || room
                    .seats
                    .get(user)
                    .is_some_and(|seat| !take(self, user, seat));
        }
        for (user, seat) in room.seats.since(self.next) {
            is_full = is_full || !take(self, user, seat);
            if is_full {
                break;
            }
            self.next = user + 1;
        }
        group.sort_unstable();
        group
    }

    /// Those not told yet whose cursors are nearest to an area, nearest first.
    fn nearest(&self, core: Area, spots: &Spots) -> Vec<u32> {
        let unknown = spots
            .standing()
            .filter(|&(user, spot)| spot.surface == core.surface && !self.is_told(user));
        let mut near: Vec<(u8, u32)> = unknown
            .map(|(user, spot)| (core.cells.distance(cell(spot.point)), user))
            .collect();
        if near.len() > NEAREST_OF_BLOCK {
            near.select_nth_unstable(NEAREST_OF_BLOCK);
            near.truncate(NEAREST_OF_BLOCK);
        }
        near.sort_unstable();
        near.into_iter().map(|(_, user)| user).collect()
    }

    /// UserJoined of each, one CursorBatch, State of each that has any; the count where it is the
    /// end.
    fn append_group(
        &self,
        group: &[u32],
        is_first: bool,
        room: Standing<'_>,
        mut bytes: Vec<u8>,
    ) -> (Bytes, bool) {
        let channel = self.channel;
        let seats = || {
            group
                .iter()
                .filter_map(|&user| Some((user, room.seats.get(user)?)))
        };
        for (user, seat) in seats() {
            let joined = seat.as_joined(user);
            append(&ServerMessage::UserJoined { channel, joined }, &mut bytes);
        }
        let cursor = |&user: &u32| {
            let point = room.spots.point(user)?;
            Some(Cursor { user, point })
        };
        let cursors: Vec<_> = group.iter().filter_map(cursor).collect();
        if is_first || !cursors.is_empty() {
            let mut batch = CursorsBuf::new();
            fill(&mut batch, &cursors);
            let cursors = batch.as_cursors();
            append(&ServerMessage::CursorBatch { channel, cursors }, &mut bytes);
        }
        for (user, seat) in seats().filter(|(_, seat)| !seat.state.is_empty()) {
            append_state(channel, user, seat, &mut bytes);
        }
        let is_last = room.seats.since(self.next).next().is_none();
        if is_last {
            let count = room.seats.count();
            append(
                &ServerMessage::PresenceUpdate { channel, count },
                &mut bytes,
            );
        }
        (bytes.into(), is_last)
    }

    /// What of these entries the joiner must hear before the rest of its snapshot: nothing of people
    /// whom it will be told of, and nobody's Event without who they are.
    pub(super) fn hear<'a>(
        &mut self,
        listener: Listener,
        entries: impl Iterator<Item = &'a Entry> + Clone,
        room: Standing<'_>,
    ) -> Messages {
        let mut out = Messages::default();
        // They were told as they are now; their States up to now are in that.
        let mut introduced = Vec::new();
        let mut rest = entries;
        while let Some(entry) = rest.next() {
            if entry.source == Some(listener) {
                continue;
            }
            let is_heard = match entry.about {
                About::Joined(user) => {
                    let is_heard = self.is_told(user) || user < self.next;
                    self.set_told(user, is_heard);
                    is_heard
                }
                About::Left(user) => {
                    let was_told = self.is_told(user);
                    self.set_told(user, false);
                    was_told
                }
                About::State { user, .. } if introduced.contains(&user) => false,
                About::State { user, has_surface } => {
                    if self.is_told(user) && has_surface {
                        // A person's first State in a snapshot clears no cursor; this one must.
                        push_empty_state(user, &mut out);
                    }
                    self.is_told(user)
                }
                About::Event(SERVER) => true,
                About::Event(user) => {
                    let has_left = |entry: &Entry| entry.about == About::Left(user);
                    if !self.is_told(user) && !rest.clone().any(has_left) {
                        self.introduce(user, room, &mut out);
                        introduced.push(user);
                    }
                    self.is_told(user)
                }
                About::Pace => false,
            };
            if is_heard {
                out.push_encoded(&entry.message);
            }
        }
        out
    }

    fn introduce(&mut self, user: u32, room: Standing<'_>, out: &mut Messages) {
        let channel = SHARED;
        let Some(seat) = room.seats.get(user) else {
            return;
        };
        self.set_told(user, true);
        let joined = seat.as_joined(user);
        out.push(&ServerMessage::UserJoined { channel, joined });
        if let Some(point) = room.spots.point(user) {
            out.push_cursors(&[Cursor { user, point }]);
        }
        if !seat.state.is_empty() {
            let fields = seat.state.to_fields();
            let fields = fields.as_fields();
            out.push(&ServerMessage::State {
                channel,
                user,
                fields,
            });
        }
    }

    fn is_told(&self, user: u32) -> bool {
        if user >= DENSE_IDS_MAX {
            return self.told_far.contains(&user);
        }
        let word = self.told.get(user as usize / 64);
        word.is_some_and(|word| word >> (user % 64) & 1 == 1)
    }

    fn set_told(&mut self, user: u32, is_told: bool) {
        if user >= DENSE_IDS_MAX {
            if is_told {
                self.told_far.insert(user);
            } else {
                self.told_far.remove(&user);
            }
            return;
        }
        let index = user as usize / 64;
        if index >= self.told.len() {
            self.told.resize(index + 1, 0);
        }
        let bit = 1 << (user % 64);
        if is_told {
            self.told[index] |= bit;
        } else {
            self.told[index] &= !bit;
        }
    }
}

fn append_state(channel: Channel, user: u32, seat: &Seat, bytes: &mut Vec<u8>) {
    let fields = seat.state.to_fields();
    let fields = fields.as_fields();
    append(
        &ServerMessage::State {
            channel,
            user,
            fields,
        },
        bytes,
    );
}

fn push_empty_state(user: u32, out: &mut Messages) {
    out.push(&ServerMessage::State {
        channel: SHARED,
        user,
        fields: mote_protocol::wire::Fields::EMPTY,
    });
}

/// About what a person takes in a snapshot, in bytes.
fn snapshot_bytes(seat: &Seat) -> usize {
    // Types, ids, lengths, a colour, a place in the batch, a State's head.
    let heads = 24;
    heads + seat.name.len() + seat.account.len() + seat.state.encoded_bytes()
}
