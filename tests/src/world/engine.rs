//! An engine in memory between the nodes of a world: records, blocks of ids, leases, and lines to
//! each node that delay, lose and end.
//!
//! What it does at once the real one does in scripts; who calls it sees the same order of things.

mod scripts;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use mote_protocol::time::Instant;
use mote_server::bus::{Bus, BusEvents, BusOutput, NodeId, Record};

use super::random::Random;

const LEASE: Duration = Duration::from_secs(5);
const RENEW: Duration = Duration::from_millis(1_500);
/// One way between a node and the engine.
const WAY: Duration = Duration::from_millis(1);
/// After an outage everybody's lease has lapsed: nobody is given up at once.
const MERCY: Duration = Duration::from_secs(5);
/// A gone node's fields are removed this long after it was noticed.
const CLEAN_AFTER: Duration = Duration::from_secs(15);
/// A node finds out that the engine is away after at most this long, and that it is back.
const NOTICE_MS: u64 = 1_000;

/// What a node asks of the engine.
#[derive(Debug)]
enum Request {
    Open(String),
    Close(String, Option<Bytes>),
    Carry(String, BusOutput),
    Renew,
    Clean(NodeId),
}

/// What the engine tells a node.
#[derive(Debug)]
enum Told {
    Opened(String, Record),
    Ids(String, u32),
    Batch(String, Bytes),
    Leases {
        live: BTreeSet<NodeId>,
        had_lapsed: bool,
    },
}

/// A node as the engine and its own end of the line see it.
#[derive(Debug)]
struct Node {
    is_cut: bool,
    is_paused: bool,
    /// Its end knows of the cut, and has told its rooms.
    is_away: bool,
    notices_at: Option<Instant>,
    renews_at: Instant,
    requests: VecDeque<(Instant, Request)>,
    told: VecDeque<(Instant, Told)>,
    subscribed: BTreeSet<String>,
    /// Rooms of it that want to hear its own batches.
    hearing_back: usize,
    /// How often each room was opened, by its name; those that are open.
    open: BTreeSet<String>,
    /// Closed while the engine was away.
    farewells: BTreeMap<String, Option<Bytes>>,
    live: BTreeSet<NodeId>,
    mercy_until: Instant,
    cleanings: BTreeMap<NodeId, Instant>,
}

/// The engine.
#[derive(Debug)]
pub struct Engine {
    now: Instant,
    random: Random,
    records: BTreeMap<String, BTreeMap<Bytes, Bytes>>,
    blocks: BTreeMap<String, BTreeMap<u32, NodeId>>,
    leases: BTreeMap<NodeId, Instant>,
    nodes: BTreeMap<NodeId, Node>,
    /// Batches of a thousand that get lost …
    pub drops_per_mille: u64,
    /// … and that come twice.
    pub doubles_per_mille: u64,
    /// Batches published …
    pub published: u64,
    /// … and lost on the way to somebody.
    pub dropped: u64,
}

/// A handle on it, for each node and for the world.
#[derive(Clone, Debug)]
pub struct SharedEngine(Arc<Mutex<Engine>>);

/// A node's end.
#[derive(Debug)]
struct NodeBus {
    node: NodeId,
    engine: SharedEngine,
}

impl Bus for NodeBus {
    fn node(&self) -> NodeId {
        self.node
    }

    fn open(&self, room: &str) {
        self.engine.lock().ask_open(self.node, room);
    }

    fn close(&self, room: &str, farewell: Option<Bytes>) {
        self.engine.lock().ask_close(self.node, room, farewell);
    }

    fn hear_back(&self, is_wanted: bool) {
        if let Some(node) = self.engine.lock().nodes.get_mut(&self.node) {
            match is_wanted {
                true => node.hearing_back += 1,
                false => node.hearing_back -= 1,
            }
        }
    }

    fn carry_out(&self, room: &str, output: BusOutput) {
        let request = Request::Carry(room.to_owned(), output);
        self.engine.lock().ask(self.node, request);
    }
}

impl SharedEngine {
    /// An engine that knows nothing.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(Engine {
            now: Instant::ZERO,
            random: Random::new(seed),
            records: BTreeMap::new(),
            blocks: BTreeMap::new(),
            leases: BTreeMap::new(),
            nodes: BTreeMap::new(),
            drops_per_mille: 0,
            doubles_per_mille: 0,
            published: 0,
            dropped: 0,
        })))
    }

    /// The engine itself.
    pub fn lock(&self) -> MutexGuard<'_, Engine> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A node starts.
    #[must_use]
    pub fn connect(&self, node: NodeId) -> Arc<dyn Bus> {
        self.lock().add(node);
        Arc::new(NodeBus {
            node,
            engine: self.clone(),
        })
    }

    /// Does all that is due by `now`; `hub` finds what is told to.
    pub fn run<'a>(&self, now: Instant, hub: impl Fn(NodeId) -> Option<&'a dyn BusEvents>) {
        loop {
            // The lock is not held while a hub is told: it asks back.
            let step = self.lock().step(now);
            match step {
                None => return,
                Some((node, events)) => {
                    if let Some(hub) = hub(node) {
                        events.into_iter().for_each(|event| event(now, hub));
                    }
                }
            }
        }
    }
}

type Event = Box<dyn FnOnce(Instant, &dyn BusEvents)>;

impl Engine {
    /// Time is this.
    pub const fn set_now(&mut self, now: Instant) {
        self.now = now;
    }

    /// The record of a room, by fields.
    #[must_use]
    pub fn record(&self, room: &str) -> Option<&BTreeMap<Bytes, Bytes>> {
        self.records.get(room)
    }

    /// Nothing comes through between a node and the engine.
    pub fn cut(&mut self, node: NodeId) {
        let notice = Duration::from_millis(self.random.below(NOTICE_MS));
        let now = self.now;
        if let Some(node) = self.nodes.get_mut(&node).filter(|node| !node.is_cut) {
            node.is_cut = true;
            node.requests.clear();
            node.told.clear();
            node.subscribed.clear();
            node.notices_at = Some(now + notice);
        }
    }

    /// It does again, as soon as the node finds out.
    pub fn heal(&mut self, node: NodeId) {
        let notice = Duration::from_millis(self.random.below(NOTICE_MS));
        let now = self.now;
        if let Some(node) = self.nodes.get_mut(&node).filter(|node| node.is_cut) {
            node.is_cut = false;
            // A line that was broken is not whole again without both ends knowing.
            node.notices_at = Some(now + notice);
        }
    }

    /// The engine stops: no node reaches it.
    pub fn stop(&mut self) {
        for node in self.nodes.keys().copied().collect::<Vec<_>>() {
            self.cut(node);
        }
        self.leases.clear();
    }

    /// It is back, and remembers what it knew unless it was flushed.
    pub fn start(&mut self, is_flushed: bool) {
        if is_flushed {
            self.records.clear();
            self.blocks.clear();
            self.leases.clear();
        }
        for node in self.nodes.keys().copied().collect::<Vec<_>>() {
            self.heal(node);
        }
    }

    /// A node is stopped in the middle of everything, or goes on.
    pub fn set_paused(&mut self, node: NodeId, is_paused: bool) {
        if let Some(node) = self.nodes.get_mut(&node) {
            node.is_paused = is_paused;
        }
    }

    /// A node is gone without a word.
    pub fn kill(&mut self, node: NodeId) {
        self.nodes.remove(&node);
    }

    /// When something is due.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        let nodes = self.nodes.values().filter(|node| !node.is_paused);
        nodes.filter_map(Node::due).min()
    }

    fn add(&mut self, node: NodeId) {
        self.leases.insert(node, self.now + LEASE);
        let state = Node {
            is_cut: false,
            is_paused: false,
            is_away: false,
            notices_at: None,
            renews_at: self.now,
            requests: VecDeque::new(),
            told: VecDeque::new(),
            subscribed: BTreeSet::new(),
            hearing_back: 0,
            open: BTreeSet::new(),
            farewells: BTreeMap::new(),
            live: BTreeSet::from([node]),
            mercy_until: self.now,
            cleanings: BTreeMap::new(),
        };
        self.nodes.insert(node, state);
    }

    fn ask_open(&mut self, node: NodeId, room: &str) {
        let Some(state) = self.nodes.get_mut(&node) else {
            return;
        };
        state.open.insert(room.to_owned());
        state.farewells.remove(room);
        if state.is_away {
            state.notices_at.get_or_insert(self.now);
        }
        self.ask(node, Request::Open(room.to_owned()));
    }

    fn ask_close(&mut self, node: NodeId, room: &str, farewell: Option<Bytes>) {
        let Some(state) = self.nodes.get_mut(&node) else {
            return;
        };
        state.open.remove(room);
        if state.is_away || state.is_cut {
            state.farewells.insert(room.to_owned(), farewell);
            return;
        }
        // Answers on the way are not for a room that is opened anew.
        let is_of_room = |told: &Told| match told {
            Told::Opened(of, _) | Told::Ids(of, _) | Told::Batch(of, _) => of == room,
            Told::Leases { .. } => false,
        };
        state.told.retain(|(_, told)| !is_of_room(told));
        let is_of_room = |request: &Request| {
            matches!(request, Request::Carry(of, BusOutput::WantRecord | BusOutput::WantIds)
                | Request::Open(of) if of == room)
        };
        state.requests.retain(|(_, request)| !is_of_room(request));
        self.ask(node, Request::Close(room.to_owned(), farewell));
    }

    fn ask(&mut self, node: NodeId, request: Request) {
        let at = self.now + WAY;
        if let Some(state) = self.nodes.get_mut(&node)
            && !state.is_cut
            && !state.is_away
        {
            state.requests.push_back((at, request));
        }
    }

    fn tell(&mut self, node: NodeId, told: Told) {
        let at = self.now + WAY;
        if let Some(state) = self.nodes.get_mut(&node)
            && !state.is_cut
        {
            state.told.push_back((at, told));
        }
    }

    /// One thing that is due, and who is to be told what of it.
    fn step(&mut self, now: Instant) -> Option<(NodeId, Vec<Event>)> {
        self.now = now;
        let due = self.nodes.iter().filter(|(_, node)| !node.is_paused);
        let due = due.filter_map(|(&id, node)| Some((node.due()?, id)));
        let (at, id) = due.min()?;
        if at > now {
            return None;
        }
        let node = self.nodes.get_mut(&id)?;
        if node.notices_at.is_some_and(|at| at <= now) {
            node.notices_at = None;
            return Some((id, self.notice(id)));
        }
        if node.requests.front().is_some_and(|&(at, _)| at <= now) {
            let (_, request) = node.requests.pop_front()?;
            self.answer(id, request);
            return Some((id, Vec::new()));
        }
        if node.told.front().is_some_and(|&(at, _)| at <= now) {
            let (_, told) = node.told.pop_front()?;
            return Some((id, self.take(id, told)));
        }
        if node.renews_at <= now {
            node.renews_at = now + RENEW;
            self.ask(id, Request::Renew);
            return Some((id, Vec::new()));
        }
        let (&gone, _) = node.cleanings.iter().find(|&(_, &at)| at <= now)?;
        node.cleanings.remove(&gone);
        self.ask(id, Request::Clean(gone));
        Some((id, Vec::new()))
    }

    /// A node finds out how its line is.
    fn notice(&mut self, id: NodeId) -> Vec<Event> {
        let now = self.now;
        let Some(node) = self.nodes.get_mut(&id) else {
            return Vec::new();
        };
        let mut events: Vec<Event> = Vec::new();
        if node.is_cut || node.is_away {
            for room in node.open.clone() {
                events.push(Box::new(move |now, hub| hub.unavailable(now, &room)));
            }
        }
        if node.is_cut {
            node.is_away = true;
            return events;
        }
        // Also who was cut and healed before it noticed comes through here.
        events.clear();
        node.is_away = false;
        node.mercy_until = now + MERCY;
        node.renews_at = now + RENEW;
        self.ask(id, Request::Renew);
        let Some(node) = self.nodes.get_mut(&id) else {
            return events;
        };
        let farewells = std::mem::take(&mut node.farewells);
        let open = node.open.clone();
        for (room, farewell) in farewells {
            self.ask(id, Request::Close(room, farewell));
        }
        for room in open {
            self.ask(id, Request::Open(room));
        }
        events
    }

    /// A node hears what was told.
    fn take(&mut self, id: NodeId, told: Told) -> Vec<Event> {
        let now = self.now;
        let Some(node) = self.nodes.get_mut(&id) else {
            return Vec::new();
        };
        match told {
            Told::Opened(room, record) => {
                vec![Box::new(move |now, hub| hub.opened(now, &room, &record))]
            }
            Told::Ids(room, block) => vec![Box::new(move |now, hub| hub.ids(now, &room, block))],
            Told::Batch(room, batch) => {
                vec![Box::new(move |now, hub| hub.batch(now, &room, &batch))]
            }
            Told::Leases { live, had_lapsed } => {
                let mut events: Vec<Event> = Vec::new();
                let is_merciful = node.mercy_until > now;
                if !is_merciful {
                    for gone in node.live.difference(&live).copied().collect::<Vec<_>>() {
                        node.live.remove(&gone);
                        node.cleanings.insert(gone, now + CLEAN_AFTER);
                        events.push(Box::new(move |now, hub| hub.node_gone(now, gone)));
                    }
                }
                let is_back = node.cleanings.keys().any(|gone| live.contains(gone));
                node.cleanings.retain(|gone, _| !live.contains(gone));
                node.live.extend(live);
                if is_back || had_lapsed {
                    for room in node.open.clone() {
                        let again = Request::Carry(room, BusOutput::WantRecord);
                        self.ask(id, again);
                    }
                }
                events
            }
        }
    }
}

impl Node {
    fn due(&self) -> Option<Instant> {
        let request = self.requests.front().map(|&(at, _)| at);
        let told = self.told.front().map(|&(at, _)| at);
        let cleaning = self.cleanings.values().min().copied();
        let renewal = (!self.is_away).then_some(self.renews_at);
        [request, told, cleaning, renewal, self.notices_at]
            .into_iter()
            .flatten()
            .min()
    }
}
