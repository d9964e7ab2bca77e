//! The rooms of a lane: what each waits for, and what is held back until its record is read.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::mem;

use bytes::Bytes;
use mote_protocol::time::Instant;

use crate::bus::NodeId;
use crate::limits::{
    BUS_CLOSED_BYTES_MAX, BUS_HELD_BYTES_MAX, BUS_NODES_MAX, BUS_ORDER_OVERHEAD_BYTES,
};

/// All rooms of a lane, by channel.
#[derive(Debug, Default)]
pub(super) struct Rooms {
    open: HashMap<Box<str>, Entry>,
    /// Channels whose record is to be read.
    reads: VecDeque<Box<str>>,
    /// Channels that were closed while the engine was away, with what is to be said of it: our traces
    /// are to be removed.
    closed: BTreeMap<Box<str>, Bytes>,
    closed_bytes: usize,
    serial: u64,
}

/// An open room.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: Box<str>,
    /// Another one for each opening: an answer to an earlier one is not for this one.
    pub(super) serial: u64,
    pub(super) is_subscribed: bool,
    /// The blocks of ids that it has, to be claimed again after the engine lost them.
    pub(super) blocks: Vec<u32>,
    /// The engine refused to change its record.
    pub(super) is_stale: bool,
    /// Nodes that the record or batches have spoken of.
    nodes: Vec<NodeId>,
    reading: Reading,
}

#[derive(Debug)]
enum Reading {
    No,
    Wanted,
    /// Batches wait, because the answer may be older or newer than they are.
    UnderWay {
        held: Vec<Bytes>,
        bytes: usize,
        /// Too much was held back.
        again: bool,
    },
}

/// What becomes of a batch.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// It is for this room now.
    Deliver(Box<str>),
    /// It comes after the record.
    Held,
    /// Nobody has that room here.
    Unknown,
}

impl Rooms {
    /// The room is open from now on; its record is to be read.
    pub(super) fn open(&mut self, channel: &str, id: &str) {
        self.serial += 1;
        let entry = Entry {
            id: id.into(),
            serial: self.serial,
            is_subscribed: false,
            blocks: Vec::new(),
            is_stale: false,
            nodes: Vec::new(),
            reading: Reading::No,
        };
        self.forget_closed(channel);
        self.open.insert(channel.into(), entry);
        self.want_read(channel);
    }

    pub(super) fn close(&mut self, channel: &str) -> Option<Entry> {
        self.open.remove(channel)
    }

    /// Its traces are removed later. Whether there is place for one more such room.
    pub(super) fn remember_closed(&mut self, channel: &str, farewell: Bytes) -> bool {
        self.forget_closed(channel);
        let bytes = closed_bytes(channel, &farewell);
        let has_place = self.closed_bytes + bytes <= BUS_CLOSED_BYTES_MAX;
        if has_place {
            self.closed_bytes += bytes;
            self.closed.insert(channel.into(), farewell);
        }
        has_place
    }

    pub(super) fn next_closed(&mut self) -> Option<(Box<str>, Bytes)> {
        let (channel, farewell) = self.closed.pop_first()?;
        self.closed_bytes -= closed_bytes(&channel, &farewell);
        Some((channel, farewell))
    }

    fn forget_closed(&mut self, channel: &str) {
        if let Some(farewell) = self.closed.remove(channel) {
            self.closed_bytes -= closed_bytes(channel, &farewell);
        }
    }

    pub(super) fn get_mut(&mut self, channel: &str) -> Option<&mut Entry> {
        self.open.get_mut(channel)
    }

    /// Of this very opening.
    pub(super) fn get_of(&mut self, channel: &str, serial: u64) -> Option<&mut Entry> {
        let entry = self.open.get_mut(channel);
        entry.filter(|entry| entry.serial == serial)
    }

    /// The engine has refused to change its record.
    pub(super) fn mark_stale(&mut self, channel: &str) {
        if let Some(entry) = self.open.get_mut(channel) {
            entry.is_stale = true;
        }
    }

    /// Those are to be read whose record it has refused to change.
    pub(super) fn want_stale_read(&mut self) {
        let mut stale = Vec::new();
        for (channel, entry) in &mut self.open {
            if mem::take(&mut entry.is_stale) {
                stale.push(channel.clone());
            }
        }
        stale.iter().for_each(|channel| self.want_read(channel));
    }

    pub(super) fn want_all_read(&mut self) {
        for channel in self.channels() {
            self.want_read(&channel);
        }
    }

    pub(super) fn channels(&self) -> Vec<Box<str>> {
        self.open.keys().cloned().collect()
    }

    pub(super) fn ids(&self) -> Vec<Box<str>> {
        self.open.values().map(|entry| entry.id.clone()).collect()
    }

    /// The channels of rooms that know of this node.
    pub(super) fn with_node(&self, node: NodeId) -> Vec<Box<str>> {
        let with = self.open.iter();
        let with = with.filter(|(_, entry)| entry.nodes.contains(&node));
        with.map(|(channel, _)| channel.clone()).collect()
    }

    /// A new connection knows of no subscription, and everything may have changed.
    pub(super) fn handle_link(&mut self) {
        self.reads.clear();
        for (channel, entry) in &mut self.open {
            entry.is_subscribed = false;
            entry.reading = Reading::Wanted;
            self.reads.push_back(channel.clone());
        }
    }

    /// The record is to be read; asking twice is asking once, also while it is under way: the engine
    /// reads after all that was sent before.
    pub(super) fn want_read(&mut self, channel: &str) {
        let Some(entry) = self.open.get_mut(channel) else {
            return;
        };
        if matches!(entry.reading, Reading::No) {
            entry.reading = Reading::Wanted;
            self.reads.push_back(channel.into());
        }
    }

    /// The next channel to be read; from now on its batches are held back.
    pub(super) fn next_read(&mut self) -> Option<(Box<str>, &mut Entry)> {
        loop {
            let channel = self.reads.pop_front()?;
            let Some(entry) = self.open.get_mut(&channel) else {
                continue;
            };
            if !matches!(entry.reading, Reading::Wanted) {
                continue;
            }
            entry.reading = Reading::UnderWay {
                held: Vec::new(),
                bytes: 0,
                again: false,
            };
            // Looked up again: the borrow checker does not see that the loop ends here.
            return self.open.get_mut(&channel).map(|entry| (channel, entry));
        }
    }

    /// The record was read. What was held back, unless it must be read again.
    pub(super) fn handle_read(&mut self, channel: &str, serial: u64) -> Option<Vec<Bytes>> {
        let entry = self.get_of(channel, serial)?;
        match mem::replace(&mut entry.reading, Reading::No) {
            Reading::UnderWay {
                held, again: false, ..
            } => Some(held),
            _ => {
                self.want_read(channel);
                None
            }
        }
    }

    /// A batch of this other node has come, or one of our own.
    pub(super) fn handle_batch(
        &mut self,
        channel: &str,
        other: Option<NodeId>,
        batch: &Bytes,
    ) -> Arrival {
        let Some(entry) = self.open.get_mut(channel) else {
            return Arrival::Unknown;
        };
        if let Some(node) = other {
            entry.mention(node);
        }
        let Reading::UnderWay { held, bytes, again } = &mut entry.reading else {
            return Arrival::Deliver(entry.id.clone());
        };
        *bytes += batch.len();
        if *bytes > BUS_HELD_BYTES_MAX {
            *again = true;
            held.clear();
        } else {
            held.push(batch.clone());
        }
        Arrival::Held
    }
}

impl Entry {
    /// The room knows of this node. Whether that is new.
    pub(super) fn mention(&mut self, node: NodeId) -> bool {
        let is_new = !self.nodes.contains(&node) && self.nodes.len() < BUS_NODES_MAX;
        if is_new {
            self.nodes.push(node);
        }
        is_new
    }

    pub(super) fn forget(&mut self, node: NodeId) {
        self.nodes.retain(|known| *known != node);
    }
}

fn closed_bytes(channel: &str, farewell: &Bytes) -> usize {
    BUS_ORDER_OVERHEAD_BYTES + channel.len() + farewell.len()
}

/// A room's record is to be cleared of a node that is gone, when its people had time to resume.
#[derive(Debug)]
pub(super) struct Clearing {
    pub(super) at: Instant,
    pub(super) channel: Box<str>,
    pub(super) node: NodeId,
}

#[cfg(test)]
mod tests {
    //! What is held back, delivered and read again.

    use super::*;

    const NODE: NodeId = NodeId(7);

    fn batch(bytes: usize) -> Bytes {
        Bytes::from(vec![0; bytes])
    }

    fn reading() -> (Rooms, u64) {
        let mut rooms = Rooms::default();
        rooms.open("c", "room");
        let (_, entry) = rooms.next_read().unwrap();
        let serial = entry.serial;
        (rooms, serial)
    }

    #[test]
    fn batches_that_come_during_a_read_follow_it() {
        let (mut rooms, serial) = reading();
        assert_eq!(
            rooms.handle_batch("c", Some(NODE), &batch(1)),
            Arrival::Held
        );
        assert_eq!(rooms.handle_read("c", serial), Some(vec![batch(1)]));
        let now = rooms.handle_batch("c", Some(NODE), &batch(2));
        assert_eq!(now, Arrival::Deliver("room".into()));
    }

    #[test]
    fn too_much_held_back_is_dropped_and_read_again() {
        let (mut rooms, serial) = reading();
        for _ in 0..3 {
            rooms.handle_batch("c", Some(NODE), &batch(BUS_HELD_BYTES_MAX / 2));
        }
        assert_eq!(rooms.handle_read("c", serial), None);
        assert!(rooms.next_read().is_some());
        assert_eq!(rooms.handle_read("c", serial), Some(Vec::new()));
    }

    #[test]
    fn an_answer_for_a_room_that_was_closed_is_not_for_its_successor() {
        let (mut rooms, serial) = reading();
        rooms.close("c");
        rooms.open("c", "room");
        assert_eq!(rooms.handle_read("c", serial), None);
        assert_eq!(
            rooms.handle_batch("x", Some(NODE), &batch(1)),
            Arrival::Unknown
        );
    }

    #[test]
    fn asking_twice_reads_once() {
        let (mut rooms, serial) = reading();
        rooms.want_read("c");
        assert_eq!(rooms.handle_read("c", serial), Some(Vec::new()));
        rooms.want_read("c");
        rooms.want_read("c");
        assert!(rooms.next_read().is_some());
        assert!(rooms.next_read().is_none());
    }

    #[test]
    fn a_room_that_is_opened_again_is_not_cleared_of_us() {
        let mut rooms = Rooms::default();
        assert!(rooms.remember_closed("a", batch(1)) && rooms.remember_closed("b", batch(2)));
        rooms.open("a", "a");
        assert_eq!(rooms.next_closed(), Some(("b".into(), batch(2))));
        assert_eq!(rooms.next_closed(), None);
    }

    #[test]
    fn rooms_closed_during_an_outage_take_bounded_memory() {
        let mut rooms = Rooms::default();
        let farewell = batch(BUS_CLOSED_BYTES_MAX / 3);
        assert!(rooms.remember_closed("a", farewell.clone()));
        assert!(rooms.remember_closed("a", farewell.clone()));
        assert!(rooms.remember_closed("b", farewell.clone()));
        assert!(!rooms.remember_closed("c", farewell.clone()));
        assert!(rooms.next_closed().is_some());
        assert!(rooms.remember_closed("c", farewell));
    }
}
