//! The bus over Redis 7 or later, or Valkey: one server, Sentinels, or a Cluster.
//!
//! Of each room there are a hash with its record, a hash with the blocks of user ids, and a channel.
//! A node has a key that it renews, its lease. All work is done on one thread, a worker's or one of its own:
//! [`lane`] is the life of a connection, [`serve`] what is done with it, [`requests`] and [`answers`]
//! what goes over it, [`engine`] has a lane for each part of a Cluster. Rooms reach it through a
//! bounded [`queue`].
//!
//! There is one way to deal with faults: whatever is wrong with a connection ends it, rooms go on
//! alone meanwhile, and the next connection subscribes and reads everything again.

mod addresses;
mod answers;
mod backoff;
mod cluster;
mod counts;
mod engine;
mod failure;
mod keys;
mod lane;
mod lease;
mod link;
mod queue;
mod requests;
mod rooms;
mod scripts;
mod serve;
mod shared;
mod source;
mod url;

pub use url::RedisUrl;

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, Weak};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bytes::Bytes;
use mote_protocol::time::Instant;
use tokio::runtime;
use tokio::sync::watch;

use super::{Bus, BusEvents, BusOutput, NodeId};
use crate::hub::lock;
use crate::limits::BUS_START_MAX;
use counts::Counts;
use queue::Order;
use shared::{Context, Front};
use source::Source;

/// How the bus reaches its engine.
#[derive(Clone, Debug)]
pub struct RedisOptions {
    /// Where it is.
    pub url: RedisUrl,
    /// Certificates (PEM) of those who may vouch for it, instead of the system's.
    pub authority: Option<Vec<u8>>,
    /// What all keys and channels begin with.
    pub prefix: String,
    /// What other nodes read in this one's lease.
    pub node_address: String,
    /// How long the people of a node that is gone may come back.
    pub resume_grace: Duration,
}

/// The bus of one server. Dropped, it ends.
pub struct RedisBus {
    front: Arc<Front>,
    options: RedisOptions,
    source: Mutex<Option<Source>>,
    stop: watch::Sender<bool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// Whether shared rooms are shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// They are.
    Ready,
    /// The engine has not been reached yet, and there is time left for it.
    Starting,
    /// Rooms go on with the people of this node alone.
    Away,
    /// Batches are carried and records are not: the engine is full, or cannot save.
    RefusesWrites,
}

impl RedisBus {
    /// A bus that does nothing yet.
    ///
    /// # Errors
    /// The certificates are not what they should be.
    pub fn new(node: NodeId, options: RedisOptions) -> Result<Self, String> {
        let source = Source::new(&options.url, options.authority.clone());
        let source = source.map_err(|failure| failure.to_string())?;
        Ok(Self {
            front: Arc::new(Front::new(node, &options.prefix)),
            options,
            source: Mutex::new(Some(source)),
            stop: watch::Sender::new(false),
            thread: Mutex::default(),
        })
    }

    /// What the bus does, until [`stop`](Self::stop), for a runtime of tokio; tells `events`. `now` is
    /// their clock. What is made by a second call does nothing.
    pub fn run<N: Fn() -> Instant + Send + Sync + 'static>(
        &self,
        now: N,
        events: Weak<dyn BusEvents>,
    ) -> impl Future<Output = ()> + Send + use<N> {
        let source = lock(&self.source).take();
        let context = source.map(|source| {
            Arc::new(Context {
                front: Arc::clone(&self.front),
                source,
                address: self.options.node_address.as_str().into(),
                grace: self.options.resume_grace,
                now: Box::new(now),
                events,
                leases: Mutex::default(),
            })
        });
        let mut stop = self.stop.subscribe();
        async move {
            let Some(context) = context else {
                return;
            };
            tokio::select! {
                () = engine::run(Arc::clone(&context)) => {}
                // An error is the end of the bus, which is a stop as well.
                _ = stop.wait_for(|stop| *stop) => {}
            }
            engine::leave(&context).await;
        }
    }

    /// [`run`](Self::run) on a thread of its own.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(
        &self,
        now: impl Fn() -> Instant + Send + Sync + 'static,
        events: Weak<dyn BusEvents>,
    ) -> io::Result<()> {
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let run = self.run(now, events);
        let thread = thread::Builder::new()
            .name("mote-bus".into())
            .spawn(move || {
                runtime.block_on(run);
                // A name that is still being looked up must not hold up the end.
                runtime.shutdown_background();
            })?;
        *lock(&self.thread) = Some(thread);
        Ok(())
    }

    /// The server drains: from the next renewal of its lease on, nobody is sent here.
    pub fn withdraw(&self) {
        self.front.withdraw();
    }

    /// Gives the lease back and ends, within half a second. Blocks for that time if the bus has a thread
    /// of its own; else what runs it ends.
    pub fn stop(&self) {
        self.stop.send_replace(true);
        let thread = lock(&self.thread).take();
        if let Some(thread) = thread {
            // It can only have panicked, which was told already.
            let _ = thread.join();
        }
    }

    /// The nodes that have a lease, this one included, and where clients reach each; empty where that
    /// is not said. As it was when this node renewed its own last.
    #[must_use]
    pub fn nodes(&self) -> Vec<(NodeId, Box<str>)> {
        self.front.addresses.nodes()
    }

    pub(crate) fn counts(&self) -> &Counts {
        &self.front.counts
    }

    /// What rooms want published and the engine has not taken yet, in bytes.
    pub(crate) fn queue_bytes(&self) -> usize {
        self.front.queue_bytes()
    }

    /// How it is, `now` being the time since the server started.
    #[must_use]
    pub fn readiness(&self, now: Instant) -> Readiness {
        if !self.front.is_up() {
            let is_early = !self.front.was_up() && now < Instant::ZERO + BUS_START_MAX;
            return if is_early {
                Readiness::Starting
            } else {
                Readiness::Away
            };
        }
        if self.front.refuses_writes() {
            Readiness::RefusesWrites
        } else {
            Readiness::Ready
        }
    }
}

impl Bus for RedisBus {
    fn node(&self) -> NodeId {
        self.front.node
    }

    fn open(&self, room: &str) {
        self.front.push(room, Order::Open);
    }

    fn close(&self, room: &str, farewell: Option<Bytes>) {
        self.front.push(room, Order::Close { farewell });
    }

    fn owner(&self, now: Instant, room: &str) -> Option<Box<str>> {
        let owner = self.front.addresses.owner(now, room)?;
        (*owner != *self.options.node_address).then_some(owner)
    }

    fn hear_back(&self, is_wanted: bool) {
        self.front.hear_back(is_wanted);
    }

    fn carry_out(&self, room: &str, output: BusOutput) {
        self.front.push(room, Order::Output(output));
    }
}

impl fmt::Debug for RedisBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisBus")
            .field("front", &self.front)
            .finish_non_exhaustive()
    }
}
