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
use super::sharing::Sharing;
use super::slices::Slices;
use super::spots::Spots;
use super::state::{MessageError, PersonState};
use super::surfaces::{self, Surfaces};
use super::turns::Turns;
use crate::limits::Limit;

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
    /// What is to be done at which time, flushes left out.
    pub(super) timers: BTreeSet<(Instant, Due)>,
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
    /// Where other nodes serve the room as well.
    pub(super) sharing: Option<Box<Sharing>>,
    /// Several come or go at once, and the count is told after them.
    pub(super) count_is_due: bool,
    /// Everybody is sent away, with these words.
    pub(super) closing: Option<Box<str>>,
    /// It was told that somebody is here.
    pub(super) is_opened: bool,
}

/// What is to be done at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    /// The grace of a lost seat is over.
    Grace(u32),
    /// The same of one that was with another node.
    Orphan(u32),
    /// The other nodes are told what happened.
    Publish,
    /// They are told that nothing happens.
    Settle,
    /// The engine was away for so long that people of other nodes are not kept.
    Alone,
    /// The node that had a seat does not say what it kept for it.
    Handover(u32),
    /// Nobody came whom the room was made for.
    Awaited,
    /// More of those who are here are to go.
    Close,
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
            timers: BTreeSet::new(),
            slices: Slices::new(),
            observers: 0,
            names: Names::default(),
            turns: Turns::default(),
            log: Log::default(),
            outputs: VecDeque::new(),
            sharing: None,
            count_is_due: false,
            closing: None,
            is_opened: false,
        }
    }

    /// Nobody is connected here and no seat is kept: the room may be dropped.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let keeps = |due: &Due| matches!(due, Due::Grace(_) | Due::Awaited);
        self.slices.is_empty() && !self.timers.iter().any(|(_, due)| keeps(due))
    }

    /// People listed, those in grace and those of other nodes included.
    #[must_use]
    pub fn people(&self) -> usize {
        self.seats.len()
    }

    /// People who are connected to it here, observers and kept seats left out.
    #[must_use]
    pub fn people_here(&self) -> usize {
        self.slices.len() - self.observers
    }

    /// Observers who are connected to it here.
    #[must_use]
    pub fn observers(&self) -> usize {
        self.observers
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
        let joined = match own_seat {
            Some(user) => Ok(self.join_resumed(now, user, request)),
            None => self.join_new(now, request),
        };
        self.publish_if_due(now);
        joined
    }

    /// They leave for good: the seat is free at once.
    pub fn handle_leave(&mut self, now: Instant, listener: Listener) {
        if let Some(user) = self.remove_listener(now, listener) {
            self.remove_seat(now, user);
        }
        self.publish_if_due(now);
    }

    /// Their line is gone: the seat is kept for `resume_grace`.
    pub fn handle_lost(&mut self, now: Instant, listener: Listener) {
        let Some(user) = self.remove_listener(now, listener) else {
            return;
        };
        if let Some(seat) = self.seats.get_mut(user) {
            let until = now + self.config.resume_grace;
            seat.line = Line::Lost { until };
            self.timers.insert((until, Due::Grace(user)));
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
        if let Some(user) = self.person(listener)? {
            self.set_cursor(now, user, point);
        }
        Ok(())
    }

    pub(super) fn set_cursor(&mut self, now: Instant, user: u32, point: Point) {
        let moved = self.spots.set(user, point, pace::second(now));
        if moved.is_first_of_second {
            self.pace.note(now);
        }
        if self.slices.is_large() {
            self.wake(now);
        } else if moved.is_first_of_flush && self.pacer.note(now, user, self.is_shared()) {
            self.flush_if_due(now);
        }
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
        match self.person(listener)? {
            Some(user) => self.change_state(now, user, Some(listener), fields),
            None => Ok(()),
        }
    }

    /// Whether there is room for a state that grows from so many bytes to so many.
    pub(super) fn check_states(&self, former: usize, bytes: usize) -> Result<(), MessageError> {
        let total = self.state_bytes - former + bytes;
        if total > self.config.state_bytes_max && bytes > former {
            return Err(MessageError::Over(
                Limit::RoomState,
                "the states of this room together would be larger than the server allows",
            ));
        }
        Ok(())
    }

    /// `source` is who says it, and knows already.
    pub(super) fn change_state(
        &mut self,
        now: Instant,
        user: u32,
        source: Option<Listener>,
        fields: Fields<'_>,
    ) -> Result<(), MessageError> {
        let Some(seat) = self.seats.get_mut(user) else {
            return Ok(());
        };
        let merged = seat.state.merged(fields)?;
        let (former, bytes) = (seat.state.encoded_bytes(), merged.encoded_bytes());
        self.check_states(former, bytes)?;
        // What ten thousand people see changes all the time, and matters to the server alone.
        let is_for_others =
            !self.slices.is_large() || fields.iter().any(|field| field.tag != tag::VIEWPORT);
        if is_for_others && self.log.bytes() > 2 * self.config.large.log_bytes_max {
            return Err(TOO_MUCH_SAID);
        }
        let viewport = merged.viewport();
        let has_moved_on = self.set_state(user, merged);
        if let Some(member) = source.and_then(|listener| self.slices.get_mut(listener)) {
            member.viewport = viewport;
            member.seen = member.seen.filter(|_| !has_moved_on);
            member.seen_wide = member.seen_wide.filter(|_| !has_moved_on);
        }
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
        let state = encode(&state);
        self.share(now, &state, Some(user));
        self.say(now, about, source, state);
        self.publish_if_due(now);
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
        match self.person(listener)? {
            Some(user) => self.tell_event(now, user, Some(listener), event),
            None => Ok(()),
        }
    }

    /// `source` is who says it, and does not hear it.
    pub(super) fn tell_event(
        &mut self,
        now: Instant,
        user: u32,
        source: Option<Listener>,
        event: Event<'_>,
    ) -> Result<(), MessageError> {
        if self.slices.is_large() && self.log.bytes() > self.config.large.log_bytes_max {
            return Err(TOO_MUCH_SAID);
        }
        let event = ServerMessage::Event {
            channel: SHARED,
            user,
            event,
        };
        let event = encode(&event);
        self.keep_event(user, &event);
        self.share(now, &event, None);
        self.say(now, About::Event(user), source, event);
        self.publish_if_due(now);
        Ok(())
    }

    /// What was queued for this listener is with the kernel, or nearly: it can take more. Call it
    /// for one whose snapshot is not complete; for others it does nothing.
    pub fn handle_drained(&mut self, _now: Instant, listener: Listener) {
        self.continue_snapshot(listener);
    }

    /// Time has passed: seats whose grace is over are freed, moves that are due go out.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(&(at, due)) = self.timers.first() {
            if at > now {
                break;
            }
            self.timers.pop_first();
            match due {
                Due::Grace(user) | Due::Orphan(user) => self.remove_seat(now, user),
                Due::Close => self.close_some(now),
                _ => self.handle_sharing_due(now, due),
            }
        }
        self.flush_if_due(now);
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due next.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let timer = self.timers.first().map(|&(at, _)| at);
        [timer, self.pacer.due(), self.turns.due()]
            .into_iter()
            .flatten()
            .min()
    }

    /// The number of the last flush.
    #[must_use]
    pub fn flush(&self) -> u64 {
        self.spots.last()
    }

    /// When moves that come after a flush of `flushed_at` go out at the earliest.
    #[must_use]
    pub fn next_flush(&self, flushed_at: Instant) -> Instant {
        let is_shared = self.is_shared() && !self.slices.is_large();
        self.pacer.next_after(flushed_at, is_shared)
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

    pub(super) fn remove_seat(&mut self, now: Instant, user: u32) {
        self.remove_seat_uncounted(now, user);
        self.say_count(None);
    }

    pub(super) fn remove_seat_uncounted(&mut self, now: Instant, user: u32) {
        self.tell_left(user);
        let Some(seat) = self.seats.remove(user) else {
            return;
        };
        match seat.line {
            Line::Lost { until } => {
                self.timers.remove(&(until, Due::Grace(user)));
            }
            Line::Orphaned { until, .. } => {
                self.timers.remove(&(until, Due::Orphan(user)));
            }
            Line::Up(_) | Line::Away(_) => {}
        }
        self.state_bytes -= seat.state.encoded_bytes();
        self.looks.remove(&seat.name, seat.color);
        self.surfaces.leave(seat.state.surface());
        let has_cursor = self.spots.point(user).is_some();
        self.spots.remove(user, surfaces::OWN);
        match &mut self.sharing {
            None => self.seats.give_back(user),
            Some(sharing) => sharing.forget(user),
        }
        if seat.line.is_own() {
            if let Some(sharing) = &mut self.sharing
                && has_cursor
            {
                sharing.note_cursor_gone();
            }
            self.share_left(now, user);
        }
        self.say_left(now, user);
    }

    /// The person's state is this from now on. Whether they are on another surface.
    pub(super) fn set_state(&mut self, user: u32, state: PersonState) -> bool {
        let Some(seat) = self.seats.get_mut(user) else {
            return false;
        };
        self.state_bytes = self.state_bytes - seat.state.encoded_bytes() + state.encoded_bytes();
        let has_moved_on = seat.state.surface() != state.surface();
        if has_moved_on {
            // An old position must not be shown on the new surface.
            self.surfaces.leave(seat.state.surface());
            let surface = self.surfaces.enter(state.surface());
            let has_cursor = self.spots.point(user).is_some();
            self.spots.clear(user, surface);
            if let Some(sharing) = &mut self.sharing
                && has_cursor
                && seat.line.is_own()
            {
                sharing.note_cursor_gone();
            }
        }
        seat.state = state;
        has_moved_on
    }

    pub(super) fn flush_if_due(&mut self, now: Instant) {
        if self.turns.due().is_some_and(|due| due <= now) {
            self.serve_next(now);
        }
        if self.pacer.due().is_some_and(|due| due <= now) {
            let flush = self.spots.close_flush();
            let cursors = self.pacer.flush(now, &self.spots);
            let Self { seats, slices, .. } = self;
            flush::output(flush, &cursors, seats, slices, &mut self.outputs);
            self.share_flush(now, &cursors);
        }
    }
}

const TOO_MUCH_SAID: MessageError = MessageError::Over(
    Limit::RoomLog,
    "more is said in this room at the moment than it can pass on: try again",
);
