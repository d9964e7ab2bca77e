//! What is behind a connection's lock: what waits for its socket, and who writes it.

use std::task::Waker;

use mote_protocol::time::Instant;
use mote_protocol::wire::Channel;

use super::super::close::Close;
use super::super::common::Common;
use super::super::line::Writer;
use super::super::outbox::Outbox;
use super::Membership;
use crate::frame::Framed;
use crate::room::Listener;

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) outbox: Outbox,
    pub(super) writer: Writer,
    pub(super) rooms: Vec<Option<Membership>>,
    pub(super) close: Option<Close>,
    pub(super) is_aborted: bool,
    pub(super) task: Option<Waker>,
    pub(super) is_task_wanted: bool,
    /// What the budget of all was told that waits.
    pub(super) counted: usize,
}

impl State {
    pub(super) fn waiting(&self) -> usize {
        self.outbox.bytes() + self.writer.rest_bytes()
    }

    /// Tells the budget of all what waits. Nothing waits for who reads, before and after: then the
    /// counter that all threads share is not touched.
    pub(super) fn recount(&mut self, common: &Common) {
        let waiting = self.waiting();
        if waiting != self.counted {
            common.budget.change(self.counted, waiting);
            self.counted = waiting;
        }
    }

    pub(super) fn has_rooms(&self) -> bool {
        self.rooms.iter().any(Option::is_some)
    }

    pub(super) fn detach(&mut self, channel: Channel, listener: Listener) {
        if let Some(slot) = self.rooms.get_mut(channel.index())
            && slot.as_ref().is_some_and(|own| own.listener == listener)
        {
            *slot = None;
            self.outbox.forget(channel);
        }
    }

    /// Nothing waits: what is written now comes next.
    pub(super) fn is_ready(&self) -> bool {
        self.outbox.is_empty() && self.writer.is_ready()
    }

    /// Writes a frame past the empty queue.
    pub(super) fn write_frame(&mut self, now: Instant, framed: Framed, common: &Common) {
        let frame = framed.into_bytes();
        if self.writer.write_frame(now, frame, &mut self.outbox) {
            self.recount(common);
            self.wake();
        }
    }

    pub(super) fn flush(&mut self, now: Instant, common: &Common) {
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

    pub(super) fn abort(&mut self, close: Close) {
        self.outbox.clear();
        self.is_aborted = true;
        self.close.get_or_insert(close);
        self.wake();
    }

    pub(super) fn wake(&mut self) {
        self.is_task_wanted = true;
        if let Some(task) = self.task.take() {
            task.wake();
        }
    }
}
