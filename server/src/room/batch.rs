//! What a turn says: encoded once, and parts of the same bytes for those who said some of it, or
//! know its beginning already.

use mote_protocol::wire::ServerMessage;

use super::broadcast::SHARED;
use super::listeners::Listener;
use super::log::{Entry, Log};
use super::messages::{Messages, Place};
use super::output::Encoded;

/// The entries of a log from a position on, and the count where it may have changed.
#[derive(Debug)]
pub(super) struct Batch {
    first: u64,
    parts: Vec<Encoded>,
    places: Vec<Place>,
    /// Which entries are whose, sorted.
    own: Vec<(Listener, usize)>,
}

impl Batch {
    pub(super) fn new(log: &Log, first: u64, count: u32) -> Self {
        let mut messages = Messages::default();
        let mut places = Vec::new();
        let mut own = Vec::new();
        for (number, entry) in log.since(first).enumerate() {
            places.push(messages.push_encoded(&entry.message));
            own.extend(entry.source.map(|source| (source, number)));
        }
        if log.since(first).any(Entry::changes_count) {
            let channel = SHARED;
            messages.push(&ServerMessage::PresenceUpdate { channel, count });
        }
        own.sort_unstable();
        Self {
            first,
            parts: messages.finish(),
            places,
            own,
        }
    }

    /// All of it.
    pub(super) fn whole(&self) -> &[Encoded] {
        &self.parts
    }

    /// Some of it is theirs.
    pub(super) fn is_partly_of(&self, listener: Listener) -> bool {
        self.own_of(listener).next().is_some()
    }

    /// What is new to one who knows the log up to `position`, their own left out.
    pub(super) fn for_one(&self, listener: Listener, position: u64) -> Vec<Encoded> {
        let known = usize::try_from(position.saturating_sub(self.first)).unwrap_or(usize::MAX);
        let Some(&start) = self.places.get(known) else {
            return Vec::new();
        };
        let own = self.own_of(listener).filter(|&number| number >= known);
        let mut own = own.map(|number| self.places[number]).peekable();
        let mut out = Vec::new();
        for (number, part) in self.parts.iter().enumerate().skip(start.part) {
            let mut from = if number == start.part {
                start.message
            } else {
                0
            };
            while let Some(place) = own.next_if(|place| place.part == number) {
                out.extend(part.messages(from..place.message));
                from = place.message + 1;
            }
            out.extend(part.messages(from..part.starts.len()));
        }
        out
    }

    fn own_of(&self, listener: Listener) -> impl Iterator<Item = usize> {
        let start = self.own.partition_point(|&(of, _)| of < listener);
        let own = self.own[start..].iter();
        own.take_while(move |(of, _)| *of == listener)
            .map(|&(_, number)| number)
    }
}
