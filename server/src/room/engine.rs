//! The machine: people come and go, move, change and tell.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use mote_protocol::coords::Point;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Cursor, Event, Fields, ServerMessage, Welcome};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::broadcast::{SHARED, encode, encode_cursors};
use super::flush::{self, Pacer};
use super::join::{JoinRequest, Joined, Refused};
use super::looks::Looks;
use super::output::{Audience, Encoded, Listener, Output};
use super::seat::{Line, Position, Seats};
use super::snapshot;
use super::state::MessageError;
use crate::limits;

/// How a room behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomConfig {
    /// Flushes of cursors a second at most, 1–255. Default 60.
    pub tick_hz: u8,
    /// Seconds without traffic after which a client sends Heartbeat, 1–255. Default 20.
    pub heartbeat_s: u8,
    /// How long a lost person's seat is kept. Default 10 s.
    pub resume_grace: Duration,
    /// People in a room, those in grace included. Default 10,000.
    pub people_max: usize,
    /// Observers of a room. Default 1,000.
    pub observers_max: usize,
    /// The states of a room together, in bytes. Default 4 MiB.
    pub state_bytes_max: usize,
}

impl Default for RoomConfig {
    fn default() -> Self {
        Self {
            tick_hz: limits::TICK_HZ_DEFAULT,
            heartbeat_s: limits::HEARTBEAT_S_DEFAULT,
            resume_grace: limits::RESUME_GRACE_DEFAULT,
            people_max: limits::MAX_PEOPLE_PER_ROOM_DEFAULT,
            observers_max: limits::MAX_OBSERVERS_PER_ROOM_DEFAULT,
            state_bytes_max: limits::MAX_ROOM_STATE_DEFAULT,
        }
    }
}

/// One room.
#[derive(Debug)]
pub struct Room {
    pub(super) config: Arc<RoomConfig>,
    pub(super) rng: StdRng,
    pub(super) seats: Seats,
    /// Who is connected, and whose seat they have; observers have none.
    pub(super) listeners: BTreeMap<Listener, Option<u32>>,
    pub(super) next_listener: u64,
    /// Seats without a line, by the end of their grace.
    pub(super) grace: BTreeSet<(Instant, u32)>,
    pub(super) observers: usize,
    pub(super) looks: Looks,
    state_bytes: usize,
    pub(super) pacer: Pacer,
    pub(super) outputs: VecDeque<Output>,
}

impl Room {
    /// An empty room. Resume values are drawn from `seed`, so it must be secret.
    #[must_use]
    pub fn new(config: Arc<RoomConfig>, seed: [u8; 32]) -> Self {
        Self {
            pacer: Pacer::new(config.tick_hz),
            config,
            rng: StdRng::from_seed(seed),
            seats: Seats::default(),
            listeners: BTreeMap::new(),
            next_listener: 0,
            grace: BTreeSet::new(),
            observers: 0,
            looks: Looks::default(),
            state_bytes: 0,
            outputs: VecDeque::new(),
        }
    }

    /// Nobody is connected and no seat is kept: the room may be dropped.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.seats.len() == 0 && self.listeners.is_empty()
    }

    /// People listed, those in grace included.
    #[must_use]
    pub fn people(&self) -> usize {
        self.seats.len()
    }

    /// Somebody wants in. Their snapshot, and what the others learn, follow as outputs.
    ///
    /// # Errors
    /// The room has no place; nothing changed.
    pub fn handle_join(
        &mut self,
        now: Instant,
        request: JoinRequest<'_>,
    ) -> Result<Joined, Refused> {
        self.handle_timeout(now);
        if request.observer {
            return self.join_observer(request);
        }
        let own_seat = request
            .resume
            .and_then(|resume| self.seats.find(&resume))
            .filter(|&user| {
                let seat = self.seats.get(user);
                seat.is_some_and(|seat| seat.account == request.account)
            });
        match own_seat {
            Some(user) => Ok(self.join_resumed(user, request)),
            None => self.join_new(request),
        }
    }

    /// They leave for good: the seat is free at once.
    pub fn handle_leave(&mut self, _now: Instant, listener: Listener) {
        if let Some(user) = self.remove_listener(listener) {
            self.remove_seat(user);
        }
    }

    /// Their line is gone: the seat is kept for `resume_grace`.
    pub fn handle_lost(&mut self, now: Instant, listener: Listener) {
        let Some(user) = self.remove_listener(listener) else {
            return;
        };
        if let Some(seat) = self.seats.get_mut(user) {
            let until = now + self.config.resume_grace;
            seat.line = Line::Lost { until };
            self.grace.insert((until, user));
        }
    }

    /// Their cursor is here now. O(1), or a flush.
    ///
    /// # Errors
    /// Why it is refused, in words for a developer.
    pub fn handle_cursor(
        &mut self,
        now: Instant,
        listener: Listener,
        point: Point,
    ) -> Result<(), MessageError> {
        let Some(user) = self.person(listener)? else {
            return Ok(());
        };
        let flush = self.pacer.next();
        if let Some(seat) = self.seats.get_mut(user) {
            let before = seat.cursor.replace(Position { point, flush });
            if before.is_none_or(|before| before.flush != flush) {
                self.pacer.note(now, user);
            }
        }
        self.flush_if_due(now);
        Ok(())
    }

    /// Fields of their state change. O(size of their state + listeners).
    ///
    /// # Errors
    /// It breaks the wire, or is refused; nothing changed.
    pub fn handle_state(
        &mut self,
        _now: Instant,
        listener: Listener,
        fields: Fields<'_>,
    ) -> Result<(), MessageError> {
        let Some(user) = self.person(listener)? else {
            return Ok(());
        };
        let Some(seat) = self.seats.get_mut(user) else {
            return Ok(());
        };
        let merged = seat.state.merged(fields)?;
        let others = self.state_bytes - seat.state.encoded_bytes();
        let total = others + merged.encoded_bytes();
        if total > self.config.state_bytes_max && total > self.state_bytes {
            return Err(MessageError::Refused(
                "the states of this room together would be larger than the server allows",
            ));
        }
        if seat.state.surface() != merged.surface() {
            // An old position must not be shown on the new surface.
            seat.cursor = None;
        }
        seat.state = merged;
        self.state_bytes = total;
        self.tell_others(
            listener,
            &ServerMessage::State {
                channel: SHARED,
                user,
                fields,
            },
        );
        Ok(())
    }

    /// Something happened. O(listeners).
    ///
    /// # Errors
    /// Why it is refused, in words for a developer.
    pub fn handle_event(
        &mut self,
        _now: Instant,
        listener: Listener,
        event: Event<'_>,
    ) -> Result<(), MessageError> {
        if let Some(user) = self.person(listener)? {
            self.tell_others(
                listener,
                &ServerMessage::Event {
                    channel: SHARED,
                    user,
                    event,
                },
            );
        }
        Ok(())
    }

    /// What was queued for this listener is with the kernel, or nearly: it can take more. Call it
    /// for one whose snapshot is not complete; for others it does nothing.
    #[expect(
        clippy::unused_self,
        clippy::needless_pass_by_ref_mut,
        reason = "snapshots are whole"
    )]
    pub fn handle_drained(&mut self, _now: Instant, _listener: Listener) {}

    /// Time has passed: seats whose grace is over are freed, moves that are due go out.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(&(until, user)) = self.grace.first() {
            if until > now {
                break;
            }
            self.remove_seat(user);
        }
        self.flush_if_due(now);
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due next.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let grace = self.grace.first().map(|&(until, _)| until);
        [grace, self.pacer.due()].into_iter().flatten().min()
    }

    /// The next thing to deliver.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// What a listener that has taken the flushes up to `flush` still misses: the last flush's
    /// number, and every other person's cursor that changed after `flush`. O(people).
    #[must_use]
    pub fn cursors_since(&self, flush: u64, listener: Listener) -> (u64, Vec<Bytes>) {
        let own = self.listeners.get(&listener).copied().flatten();
        let last = self.pacer.last();
        // Moves of the next flush come with it.
        let missed = |position: &Position| (flush + 1..=last).contains(&position.flush);
        let cursors: Vec<Cursor> = self
            .seats
            .iter()
            .filter(|&(user, _)| Some(user) != own)
            .filter_map(|(user, seat)| {
                let point = seat.cursor.filter(missed)?.point;
                Some(Cursor { user, point })
            })
            .collect();
        (last, encode_cursors(&cursors))
    }

    /// The seat of a listener: none for one that is gone already.
    fn person(&self, listener: Listener) -> Result<Option<u32>, MessageError> {
        match self.listeners.get(&listener) {
            Some(None) => Err(MessageError::Refused(
                "an observer has no seat to send from",
            )),
            Some(&user) => Ok(user),
            None => Ok(None),
        }
    }

    /// The seat of one who is no listener from now on.
    fn remove_listener(&mut self, listener: Listener) -> Option<u32> {
        let user = self.listeners.remove(&listener)?;
        self.observers -= usize::from(user.is_none());
        user
    }

    fn remove_seat(&mut self, user: u32) {
        let Some(seat) = self.seats.remove(user) else {
            return;
        };
        if let Line::Lost { until } = seat.line {
            self.grace.remove(&(until, user));
        }
        self.state_bytes -= seat.state.encoded_bytes();
        self.looks.remove(&seat.name, seat.color);
        let left = encode(&ServerMessage::UserLeft {
            channel: SHARED,
            user,
        });
        self.tell(Audience::All, left);
        self.tell_count(Audience::All);
    }

    pub(super) fn send_snapshot(&mut self, request: JoinRequest<'_>, joined: Joined) {
        let welcome = Welcome {
            user: joined.user.unwrap_or(0),
            tick_hz: self.config.tick_hz,
            heartbeat_s: self.config.heartbeat_s,
            resumed: joined.resumed,
            resume: joined.resume,
        };
        let listener = joined.listener;
        let blocks = snapshot::blocks(request.channel, welcome, &self.seats);
        let last = blocks.len();
        let outputs = (1..).zip(blocks).map(|(number, bytes)| Output::Snapshot {
            listener,
            bytes,
            is_last: number == last,
        });
        self.outputs.extend(outputs);
    }

    pub(super) fn tell_of_person(&mut self, except: Listener, user: u32) {
        let seat = self.seats.get(user).expect("just seated");
        let joined = seat.as_joined(user);
        let state = (!seat.state.is_empty()).then(|| seat.state.to_fields());
        let message = encode(&ServerMessage::UserJoined {
            channel: SHARED,
            joined,
        });
        let state = state.as_ref().map(|fields| {
            let fields = fields.as_fields();
            encode(&ServerMessage::State {
                channel: SHARED,
                user,
                fields,
            })
        });
        self.tell(Audience::AllBut(except), message);
        if let Some(state) = state {
            self.tell(Audience::AllBut(except), state);
        }
    }

    pub(super) fn tell_count(&mut self, audience: Audience) {
        let count = snapshot::people(&self.seats);
        let bytes = encode(&ServerMessage::PresenceUpdate {
            channel: SHARED,
            count,
        });
        self.tell(audience, bytes);
    }

    fn tell_others(&mut self, sender: Listener, message: &ServerMessage<'_>) {
        self.tell(Audience::AllBut(sender), encode(message));
    }

    fn tell(&mut self, audience: Audience, message: Bytes) {
        let messages = Encoded::one(message);
        self.outputs
            .push_back(Output::Reliable { audience, messages });
    }

    fn flush_if_due(&mut self, now: Instant) {
        if self.pacer.due().is_none_or(|due| due > now) {
            return;
        }
        let (number, cursors) = self.pacer.flush(now, &self.seats);
        let outputs = flush::outputs(number, &cursors, &self.seats, &self.listeners);
        self.outputs.extend(outputs);
    }
}
