//! Nodes without rooms: a bus each, and what it has told.

use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use mote_protocol::time::Instant as Now;
use mote_server::bus::redis::{Readiness, RedisBus, RedisOptions};
use mote_server::bus::{Bus, BusEvents, BusOutput, Change, NodeId, Record};

use super::engines::{PATIENCE, until};

/// What a bus told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Heard {
    Opened(String, Record),
    Ids(String, u32),
    Batch(String, Bytes),
    Gone(NodeId),
    Unavailable(String),
}

#[derive(Default)]
struct Ears {
    heard: Mutex<Vec<Heard>>,
    news: Condvar,
}

impl Ears {
    fn hear(&self, what: Heard) {
        self.heard.lock().unwrap().push(what);
        self.news.notify_all();
    }
}

impl BusEvents for Ears {
    fn opened(&self, _: Now, room: &str, record: &Record) {
        self.hear(Heard::Opened(room.into(), record.clone()));
    }

    fn ids(&self, _: Now, room: &str, block: u32) {
        self.hear(Heard::Ids(room.into(), block));
    }

    fn batch(&self, _: Now, room: &str, batch: &Bytes) {
        self.hear(Heard::Batch(room.into(), batch.clone()));
    }

    fn node_gone(&self, _: Now, node: NodeId) {
        self.hear(Heard::Gone(node));
    }

    fn unavailable(&self, _: Now, room: &str) {
        self.hear(Heard::Unavailable(room.into()));
    }
}

/// A node of a deployment.
pub(crate) struct Node {
    pub(crate) id: NodeId,
    pub(crate) bus: RedisBus,
    ears: Arc<Ears>,
    started: Instant,
}

pub(crate) fn options(url: &str) -> RedisOptions {
    RedisOptions {
        url: url.parse().unwrap(),
        authority: None,
        prefix: "test".into(),
        node_address: "ws://node.example/ws".into(),
        resume_grace: Duration::ZERO,
    }
}

impl Node {
    pub(crate) fn start(id: u64, url: &str) -> Self {
        Self::start_with(id, options(url))
    }

    pub(crate) fn start_with(id: u64, options: RedisOptions) -> Self {
        let id = NodeId(id);
        let bus = RedisBus::new(id, options).unwrap();
        let ears: Arc<Ears> = Arc::default();
        let started = Instant::now();
        let now = move || Now::ZERO + started.elapsed();
        let events: Arc<dyn BusEvents> = Arc::clone(&ears) as _;
        bus.start(now, Arc::downgrade(&events)).unwrap();
        Self {
            id,
            bus,
            ears,
            started,
        }
    }

    /// Opens a room, and waits until it is.
    pub(crate) fn open(&self, room: &str) -> Record {
        let from = self.mark();
        self.bus.open(room);
        self.opened_since(from, room)
    }

    /// How much it has heard so far.
    pub(crate) fn mark(&self) -> usize {
        self.ears.heard.lock().unwrap().len()
    }

    pub(crate) fn heard_since(&self, mark: usize) -> Vec<Heard> {
        self.ears.heard.lock().unwrap()[mark..].to_vec()
    }

    /// Waits for something among what is heard since.
    pub(crate) fn find<T>(&self, mark: usize, wanted: impl Fn(&Heard) -> Option<T>) -> T {
        let heard = self.ears.heard.lock().unwrap();
        let find = |heard: &Vec<Heard>| heard[mark..].iter().find_map(&wanted);
        let (heard, _) = self
            .ears
            .news
            .wait_timeout_while(heard, PATIENCE, |heard| find(heard).is_none())
            .unwrap();
        find(&heard).unwrap_or_else(|| panic!("not heard, only: {:?}", &heard[mark..]))
    }

    pub(crate) fn opened_since(&self, mark: usize, room: &str) -> Record {
        self.find(mark, |heard| match heard {
            Heard::Opened(opened, record) if opened == room => Some(record.clone()),
            _ => None,
        })
    }

    pub(crate) fn unavailable_since(&self, mark: usize, room: &str) {
        self.find(mark, |heard| {
            (*heard == Heard::Unavailable(room.into())).then_some(())
        });
    }

    pub(crate) fn ids_since(&self, mark: usize, room: &str) -> u32 {
        self.find(mark, |heard| match heard {
            Heard::Ids(of, block) if of == room => Some(*block),
            _ => None,
        })
    }

    /// Waits for a batch with this payload.
    pub(crate) fn batch_since(&self, mark: usize, payload: &[u8]) {
        self.find(mark, |heard| match heard {
            Heard::Batch(_, batch) if batch[9..] == *payload => Some(()),
            _ => None,
        });
    }

    /// Whether a batch with this payload comes soon; for what may have to be said again.
    pub(crate) fn heard_within(&self, mark: usize, payload: &[u8]) -> bool {
        let heard = self.ears.heard.lock().unwrap();
        let is_there = |heard: &Vec<Heard>| {
            let mut since = heard[mark..].iter();
            since.any(|heard| matches!(heard, Heard::Batch(_, batch) if batch[9..] == *payload))
        };
        let soon = Duration::from_millis(200);
        let (heard, _) = self
            .ears
            .news
            .wait_timeout_while(heard, soon, |heard| !is_there(heard))
            .unwrap();
        is_there(&heard)
    }

    /// Payloads of the batches of a room, in order.
    pub(crate) fn batches_since(&self, mark: usize, room: &str) -> Vec<Vec<u8>> {
        let payload = |heard| match heard {
            Heard::Batch(of, batch) if of == room => Some(batch[9..].to_vec()),
            _ => None,
        };
        self.heard_since(mark)
            .into_iter()
            .filter_map(payload)
            .collect()
    }

    pub(crate) fn publish(&self, room: &str, payload: &[u8], changes: Vec<Change>) {
        let batch = self.batch(payload);
        self.bus
            .carry_out(room, BusOutput::Publish { batch, changes });
    }

    /// A batch as its beginning must be: a version, and who says it.
    pub(crate) fn batch(&self, payload: &[u8]) -> Bytes {
        [&[1], &self.id.0.to_be_bytes()[..], payload]
            .concat()
            .into()
    }

    /// A person of this node, in this generation.
    pub(crate) fn person(&self, user: u32, generation: u32) -> Change {
        let owner = self.id.0.to_be_bytes();
        let value = [&owner[..], &generation.to_be_bytes(), b"the rest"].concat();
        set(&format!("u{user}"), &value)
    }

    pub(crate) fn readiness(&self) -> Readiness {
        self.bus.readiness(Now::ZERO + self.started.elapsed())
    }

    pub(crate) fn until_ready(&self) {
        until("the node is ready", || self.readiness() == Readiness::Ready);
    }

    /// Waits until this many nodes count as live, in what is opened from now on.
    pub(crate) fn until_live(&self, room: &str, count: usize) -> Record {
        let started = Instant::now();
        loop {
            let from = self.mark();
            self.bus.carry_out(room, BusOutput::WantRecord);
            let record = self.opened_since(from, room);
            if record.live_nodes.len() == count {
                return record;
            }
            assert!(started.elapsed() < PATIENCE, "{:?}", record.live_nodes);
        }
    }
}

pub(crate) fn set(field: &str, value: &[u8]) -> Change {
    Change::Set {
        field: field.to_owned().into(),
        value: value.to_vec().into(),
    }
}

pub(crate) fn remove(field: &str) -> Change {
    Change::Remove {
        field: field.to_owned().into(),
    }
}

/// A field of a record.
pub(crate) fn field<'a>(record: &'a Record, name: &str) -> Option<&'a [u8]> {
    let mut fields = record.fields.iter();
    let found = fields.find(|(field, _)| field == name.as_bytes());
    found.map(|(_, value)| &value[..])
}
