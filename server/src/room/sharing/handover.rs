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
//! - What the node that closed the line said in batches before that may be on its way to the channel while the
//!   claim is there already. So the answer says up to which batch its people have heard it.
//!
//! So each event reaches them once, and those of one sender in their order. A node that was heard and did not
//! say that it stops keeps nothing, and nothing is awaited of it; one that answers no claim, because it is
//! gone, is waited for a moment.

use bytes::Bytes;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Resume, SERVER};

use super::super::engine::{Due, Room};
use super::super::listeners::Listener;
use super::super::log::{About, Entry};
use super::super::messages::Messages;
use super::super::output::Audience;
use super::super::seat::Line;
use super::super::snapshot::Standing;
use super::Engine;
use super::kept::By;
use super::known::Known;
use crate::bus::NodeId;
use crate::bus::batch::Handover;
use crate::limits::HANDOVER_WAIT_MAX;

impl Room {
    /// This node stops: the others are to know it before the first of its people is with one of them.
    pub fn handle_draining(&mut self, now: Instant) {
        if let Some(sharing) = &mut self.sharing {
            sharing.is_leaving = true;
            if sharing.has_others() {
                self.greet(now);
            }
        }
    }

    /// Their line is closed because this node stops: they go on with another one. The seat is kept for
    /// `resume_grace`, and so is what happens, until that node has it.
    pub fn handle_moving(&mut self, now: Instant, listener: Listener) {
        let member = self.slices.get(listener);
        let user = member.and_then(|member| member.user);
        let before = self.unserved(listener);
        // They have heard it: the node that they go on with is not to tell them again.
        self.publish_leaving(now);
        self.handle_lost(now, listener);
        if let Some(sharing) = &mut self.sharing
            && let Some(user) = user
            && sharing.engine == Engine::Open
        {
            sharing.handovers.begin(user, sharing.sequence, before);
        }
    }

    /// What is pending, and that this node stops, where that was not said.
    fn publish_leaving(&mut self, now: Instant) {
        let Some(sharing) = &mut self.sharing else {
            return;
        };
        if std::mem::replace(&mut sharing.is_leaving, true) {
            self.publish_pending(now);
        } else {
            self.publish(now);
        }
    }

    /// Somebody comes for their seat. Where another node has it that stops, or may, it is theirs here from
    /// now on, and what that node has kept for them is awaited. Whether they can come in.
    pub fn handle_claim(&mut self, now: Instant, resume: &Resume, account: &str) -> bool {
        self.handle_timeout(now);
        let (Some(sharing), Some(user)) = (&mut self.sharing, self.seats.find(resume)) else {
            return true;
        };
        if sharing.handovers.awaited_until(user).is_some() {
            return false;
        }
        let may_keep = |node| sharing.known.get(&node).is_some_and(Known::may_keep);
        let Some(seat) = self.seats.get_mut(user) else {
            return true;
        };
        let is_claimed = sharing.engine == Engine::Open
            && seat.account == account
            && matches!(seat.line, Line::Away(node) if may_keep(node));
        if !is_claimed {
            return true;
        }
        let (until, wait) = (now + self.config.resume_grace, now + HANDOVER_WAIT_MAX);
        seat.line = Line::Lost { until };
        self.timers.insert((until, Due::Grace(user)));
        self.timers.insert((wait, Due::Handover(user)));
        let batch = sharing.sequence + 1;
        sharing.handovers.claim(now, user, batch, wait);
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

    /// A batch of ours has come back.
    pub(super) fn hear_back(&mut self, now: Instant, batch: u64) {
        if let Some(sharing) = &mut self.sharing {
            for (user, former, until) in sharing.handovers.hear_back(now, batch) {
                self.timers.remove(&(former, Due::Handover(user)));
                self.timers.insert((until, Due::Handover(user)));
            }
        }
    }

    /// The node that had a seat has not answered.
    pub(super) fn give_up_answer(&mut self, now: Instant, user: u32) {
        if let Some(sharing) = &mut self.sharing {
            sharing.handovers.give_up(now, user);
        }
    }

    /// Something happened: those who are between two nodes are to hear of it.
    pub(in super::super) fn keep_event(&mut self, user: u32, message: &Bytes) {
        // It is in the next batch, whenever that goes out.
        let batch = self
            .sharing
            .as_ref()
            .map_or(0, |sharing| sharing.sequence + 1);
        self.keep(user, message, By::Us(batch));
    }

    pub(super) fn keep(&mut self, user: u32, message: &Bytes, by: By) {
        if let Some(sharing) = &mut self.sharing
            && sharing.handovers.len() > 0
        {
            let entry = Entry {
                about: About::Event(user),
                source: None,
                message: message.clone(),
            };
            sharing.handovers.keep(&entry, by);
        }
    }

    /// Another node has claimed a seat of ours.
    pub(super) fn hand_over(&mut self, now: Instant, user: u32, resume: Resume) {
        if let Some(sharing) = &mut self.sharing {
            let (told, events) = sharing.handovers.hand_over(user, sharing.sequence);
            self.share_handover(
                now,
                &Handover {
                    user,
                    resume,
                    told,
                    events: &events,
                },
            );
        }
    }

    /// What the node that had a seat kept for whoever comes for it.
    pub(super) fn hear_handover(&mut self, node: NodeId, handover: &Handover<'_>) {
        let seat = self.seats.get(handover.user);
        let is_meant = seat.is_some_and(|seat| {
            seat.resume == handover.resume && matches!(seat.line, Line::Lost { .. })
        });
        if let Some(sharing) = &mut self.sharing
            && is_meant
            && let Some(until) = sharing.handovers.awaited_until(handover.user)
            && sharing.handovers.answer(node, handover)
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
        About::Event(SERVER) => true,
        About::Event(user) => room.seats.get(user).is_some(),
        _ => false,
    }
}
