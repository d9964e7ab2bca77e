//! What the people of this node do, for the others: collected, and published once at each flush.

use std::time::Duration;

use bytes::Bytes;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Cursor, Resume, ServerMessage};

use super::super::broadcast::{self, SHARED, append_cursors};
use super::super::budget;
use super::super::engine::{Due, Room};
use super::super::output::Output;
use super::super::seat::Seat;
use super::super::turns::next_on_grid;
use super::{Engine, Sharing};
use crate::bus::batch::{BatchBuf, Handover, Header, Kick};
use crate::bus::record::{Field, Person};
use crate::bus::{BusOutput, Change};
use crate::limits::{BATCH_BYTES_MAX, BUS_HZ_MAX, COMPLETE_BATCH_BYTES_MAX, SETTLE_AFTER};

/// After this many periods without a batch the next one goes out at once.
const QUIET_PERIODS: u64 = 2;

/// What is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pending {
    /// What was said, and who came and went.
    Words,
    /// Cursors, of which only the last counts.
    Moves,
    /// That we are here: with what whoever comes says first, if that is soon.
    Greeting,
}

impl Room {
    /// A State or an Event of one of ours; `changed` says whose field of the record is different.
    pub(in super::super) fn share(&mut self, now: Instant, message: &[u8], changed: Option<u32>) {
        if let Some(sharing) = &mut self.sharing {
            sharing.said.push_messages(message);
            sharing.dirty.extend(changed);
            self.publish_soon(now, Pending::Words);
        }
    }

    /// One of ours came, looks different, or is ours from now on.
    pub(in super::super) fn share_person(&mut self, now: Instant, user: u32) {
        if let Some(sharing) = &mut self.sharing
            && let Some(seat) = self.seats.get(user)
        {
            with_person(seat, user, sharing.generation(user), |person| {
                sharing.said.push_person(person);
            });
            sharing.dirty.insert(user);
            self.publish_soon(now, Pending::Words);
        }
    }

    /// One of another node is to go.
    pub(in super::super) fn share_kick(
        &mut self,
        now: Instant,
        user: u32,
        resume: Resume,
        text: &str,
    ) {
        if let Some(sharing) = &mut self.sharing {
            sharing.said.push_kick(&Kick { user, resume, text });
            self.publish_soon(now, Pending::Words);
        }
    }

    /// One of ours goes on with another node, which is to tell them these.
    pub(super) fn share_handover(&mut self, now: Instant, handover: &Handover<'_>) {
        if let Some(sharing) = &mut self.sharing {
            sharing.said.push_handover(handover);
            self.publish_soon(now, Pending::Words);
        }
    }

    /// Everybody is to go.
    pub(in super::super) fn share_close(&mut self, now: Instant, text: &str) {
        if let Some(sharing) = &mut self.sharing {
            sharing.said.push_close(text);
            self.publish_soon(now, Pending::Words);
        }
    }

    /// One of ours left.
    pub(in super::super) fn share_left(&mut self, now: Instant, user: u32) {
        let channel = SHARED;
        let left = broadcast::encode(&ServerMessage::UserLeft { channel, user });
        self.share(now, &left, Some(user));
    }

    /// Another node serves the room, too.
    pub(in super::super) fn is_shared(&self) -> bool {
        let sharing = self.sharing.as_ref();
        sharing.is_some_and(|sharing| sharing.has_others())
    }

    /// Some cursors were just flushed: if ours are among them, the others get them, too.
    pub(in super::super) fn share_flush(&mut self, now: Instant, flushed: &[Cursor]) {
        let is_ours = |cursor: &Cursor| {
            let seat = self.seats.get(cursor.user);
            seat.is_some_and(|seat| seat.line.is_own())
        };
        if self.sharing.is_some() && flushed.iter().any(is_ours) {
            self.publish_soon(now, Pending::Moves);
            self.publish_if_due(now);
        }
    }

    /// A slice of a large room was told of moves.
    pub(in super::super) fn share_moves(&mut self, now: Instant) {
        let sharing = self.sharing.as_ref();
        if sharing.is_some_and(|sharing| sharing.told < self.spots.last()) {
            self.publish_soon(now, Pending::Moves);
        }
    }

    /// Another node has just come to this room, or was there before: it is to know of us, and where
    /// ours are.
    pub(super) fn greet(&mut self, now: Instant) {
        if let Some(sharing) = &mut self.sharing {
            sharing.is_greeting_due = true;
            self.publish_soon(now, Pending::Greeting);
        }
    }

    /// Something is to be told: at once where it is quiet, else with the next flush, or with the next
    /// but one that is for the other nodes.
    fn publish_soon(&mut self, now: Instant, pending: Pending) {
        let (flush_us, bus_us) = self.periods_us();
        let Some(sharing) = &mut self.sharing else {
            return;
        };
        let (period_us, quiet) = match pending {
            Pending::Words => (flush_us, Duration::from_micros(flush_us)),
            Pending::Moves => (bus_us, Duration::from_micros(QUIET_PERIODS * bus_us)),
            Pending::Greeting => (flush_us, Duration::ZERO),
        };
        let is_alone = pending == Pending::Moves && !sharing.has_others();
        let due = match (sharing.recorded_at, sharing.published_at) {
            _ if pending == Pending::Greeting => next_on_grid(now, period_us),
            // Nobody hears of moves; the record does.
            (Some(at), _) if is_alone => now.max(at + SETTLE_AFTER),
            (_, Some(at)) if now < at + quiet => next_on_grid(now.max(at), period_us),
            _ => now,
        };
        match sharing.publish_due {
            Some(former) if former <= due => return,
            Some(former) => {
                self.timers.remove(&(former, Due::Publish));
            }
            None => {}
        }
        sharing.publish_due = Some(due);
        self.timers.insert((due, Due::Publish));
    }

    /// Publishes what is due by now, or waits for too long already.
    pub(in super::super) fn publish_if_due(&mut self, now: Instant) {
        let Some(sharing) = &self.sharing else {
            return;
        };
        let is_due = sharing.publish_due.is_some_and(|due| due <= now);
        if is_due || sharing.said.len() > BATCH_BYTES_MAX {
            self.publish_pending(now);
        }
    }

    pub(super) fn publish_pending(&mut self, now: Instant) {
        let Some(sharing) = &mut self.sharing else {
            return;
        };
        if let Some(due) = sharing.publish_due.take() {
            self.timers.remove(&(due, Due::Publish));
        }
        let is_said = !sharing.said.is_empty() || !sharing.dirty.is_empty();
        let is_something = is_said || sharing.is_greeting_due;
        let has_others = sharing.has_others();
        let told = sharing.told;
        if is_something
            || has_others && !self.own_cursors(told).is_empty()
            || self.is_record_due(now)
        {
            self.publish(now);
        }
    }

    /// Publishes all that is pending. While the engine is away nobody would hear it: the record is
    /// compared when it is back.
    pub(super) fn publish(&mut self, now: Instant) {
        let Some(sharing) = &mut self.sharing else {
            return;
        };
        if let Some(due) = sharing.publish_due.take() {
            self.timers.remove(&(due, Due::Publish));
        }
        if sharing.engine != Engine::Open {
            sharing.said.clear();
            sharing.dirty.clear();
            return;
        }
        sharing.published_at = Some(now);
        let since = if sharing.is_all_due { 0 } else { sharing.told };
        self.publish_batch(now, since);
        let Some(sharing) = &mut self.sharing else {
            return;
        };
        if sharing.settle_due.is_none() {
            let due = now + SETTLE_AFTER;
            sharing.settle_due = Some(due);
            self.timers.insert((due, Due::Settle));
        }
    }

    /// A while after the last batch one more shows whether that was lost, and brings the last cursors
    /// into the record.
    pub(super) fn settle(&mut self, now: Instant) {
        let Some(sharing) = &mut self.sharing else {
            return;
        };
        let due = sharing.published_at.map(|at| at + SETTLE_AFTER);
        match due {
            Some(due) if due > now => {
                sharing.settle_due = Some(due);
                self.timers.insert((due, Due::Settle));
            }
            _ if sharing.engine != Engine::Open => {}
            _ => {
                let (since, has_others) = (sharing.told, sharing.has_others());
                if has_others || self.is_record_due(now) {
                    self.publish_batch(now, since);
                }
            }
        }
    }

    /// The last batch of a room that nobody of ours is in any more: what is pending, and that this
    /// is all. None if the others never heard of us.
    pub fn farewell(&mut self) -> Option<Bytes> {
        let sharing = self.sharing.as_mut()?;
        let is_heard = sharing.engine == Engine::Open && !sharing.said.is_empty();
        if !sharing.is_introduced && !is_heard {
            return None;
        }
        sharing.sequence += 1;
        sharing.revision += 1;
        let header = Header {
            is_complete: true,
            is_last: true,
            ..sharing.header(true)
        };
        Some(sharing.said.take(header))
    }

    /// The value of the field of one of ours.
    pub(super) fn value_of(&self, user: u32) -> Bytes {
        let (Some(sharing), Some(seat)) = (&self.sharing, self.seats.get(user)) else {
            return Bytes::new();
        };
        let mut value = Bytes::new();
        with_person(seat, user, sharing.generation(user), |person| {
            value = person.value(sharing.node);
        });
        value
    }

    /// What is pending, and our cursors that moved after flush `since`.
    fn publish_batch(&mut self, now: Instant, since: u64) {
        let is_record_due = self.is_record_due(now);
        let mut changes = self.changes();
        let Some(mut sharing) = self.sharing.take() else {
            return;
        };
        // Whoever read the record before knows no later cursors but those that it hears now.
        let since = if is_record_due {
            since.min(sharing.recorded)
        } else {
            since
        };
        let cursors = self.own_cursors(since);
        let flush = self.spots.last();
        if std::mem::take(&mut sharing.is_all_due) {
            self.say_all(&mut sharing);
        }
        let mut bytes = Vec::new();
        append_cursors(&cursors, &mut bytes, &mut Vec::new());
        sharing.said.push_messages(&bytes);
        // The record has every node that serves the room, also one without people.
        let changes_record = !changes.is_empty() || !sharing.is_introduced;
        sharing.sequence += 1;
        sharing.revision += u64::from(changes_record);
        let header = sharing.header(changes_record);
        let is_complete = header.is_complete;
        let batch = if is_complete && sharing.said.len() > COMPLETE_BATCH_BYTES_MAX {
            sharing.said.clear();
            sharing.said.take(Header {
                is_in_record: true,
                ..header
            })
        } else {
            sharing.said.take(header)
        };
        sharing.is_introduced = true;
        sharing.is_greeting_due = false;
        sharing.told = flush;
        if changes_record {
            let field = Field::Revision(sharing.node).name();
            let value = sharing.revision.to_string().into();
            changes.push(Change::Set { field, value });
        }
        if is_record_due {
            sharing.recorded_at = Some(now);
            sharing.recorded = flush;
            sharing.is_record_stale = false;
            let field = Field::Cursors(sharing.node).name();
            let value = self.cursors_value();
            changes.push(Change::Set { field, value });
        }
        self.sharing = Some(sharing);
        let publish = BusOutput::Publish { batch, changes };
        self.outputs.push_back(Output::Bus(publish));
    }

    /// Everybody of ours, before what else is pending.
    fn say_all(&self, sharing: &mut Sharing) {
        let mut all = BatchBuf::default();
        for (user, seat) in self.seats.since(0).filter(|(_, seat)| seat.line.is_own()) {
            with_person(seat, user, sharing.generation(user), |person| {
                all.push_person(person);
            });
        }
        all.append(&mut sharing.said);
        sharing.said = all;
        sharing.is_introduced = false;
    }

    fn changes(&mut self) -> Vec<Change> {
        let Some(sharing) = &mut self.sharing else {
            return Vec::new();
        };
        let (stale, dirty) = (
            std::mem::take(&mut sharing.stale),
            std::mem::take(&mut sharing.dirty),
        );
        let remove = |user| Change::Remove {
            field: Field::User(user).name(),
        };
        let mut changes: Vec<_> = stale.into_iter().map(remove).collect();
        for user in dirty {
            let line = self.seats.get(user).map(|seat| seat.line);
            changes.push(match line {
                Some(line) if line.is_own() => Change::Set {
                    field: Field::User(user).name(),
                    value: self.value_of(user),
                },
                // Whose it is now sets it.
                Some(_) => continue,
                None => remove(user),
            });
        }
        changes
    }

    /// Whether the record is told now where ours are: once a second while they move, and at once
    /// when what it says is wrong.
    fn is_record_due(&self, now: Instant) -> bool {
        self.sharing.as_ref().is_some_and(|sharing| {
            let is_soon = (sharing.recorded_at).is_some_and(|at| now < at + SETTLE_AFTER);
            let is_new = || !self.own_cursors(sharing.recorded).is_empty();
            sharing.is_record_stale || !is_soon && is_new()
        })
    }

    /// The value of the field of our cursors.
    pub(super) fn cursors_value(&self) -> Bytes {
        let mut value = Vec::new();
        append_cursors(&self.own_cursors(0), &mut value, &mut Vec::new());
        value.into()
    }

    /// Our cursors that moved after flush `since`, and those that no flush has told of.
    fn own_cursors(&self, since: u64) -> Vec<Cursor> {
        let moved = self.spots.changed(since, u64::MAX);
        let is_own = |user| {
            let seat = self.seats.get(user);
            seat.is_some_and(|seat| seat.line.is_own())
        };
        let own = moved.filter(|&(user, _)| is_own(user));
        own.map(|(user, spot)| Cursor {
            user,
            point: spot.point,
        })
        .collect()
    }

    /// From flush to flush, and from batch to batch of cursors: whole periods, so that one instant is
    /// for both.
    fn periods_us(&self) -> (u64, u64) {
        let is_large = self.slices.is_large();
        let listeners = if is_large { self.slices.len() } else { 0 };
        let flush_us = budget::period_us(&self.config, listeners);
        (flush_us, budget::periods(flush_us, BUS_HZ_MAX) * flush_us)
    }
}

impl Sharing {
    /// Another node serves the room, too.
    pub(super) fn has_others(&self) -> bool {
        !self.known.is_empty()
    }

    fn header(&self, changes_record: bool) -> Header {
        Header {
            node: self.node,
            sequence: self.sequence,
            revision: self.revision,
            changes_record,
            is_complete: !self.is_introduced,
            is_in_record: false,
            is_last: false,
            is_leaving: self.is_leaving,
        }
    }
}

fn with_person(seat: &Seat, user: u32, generation: u32, then: impl FnOnce(&Person<'_>)) {
    let fields = seat.state.to_fields();
    then(&Person {
        generation,
        resume: seat.resume,
        joined: seat.as_joined(user),
        fields: fields.as_fields(),
    });
}
