//! A room behind a lock, together with who hears it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, Weak};

use bytes::Bytes;
use mote_protocol::coords::Point;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Channel, Event, Fields, Resume};

use super::Facts;
use super::connection::{Connection, Membership};
use super::lock;
use super::timers::Timers;
use crate::bus::Bus;
use crate::metrics::{Census, Kind, Metrics};
use crate::room::{
    JoinRequest, Joined, Listener, ListenerMap, MessageError, Refused, Room, Summary,
};

/// A room of a hub. Everything that a call makes the room say is on its way when it returns: with
/// the kernel, or in the outboxes of those who cannot take it now.
#[derive(Debug)]
pub struct RoomCell {
    id: Box<str>,
    number: u64,
    timers: Arc<Timers>,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) room: Room,
    pub(super) receivers: ListenerMap<Receiver>,
    timer: Timer,
    /// Where other nodes serve the room as well.
    pub(super) bus: Option<Box<BusEnd>>,
    /// Who wants to know who came and left.
    pub(super) facts: Option<Arc<dyn Facts>>,
    pub(super) metrics: Arc<Metrics>,
    /// Who was here when it was counted last.
    census: Census,
}

/// A room's end of the bus.
#[derive(Debug)]
pub(super) struct BusEnd {
    pub(super) bus: Arc<dyn Bus>,
    pub(super) room: Box<str>,
    /// It hears its own batches.
    is_heard_back: bool,
    /// Those who wait for the room to be ready.
    waiting: BTreeMap<u64, Weak<Connection>>,
}

impl BusEnd {
    pub(super) fn new(bus: Arc<dyn Bus>, room: &str) -> Self {
        Self {
            bus,
            room: room.into(),
            is_heard_back: false,
            waiting: BTreeMap::new(),
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Receiver {
    pub(super) connection: Arc<Connection>,
    pub(super) channel: Channel,
}

/// When a room wants to be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// Then.
    At(Instant),
    /// Not before something happens.
    Idle,
    /// Never again: the room was empty and is gone.
    Gone,
}

impl Timer {
    fn at(self) -> Option<Instant> {
        match self {
            Self::At(at) => Some(at),
            Self::Idle | Self::Gone => None,
        }
    }
}

impl Inner {
    /// The room hears its own batches while it keeps something for those who are between two servers.
    /// Said before what else the room says.
    fn hear_back(&mut self, is_gone: bool) {
        if let Some(end) = &mut self.bus {
            let is_wanted = !is_gone && self.room.between() > 0;
            if is_wanted != end.is_heard_back {
                end.is_heard_back = is_wanted;
                end.bus.hear_back(is_wanted);
            }
        }
    }

    /// Those who wait to come in look again.
    fn wake_waiting(&mut self) {
        if let Some(bus) = &mut self.bus
            && !bus.waiting.is_empty()
            && self.room.is_ready()
        {
            let waiting = std::mem::take(&mut bus.waiting);
            let waiting = waiting.values().filter_map(Weak::upgrade);
            waiting.for_each(|connection| connection.want_task());
        }
    }
}

/// A seat that somebody comes for, on whichever server it is.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Its resume value.
    pub resume: Resume,
    /// Whose it is.
    pub account: Box<str>,
}

impl RoomCell {
    pub(super) fn new(
        id: &str,
        number: u64,
        room: Room,
        timers: Arc<Timers>,
        bus: Option<BusEnd>,
        facts: Option<Arc<dyn Facts>>,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self {
            id: id.into(),
            number,
            timers,
            inner: Mutex::new(Inner {
                room,
                receivers: ListenerMap::default(),
                timer: Timer::Idle,
                bus: bus.map(Box::new),
                facts,
                metrics,
                census: Census::default(),
            }),
        }
    }

    /// The room's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A number that no other room of this server has, nor had.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// People listed, those in grace included.
    #[must_use]
    pub fn people(&self) -> usize {
        lock(&self.inner).room.people()
    }

    /// The room in numbers.
    #[must_use]
    pub fn summary(&self) -> Summary {
        lock(&self.inner).room.summary()
    }

    /// Asks something of the room. `None` when it is gone.
    pub(super) fn ask<T>(
        self: &Arc<Self>,
        now: Instant,
        ask: impl FnOnce(&mut Room) -> T,
    ) -> Option<T> {
        self.run(now, |inner| {
            let is_there = inner.timer != Timer::Gone;
            is_there.then(|| ask(&mut inner.room))
        })
    }

    /// When to call [`Hub::handle_room_timeout`](super::Hub::handle_room_timeout).
    #[must_use]
    pub fn poll_timeout(&self) -> Timer {
        lock(&self.inner).timer
    }

    /// See [`Room::handle_cursor`].
    ///
    /// # Errors
    /// Why it is refused.
    pub fn cursor(
        self: &Arc<Self>,
        now: Instant,
        listener: Listener,
        point: Point,
    ) -> Result<(), MessageError> {
        self.run(now, |inner| inner.room.handle_cursor(now, listener, point))
    }

    /// See [`Room::handle_state`].
    ///
    /// # Errors
    /// It breaks the wire, or is refused.
    pub fn state(
        self: &Arc<Self>,
        now: Instant,
        listener: Listener,
        fields: Fields<'_>,
    ) -> Result<(), MessageError> {
        self.run(now, |inner| inner.room.handle_state(now, listener, fields))
    }

    /// See [`Room::handle_event`].
    ///
    /// # Errors
    /// Why it is refused.
    pub fn event(
        self: &Arc<Self>,
        now: Instant,
        listener: Listener,
        event: Event<'_>,
    ) -> Result<(), MessageError> {
        self.run(now, |inner| inner.room.handle_event(now, listener, event))
    }

    /// `None` when the room is gone: ask the hub for another one.
    pub(super) fn join(
        self: &Arc<Self>,
        now: Instant,
        connection: &Arc<Connection>,
        request: JoinRequest<'_>,
    ) -> Option<Result<Joined, Refused>> {
        self.run(now, |inner| {
            if inner.timer == Timer::Gone {
                return None;
            }
            // What is due is for those who are in: it must not come before the joiner's Welcome.
            inner.room.handle_timeout(now);
            inner.deliver_all(now, &self.id);
            let joined = match inner.room.handle_join(now, request) {
                Ok(joined) => joined,
                Err(refused) => return Some(Err(refused)),
            };
            let channel = request.channel;
            let receiver = Receiver {
                connection: Arc::clone(connection),
                channel,
            };
            inner.receivers.insert(joined.listener, receiver);
            let membership = Membership {
                room: Arc::clone(self),
                listener: joined.listener,
            };
            connection.attach(channel, membership, joined.flush);
            Some(Ok(joined))
        })
    }

    /// Whether the room is gone now.
    pub(super) fn leave(self: &Arc<Self>, now: Instant, listener: Listener) -> bool {
        self.remove(now, listener, |room| room.handle_leave(now, listener))
    }

    /// Whether the room is gone now.
    pub(super) fn lost(
        self: &Arc<Self>,
        now: Instant,
        listener: Listener,
        is_draining: bool,
    ) -> bool {
        self.remove(now, listener, |room| match is_draining {
            true => room.handle_moving(now, listener),
            false => room.handle_lost(now, listener),
        })
    }

    /// See [`Room::between`].
    pub(super) fn between(&self) -> usize {
        lock(&self.inner).room.between()
    }

    /// If it told of moves, when it may do so again.
    pub(super) fn handle_timeout(self: &Arc<Self>, now: Instant) -> Option<Instant> {
        self.run(now, |inner| {
            let before = inner.room.flush();
            inner.room.handle_timeout(now);
            inner.wake_waiting();
            let has_flushed = inner.room.flush() != before;
            has_flushed.then(|| inner.room.next_flush(now))
        })
    }

    /// Whether somebody can come in; if not, the connection's task is woken when it may be so. `None`
    /// when the room is gone.
    pub(super) fn is_ready_for(
        self: &Arc<Self>,
        now: Instant,
        connection: &Arc<Connection>,
        seat: Option<&Claim>,
    ) -> Option<bool> {
        self.run(now, |inner| {
            if inner.timer == Timer::Gone {
                return None;
            }
            let has_seat = |room: &mut Room| {
                seat.is_none_or(|seat| room.handle_claim(now, &seat.resume, &seat.account))
            };
            let is_ready = inner.room.is_ready() && has_seat(&mut inner.room);
            if let Some(bus) = &mut inner.bus
                && !is_ready
            {
                inner.room.handle_awaited(now);
                bus.waiting
                    .entry(connection.id())
                    .or_insert_with(|| Arc::downgrade(connection));
            }
            Some(is_ready)
        })
    }

    /// The server goes away, and its people go on with others.
    pub(super) fn drain(self: &Arc<Self>, now: Instant) {
        self.run(now, |inner| inner.room.handle_draining(now));
    }

    /// The server ends: nobody comes back.
    pub(super) fn end(self: &Arc<Self>, now: Instant) {
        self.run(now, |inner| inner.room.handle_end(now));
    }

    /// Something came over the bus. Whether the room is gone now.
    pub(super) fn handle_bus(self: &Arc<Self>, now: Instant, tell: impl FnOnce(&mut Room)) -> bool {
        self.run(now, |inner| {
            tell(&mut inner.room);
            inner.wake_waiting();
        });
        self.is_gone()
    }

    /// The last that the others hear of this node in the room, which is gone.
    pub(super) fn farewell(&self) -> Option<Bytes> {
        lock(&self.inner).room.farewell()
    }

    pub(super) fn is_gone(&self) -> bool {
        self.poll_timeout() == Timer::Gone
    }

    /// Queues what a listener that can take more has not heard: more of its snapshot, or every
    /// cursor that it missed.
    pub(super) fn tell_more(self: &Arc<Self>, now: Instant, listener: Listener) {
        self.run(now, |inner| {
            let Some(receiver) = inner.receivers.get(listener) else {
                return;
            };
            if receiver.connection.is_in_snapshot(receiver.channel) {
                inner.room.handle_drained(now, listener);
            } else {
                let since = |flush| {
                    let (flush, parts) = inner.room.cursors_since(flush, listener);
                    inner.metrics.caught_up();
                    for part in &parts {
                        inner.metrics.sent(Kind::of(part), 1, part.len());
                    }
                    (flush, parts)
                };
                receiver.connection.catch_up(now, receiver.channel, since);
            }
        });
    }

    fn remove(
        self: &Arc<Self>,
        now: Instant,
        listener: Listener,
        tell: impl FnOnce(&mut Room),
    ) -> bool {
        self.run(now, |inner| {
            if let Some(receiver) = inner.receivers.remove(listener) {
                receiver.connection.detach(receiver.channel, listener);
            }
            tell(&mut inner.room);
        });
        self.is_gone()
    }

    /// Does something to the room, delivers what it says, and keeps its timer.
    fn run<T>(self: &Arc<Self>, now: Instant, change: impl FnOnce(&mut Inner) -> T) -> T {
        let mut inner = lock(&self.inner);
        let result = change(&mut inner);
        let before = inner.timer;
        let is_gone = inner.room.is_empty();
        if is_gone && before != Timer::Gone {
            inner.room.handle_gone();
        }
        inner.hear_back(is_gone);
        inner.deliver_all(now, &self.id);
        inner.timer = match inner.room.poll_timeout() {
            _ if is_gone => Timer::Gone,
            Some(at) => Timer::At(at),
            None => Timer::Idle,
        };
        let (from, to) = (before.at(), inner.timer.at());
        if from != to {
            self.timers.change(self, from, to);
        }
        let census = Census {
            people: inner.room.people_here(),
            observers: inner.room.observers(),
        };
        if census != inner.census {
            inner.metrics.moved(inner.census, census);
            inner.census = census;
        }
        result
    }
}
