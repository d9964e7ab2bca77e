//! Events for those who are between two nodes.
//!
//! A node that stops closes its people's lines; each comes back on another node, a moment later. What
//! happens in that moment is kept for them, and everybody agrees on where it begins and ends, because the
//! channel between the nodes has one order:
//!
//! - The node that closed the line keeps every event from then on, until it hears, in the channel, that
//!   another node [claims](Room::handle_claim) the seat. It answers with what it kept: what other nodes
//!   said before the claim, and of what its own people said, what came back to it before the claim.
//! - The node that claims the seat keeps what comes after its claim has come back to it, and what its own
//!   people say from the claim on, for that follows the claim in the channel. It lets its person in when
//!   the answer is there, and tells both.
//!
//! So each event reaches them once, and those of one sender in their order. A node that answers no claim,
//! because it is gone or older, is waited for a moment.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Resume, ServerMessage, server_messages};

use super::super::engine::{Due, Room};
use super::super::listeners::Listener;
use super::super::log::{About, Entry};
use super::super::messages::Messages;
use super::super::output::Audience;
use super::super::seat::Line;
use super::super::snapshot::Standing;
use super::Engine;
use crate::bus::batch::Handover;
use crate::limits::{HANDOVER_BYTES_MAX, HANDOVER_WAIT_MAX};

/// What is kept, and for whom.
#[derive(Debug, Default)]
pub(super) struct Handovers {
    seats: BTreeMap<u32, Between>,
    kept: VecDeque<Kept>,
    /// The position of the first.
    first: u64,
    bytes: usize,
    /// Of our batches, the last that came back.
    echoed: u64,
}

/// An event, as it was said here.
#[derive(Debug)]
struct Kept {
    entry: Entry,
    /// The batch of ours that it is in; none where another node said it.
    batch: Option<u64>,
}

/// Somebody whose seat is here and who is on no line.
#[derive(Debug)]
struct Between {
    /// What our people say is for them from this position on.
    own_from: u64,
    /// The same of what others say; none before our claim has come back.
    others_from: Option<u64>,
    /// The batch of ours that the claim is in.
    claim: u64,
    /// The node that had the seat is to answer by then.
    awaited_until: Option<Instant>,
    /// What was for them already: said to them and not served, or handed over.
    before: Vec<Entry>,
}

impl Handovers {
    /// How many are between two nodes.
    pub(super) fn len(&self) -> usize {
        self.seats.len()
    }

    fn end(&self) -> u64 {
        self.first + self.kept.len() as u64
    }

    /// Somebody's line was closed, before they were served these.
    fn begin(&mut self, user: u32, before: Vec<Entry>) {
        let end = self.end();
        let between = Between {
            own_from: end,
            others_from: Some(end),
            claim: 0,
            awaited_until: None,
            before,
        };
        self.seats.insert(user, between);
    }

    /// A seat is claimed in this batch of ours.
    fn claim(&mut self, user: u32, batch: u64, until: Instant) {
        let between = Between {
            own_from: self.end(),
            others_from: None,
            claim: batch,
            awaited_until: Some(until),
            before: Vec::new(),
        };
        self.seats.insert(user, between);
    }

    /// When the answer for a seat is given up, where one is awaited.
    fn awaited_until(&self, user: u32) -> Option<Instant> {
        self.seats.get(&user)?.awaited_until
    }

    fn give_up(&mut self, user: u32) {
        if let Some(between) = self.seats.get_mut(&user) {
            between.awaited_until = None;
        }
    }

    /// A batch of ours came back: what the others said until now was said before what it claims.
    pub(super) fn hear_back(&mut self, batch: u64) {
        self.echoed = batch;
        let end = self.end();
        for between in self.seats.values_mut() {
            if between.others_from.is_none() && between.claim <= batch {
                between.others_from = Some(end);
            }
        }
    }

    fn keep(&mut self, entry: &Entry, batch: Option<u64>) {
        if self.seats.is_empty() {
            return;
        }
        self.bytes += entry.message.len();
        let entry = entry.clone();
        self.kept.push_back(Kept { entry, batch });
        while self.bytes > HANDOVER_BYTES_MAX
            && let Some(oldest) = self.kept.pop_front()
        {
            self.first += 1;
            self.bytes -= oldest.entry.message.len();
        }
    }

    /// What another node kept for a seat that we claimed. Whether it was awaited.
    fn answer(&mut self, user: u32, events: &[u8]) -> bool {
        let Some(between) = self.seats.get_mut(&user) else {
            return false;
        };
        // What was told before our claim was told to whoever had the seat then.
        if between.others_from.is_none() || between.awaited_until.take().is_none() {
            return false;
        }
        between.before.extend(entries(events));
        true
    }

    /// They are on a line here again: everything that is for them.
    fn resume(&mut self, user: u32) -> Vec<Entry> {
        self.take(user, |_| true)
    }

    /// Another node has claimed the seat: what is for them, as far as the channel had it before that.
    fn hand_over(&mut self, user: u32) -> Vec<u8> {
        let echoed = self.echoed;
        let entries = self.take(user, |batch| batch <= echoed);
        let mut bytes: usize = entries.iter().map(|entry| entry.message.len()).sum();
        let mut events = Vec::new();
        for Entry { message, .. } in entries {
            // The newest of them, where they are too much for one batch.
            if bytes <= HANDOVER_BYTES_MAX {
                events.extend_from_slice(&message);
            } else {
                bytes -= message.len();
            }
        }
        events
    }

    fn take(&mut self, user: u32, is_told: impl Fn(u64) -> bool) -> Vec<Entry> {
        let Some(between) = self.seats.remove(&user) else {
            return Vec::new();
        };
        let mut entries = between.before;
        for (position, kept) in (self.first..).zip(&self.kept) {
            let is_theirs = match kept.batch {
                Some(batch) => position >= between.own_from && is_told(batch),
                None => between.others_from.is_some_and(|from| position >= from),
            };
            if is_theirs && kept.entry.about != About::Event(user) {
                entries.push(kept.entry.clone());
            }
        }
        self.forget_if_unused();
        entries
    }

    /// The seat is free.
    pub(super) fn forget(&mut self, user: u32) {
        if self.seats.remove(&user).is_some() {
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

impl Room {
    /// Their line is closed because this node stops: they go on with another one. The seat is kept for
    /// `resume_grace`, and so is what happens, until that node has it.
    pub fn handle_moving(&mut self, now: Instant, listener: Listener) {
        let member = self.slices.get(listener);
        let user = member.and_then(|member| member.user);
        let before = self.unserved(listener);
        // They have heard it: the node that they go on with is not to tell them again.
        self.publish_pending(now);
        self.handle_lost(now, listener);
        if let Some(sharing) = &mut self.sharing
            && let Some(user) = user
            && sharing.engine == Engine::Open
        {
            sharing.handovers.begin(user, before);
        }
    }

    /// Somebody comes for their seat. Where another node has it, it is theirs here from now on, and what
    /// that node has kept for them is awaited. Whether they can come in.
    pub fn handle_claim(&mut self, now: Instant, resume: &Resume, account: &str) -> bool {
        self.handle_timeout(now);
        let (Some(sharing), Some(user)) = (&mut self.sharing, self.seats.find(resume)) else {
            return true;
        };
        if sharing.handovers.awaited_until(user).is_some() {
            return false;
        }
        let is_there = |node| sharing.known.contains_key(&node);
        let Some(seat) = self.seats.get_mut(user) else {
            return true;
        };
        let is_claimed = sharing.engine == Engine::Open
            && seat.account == account
            && matches!(seat.line, Line::Away(node) if is_there(node));
        if !is_claimed {
            return true;
        }
        let (until, wait) = (now + self.config.resume_grace, now + HANDOVER_WAIT_MAX);
        seat.line = Line::Lost { until };
        self.timers.insert((until, Due::Grace(user)));
        self.timers.insert((wait, Due::Handover(user)));
        sharing.handovers.claim(user, sharing.sequence + 1, wait);
        self.take_over(now, user);
        self.publish_if_due(now);
        false
    }

    /// How many seats are kept here for those who are to go on with another node, or who are expected
    /// from one.
    #[must_use]
    pub fn between(&self) -> usize {
        let sharing = self.sharing.as_ref();
        sharing.map_or(0, |sharing| sharing.handovers.len())
    }

    /// The node that had a seat has not answered.
    pub(super) fn give_up_answer(&mut self, user: u32) {
        if let Some(sharing) = &mut self.sharing {
            sharing.handovers.give_up(user);
        }
    }

    /// Something happened: those who are between two nodes are to hear of it.
    pub(in super::super) fn keep_event(&mut self, user: u32, message: &Bytes, is_ours: bool) {
        if let Some(sharing) = &mut self.sharing
            && sharing.handovers.len() > 0
        {
            let entry = Entry {
                about: About::Event(user),
                source: None,
                message: message.clone(),
            };
            // It is in the next batch, whenever that goes out.
            let batch = is_ours.then_some(sharing.sequence + 1);
            sharing.handovers.keep(&entry, batch);
        }
    }

    /// Another node has claimed a seat of ours.
    pub(super) fn hand_over(&mut self, now: Instant, user: u32, resume: Resume) {
        if let Some(sharing) = &mut self.sharing {
            let events = sharing.handovers.hand_over(user);
            self.share_handover(now, user, resume, &events);
        }
    }

    /// What the node that had a seat kept for whoever comes for it.
    pub(super) fn hear_handover(&mut self, handover: &Handover<'_>) {
        let seat = self.seats.get(handover.user);
        let is_meant = seat.is_some_and(|seat| {
            seat.resume == handover.resume && matches!(seat.line, Line::Lost { .. })
        });
        if let Some(sharing) = &mut self.sharing
            && is_meant
            && let Some(until) = sharing.handovers.awaited_until(handover.user)
            && sharing.handovers.answer(handover.user, handover.events)
        {
            self.timers.remove(&(until, Due::Handover(handover.user)));
        }
    }

    /// Somebody is on a line here again: what happened since they were on one.
    pub(in super::super) fn tell_kept(&mut self, listener: Listener, user: u32) {
        let Some(sharing) = &mut self.sharing else {
            return;
        };
        let until = sharing.handovers.awaited_until(user);
        let entries = sharing.handovers.resume(user);
        if let Some(until) = until {
            self.timers.remove(&(until, Due::Handover(user)));
        }
        if entries.is_empty() {
            return;
        }
        let room = Standing {
            seats: &self.seats,
            spots: &self.spots,
            block_bytes: self.config.large.snapshot_block_bytes,
        };
        let Some(member) = self.slices.get_mut(listener) else {
            return;
        };
        let messages = match &mut member.joining {
            Some(joining) => joining.hear(listener, entries.iter(), room),
            None => {
                let mut messages = Messages::default();
                for entry in entries.iter().filter(|entry| is_known(entry, room)) {
                    messages.push_encoded(&entry.message);
                }
                messages
            }
        };
        self.outputs
            .extend(messages.outputs(&Audience::One(listener)));
    }

    /// Events that a slice of a large room has not been served, and so this listener has not.
    fn unserved(&self, listener: Listener) -> Vec<Entry> {
        let (Some(member), Some(slice)) =
            (self.slices.get(listener), self.slices.slice_of(listener))
        else {
            return Vec::new();
        };
        if !self.slices.is_large() {
            return Vec::new();
        }
        let unserved = self.log.since(member.ahead.unwrap_or(slice.log));
        let events = unserved.filter(|entry| {
            matches!(entry.about, About::Event(_)) && entry.source != Some(listener)
        });
        events.cloned().collect()
    }
}

/// Of somebody whom the snapshot had: nobody hears an event without who says it.
fn is_known(entry: &Entry, room: Standing<'_>) -> bool {
    match entry.about {
        About::Event(mote_protocol::wire::SERVER) => true,
        About::Event(user) => room.seats.get(user).is_some(),
        _ => false,
    }
}
