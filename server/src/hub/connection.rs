//! The server's end of one socket: its rooms by channel, and what waits to be sent.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use mote_protocol::close::CloseCode;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Channel, Control, ServerMessage};
use tokio::sync::Notify;

use super::cell::RoomCell;
use super::close::Close;
use super::lock;
use super::outbox::{Outbox, Outgoing};
use super::registry::HubConfig;
use crate::room::Listener;

/// A room that a connection is in.
#[derive(Clone, Debug)]
pub struct Membership {
    /// Which.
    pub room: Arc<RoomCell>,
    /// As whom.
    pub listener: Listener,
}

/// What the writer of a socket does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Send this, then say [`Connection::written`].
    Send(Outgoing),
    /// Close the socket; nothing comes after.
    Close(Close),
    /// Wait until [`Connection::wake`].
    Wait,
}

/// One socket.
#[derive(Debug)]
pub struct Connection {
    id: u64,
    queue_bytes_max: usize,
    write_timeout: Duration,
    state: Mutex<State>,
    wake: Notify,
}

#[derive(Debug, Default)]
struct State {
    outbox: Outbox,
    rooms: Vec<Option<Membership>>,
    close: Option<Close>,
    is_aborted: bool,
}

impl Connection {
    pub(super) fn new(id: u64, config: &HubConfig) -> Self {
        Self {
            id,
            queue_bytes_max: config.queue_bytes_max,
            write_timeout: config.write_timeout,
            state: Mutex::default(),
            wake: Notify::new(),
        }
    }

    /// A number that no other connection of this server has.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The room on a channel.
    #[must_use]
    pub fn membership(&self, channel: Channel) -> Option<Membership> {
        lock(&self.state).rooms.get(channel.index())?.clone()
    }

    /// Whether it is in any room.
    #[must_use]
    pub fn has_rooms(&self) -> bool {
        lock(&self.state).has_rooms()
    }

    /// Queues a message of this connection itself, encoded on its channel.
    pub fn send(&self, now: Instant, message: &ServerMessage<'_>) {
        let mut bytes = Vec::new();
        message
            .encode(&mut bytes)
            .expect("the server's own texts are within the limits");
        self.push(now, bytes.into());
    }

    /// Tells that a request on a channel was refused, in words for a developer.
    pub fn send_error(&self, now: Instant, channel: Channel, text: &str) {
        let control = Control::Error { text };
        self.send(now, &ServerMessage::Control { channel, control });
    }

    /// Queues a WebSocket ping, unless one waits already.
    pub fn ping(&self, now: Instant) {
        self.update(|state| state.outbox.push_ping(now));
    }

    /// Closes when everything queued so far is sent. The first close counts.
    pub fn close(&self, close: Close) {
        self.update(|state| {
            state.close.get_or_insert(close);
        });
        self.wake.notify_one();
    }

    /// Closes now; what is queued is dropped.
    pub fn abort(&self, close: Close) {
        lock(&self.state).abort(close);
        self.wake.notify_one();
    }

    /// Whether a close was decided.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        lock(&self.state).close.is_some()
    }

    /// Whether it is closed without sending what was queued: a write under way may be given up.
    #[must_use]
    pub fn is_aborted(&self) -> bool {
        lock(&self.state).is_aborted
    }

    /// Whether more waits than [`HubConfig::queue_bytes_max`], snapshots counted. One room's
    /// snapshot may be larger than that; who has not read it must not ask for the next.
    #[must_use]
    pub fn is_overfull(&self) -> bool {
        lock(&self.state).outbox.bytes() > self.queue_bytes_max
    }

    /// What the writer does next. Channels that were behind and can catch up do so first.
    pub fn next(&self, now: Instant) -> Next {
        for membership in self.ready_to_catch_up() {
            membership.room.catch_up(now, membership.listener);
        }
        let mut state = lock(&self.state);
        if let Some(outgoing) = state.outbox.take() {
            return Next::Send(outgoing);
        }
        match &state.close {
            Some(close) => Next::Close(close.clone()),
            None => Next::Wait,
        }
    }

    /// What [`next`](Self::next) gave is with the kernel.
    pub fn written(&self, now: Instant) {
        lock(&self.state).outbox.written(now);
    }

    /// There is something to do for the writer.
    #[must_use]
    pub fn wake(&self) -> &Notify {
        &self.wake
    }

    /// Since when something waits and nothing was written.
    #[must_use]
    pub fn stalled_since(&self) -> Option<Instant> {
        lock(&self.state).outbox.stalled_since()
    }

    /// When a reader that takes nothing is given up.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        Some(self.stalled_since()? + self.write_timeout)
    }

    /// Gives a reader up that took nothing for [`HubConfig::write_timeout`].
    pub fn handle_timeout(&self, now: Instant) {
        if self.poll_timeout().is_some_and(|due| due <= now) {
            self.abort(CloseCode::TooSlow.into());
        }
    }

    /// The rooms it was in, which it now is not any more.
    pub(super) fn take_rooms(&self) -> Vec<Membership> {
        let rooms = std::mem::take(&mut lock(&self.state).rooms);
        rooms.into_iter().flatten().collect()
    }

    pub(super) fn attach(&self, channel: Channel, membership: Membership, flush: u64) {
        let mut state = lock(&self.state);
        let index = channel.index();
        if state.rooms.len() <= index {
            state.rooms.resize_with(index + 1, || None);
        }
        state.rooms[index] = Some(membership);
        state.outbox.open(channel, flush);
    }

    /// The channel is free again, unless it is already somebody else's.
    pub(super) fn detach(&self, channel: Channel, listener: Listener) {
        lock(&self.state).detach(channel, listener);
    }

    /// Somebody else has the seat now: says so, and closes when that was the only room.
    pub(super) fn kick(&self, now: Instant, channel: Channel, listener: Listener, bytes: Bytes) {
        self.push(now, bytes);
        let mut state = lock(&self.state);
        state.detach(channel, listener);
        let is_over = !state.has_rooms();
        drop(state);
        if is_over {
            self.close(CloseCode::Kicked.into());
        }
    }

    pub(super) fn push(&self, now: Instant, bytes: Bytes) {
        self.update(|state| {
            state.outbox.push(now, bytes);
            if state.outbox.bytes_without_snapshots() > self.queue_bytes_max {
                state.abort(CloseCode::TooSlow.into());
            }
        });
    }

    pub(super) fn push_snapshot(&self, now: Instant, bytes: Bytes) {
        self.update(|state| state.outbox.push_snapshot(now, bytes));
    }

    pub(super) fn push_cursors(&self, now: Instant, channel: Channel, flush: u64, bytes: Bytes) {
        self.update(|state| state.outbox.push_cursors(now, channel, flush, bytes));
    }

    pub(super) fn catch_up(
        &self,
        now: Instant,
        channel: Channel,
        since: impl FnOnce(u64) -> (u64, Vec<Bytes>),
    ) {
        self.update(|state| state.outbox.catch_up(now, channel, since));
    }

    fn ready_to_catch_up(&self) -> Vec<Membership> {
        let state = lock(&self.state);
        let channels = state.outbox.ready_to_catch_up();
        channels
            .filter_map(|channel| state.rooms.get(channel.index())?.clone())
            .collect()
    }

    /// Changes what waits; a closed connection takes nothing more. Wakes the writer when it may
    /// have been waiting.
    fn update(&self, change: impl FnOnce(&mut State)) {
        let mut state = lock(&self.state);
        if state.close.is_some() {
            return;
        }
        let was_empty = state.outbox.is_empty();
        change(&mut state);
        if was_empty || state.close.is_some() {
            drop(state);
            self.wake.notify_one();
        }
    }
}

impl State {
    fn has_rooms(&self) -> bool {
        self.rooms.iter().any(Option::is_some)
    }

    fn detach(&mut self, channel: Channel, listener: Listener) {
        if let Some(slot) = self.rooms.get_mut(channel.index())
            && slot.as_ref().is_some_and(|own| own.listener == listener)
        {
            *slot = None;
            self.outbox.forget(channel);
        }
    }

    fn abort(&mut self, close: Close) {
        self.outbox.clear();
        self.is_aborted = true;
        self.close.get_or_insert(close);
    }
}
