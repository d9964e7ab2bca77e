//! What a server counts. Numbers only: no name, no id and no address is in here, and every label is one
//! of a fixed set.
//!
//! Whatever happens for each message is counted in memory of the thread's own ([`shards`]), which is
//! added up when somebody asks: no lock, no allocation, no look at a clock. [`text`] writes the format
//! that Prometheus reads; which metrics there are is the gateway's to say.

mod ending;
mod exposition;
mod histogram;
mod kind;
mod otlp;
mod shards;
pub(crate) mod text;

pub(crate) use ending::{By, Ending, Endings};
pub(crate) use exposition::{Exposition, Family};
pub(crate) use histogram::{Histogram, Observed};
pub(crate) use kind::{Kind, RECEIVED, SENT};
pub(crate) use otlp::Origin;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use shards::{Shard, Shards, Traffic, add};

/// What one hub and its sockets count.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    shards: Shards,
    /// WebSockets, also those that are closed at once.
    pub(crate) opened: Counter,
    pub(crate) endings: Endings,
    /// Requests that were answered with an upgrade.
    pub(crate) accepted: Counter,
    /// Requests to the WebSocket address that are none.
    pub(crate) not_websocket: Counter,
}

/// Something that happens seldom enough for all threads to count it in one place.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn count(&self) {
        self.add(1);
    }

    pub(crate) fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Who is connected to a room of this server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Census {
    pub(crate) people: usize,
    pub(crate) observers: usize,
}

/// What became of a Join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JoinResult {
    New,
    Resumed,
    Observer,
    Refused,
}

impl JoinResult {
    pub(crate) const ALL: [(Self, &'static str); 4] = [
        (Self::New, "new"),
        (Self::Resumed, "resumed"),
        (Self::Observer, "observer"),
        (Self::Refused, "refused"),
    ];
}

impl Metrics {
    /// A message of a client came, of so many bytes.
    pub(crate) fn received(&self, kind: Kind, bytes: usize) {
        self.shards.own().received.count(kind, 1, bytes);
    }

    /// Messages for some sockets are on their way: with the kernel, or in a queue. `bytes` is the size of
    /// one.
    pub(crate) fn sent(&self, kind: Kind, messages: u64, bytes: usize) {
        if messages > 0 {
            self.shards.own().sent.count(kind, messages, bytes);
        }
    }

    /// A cursor that came too soon took the place of one that had not gone in yet.
    pub(crate) fn merged(&self) {
        add(&self.shards.own().merged, 1);
    }

    /// So many sockets could not take cursors of a flush, and get what has changed later.
    pub(crate) fn skipped(&self, sockets: u64) {
        if sockets > 0 {
            add(&self.shards.own().skipped, sockets);
        }
    }

    /// A socket that had skipped cursors was told them.
    pub(crate) fn caught_up(&self) {
        add(&self.shards.own().caught_up, 1);
    }

    /// Who is in a room changed.
    pub(crate) fn moved(&self, from: Census, to: Census) {
        let shard = self.shards.own();
        let change = |now: usize, before: usize| (now as u64).wrapping_sub(before as u64);
        add(&shard.people, change(to.people, from.people));
        add(&shard.observers, change(to.observers, from.observers));
    }

    pub(crate) fn joined(&self, result: JoinResult) {
        add(&self.shards.own().joins[result as usize], 1);
    }

    /// A room was called when its time had come: how late, and how long it took.
    pub(crate) fn flushed(&self, late: Duration, took: Duration) {
        let shard = self.shards.own();
        shard.flush_late.observe(late);
        shard.flush_took.observe(took);
    }

    /// What had to wait in a queue went to its socket.
    pub(crate) fn waited(&self, time: Duration) {
        self.shards.own().queue_wait.observe(time);
    }

    /// Messages and bytes of a kind that came.
    pub(crate) fn received_of(&self, kind: Kind) -> (u64, u64) {
        self.traffic(kind, |shard| &shard.received)
    }

    /// Messages and bytes of a kind that were sent.
    pub(crate) fn sent_of(&self, kind: Kind) -> (u64, u64) {
        self.traffic(kind, |shard| &shard.sent)
    }

    pub(crate) fn cursors_merged(&self) -> u64 {
        self.shards.sum(|shard| &shard.merged)
    }

    pub(crate) fn flushes_skipped(&self) -> u64 {
        self.shards.sum(|shard| &shard.skipped)
    }

    pub(crate) fn catch_ups(&self) -> u64 {
        self.shards.sum(|shard| &shard.caught_up)
    }

    /// People, without observers, who are connected here.
    pub(crate) fn people(&self) -> u64 {
        self.shards.sum(|shard| &shard.people)
    }

    pub(crate) fn observers(&self) -> u64 {
        self.shards.sum(|shard| &shard.observers)
    }

    pub(crate) fn joins(&self, result: JoinResult) -> u64 {
        self.shards.sum(|shard| &shard.joins[result as usize])
    }

    pub(crate) fn flush_late(&self) -> Observed {
        self.shards.observed(|shard| &shard.flush_late)
    }

    pub(crate) fn flush_took(&self) -> Observed {
        self.shards.observed(|shard| &shard.flush_took)
    }

    pub(crate) fn queue_wait(&self) -> Observed {
        self.shards.observed(|shard| &shard.queue_wait)
    }

    fn traffic(&self, kind: Kind, of: impl Fn(&Shard) -> &Traffic) -> (u64, u64) {
        let messages = self.shards.sum(|shard| of(shard).messages(kind));
        let bytes = self.shards.sum(|shard| of(shard).bytes(kind));
        (messages, bytes)
    }
}

#[cfg(test)]
mod tests;
