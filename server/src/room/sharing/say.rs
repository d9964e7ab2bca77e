//! What the people of this node do, for the others: collected, and published once at each flush.

use std::time::Duration;

use bytes::Bytes;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Cursor, ServerMessage};

use super::super::broadcast::{self, SHARED, append_cursors};
use super::super::budget;
use super::super::engine::{Due, Room};
use super::super::output::Output;
use super::super::seat::Seat;
use super::super::turns::next_on_grid;
use super::{Engine, Sharing};
use crate::bus::batch::{BatchBuf, Header};
use crate::bus::record::{Field, Person};
use crate::bus::{BusOutput, Change};
use crate::limits::{BATCH_BYTES_MAX, COMPLETE_BATCH_BYTES_MAX, SETTLE_AFTER};

/// After this many periods without a batch the next one goes out at once.
const QUIET_PERIODS: u32 = 2;

impl Room {
    /// A State or an Event of one of ours; `changed` says whose field of the record is different.
    pub(in super::super) fn share(&mut self, now: Instant, message: &[u8], changed: Option<u32>) {
        if let Some(sharing) = &mut self.sharing {
            sharing.said.push_messages(message);
            sharing.dirty.extend(changed);
            self.publish_soon(now);
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
            self.publish_soon(now);
        }
    }

    /// One of ours left.
    pub(in super::super) fn share_left(&mut self, now: Instant, user: u32) {
        let channel = SHARED;
        let left = broadcast::encode(&ServerMessage::UserLeft { channel, user });
        self.share(now, &left, Some(user));
    }

    /// Some cursors were just flushed: if ours are among them, the others get them, too.
    pub(in super::super) fn share_flush(&mut self, now: Instant, flushed: &[Cursor]) {
        let is_ours = |cursor: &Cursor| {
            let seat = self.seats.get(cursor.user);
            seat.is_some_and(|seat| seat.line.is_own())
        };
        if self.sharing.is_some() && flushed.iter().any(is_ours) {
            self.publish(now);
        }
    }

    /// A slice of a large room was told of moves.
    pub(in super::super) fn share_moves(&mut self, now: Instant) {
        let sharing = self.sharing.as_ref();
        if sharing.is_some_and(|sharing| sharing.told < self.spots.last()) {
            self.publish_soon(now);
        }
    }

    /// Something is to be told: at once where it is quiet, else at the next flush.
    fn publish_soon(&mut self, now: Instant) {
        let period = self.bus_period();
        let Some(sharing) = &mut self.sharing else {
            return;
        };
        if sharing.publish_due.is_some() {
            return;
        }
        let quiet_from = sharing.published_at.map(|at| at + period * QUIET_PERIODS);
        let due = match quiet_from {
            Some(quiet_from) if now < quiet_from => {
                let period_us = u64::try_from(period.as_micros()).unwrap_or(u64::MAX);
                next_on_grid(now, period_us)
            }
            _ => now,
        };
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
        let Some(sharing) = &self.sharing else {
            return;
        };
        let is_something = !sharing.said.is_empty() || !sharing.dirty.is_empty();
        if is_something || !self.own_cursors(sharing.told).is_empty() {
            self.publish(now);
        } else if let Some(sharing) = &mut self.sharing {
            sharing.told = self.spots.last();
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

    /// A while after the last batch one more shows whether that was lost, and says again where
    /// those are who moved since the record was told.
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
            _ if sharing.engine == Engine::Open => {
                let since = sharing.recorded;
                self.publish_batch(now, since);
            }
            _ => {}
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
        let changes = self.changes();
        let cursors = self.own_cursors(since);
        let flush = self.spots.last();
        let Some(mut sharing) = self.sharing.take() else {
            return;
        };
        if std::mem::take(&mut sharing.is_all_due) {
            self.say_all(&mut sharing);
        }
        let mut bytes = Vec::new();
        append_cursors(&cursors, &mut bytes, &mut Vec::new());
        sharing.said.push_messages(&bytes);
        sharing.sequence += 1;
        sharing.revision += u64::from(!changes.is_empty());
        let header = sharing.header(!changes.is_empty());
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
        sharing.told = flush;
        let mut changes = changes;
        if !changes.is_empty() {
            let field = Field::Revision(sharing.node).name();
            let value = sharing.revision.to_string().into();
            changes.push(Change::Set { field, value });
        }
        self.sharing = Some(sharing);
        changes.extend(self.record_cursors(now, flush));
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

    /// Where ours are, for the record, once a second and when the room is quiet.
    fn record_cursors(&mut self, now: Instant, flush: u64) -> Option<Change> {
        let sharing = self.sharing.as_ref()?;
        let is_soon = sharing
            .recorded_at
            .is_some_and(|at| now < at + SETTLE_AFTER);
        let is_new = !is_soon && !self.own_cursors(sharing.recorded).is_empty();
        if !is_new && !sharing.is_record_stale {
            return None;
        }
        let mut value = Vec::new();
        append_cursors(&self.own_cursors(0), &mut value, &mut Vec::new());
        let sharing = self.sharing.as_mut()?;
        sharing.recorded_at = Some(now);
        sharing.is_record_stale = false;
        sharing.recorded = flush;
        let field = Field::Cursors(sharing.node).name();
        let value = value.into();
        Some(Change::Set { field, value })
    }

    /// Our cursors that moved after flush `since`.
    fn own_cursors(&self, since: u64) -> Vec<Cursor> {
        let moved = self.spots.changed(since, self.spots.last());
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

    /// A batch goes out as often as a flush.
    fn bus_period(&self) -> Duration {
        let listeners = if self.slices.is_large() {
            self.slices.len()
        } else {
            0
        };
        Duration::from_micros(budget::period_us(&self.config, listeners))
    }
}

impl Sharing {
    fn header(&self, changes_record: bool) -> Header {
        Header {
            node: self.node,
            sequence: self.sequence,
            revision: self.revision,
            changes_record,
            is_complete: !self.is_introduced,
            is_in_record: false,
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
