//! What the rooms' threads and the one that the bus runs on share.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::Duration;

use mote_protocol::time::Instant;

use super::addresses::Addresses;
use super::cluster::Partition;
use super::counts::Counts;
use super::keys::{self, Keys};
use super::lease::{Leases, News};
use super::queue::{Notice, Order, Queue};
use super::source::Source;
use crate::bus::{BusEvents, NodeId};

/// What rooms' threads reach: the way to the lanes, and how these are.
#[derive(Debug)]
pub(super) struct Front {
    pub(super) node: NodeId,
    pub(super) keys: Keys,
    pub(super) addresses: Addresses,
    pub(super) counts: Counts,
    table: RwLock<Arc<Table>>,
    was_up: AtomicBool,
    refuses_writes: AtomicBool,
    is_withdrawn: AtomicBool,
    /// Rooms that want to hear their own batches: while somebody goes from node to node.
    hearing_back: AtomicUsize,
}

/// The lanes' queues.
#[derive(Debug)]
pub(super) struct Table {
    partition: Partition,
    pub(super) queues: Vec<Arc<Queue>>,
}

impl Front {
    pub(super) fn new(node: NodeId, prefix: &str) -> Self {
        Self {
            node,
            keys: Keys::new(prefix),
            addresses: Addresses::default(),
            counts: Counts::default(),
            table: RwLock::new(Arc::new(Table::new(Partition::whole()))),
            was_up: AtomicBool::new(false),
            refuses_writes: AtomicBool::new(false),
            is_withdrawn: AtomicBool::new(false),
            hearing_back: AtomicUsize::new(0),
        }
    }

    /// One more room wants to hear its own batches, or one less.
    pub(super) fn hear_back(&self, is_wanted: bool) {
        match is_wanted {
            true => self.hearing_back.fetch_add(1, Ordering::Relaxed),
            false => self.hearing_back.fetch_sub(1, Ordering::Relaxed),
        };
    }

    pub(super) fn is_heard_back(&self) -> bool {
        self.hearing_back.load(Ordering::Relaxed) > 0
    }

    /// Under the table's lock, so that nothing goes to a queue that nobody serves any more.
    pub(super) fn push(&self, room: &str, order: Order) {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        let lane = match table.queues.len() {
            1 => 0,
            _ => table.lane_of(&self.keys.channel(room)),
        };
        if let Some(queue) = table.queues.get(lane) {
            queue.push(room, order);
        }
    }

    pub(super) fn table(&self) -> Arc<Table> {
        Arc::clone(&self.table.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// New queues for a new partition. Nothing is pushed to those of before any more.
    pub(super) fn share_out(&self, partition: Partition) -> Arc<Table> {
        let table = Arc::new(Table::new(partition));
        *self.table.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&table);
        table
    }

    pub(super) fn notify_all(&self, notice: Notice) {
        for queue in &self.table().queues {
            queue.notify(notice);
        }
    }

    pub(super) fn handle_up(&self) {
        self.was_up.store(true, Ordering::Relaxed);
    }

    pub(super) fn handle_write(&self, is_refused: bool) {
        self.refuses_writes.store(is_refused, Ordering::Relaxed);
    }

    pub(super) fn withdraw(&self) {
        self.is_withdrawn.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_withdrawn(&self) -> bool {
        self.is_withdrawn.load(Ordering::Relaxed)
    }

    pub(super) fn was_up(&self) -> bool {
        self.was_up.load(Ordering::Relaxed)
    }

    pub(super) fn refuses_writes(&self) -> bool {
        self.refuses_writes.load(Ordering::Relaxed)
    }

    pub(super) fn queue_bytes(&self) -> usize {
        self.table().queues.iter().map(|queue| queue.bytes()).sum()
    }

    pub(super) fn is_up(&self) -> bool {
        self.table().queues.iter().all(|queue| queue.is_up())
    }
}

impl Table {
    fn new(partition: Partition) -> Self {
        let queues = (0..partition.lanes()).map(|_| Arc::default());
        Self {
            queues: queues.collect(),
            partition,
        }
    }

    pub(super) fn partition(&self) -> &Partition {
        &self.partition
    }

    pub(super) fn lane_of(&self, name: &str) -> usize {
        self.partition.lane_of(keys::slot(name))
    }
}

/// What all lanes share, on the thread that it runs on.
pub(super) struct Context {
    pub(super) front: Arc<Front>,
    pub(super) source: Source,
    /// What stands in this node's lease, until it drains.
    pub(super) address: Box<str>,
    /// How long the people of a node that is gone may come back.
    pub(super) grace: Duration,
    pub(super) now: Box<dyn Fn() -> Instant + Send + Sync>,
    pub(super) events: Weak<dyn BusEvents>,
    pub(super) leases: Mutex<Leases>,
}

impl Context {
    pub(super) fn now(&self) -> Instant {
        (self.now)()
    }

    /// Where people are to be sent for this node's rooms, as the lease says it; empty for nowhere.
    pub(super) fn address(&self) -> &str {
        if self.front.is_withdrawn() {
            ""
        } else {
            &self.address
        }
    }

    pub(super) fn leases(&self) -> MutexGuard<'_, Leases> {
        self.leases.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the hub, unless it is gone and nobody is left to tell.
    pub(super) fn tell(&self, what: impl FnOnce(&dyn BusEvents, Instant)) {
        if let Some(events) = self.events.upgrade() {
            what(&*events, self.now());
        }
    }

    /// Who came and went, told to the hub and to every lane.
    pub(super) fn spread(&self, news: &News) {
        for node in &news.gone {
            tracing::warn!("node {node} is gone: its lease has lapsed");
            self.front.notify_all(Notice::Gone(*node));
            self.tell(|events, now| events.node_gone(now, *node));
        }
        for node in &news.back {
            tracing::info!("node {node} is back");
            self.front.notify_all(Notice::Back);
        }
        if news.own_lapsed {
            tracing::warn!("the lease of this node had lapsed: reading every room again");
            self.front.notify_all(Notice::OwnLapsed);
        }
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("front", &self.front)
            .finish_non_exhaustive()
    }
}
