//! What a listener makes of what it hears.

use std::collections::BTreeMap;

use mote_protocol::coords::Point;
use mote_protocol::wire::{Cursor, Fields, ServerMessage, server_messages, tag};

/// A person as somebody knows them.
#[derive(Debug, Default)]
struct Known {
    name: String,
    cursor: Option<Point>,
    state: BTreeMap<u8, Vec<u8>>,
    is_stated: bool,
}

/// One listener.
#[derive(Debug)]
pub(super) struct Ear {
    own: Option<u32>,
    people: BTreeMap<u32, Known>,
    count: u32,
    pub(super) is_complete: bool,
    /// It takes no cursors at the moment, and missed some.
    pub(super) is_stuck: bool,
    pub(super) is_behind: bool,
    pub(super) flush: u64,
}

impl Ear {
    pub(super) fn new(own: Option<u32>, flush: u64) -> Self {
        Self {
            own,
            people: BTreeMap::new(),
            count: 0,
            is_complete: false,
            is_stuck: false,
            is_behind: false,
            flush,
        }
    }

    pub(super) fn hear(&mut self, bytes: &[u8]) {
        for message in server_messages(bytes) {
            self.take(&message.expect("a room says what can be read"));
        }
    }

    pub(super) fn hear_cursors(&mut self, flush: u64, is_whole: bool, bytes: &[u8]) {
        assert!(self.is_complete, "cursors before the end of the snapshot");
        self.is_behind |= self.is_stuck;
        if !self.is_behind {
            self.hear(bytes);
            self.flush = if is_whole { flush } else { self.flush };
        }
    }

    fn take(&mut self, message: &ServerMessage<'_>) {
        match *message {
            ServerMessage::UserJoined { joined, .. } => {
                self.people.entry(joined.user).or_default().name = joined.name.into();
            }
            ServerMessage::UserLeft { user, .. } => {
                assert!(self.people.remove(&user).is_some(), "{user} was not listed");
            }
            ServerMessage::PresenceUpdate { count, .. } => self.count = count,
            ServerMessage::Cursor { cursor, .. } => self.move_to(cursor),
            ServerMessage::CursorBatch { cursors, .. } => {
                cursors.iter().for_each(|cursor| self.move_to(cursor));
            }
            ServerMessage::State { user, fields, .. } => self.change(user, fields),
            ServerMessage::Event { user, .. } => {
                assert!(self.people.contains_key(&user), "an event of nobody");
                assert_ne!(Some(user), self.own, "an own event");
            }
            ServerMessage::Welcome { .. } | ServerMessage::Control { .. } => {}
            ServerMessage::Heartbeat => panic!("a room has no heartbeats"),
        }
    }

    fn move_to(&mut self, cursor: Cursor) {
        let person = self.people.get_mut(&cursor.user);
        person.expect("a cursor of somebody").cursor = Some(cursor.point);
    }

    /// A new surface takes the cursor away; what a snapshot says of both belongs together.
    fn change(&mut self, user: u32, fields: Fields<'_>) {
        let is_complete = self.is_complete;
        let person = self.people.get_mut(&user).expect("a state of somebody");
        let surface = person.state.get(&tag::SURFACE).cloned();
        for field in fields.iter() {
            if field.body.is_empty() {
                person.state.remove(&field.tag);
            } else {
                person.state.insert(field.tag, field.body.into());
            }
        }
        let is_snapshots = !is_complete && !std::mem::replace(&mut person.is_stated, true);
        if !is_snapshots && surface != person.state.get(&tag::SURFACE).cloned() {
            person.cursor = None;
        }
    }

    /// But for what each knows of themselves, and what a large room does not pass on.
    pub(super) fn agrees_with(&self, other: &Self) {
        assert_eq!(self.count, other.count, "counts");
        assert_eq!(self.people.len(), other.people.len(), "who is here");
        assert_eq!(
            self.people.len(),
            self.count as usize,
            "who is here, and how many"
        );
        for ((a, known), (b, seen)) in self.people.iter().zip(&other.people) {
            assert_eq!((a, &known.name), (b, &seen.name), "who is here");
            if [self.own, other.own].contains(&Some(*a)) {
                continue;
            }
            assert_eq!(known.cursor, seen.cursor, "where {a} is");
            assert_eq!(relayed(known), relayed(seen), "the state of {a}");
        }
    }
}

/// Without what somebody sees, and without the custom object: some heard it in patches.
fn relayed(known: &Known) -> BTreeMap<u8, &[u8]> {
    let fields = known.state.iter();
    let fields = fields.filter(|(tag, _)| ![tag::VIEWPORT, tag::CUSTOM].contains(tag));
    fields.map(|(tag, body)| (*tag, &body[..])).collect()
}
