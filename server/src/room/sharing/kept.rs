//! What is kept for those who are between two nodes, as [`handover`](super::handover) says.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use mote_protocol::time::Instant;
use mote_protocol::wire::{ServerMessage, server_messages};

use super::super::log::{About, Entry};
use crate::bus::NodeId;
use crate::bus::batch::Handover;
use crate::limits::{
    HANDED_BYTES_MAX, HANDOVER_ANSWER_FACTOR, HANDOVER_ANSWER_WAIT, HANDOVER_BYTES_MAX,
};

/// What is kept, and for whom.
#[derive(Debug, Default)]
pub(super) struct Handovers {
    seats: BTreeMap<u32, Between>,
    kept: VecDeque<Kept>,
    /// The position of the first.
    first: u64,
    bytes: usize,
    /// Of what is for them already.
    handed_bytes: usize,
    /// Of our batches, the last that came back.
    echoed: u64,
}

/// An event, and who said it.
#[derive(Debug)]
struct Kept {
    entry: Entry,
    by: By,
}

/// Whose an event is, and in which of their batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Us(u64),
    Node(NodeId, u64),
}

/// Somebody whose seat is here and who is on no line.
#[derive(Debug)]
struct Between {
    /// What our people say is for them from this position on.
    own_from: u64,
    /// The same of what others say; none before our claim has come back.
    others_from: Option<u64>,
    /// Of our batches, the last that they have heard on their line here.
    told: u64,
    /// The batch of ours that the claim is in.
    claim: u64,
    claimed_at: Instant,
    /// The node that had the seat is to answer by then.
    awaited_until: Option<Instant>,
    /// What was for them already: said to them and not served, or handed over.
    before: Vec<Entry>,
    /// What they heard on their line to the node that had the seat.
    heard: Option<HeardThere>,
}

/// What a node says up to a batch, as far as it came before a position.
#[derive(Clone, Copy, Debug)]
struct HeardThere {
    node: NodeId,
    batch: u64,
    before: u64,
}

impl HeardThere {
    fn has(&self, position: u64, by: By) -> bool {
        let By::Node(node, batch) = by else {
            return false;
        };
        node == self.node && batch <= self.batch && position < self.before
    }
}

impl Handovers {
    /// How many are between two nodes.
    pub(super) fn len(&self) -> usize {
        self.seats.len()
    }

    fn end(&self) -> u64 {
        self.first + self.kept.len() as u64
    }

    /// Somebody's line was closed after our batch `told`, before they were served these.
    pub(super) fn begin(&mut self, user: u32, told: u64, before: Vec<Entry>) {
        let end = self.end();
        self.forget(user);
        self.handed_bytes += bytes_of(&before);
        let between = Between {
            own_from: end,
            others_from: Some(end),
            told,
            claim: 0,
            claimed_at: Instant::ZERO,
            awaited_until: None,
            before,
            heard: None,
        };
        self.seats.insert(user, between);
    }

    /// A seat is claimed in this batch of ours.
    pub(super) fn claim(&mut self, now: Instant, user: u32, batch: u64, until: Instant) {
        self.forget(user);
        let between = Between {
            own_from: self.end(),
            others_from: None,
            told: 0,
            claim: batch,
            claimed_at: now,
            awaited_until: Some(until),
            before: Vec::new(),
            heard: None,
        };
        self.seats.insert(user, between);
    }

    /// When the answer for a seat is given up, where one is awaited.
    pub(super) fn awaited_until(&self, user: u32) -> Option<Instant> {
        self.seats.get(&user)?.awaited_until
    }

    pub(super) fn give_up(&mut self, now: Instant, user: u32) {
        if let Some(between) = self.seats.get_mut(&user) {
            between.awaited_until = between.awaited_until.filter(|&until| until > now);
        }
    }

    /// A batch of ours came back: what the others said until now was said before what it claims. Whose
    /// answers are awaited until when instead of when.
    pub(super) fn hear_back(&mut self, now: Instant, batch: u64) -> Vec<(u32, Instant, Instant)> {
        self.echoed = batch;
        let end = self.end();
        let mut sooner = Vec::new();
        for (&user, between) in &mut self.seats {
            if between.others_from.is_none() && between.claim <= batch {
                between.others_from = Some(end);
                let took = now.since(between.claimed_at);
                let until = now + HANDOVER_ANSWER_WAIT + took * HANDOVER_ANSWER_FACTOR;
                if let Some(former) = between.awaited_until
                    && until < former
                {
                    between.awaited_until = Some(until);
                    sooner.push((user, former, until));
                }
            }
        }
        sooner
    }

    pub(super) fn keep(&mut self, entry: &Entry, by: By) {
        if self.seats.is_empty() {
            return;
        }
        self.bytes += entry.message.len();
        let entry = entry.clone();
        self.kept.push_back(Kept { entry, by });
        while self.bytes > HANDOVER_BYTES_MAX
            && let Some(oldest) = self.kept.pop_front()
        {
            self.first += 1;
            self.bytes -= oldest.entry.message.len();
        }
    }

    /// What a node kept for a seat that we claimed. Whether it was awaited.
    pub(super) fn answer(&mut self, node: NodeId, handover: &Handover<'_>) -> bool {
        let Handover {
            user, told, events, ..
        } = *handover;
        let end = self.end();
        let Some(between) = self.seats.get_mut(&user) else {
            return false;
        };
        // What was told before our claim was told to whoever had the seat then.
        if between.others_from.is_none() || between.awaited_until.take().is_none() {
            return false;
        }
        between.heard = Some(HeardThere {
            node,
            batch: told,
            before: end,
        });
        if self.handed_bytes + events.len() <= HANDED_BYTES_MAX {
            let events = entries(events);
            self.handed_bytes += bytes_of(&events);
            between.before.extend(events);
        }
        true
    }

    /// They are on a line here again: everything that is for them.
    pub(super) fn resume(&mut self, user: u32) -> Vec<Entry> {
        self.take(user, |_| true)
    }

    /// Another node has claimed the seat, while we were to publish the batch after `last`: up to which
    /// batch they have heard what we say, and what is for them, as far as the channel had it before that.
    pub(super) fn hand_over(&mut self, user: u32, last: u64) -> (u64, Vec<u8>) {
        let echoed = self.echoed;
        // Who is still on a line has heard all.
        let told = self.seats.get(&user).map_or(last + 1, |seat| seat.told);
        let entries = self.take(user, |batch| batch <= echoed);
        let mut bytes = bytes_of(&entries);
        let mut events = Vec::new();
        for Entry { message, .. } in entries {
            // The newest of them, where they are too much for one batch.
            if bytes <= HANDOVER_BYTES_MAX {
                events.extend_from_slice(&message);
            } else {
                bytes -= message.len();
            }
        }
        (told, events)
    }

    fn take(&mut self, user: u32, is_told: impl Fn(u64) -> bool) -> Vec<Entry> {
        let Some(between) = self.seats.remove(&user) else {
            return Vec::new();
        };
        let mut entries = between.before;
        self.handed_bytes -= bytes_of(&entries);
        for (position, kept) in (self.first..).zip(&self.kept) {
            let is_theirs = match kept.by {
                By::Us(batch) => position >= between.own_from && is_told(batch),
                By::Node(..) => between.others_from.is_some_and(|from| position >= from),
            };
            let was_heard = between
                .heard
                .is_some_and(|heard| heard.has(position, kept.by));
            if is_theirs && !was_heard && kept.entry.about != About::Event(user) {
                entries.push(kept.entry.clone());
            }
        }
        self.forget_if_unused();
        entries
    }

    /// The seat is free.
    pub(super) fn forget(&mut self, user: u32) {
        if let Some(between) = self.seats.remove(&user) {
            self.handed_bytes -= bytes_of(&between.before);
            self.forget_if_unused();
        }
    }

    fn forget_if_unused(&mut self) {
        if self.seats.is_empty() {
            self.first = self.end();
            self.kept = VecDeque::new();
            self.bytes = 0;
        }
    }
}

fn bytes_of(entries: &[Entry]) -> usize {
    entries.iter().map(|entry| entry.message.len()).sum()
}

/// The events among messages that another node handed over.
fn entries(messages: &[u8]) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut rest = messages;
    let mut reader = server_messages(messages);
    while let Some(Ok(message)) = reader.next() {
        let (bytes, after) = rest.split_at(rest.len() - reader.rest().len());
        rest = after;
        if let ServerMessage::Event { user, .. } = message {
            entries.push(Entry {
                about: About::Event(user),
                source: None,
                message: Bytes::copy_from_slice(bytes),
            });
        }
    }
    entries
}
