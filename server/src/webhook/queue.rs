//! What waits for the receiver: bounded, never blocks.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Mutex;

use bytes::Bytes;
use rand::rngs::StdRng;
use serde::Serialize;
use tokio::sync::Notify;

use super::event::{Event, Kind, Kinds};
use super::sign::message_id;
use crate::bus::NodeId;
use crate::bus::owner::RoomPatterns;
use crate::hub::{Facts, lock};
use crate::labels::{Label, Tally};
use crate::limits::{WEBHOOK_BATCH_EVENTS_MAX, WEBHOOK_EVENTS_MAX, WEBHOOK_QUEUE_BYTES_MAX};
use crate::room::Fact;

/// The events of one server, in the order in which they happened.
pub struct Queue {
    node: NodeId,
    kinds: Kinds,
    rooms: RoomPatterns,
    calendar_ms: Box<dyn Fn() -> u64 + Send + Sync>,
    inner: Mutex<Inner>,
    wake: Notify,
    counts: Counts,
}

#[derive(Debug, Default)]
struct Inner {
    events: VecDeque<Event>,
    bytes: usize,
    is_overfull: bool,
    end: Option<End>,
}

/// Nothing is waited for any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The server stops: what is there is sent.
    Flush,
    /// The receiver wants nothing more.
    Refused,
}

/// What goes into one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Of this request, however often it is sent.
    pub id: String,
    /// How many events there are.
    pub events: usize,
    /// As JSON.
    pub body: Bytes,
}

#[derive(Serialize)]
struct Body<'a> {
    events: &'a [Event],
}

impl Queue {
    /// Of events of these kinds, in these rooms; without any pattern in all of them. `calendar_ms` says
    /// what time it is, in milliseconds since 1970.
    #[must_use]
    pub fn new(
        node: NodeId,
        kinds: Kinds,
        rooms: RoomPatterns,
        calendar_ms: impl Fn() -> u64 + Send + Sync + 'static,
    ) -> Self {
        Self {
            node,
            kinds,
            rooms,
            calendar_ms: Box::new(calendar_ms),
            inner: Mutex::default(),
            wake: Notify::new(),
            counts: Counts::default(),
        }
    }

    /// What became of the events so far.
    #[must_use]
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// How many wait.
    #[must_use]
    pub fn len(&self) -> usize {
        lock(&self.inner).events.len()
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// As many as go into one request wait, or no more are to come.
    pub(crate) async fn full(&self) {
        while !self.is_ending() && self.len() < WEBHOOK_BATCH_EVENTS_MAX {
            self.wake.notified().await;
        }
    }

    /// Something waits, or nothing is to come any more.
    pub(crate) async fn some(&self) {
        while !self.is_ending() && self.is_empty() {
            self.wake.notified().await;
        }
    }

    /// Nothing is to come any more.
    pub(crate) async fn ending(&self) {
        while !self.is_ending() {
            self.wake.notified().await;
        }
    }

    /// The server stops: what waits is sent, and nothing is waited for.
    pub fn flush(&self) {
        lock(&self.inner).end.get_or_insert(End::Flush);
        self.wake.notify_one();
    }

    /// Whether nothing is waited for any more.
    #[must_use]
    pub fn is_ending(&self) -> bool {
        lock(&self.inner).end.is_some()
    }

    /// The receiver wants nothing more: what waits is dropped, and what comes.
    pub fn refuse(&self) {
        let mut inner = lock(&self.inner);
        inner.end = Some(End::Refused);
        inner.bytes = 0;
        let events = std::mem::take(&mut inner.events);
        drop(inner);
        self.counts.add(Outcome::Dropped, events.len() as u64);
    }

    /// The oldest events, as many as go into one request.
    pub fn take(&self, random: &mut StdRng) -> Option<Batch> {
        let mut inner = lock(&self.inner);
        let count = inner.events.len().min(WEBHOOK_BATCH_EVENTS_MAX);
        let events: Vec<_> = inner.events.drain(..count).collect();
        inner.bytes -= events.iter().map(Event::cost).sum::<usize>();
        inner.is_overfull &= !inner.events.is_empty();
        drop(inner);
        if events.is_empty() {
            return None;
        }
        let body = serde_json::to_vec(&Body { events: &events });
        Some(Batch {
            id: message_id(random),
            events: events.len(),
            body: body.expect("texts and numbers are JSON").into(),
        })
    }

    fn push(&self, event: Event) {
        let mut inner = lock(&self.inner);
        let cost = event.cost();
        let is_full = inner.events.len() >= WEBHOOK_EVENTS_MAX
            || inner.bytes + cost > WEBHOOK_QUEUE_BYTES_MAX;
        if is_full || inner.end == Some(End::Refused) {
            let is_news = is_full && !std::mem::replace(&mut inner.is_overfull, true);
            drop(inner);
            self.counts.count(Outcome::Dropped);
            if is_news {
                tracing::warn!("the receiver of webhooks does not keep up: events are dropped");
            }
            return;
        }
        inner.bytes += cost;
        match event.kind {
            Kind::RoomOpened => inner.insert_opened(event),
            _ => inner.events.push_back(event),
        }
        drop(inner);
        self.wake.notify_one();
    }
}

impl Inner {
    /// Where nodes share their rooms an engine says which of them was opened, a moment after the first
    /// person came: who reads it wants it before them. O(events that wait).
    fn insert_opened(&mut self, mut event: Event) {
        let of_room = self.events.iter().enumerate().rev();
        let of_room = of_room.filter(|(_, other)| other.room == event.room);
        let of_room = of_room.take_while(|(_, other)| other.kind != Kind::RoomClosed);
        let joined = of_room.filter(|(_, other)| other.kind == Kind::PersonJoined);
        match joined.last() {
            Some((index, first)) => {
                event.at = first.at;
                self.events.insert(index, event);
            }
            None => self.events.push_back(event),
        }
    }
}

impl Facts for Queue {
    fn tell(&self, room: &str, node: Option<NodeId>, fact: Fact) {
        if self.kinds.have(&fact) && (self.rooms.is_empty() || self.rooms.stand_for(room)) {
            let (node, at) = (node.unwrap_or(self.node), (self.calendar_ms)());
            self.push(Event::new(room, node, at, fact));
        }
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue")
            .field("len", &self.len())
            .field("counts", &self.counts)
            .finish_non_exhaustive()
    }
}

/// What becomes of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver took it.
    Delivered,
    /// It was sent once more.
    Retried,
    /// It was given up, after all attempts or all the time that there is for them.
    Failed,
    /// It was never sent: too many waited, or the server stopped, or the receiver wanted no more.
    Dropped,
}

impl Outcome {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Delivered, Self::Retried, Self::Failed, Self::Dropped];

    /// Its name in metrics.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Retried => "retried",
            Self::Failed => "failed",
            Self::Dropped => "dropped",
        }
    }
}

impl Label for Outcome {
    const ALL: &'static [Self] = &Self::ALL;

    fn label(self) -> &'static str {
        self.label()
    }

    fn index(self) -> usize {
        self as usize
    }
}

/// Events by what became of them.
pub type Counts = Tally<Outcome>;
