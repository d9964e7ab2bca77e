//! Events that wait for their room to be joined.

use alloc::vec::Vec;

use crate::limits::{QUEUED_EVENT_BYTES_MAX, QUEUED_EVENTS_MAX};

/// A bounded queue; when it is full the oldest goes and is counted.
#[derive(Clone, Debug, Default)]
pub(super) struct EventQueue {
    /// Each as it is sent.
    events: Vec<Vec<u8>>,
    bytes: usize,
    dropped: u32,
}

impl EventQueue {
    /// Keeps an event's message.
    pub(super) fn push(&mut self, event: Vec<u8>) {
        self.bytes += event.len();
        self.events.push(event);
        while self.events.len() > QUEUED_EVENTS_MAX || self.bytes > QUEUED_EVENT_BYTES_MAX {
            self.pop();
            self.dropped = self.dropped.saturating_add(1);
        }
    }

    /// The oldest event.
    pub(super) fn pop(&mut self) -> Option<Vec<u8>> {
        if self.events.is_empty() {
            return None;
        }
        // A few at most.
        let event = self.events.remove(0);
        self.bytes -= event.len();
        Some(event)
    }

    /// How many were dropped since the last call.
    pub(super) fn take_dropped(&mut self) -> u32 {
        core::mem::take(&mut self.dropped)
    }
}

#[cfg(test)]
mod tests;
