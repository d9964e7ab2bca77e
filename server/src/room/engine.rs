//! The machine: people come and go, move, change and tell.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use mote_protocol::coords::Point;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Cursor, Event, Fields, ServerMessage, tag};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::broadcast::{SHARED, encode, encode_cursors};
use super::config::RoomConfig;
use super::flush::{self, Pacer};
use super::join::{JoinRequest, Joined, Refused};
use super::listeners::{Listener, Names};
use super::log::{About, Log};
use super::looks::Looks;
use super::output::Output;
use super::pace::{self, Pace};
use super::seat::{Line, Seats};
use super::slices::Slices;
use super::spots::Spots;
use super::state::MessageError;
use super::surfaces::{self, Surfaces};
use super::turns::Turns;

/// One room.
#[derive(Debug)]
pub struct Room {
    pub(super) config: Arc<RoomConfig>,
    pub(super) rng: StdRng,
    pub(super) seats: Seats,
    pub(super) spots: Spots,
    pub(super) surfaces: Surfaces,
    pub(super) looks: Looks,
    pub(super) state_bytes: usize,
    /// Seats without a line, by the end of their grace.
    pub(super) grace: BTreeSet<(Instant, u32)>,
    pub(super) slices: Slices,
    pub(super) observers: usize,
    pub(super) names: Names,
    /// When a small room flushes.
    pub(super) pacer: Pacer,
    /// When a large one serves a slice, and what waits for that.
    pub(super) turns: Turns,
    pub(super) log: Log,
    pub(super) pace: Pace,
    pub(super) outputs: VecDeque<Output>,
}

impl Room {
    /// An empty room. Resume values are drawn from `seed`, so it must be secret.
    #[must_use]
    pub fn new(config: Arc<RoomConfig>, seed: [u8; 32]) -> Self {
        Self {
            pacer: Pacer::new(config.tick_hz),
            pace: Pace::new(config.tick_hz),
            config,
            rng: StdRng::from_seed(seed),
            seats: Seats::default(),
            spots: Spots::default(),
            surfaces: Surfaces::default(),
            looks: Looks::default(),
            state_bytes: 0,
            grace: BTreeSet::new(),
            slices: Slices::new(),
            observers: 0,
            names: Names::default(),
            turns: Turns::default(),
            log: Log::default(),
            outputs: VecDeque::new(),
        }
    }

    /// Nobody is connected and no seat is kept: the room may be dropped.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.seats.len() == 0 && self.slices.is_empty()
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
            return self.join_observer(now, request);
        }
        let own_seat = request
            .resume
            .and_then(|resume| self.seats.find(&resume))
            .filter(|&user| {
                let seat = self.seats.get(user);
                seat.is_some_and(|seat| seat.account == request.account)
            });
        match own_seat {
            Some(user) => Ok(self.join_resumed(now, user, request)),
            None => self.join_new(now, request),
        }
    }

    /// They leave for good: the seat is free at once.
    pub fn handle_leave(&mut self, now: Instant, listener: Listener) {
        if let Some(user) = self.remove_listener(now, listener) {
            self.remove_seat(now, user);
        }
    }

    /// Their line is gone: the seat is kept for `resume_grace`.
    pub fn handle_lost(&mut self, now: Instant, listener: Listener) {
        let Some(user) = self.remove_listener(now, listener) else {
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
        let moved = self.spots.set(user, point, pace::second(now));
        if moved.is_first_of_second {
            self.pace.note(now);
        }
        if self.slices.is_large() {
            self.wake(now);
        } else if moved.is_first_of_flush && self.pacer.note(now, user) {
            self.flush_if_due(now);
        }
        Ok(())
    }

    /// Fields of their state change. O(size of their state + listeners).
    ///
    /// # Errors
    /// It breaks the wire, or is refused; nothing changed.
    pub fn handle_state(
        &mut self,
        now: Instant,
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
        // What ten thousand people see changes all the time, and matters to the server alone.
        let is_for_others =
            !self.slices.is_large() || fields.iter().any(|field| field.tag != tag::VIEWPORT);
        if is_for_others && self.log.bytes() > 2 * self.config.large.log_bytes_max {
            return Err(TOO_MUCH_SAID);
        }
        let has_moved_on = seat.state.surface() != merged.surface();
        if has_moved_on {
            // An old position must not be shown on the new surface.
            self.surfaces.leave(seat.state.surface());
            let surface = self.surfaces.enter(merged.surface());
            self.spots.clear(user, surface);
        }
        if let Some(member) = self.slices.get_mut(listener) {
            member.viewport = merged.viewport();
            member.seen = member.seen.filter(|_| !has_moved_on);
            member.seen_wide = member.seen_wide.filter(|_| !has_moved_on);
        }
        seat.state = merged;
        self.state_bytes = total;
        if !is_for_others {
            return Ok(());
        }
        let has_surface = fields.get(tag::SURFACE).is_some();
        let state = ServerMessage::State {
            channel: SHARED,
            user,
            fields,
        };
        let about = About::State { user, has_surface };
        self.say(now, about, Some(listener), encode(&state));
        Ok(())
    }

    /// Something happened. O(listeners).
    ///
    /// # Errors
    /// Why it is refused, in words for a developer.
    pub fn handle_event(
        &mut self,
        now: Instant,
        listener: Listener,
        event: Event<'_>,
    ) -> Result<(), MessageError> {
        let Some(user) = self.person(listener)? else {
            return Ok(());
        };
        if self.slices.is_large() && self.log.bytes() > self.config.large.log_bytes_max {
            return Err(TOO_MUCH_SAID);
        }
        let event = ServerMessage::Event {
            channel: SHARED,
            user,
            event,
        };
        self.say(now, About::Event(user), Some(listener), encode(&event));
        Ok(())
    }

    /// What was queued for this listener is with the kernel, or nearly: it can take more. Call it
    /// for one whose snapshot is not complete; for others it does nothing.
    pub fn handle_drained(&mut self, _now: Instant, listener: Listener) {
        self.continue_snapshot(listener);
    }

    /// Time has passed: seats whose grace is over are freed, moves that are due go out.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(&(until, user)) = self.grace.first() {
            if until > now {
                break;
            }
            self.remove_seat(now, user);
        }
        self.flush_if_due(now);
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due next.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let grace = self.grace.first().map(|&(until, _)| until);
        [grace, self.pacer.due(), self.turns.due()]
            .into_iter()
            .flatten()
            .min()
    }

    /// The next thing to deliver.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// What a listener that has taken the flushes up to `flush` still misses: the last flush that it
    /// may know of, and every other person's cursor that changed after `flush` and up to that one.
    /// What changed later comes with the next flush. O(people).
    #[must_use]
    pub fn cursors_since(&self, flush: u64, listener: Listener) -> (u64, Vec<Bytes>) {
        let own = self.slices.get(listener).and_then(|member| member.user);
        let last = match self.slices.slice_of(listener) {
            Some(slice) if self.slices.is_large() => slice.served,
            _ => self.spots.last(),
        };
        let last = last.max(flush);
        let cursors: Vec<Cursor> = self
            .spots
            .changed(flush, last)
            .filter(|&(user, _)| Some(user) != own)
            .map(|(user, spot)| Cursor {
                user,
                point: spot.point,
            })
            .collect();
        (last, encode_cursors(&cursors))
    }

    /// The seat of a listener: none for one that is gone already.
    fn person(&self, listener: Listener) -> Result<Option<u32>, MessageError> {
        match self.slices.get(listener) {
            Some(member) if member.user.is_none() => Err(MessageError::Refused(
                "an observer has no seat to send from",
            )),
            Some(member) => Ok(member.user),
            None => Ok(None),
        }
    }

    fn remove_seat(&mut self, now: Instant, user: u32) {
        let Some(seat) = self.seats.remove(user) else {
            return;
        };
        if let Line::Lost { until } = seat.line {
            self.grace.remove(&(until, user));
        }
        self.state_bytes -= seat.state.encoded_bytes();
        self.looks.remove(&seat.name, seat.color);
        self.surfaces.leave(seat.state.surface());
        self.spots.clear(user, surfaces::OWN);
        self.say_left(now, user);
    }

    fn flush_if_due(&mut self, now: Instant) {
        if self.turns.due().is_some_and(|due| due <= now) {
            self.serve_next(now);
        }
        if self.pacer.due().is_some_and(|due| due <= now) {
            let flush = self.spots.close_flush();
            let cursors = self.pacer.flush(now, &self.spots);
            let Self { seats, slices, .. } = self;
            flush::output(flush, &cursors, seats, slices, &mut self.outputs);
        }
    }
}

const TOO_MUCH_SAID: MessageError =
    MessageError::Refused("more is said in this room at the moment than it can pass on: try again");
