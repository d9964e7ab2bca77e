//! Events that wait for their room to be joined.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::limits::{QUEUED_EVENT_BYTES_MAX, QUEUED_EVENTS_MAX};
use crate::wire::Event;

/// A bounded queue; when it is full the oldest goes and is counted.
#[derive(Clone, Debug, Default)]
pub(super) struct EventQueue {
    events: Vec<(String, Vec<u8>)>,
    bytes: usize,
    dropped: u32,
}

impl EventQueue {
    /// Keeps an event that was checked against the wire's limits.
    pub(super) fn push(&mut self, event: Event<'_>) {
        self.bytes += event.name.len() + event.payload.len();
        let kept = (event.name.to_owned(), event.payload.to_vec());
        self.events.push(kept);
        while self.events.len() > QUEUED_EVENTS_MAX || self.bytes > QUEUED_EVENT_BYTES_MAX {
            self.pop();
            self.dropped = self.dropped.saturating_add(1);
        }
    }

    /// The oldest event.
    pub(super) fn pop(&mut self) -> Option<(String, Vec<u8>)> {
        if self.events.is_empty() {
            return None;
        }
        // A few at most.
        let event = self.events.remove(0);
        self.bytes -= event.0.len() + event.1.len();
        Some(event)
    }

    /// How many were dropped since the last call.
    pub(super) fn take_dropped(&mut self) -> u32 {
        core::mem::take(&mut self.dropped)
    }
}

#[cfg(test)]
mod tests;
