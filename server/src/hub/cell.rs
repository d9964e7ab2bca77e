//! A room behind a lock, together with who hears it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use mote_protocol::coords::Point;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Channel, Event, Fields};
use tokio::sync::Notify;

use super::connection::{Connection, Membership};
use super::lock;
use super::shared::Shared;
use crate::room::{
    Audience, Encoded, JoinRequest, Joined, Listener, MessageError, Output, Refused, Room,
};

/// A room of a hub. Everything that a call makes the room say is in the outboxes when it returns.
#[derive(Debug)]
pub struct RoomCell {
    id: Box<str>,
    inner: Mutex<Inner>,
    timer_changed: Notify,
}

#[derive(Debug)]
struct Inner {
    room: Room,
    receivers: BTreeMap<Listener, Receiver>,
    timer: Timer,
}

#[derive(Clone, Debug)]
struct Receiver {
    connection: Arc<Connection>,
    channel: Channel,
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

impl RoomCell {
    pub(super) fn new(id: &str, room: Room) -> Self {
        Self {
            id: id.into(),
            inner: Mutex::new(Inner {
                room,
                receivers: BTreeMap::new(),
                timer: Timer::Idle,
            }),
            timer_changed: Notify::new(),
        }
    }

    /// The room's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// People listed, those in grace included.
    #[must_use]
    pub fn people(&self) -> usize {
        lock(&self.inner).room.people()
    }

    /// When to call [`Hub::handle_room_timeout`](super::Hub::handle_room_timeout).
    #[must_use]
    pub fn poll_timeout(&self) -> Timer {
        lock(&self.inner).timer
    }

    /// [`poll_timeout`](Self::poll_timeout) may be earlier now, or the room gone.
    #[must_use]
    pub fn timer_changed(&self) -> &Notify {
        &self.timer_changed
    }

    /// See [`Room::handle_cursor`].
    ///
    /// # Errors
    /// Why it is refused.
    pub fn cursor(
        &self,
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
        &self,
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
        &self,
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
    pub(super) fn leave(&self, now: Instant, listener: Listener) -> bool {
        self.remove(now, listener, |room| room.handle_leave(now, listener))
    }

    /// Whether the room is gone now.
    pub(super) fn lost(&self, now: Instant, listener: Listener) -> bool {
        self.remove(now, listener, |room| room.handle_lost(now, listener))
    }

    /// Whether the room is gone now.
    pub(super) fn handle_timeout(&self, now: Instant) -> bool {
        self.run(now, |inner| inner.room.handle_timeout(now));
        self.is_gone()
    }

    pub(super) fn is_gone(&self) -> bool {
        self.poll_timeout() == Timer::Gone
    }

    /// Queues for one who was behind every cursor that it missed.
    pub(super) fn catch_up(&self, now: Instant, listener: Listener) {
        let inner = lock(&self.inner);
        if let Some(Receiver {
            connection,
            channel,
        }) = inner.receivers.get(&listener)
        {
            let since = |flush| inner.room.cursors_since(flush, listener);
            connection.catch_up(now, *channel, since);
        }
    }

    fn remove(&self, now: Instant, listener: Listener, tell: impl FnOnce(&mut Room)) -> bool {
        self.run(now, |inner| {
            if let Some(receiver) = inner.receivers.remove(&listener) {
                receiver.connection.detach(receiver.channel, listener);
            }
            tell(&mut inner.room);
        });
        self.is_gone()
    }

    /// Does something to the room, delivers what it says, and keeps its timer.
    fn run<T>(&self, now: Instant, change: impl FnOnce(&mut Inner) -> T) -> T {
        let mut inner = lock(&self.inner);
        let result = change(&mut inner);
        while let Some(output) = inner.room.poll_output() {
            inner.deliver(now, output);
        }
        let before = inner.timer;
        inner.timer = match inner.room.poll_timeout() {
            _ if inner.room.is_empty() => Timer::Gone,
            Some(at) => Timer::At(at),
            None => Timer::Idle,
        };
        let is_sooner = match (before, inner.timer) {
            (Timer::At(before), Timer::At(at)) => at < before,
            (before, timer) => timer != Timer::Idle && timer != before,
        };
        drop(inner);
        if is_sooner {
            self.timer_changed.notify_one();
        }
        result
    }
}

impl Inner {
    fn deliver(&mut self, now: Instant, output: Output) {
        match output {
            Output::Snapshot {
                listener, bytes, ..
            } => {
                if let Some(receiver) = self.receivers.get(&listener) {
                    receiver.connection.push_snapshot(now, bytes);
                }
            }
            Output::Reliable { audience, messages } => {
                let mut shared = Shared::new(messages);
                self.for_each(&audience, |receiver| {
                    let bytes = shared.on(receiver.channel);
                    receiver.connection.push(now, bytes);
                });
            }
            Output::Cursors {
                flush,
                audience,
                messages,
                ..
            } => {
                let mut shared = Shared::new(messages);
                self.for_each(&audience, |receiver| {
                    let channel = receiver.channel;
                    let bytes = shared.on(channel);
                    receiver.connection.push_cursors(now, channel, flush, bytes);
                });
            }
            Output::Kick { listener, bytes } => {
                if let Some(receiver) = self.receivers.remove(&listener) {
                    let Receiver {
                        connection,
                        channel,
                    } = receiver;
                    let bytes = Shared::new(Encoded::one(bytes)).on(channel);
                    connection.kick(now, channel, listener, bytes);
                }
            }
        }
    }

    fn for_each(&self, audience: &Audience, mut give: impl FnMut(&Receiver)) {
        match audience {
            Audience::All => self.receivers.values().for_each(give),
            Audience::AllBut(sender) => {
                let others = self.receivers.iter();
                let others = others.filter(|&(listener, _)| listener != sender);
                others.for_each(|(_, receiver)| give(receiver));
            }
            Audience::One(listener) => {
                self.receivers.get(listener).into_iter().for_each(give);
            }
            Audience::These(listeners) => {
                let known = listeners.iter();
                known
                    .filter_map(|listener| self.receivers.get(listener))
                    .for_each(&mut give);
            }
        }
    }
}
