//! A lane: the life of the connection to one server of the engine, and the rooms that it has. Away,
//! it goes on taking orders, so that nobody waits for it.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use rand::rngs::StdRng;

use super::backoff::BackOff;
use super::cluster::Partition;
use super::failure::Failure;
use super::link::Link;
use super::queue::{Notice, Order, Queue};
use super::rooms::{Arrival, Rooms};
use super::serve::Serving;
use super::shared::Context;
use super::source::Found;
use crate::bus::NodeId;
use crate::hub;
use crate::limits::{BUS_LEASE_TTL, BUS_PIPELINE_BYTES_MAX, LOG_REPEATED_EVERY};
use crate::throttle::Throttle;

/// The rooms of one part of a partition.
pub(super) struct Lane {
    pub(super) context: Arc<Context>,
    pub(super) queue: Arc<Queue>,
    pub(super) rooms: Arc<Mutex<Rooms>>,
    partition: Partition,
    part: usize,
    /// Whether the leases are in one of its slots.
    pub(super) has_leases: bool,
    /// Whether the rooms have been told that it is away.
    is_away: bool,
    /// For the log: records that cannot be used, and rooms whose closing is not kept.
    pub(super) unusable: Mutex<Throttle>,
    unkept: Mutex<Throttle>,
}

enum Attempt {
    Opened(Link),
    Moved(Partition),
}

impl Lane {
    pub(super) fn new(
        context: Arc<Context>,
        queue: Arc<Queue>,
        partition: Partition,
        part: usize,
        has_leases: bool,
    ) -> Self {
        Self {
            context,
            queue,
            rooms: Arc::default(),
            partition,
            part,
            has_leases,
            is_away: false,
            unusable: Mutex::default(),
            unkept: Mutex::default(),
        }
    }

    /// Connects and serves, for ever, until the engine is shared out in another way.
    pub(super) async fn run(mut self, mut random: StdRng) -> Partition {
        let (mut back_off, mut serving) = (BackOff::default(), Serving::default());
        loop {
            let attempt = tokio::select! {
                attempt = self.attempt() => attempt,
                never = self.attend() => match never {},
            };
            let failure = match attempt {
                Ok(Attempt::Moved(partition)) => return partition,
                Ok(Attempt::Opened(link)) => {
                    self.handle_up();
                    let since = self.context.now();
                    let failure = serving.serve(&self, link).await;
                    if self.context.now().since(since) > BUS_LEASE_TTL {
                        back_off.reset();
                    }
                    failure
                }
                Err(failure) => failure,
            };
            self.handle_away(&failure);
            self.attend_for(back_off.next(&mut random)).await;
        }
    }

    async fn attempt(&self) -> Result<Attempt, Failure> {
        let client = match self.context.source.find(&self.partition, self.part).await? {
            Found::Server(client) => client,
            Found::Moved(partition) => return Ok(Attempt::Moved(partition)),
        };
        let (context, rooms) = (Arc::clone(&self.context), Arc::clone(&self.rooms));
        let handle_message =
            move |channel: &str, batch: Bytes| handle_batch(&context, &rooms, channel, &batch);
        Link::open(&client, handle_message)
            .await
            .map(Attempt::Opened)
    }

    fn handle_up(&mut self) {
        if self.is_away || !self.context.front.was_up() {
            tracing::info!("Redis can be reached");
        }
        self.is_away = false;
        self.context.front.counts.connections.count();
        self.context.front.handle_up();
        self.context.front.handle_write(false);
        if self.has_leases {
            self.context.leases().handle_link(self.context.now());
        }
        self.rooms().handle_link();
        self.queue.set_up(true);
    }

    fn handle_away(&mut self, failure: &Failure) {
        self.queue.set_up(false);
        if self.is_away {
            tracing::debug!("Redis is still away: {failure}");
            return;
        }
        tracing::warn!("Redis is away, rooms go on alone: {failure}");
        self.is_away = true;
        let rooms = self.rooms().ids();
        for room in rooms {
            self.tell_unavailable(&room);
        }
    }

    async fn attend_for(&self, span: Duration) {
        tokio::select! {
            () = tokio::time::sleep(span) => {}
            never = self.attend() => match never {},
        }
    }

    /// Takes orders while there is no connection.
    async fn attend(&self) -> Infallible {
        loop {
            self.queue.woken().await;
            loop {
                let orders = self.queue.take(BUS_PIPELINE_BYTES_MAX);
                if orders.is_empty() {
                    break;
                }
                for (room, order) in orders {
                    self.handle_order_alone(&room, order);
                }
            }
        }
    }

    fn handle_order_alone(&self, room: &str, order: Order) {
        let channel = self.context.front.keys.channel(room);
        match order {
            Order::Open => {
                self.rooms().open(&channel, room);
                if self.is_away {
                    self.tell_unavailable(room);
                }
            }
            Order::Close { farewell } => {
                let mut rooms = self.rooms();
                rooms.close(&channel);
                if !rooms.remember_closed(&channel, farewell.unwrap_or_default())
                    && let Some(times) = self.note(&self.unkept)
                {
                    tracing::warn!(times, "too many rooms were closed while Redis is away");
                }
            }
            // Published while the connection ended.
            Order::Output(_) => {}
        }
    }

    /// It happened again. When that is for the log: how often it did since it was told.
    pub(super) fn note(&self, throttle: &Mutex<Throttle>) -> Option<u64> {
        hub::lock(throttle).note(self.context.now(), LOG_REPEATED_EVERY)
    }

    fn tell_unavailable(&self, room: &str) {
        self.context
            .tell(|events, now| events.unavailable(now, room));
    }

    pub(super) fn rooms(&self) -> MutexGuard<'_, Rooms> {
        lock(&self.rooms)
    }
}

/// A panic elsewhere under this lock is a bug, and must not stop the bus.
pub(super) fn lock(rooms: &Mutex<Rooms>) -> MutexGuard<'_, Rooms> {
    rooms.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A message has come. Our own come back as well, which rooms want to hear of at times.
fn handle_batch(context: &Context, rooms: &Mutex<Rooms>, channel: &str, batch: &Bytes) {
    let Some(node) = node_of(batch) else {
        return;
    };
    let other = (node != context.front.node).then_some(node);
    match other {
        None if !context.front.is_heard_back() => return,
        None => {}
        Some(node) => {
            context.front.counts.batches_in.count();
            context.front.counts.bytes_in.add(batch.len() as u64);
            if context.leases().is_gone(node) {
                context.front.notify_all(Notice::Heard);
            }
        }
    }
    let arrival = lock(rooms).handle_batch(channel, other, batch);
    if let Arrival::Deliver(room) = arrival {
        context.tell(|events, now| events.batch(now, &room, batch));
    }
}

/// Who published a batch: its version, one byte, is followed by the node.
fn node_of(batch: &[u8]) -> Option<NodeId> {
    let node = batch.get(1..9)?.try_into().ok()?;
    Some(NodeId(u64::from_be_bytes(node)))
}
