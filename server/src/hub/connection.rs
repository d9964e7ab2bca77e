//! The server's end of one socket: its rooms by channel, and what waits to be sent.

use std::io;
use std::sync::{Arc, Mutex};
use std::task::Waker;

use bytes::Bytes;
use mote_protocol::close::CloseCode;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Channel, Control, ServerMessage};

use super::cell::RoomCell;
use super::close::Close;
use super::common::Common;
use super::line::{Line, Writer};
use super::lock;
use super::next::{Next, Outgoing, Turn};
use super::outbox::{Kind, Outbox};
use crate::frame::{Framed, Opcode};
use crate::limits::{CATCH_UPS_PER_TURN_MAX, Limit, QUEUE_SHED_AFTER};
use crate::metrics::Kind as MessageKind;
use crate::room::Listener;

/// A room that a connection is in.
#[derive(Clone, Debug)]
pub struct Membership {
    /// Which.
    pub room: Arc<RoomCell>,
    /// As whom.
    pub listener: Listener,
}

/// Cursors of a flush. After one that `is_whole` the receiver knows every cursor as of then.
pub(super) struct Cursors {
    pub(super) flush: u64,
    pub(super) is_whole: bool,
    pub(super) framed: Framed,
}

/// What became of cursors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// They are on their way.
    Yes,
    /// Their channel is behind: it is told later what has changed.
    Later,
    /// The connection is closed.
    Never,
}

/// One socket.
///
/// What is queued is written at once by whoever queues it, when the socket is open to every thread
/// ([`open_line`](Self::open_line)); its task is woken for the rest: a socket that takes no more, a
/// close, catching up. Without a line the task writes everything.
#[derive(Debug)]
pub struct Connection {
    id: u64,
    common: Arc<Common>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    outbox: Outbox,
    writer: Writer,
    rooms: Vec<Option<Membership>>,
    close: Option<Close>,
    is_aborted: bool,
    task: Option<Waker>,
    is_task_wanted: bool,
    /// What the budget of all was told that waits.
    counted: usize,
}

impl Connection {
    pub(super) fn new(id: u64, common: Arc<Common>) -> Self {
        Self {
            id,
            common,
            state: Mutex::default(),
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

    /// How many rooms it is in.
    #[must_use]
    pub fn rooms(&self) -> usize {
        lock(&self.state).rooms.iter().flatten().count()
    }

    /// Sends a message of this connection itself, encoded on its channel.
    pub fn send(&self, now: Instant, message: &ServerMessage<'_>) {
        let mut bytes = Vec::new();
        message
            .encode(&mut bytes)
            .expect("the server's own texts are within the limits");
        let is_taken = self.push(now, Framed::new(Opcode::Binary, &bytes), true);
        let kind = MessageKind::of(&bytes);
        self.common
            .metrics
            .sent(kind, u64::from(is_taken), bytes.len());
    }

    /// Tells that a request on a channel was refused, in words for a developer.
    pub fn send_error(&self, now: Instant, channel: Channel, text: &str) {
        let control = Control::Error { text };
        self.send(now, &ServerMessage::Control { channel, control });
    }

    /// Sends a WebSocket ping, unless one waits already.
    pub fn ping(&self, now: Instant) {
        self.update(|state| state.outbox.push_ping(now));
        self.flush(now);
    }

    /// Answers a WebSocket ping, the newest if several wait.
    pub fn pong(&self, now: Instant, payload: &[u8]) {
        self.update(|state| state.outbox.push_pong(now, payload));
        self.flush(now);
    }

    /// Closes when everything queued so far is sent. The first close counts.
    pub fn close(&self, close: Close) {
        let mut state = lock(&self.state);
        state.close.get_or_insert(close);
        state.wake();
    }

    /// Closes now; what is queued is dropped.
    pub fn abort(&self, close: Close) {
        self.change(|state| state.abort(close));
    }

    /// Whether a close was decided.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        lock(&self.state).close.is_some()
    }

    /// Whether it is closed without sending what was queued.
    #[must_use]
    pub fn is_aborted(&self) -> bool {
        lock(&self.state).is_aborted
    }

    /// Whether more waits than [`HubConfig::queue_bytes_max`], snapshots counted. One room's
    /// snapshot may be larger than that; who has not read it must not ask for the next.
    #[must_use]
    pub fn is_overfull(&self) -> bool {
        lock(&self.state).outbox.bytes() > self.common.queue_bytes_max
    }

    /// From now on the socket may be written to from every thread.
    pub fn open_line(&self, line: Arc<dyn Line>) {
        lock(&self.state).writer.open(line);
    }

    /// From now on nobody writes but the caller. What is left of the last frame, which must come
    /// before anything else.
    pub fn close_line(&self) -> Bytes {
        self.change(|state| state.writer.close())
    }

    /// Whether the task has something to do since it asked last; it is woken when it has.
    #[must_use]
    pub fn poll_wanted(&self, task: &Waker) -> bool {
        let mut state = lock(&self.state);
        if !state
            .task
            .as_ref()
            .is_some_and(|known| known.will_wake(task))
        {
            state.task = Some(task.clone());
        }
        std::mem::take(&mut state.is_task_wanted)
    }

    /// The task is to be woken again.
    pub fn want_task(&self) {
        lock(&self.state).wake();
    }

    /// Whether the socket took less than it was given.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        lock(&self.state).writer.is_blocked()
    }

    /// Writes what waits as far as `write` takes it, as [`Line::try_write`] does. Channels that are
    /// behind and can catch up do so. For the task of the socket.
    pub fn write(&self, now: Instant, mut write: impl FnMut(&[u8]) -> io::Result<usize>) -> Turn {
        for _ in 0..CATCH_UPS_PER_TURN_MAX {
            self.catch_up_where_ready(now);
            let mut state = lock(&self.state);
            let State { outbox, writer, .. } = &mut *state;
            writer.write(now, outbox, &self.common.metrics, &mut write);
            let (is_broken, is_blocked) = (writer.is_broken(), writer.is_blocked());
            state.recount(&self.common);
            match &state.close {
                _ if is_broken => return Turn::Broken,
                Some(close) if state.is_aborted || !is_blocked => {
                    return Turn::Close(close.clone());
                }
                _ if is_blocked => return Turn::Blocked,
                _ => {}
            }
            if state.outbox.ready_for_more().next().is_none() {
                return Turn::Wait;
            }
        }
        Turn::Again
    }

    /// The next frame, for somebody who takes them one by one.
    pub fn next(&self, now: Instant) -> Next {
        self.catch_up_where_ready(now);
        let mut state = lock(&self.state);
        if let Some(frame) = state.outbox.take() {
            state.recount(&self.common);
            let payload = frame.framed.into_payload();
            return Next::Send(match frame.kind {
                Kind::Ping => Outgoing::Ping,
                Kind::Pong => Outgoing::Pong(payload),
                Kind::Reliable | Kind::Snapshot | Kind::Cursors(_) => Outgoing::Message(payload),
            });
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

    /// Since when something waits and nothing was written.
    #[must_use]
    pub fn stalled_since(&self) -> Option<Instant> {
        lock(&self.state).outbox.stalled_since()
    }

    /// When a reader that takes nothing is given up.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        Some(self.stalled_since()? + self.common.write_timeout)
    }

    /// Gives a reader up that took nothing for [`HubConfig::write_timeout`].
    pub fn handle_timeout(&self, now: Instant) {
        if self.poll_timeout().is_some_and(|due| due <= now) {
            self.common.hits.count(Limit::WriteTimeout);
            self.abort(CloseCode::TooSlow.into());
        }
    }

    /// What waits for a reader who has not had all of it for [`QUEUE_SHED_AFTER`].
    pub(super) fn bytes_of_slow(&self, now: Instant) -> Option<usize> {
        let state = lock(&self.state);
        let is_slow = state.outbox.waiting_since()? + QUEUE_SHED_AFTER <= now;
        (is_slow && state.close.is_none()).then_some(state.waiting())
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
        state.recount(&self.common);
    }

    /// The channel is free again, unless it is already somebody else's.
    pub(super) fn detach(&self, channel: Channel, listener: Listener) {
        self.change(|state| state.detach(channel, listener));
    }

    /// Somebody else has the seat now: says so, and closes when that was the only room. Whether it could
    /// be said.
    pub(super) fn kick(
        &self,
        now: Instant,
        channel: Channel,
        listener: Listener,
        said: Framed,
    ) -> bool {
        let is_taken = self.push(now, said, false);
        self.detach(channel, listener);
        if !self.has_rooms() {
            self.close(CloseCode::Kicked.into());
        }
        self.flush(now);
        is_taken
    }

    /// Queues reliable messages. `and_write` unless more is to be queued, and written, with them. Whether
    /// the connection was open.
    pub(super) fn push(&self, now: Instant, framed: Framed, and_write: bool) -> bool {
        let taken = self.update(|state| {
            if and_write && state.is_ready() {
                return state.write_frame(now, framed, &self.common);
            }
            state.outbox.push(now, framed);
            if state.outbox.bytes_without_snapshots() > self.common.queue_bytes_max {
                self.common.hits.count(Limit::Queue);
                state.abort(CloseCode::TooSlow.into());
                state.recount(&self.common);
            } else if and_write {
                state.flush(now, &self.common);
            }
        });
        taken.is_some()
    }

    /// Queues a part of a snapshot. Whether the connection was open.
    pub(super) fn push_snapshot(
        &self,
        now: Instant,
        channel: Channel,
        bytes: &[u8],
        is_last: bool,
    ) -> bool {
        let framed = Framed::new(Opcode::Binary, bytes);
        let taken = self.update(|state| state.outbox.push_snapshot(now, channel, framed, is_last));
        taken.is_some()
    }

    /// Queues cursors, or marks the channel as behind. `and_write` as with [`push`](Self::push).
    pub(super) fn push_cursors(
        &self,
        now: Instant,
        channel: Channel,
        cursors: Cursors,
        and_write: bool,
    ) -> Taken {
        let Cursors {
            flush,
            is_whole,
            framed,
        } = cursors;
        let taken = self.update(|state| {
            if and_write && state.is_ready() {
                let takes = state.outbox.takes_cursors(channel, flush, is_whole);
                if takes {
                    state.write_frame(now, framed, &self.common);
                }
                return takes;
            }
            if self.is_short(state) {
                self.common.hits.count(Limit::QueueTotalCursors);
                state.outbox.skip_cursors(channel, flush);
                return false;
            }
            let outbox = &mut state.outbox;
            let takes = outbox.push_cursors(now, channel, flush, is_whole, framed);
            if and_write {
                state.flush(now, &self.common);
            }
            takes
        });
        match taken {
            Some(true) => Taken::Yes,
            Some(false) => Taken::Later,
            None => Taken::Never,
        }
    }

    /// Whether a snapshot is being told on this channel.
    pub(super) fn is_in_snapshot(&self, channel: Channel) -> bool {
        lock(&self.state).outbox.is_in_snapshot(channel)
    }

    pub(super) fn catch_up(
        &self,
        now: Instant,
        channel: Channel,
        since: impl FnOnce(u64) -> (u64, Vec<Bytes>),
    ) {
        self.update(|state| state.outbox.catch_up(now, channel, since));
    }

    /// Writes what is queued, as far as that can be done from here; else its task is woken.
    pub(super) fn flush(&self, now: Instant) {
        lock(&self.state).flush(now, &self.common);
    }

    fn catch_up_where_ready(&self, now: Instant) {
        let state = lock(&self.state);
        if self.is_short(&state) {
            return;
        }
        let mut channels = state.outbox.ready_for_more().peekable();
        if channels.peek().is_none() {
            return;
        }
        let ready: Vec<_> = channels
            .filter_map(|channel| state.rooms.get(channel.index())?.clone())
            .collect();
        drop(state);
        for Membership { room, listener } in ready {
            room.tell_more(now, listener);
        }
    }

    /// Whether it does not read while too much waits for all together.
    fn is_short(&self, state: &State) -> bool {
        state.writer.is_blocked() && self.common.budget.skips_cursors()
    }

    /// Queues something; a closed connection takes nothing more. Whatever is queued is flushed, now or in a
    /// moment, and counted then.
    fn update<T>(&self, change: impl FnOnce(&mut State) -> T) -> Option<T> {
        let mut state = lock(&self.state);
        state.close.is_none().then(|| change(&mut state))
    }

    /// Changes what waits, and counts it.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = lock(&self.state);
        let result = change(&mut state);
        state.recount(&self.common);
        result
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let counted = lock(&self.state).counted;
        if counted > 0 {
            self.common.budget.change(counted, 0);
        }
    }
}

impl State {
    fn waiting(&self) -> usize {
        self.outbox.bytes() + self.writer.rest_bytes()
    }

    /// Tells the budget of all what waits. Nothing waits for who reads, before and after: then the
    /// counter that all threads share is not touched.
    fn recount(&mut self, common: &Common) {
        let waiting = self.waiting();
        if waiting != self.counted {
            common.budget.change(self.counted, waiting);
            self.counted = waiting;
        }
    }

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

    /// Nothing waits: what is written now comes next.
    fn is_ready(&self) -> bool {
        self.outbox.is_empty() && self.writer.is_ready()
    }

    /// Writes a frame past the empty queue.
    fn write_frame(&mut self, now: Instant, framed: Framed, common: &Common) {
        let frame = framed.into_bytes();
        if self.writer.write_frame(now, frame, &mut self.outbox) {
            self.recount(common);
            self.wake();
        }
    }

    fn flush(&mut self, now: Instant, common: &Common) {
        let is_task_needed = self
            .writer
            .write_now(now, &mut self.outbox, &common.metrics);
        self.recount(common);
        // The room's lock comes before this one, so catching up is for the task.
        let is_ready = !self.writer.is_blocked() && self.outbox.ready_for_more().next().is_some();
        if is_task_needed || is_ready {
            self.wake();
        }
    }

    fn abort(&mut self, close: Close) {
        self.outbox.clear();
        self.is_aborted = true;
        self.close.get_or_insert(close);
        self.wake();
    }

    fn wake(&mut self) {
        self.is_task_wanted = true;
        if let Some(task) = self.task.take() {
            task.wake();
        }
    }
}
