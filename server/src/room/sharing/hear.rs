//! What other nodes say.

use std::collections::BTreeSet;

use bytes::Bytes;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Cursor, Fields, SERVER, ServerMessage, tag};

use super::super::engine::Room;
use super::super::log::About;
use super::super::pace;
use super::super::seat::Line;
use super::Engine;
use super::kept::By;
use super::known::{Known, Verdict};
use crate::bus::NodeId;
use crate::bus::batch::{BadBatch, Header, Item, Items, Kick, parse};

/// Events wait for the slices of a large room up to so many times what one node may let wait.
const EVENT_EXCESS: usize = 3;

impl Room {
    /// Another node published this. O(what it says + people).
    pub fn handle_batch(&mut self, now: Instant, batch: &[u8]) {
        self.handle_timeout(now);
        let Some(sharing) = &mut self.sharing else {
            return;
        };
        // A version that is not known is a later node's, of which this one sees the record alone.
        let Ok((header, items)) = parse(batch) else {
            return;
        };
        if header.node == sharing.node {
            return self.hear_back(now, header.sequence);
        }
        if sharing.engine != Engine::Open {
            return;
        }
        let node = header.node;
        let mut known = sharing.known.get(&node).copied();
        let is_new = known.is_none();
        let verdict = Known::judge(&mut known, &header);
        if let Some(known) = known {
            sharing.known.insert(node, known);
        }
        if verdict == Verdict::Old {
            return;
        }
        let is_next = verdict == Verdict::Next;
        let mut present = (is_next && header.is_complete).then(BTreeSet::new);
        let read = self.hear_items(now, &header, items, is_next, &mut present);
        match present {
            Some(present) if read.is_ok() => {
                self.keep_only(now, node, &present);
                self.keep_cursors(now, node, items);
            }
            _ => {}
        }
        if read.is_err() {
            self.is_lost(node);
        }
        if read.is_err() || verdict == Verdict::Missing {
            self.want_record(now);
        }
        if header.is_last {
            self.forget_node(node);
        } else if is_new {
            self.greet(now);
        }
        self.say_count_if_due();
        self.flush_if_due(now);
        self.publish_if_due(now);
    }

    /// Takes in what happened, and where it `is_next` who came, changed and left. `present` gets those
    /// who are with the node.
    fn hear_items(
        &mut self,
        now: Instant,
        header: &Header,
        items: Items<'_>,
        is_next: bool,
        present: &mut Option<BTreeSet<u32>>,
    ) -> Result<(), BadBatch> {
        let node = header.node;
        for item in items {
            match item? {
                Item::Person(person) if is_next => {
                    self.hear_person(now, node, &person);
                    if let Some(present) = present {
                        present.insert(person.joined.user);
                    }
                }
                Item::Message(ServerMessage::State { user, fields, .. }, bytes) if is_next => {
                    self.hear_state(now, node, user, fields, bytes);
                }
                Item::Message(ServerMessage::UserLeft { user, .. }, _) if is_next => {
                    self.hear_left(now, node, user);
                    if let Some(present) = present {
                        present.remove(&user);
                    }
                }
                Item::Message(ServerMessage::Event { user, .. }, bytes) => {
                    self.hear_event(now, header, user, bytes);
                }
                Item::Message(ServerMessage::Cursor { cursor, .. }, _) => {
                    self.hear_cursor(now, node, cursor);
                }
                Item::Message(ServerMessage::CursorBatch { cursors, .. }, _) => {
                    for cursor in cursors.iter() {
                        self.hear_cursor(now, node, cursor);
                    }
                }
                Item::Kick(Kick { user, resume, text }) => {
                    self.hear_kick(now, user, &resume, text);
                }
                Item::Close(text) => self.begin_closing(now, text),
                Item::Handover(handover) => self.hear_handover(node, &handover),
                // A later node's, or in the record.
                Item::Person(_) | Item::Message(..) => {}
            }
        }
        Ok(())
    }

    /// Of a node's people only these are there.
    fn keep_only(&mut self, now: Instant, node: NodeId, present: &BTreeSet<u32>) {
        let mut gone = self.users_of(|line| line.is_of(node));
        gone.retain(|user| !present.contains(user));
        self.remove_seats(now, &gone);
    }

    /// Of a node's people only these, whom a complete batch tells of, have a cursor.
    fn keep_cursors(&mut self, now: Instant, node: NodeId, items: Items<'_>) {
        let mut standing = BTreeSet::new();
        for item in items.flatten() {
            match item {
                Item::Message(ServerMessage::Cursor { cursor, .. }, _) => {
                    standing.insert(cursor.user);
                }
                Item::Message(ServerMessage::CursorBatch { cursors, .. }, _) => {
                    standing.extend(cursors.iter().map(|cursor| cursor.user));
                }
                _ => {}
            }
        }
        for user in self.users_of(|line| line == Line::Away(node)) {
            if !standing.contains(&user) && self.spots.point(user).is_some() {
                self.forget_cursor(now, user);
            }
        }
    }

    fn forget_node(&mut self, node: NodeId) {
        if let Some(sharing) = &mut self.sharing {
            sharing.known.remove(&node);
        }
    }

    fn is_lost(&mut self, node: NodeId) {
        let known = self
            .sharing
            .as_mut()
            .and_then(|sharing| sharing.known.get_mut(&node));
        if let Some(known) = known {
            known.lose();
        }
    }

    pub(super) fn is_with(&self, node: NodeId, user: u32) -> bool {
        let seat = self.seats.get(user);
        seat.is_some_and(|seat| seat.line == Line::Away(node))
    }

    fn hear_state(
        &mut self,
        now: Instant,
        node: NodeId,
        user: u32,
        fields: Fields<'_>,
        bytes: &[u8],
    ) {
        let seat = self.seats.get(user);
        let Some(seat) = seat.filter(|seat| seat.line == Line::Away(node)) else {
            return;
        };
        let Ok(merged) = seat.state.merged(fields) else {
            return self.is_lost(node);
        };
        if !self.has_place_for(seat.state.encoded_bytes(), &merged) {
            return;
        }
        self.set_state(user, merged);
        if self.slices.is_large() && fields.iter().all(|field| field.tag == tag::VIEWPORT) {
            return;
        }
        let has_surface = fields.get(tag::SURFACE).is_some();
        let about = About::State { user, has_surface };
        self.say(now, about, None, Bytes::copy_from_slice(bytes));
    }

    fn hear_left(&mut self, now: Instant, node: NodeId, user: u32) {
        if self.is_with(node, user) {
            self.remove_seat_uncounted(now, user);
            self.count_is_due = true;
        }
    }

    fn hear_event(&mut self, now: Instant, header: &Header, user: u32, bytes: &[u8]) {
        let node = header.node;
        let waiting_max = EVENT_EXCESS * self.config.large.log_bytes_max;
        let has_place = !self.slices.is_large() || self.log.bytes() <= waiting_max;
        if has_place && (user == SERVER || self.may_say(node, user)) {
            let message = Bytes::copy_from_slice(bytes);
            self.keep(user, &message, By::Node(node, header.sequence));
            // Who is here by now, and said it there, does not hear it.
            let seat = self.seats.get(user);
            let source = seat.and_then(|seat| seat.line.listener());
            self.say(now, About::Event(user), source, message);
        }
    }

    /// Whether what this node tells of somebody is to be believed: it has them, or may have had them when
    /// they said it and have published it after another node claimed their seat.
    fn may_say(&self, node: NodeId, user: u32) -> bool {
        let sharing = self.sharing.as_ref();
        let has_moved = sharing.is_some_and(|sharing| sharing.generation(user) > 0);
        self.is_with(node, user) || has_moved && self.seats.get(user).is_some()
    }

    /// It is told with the next flush, which may be due at once: whoever calls sees to that.
    pub(super) fn hear_cursor(&mut self, now: Instant, node: NodeId, cursor: Cursor) {
        // What is said again, for those who were late, is nothing new.
        let is_new = self.spots.point(cursor.user) != Some(cursor.point);
        if !is_new || !self.is_with(node, cursor.user) {
            return;
        }
        let moved = self.spots.set(cursor.user, cursor.point, pace::second(now));
        if self.slices.is_large() {
            self.wake(now);
        } else if moved.is_first_of_flush {
            self.pacer.note(now, cursor.user, self.is_shared());
        }
    }
}
