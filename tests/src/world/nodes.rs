//! Several nodes in one world, and the engine between them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use mote_protocol::time::Instant;
use mote_server::bus::{Bus, BusEvents, NodeId};
use mote_server::gateway::session::SessionConfig;
use mote_server::hub::HubConfig;

use super::engine::SharedEngine;
use super::link::Cut;
use super::server::Server;
use super::world::World;

/// The nodes of a world: its servers by number.
#[derive(Debug)]
pub(super) struct Nodes {
    engine: SharedEngine,
    ids: Vec<NodeId>,
    dead: BTreeSet<usize>,
    paused: BTreeSet<usize>,
}

impl Nodes {
    /// One more server is a node.
    pub(super) fn add(&mut self) -> Arc<dyn Bus> {
        // Not in the order in which they start.
        let number = self.ids.len() as u64;
        let id = NodeId((number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        self.ids.push(id);
        self.engine.connect(id)
    }

    pub(super) fn is_paused(&self, server: usize) -> bool {
        self.paused.contains(&server)
    }

    pub(super) fn due(&self) -> Option<Instant> {
        self.engine.lock().due()
    }

    pub(super) fn set_now(&self, now: Instant) {
        self.engine.lock().set_now(now);
    }

    /// The node that a client's new lines reach: its own, or the next one that lives.
    pub(super) fn reached_by(&self, client: usize) -> Option<usize> {
        let count = self.ids.len();
        let from_own = (0..count).map(|step| (client + step) % count);
        from_own.into_iter().find(|node| !self.dead.contains(node))
    }

    /// Everything due on the bus.
    pub(super) fn run(&self, now: Instant, servers: &mut [Server]) {
        self.engine.run(now, |id| {
            let index = self.ids.iter().position(|&known| known == id)?;
            let hub = servers.get(index)?.hub();
            Some(hub.as_ref() as &dyn BusEvents)
        });
        for server in servers {
            server.handle_ready(now);
        }
    }
}

impl World {
    /// A world of several nodes, numbered from 0. A client's lines reach the node of its own number,
    /// round and round, or the next one that lives.
    #[must_use]
    pub fn of_nodes(
        seed: u64,
        hub_config: HubConfig,
        session_config: SessionConfig,
        count: usize,
    ) -> Self {
        let mut world = Self::without_servers(seed, hub_config, session_config);
        world.nodes = Some(Nodes {
            engine: SharedEngine::new(seed),
            ids: Vec::new(),
            dead: BTreeSet::new(),
            paused: BTreeSet::new(),
        });
        for _ in 0..count {
            world.start_server();
        }
        world
    }

    /// Whether it has several nodes.
    #[must_use]
    pub const fn is_of_nodes(&self) -> bool {
        self.nodes.is_some()
    }

    /// The engine between the nodes.
    ///
    /// # Panics
    /// When there is one server alone.
    #[must_use]
    pub fn engine(&self) -> &SharedEngine {
        &self.nodes().engine
    }

    /// A node's name on the bus.
    #[must_use]
    pub fn node_id(&self, node: usize) -> NodeId {
        self.nodes().ids[node]
    }

    /// How many nodes there are, dead ones included.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.nodes().ids.len()
    }

    /// Whether a node has not been killed.
    #[must_use]
    pub fn is_alive(&self, node: usize) -> bool {
        !self.nodes().dead.contains(&node)
    }

    /// A node is killed. Its clients' lines break; they come back on others.
    pub fn kill_node(&mut self, node: usize) {
        let id = self.node_id(node);
        self.engine().lock().kill(id);
        self.nodes_mut().dead.insert(node);
        self.nodes_mut().paused.remove(&node);
        self.end_server(node);
    }

    /// A node stops in the middle of everything.
    pub fn pause_node(&mut self, node: usize) {
        let id = self.node_id(node);
        self.engine().lock().set_paused(id, true);
        self.nodes_mut().paused.insert(node);
    }

    /// It goes on, and knows nothing of the time that has passed.
    pub fn resume_node(&mut self, node: usize) {
        let id = self.node_id(node);
        self.engine().lock().set_paused(id, false);
        self.nodes_mut().paused.remove(&node);
    }

    /// A client's lines break; new ones reach other nodes, because its own is taken out of the load
    /// balancer.
    pub fn drain_node(&mut self, node: usize, how: Cut) {
        self.nodes_mut().dead.insert(node);
        for client in 0..self.apps().len() {
            if self.node_of(client) == Some(node) {
                self.cut(client, how);
            }
        }
    }

    /// A node stops in order: it sends its people away within this time, and new lines reach other nodes.
    pub fn deploy_node(&mut self, node: usize, within: Duration) {
        self.nodes_mut().dead.insert(node);
        self.drain_server(node, within);
    }

    /// The servers that clients in this room are with, and those that they would be with.
    #[must_use]
    pub fn servers_of(&self, clients: &[usize]) -> Vec<&Server> {
        if self.nodes.is_none() {
            return self.server().into_iter().collect();
        }
        let nodes = clients.iter().filter_map(|&client| self.node_of(client));
        let nodes: BTreeSet<usize> = nodes.collect();
        nodes.into_iter().map(|node| self.server_at(node)).collect()
    }

    fn nodes(&self) -> &Nodes {
        self.nodes.as_ref().expect("a world of nodes")
    }

    fn nodes_mut(&mut self) -> &mut Nodes {
        self.nodes.as_mut().expect("a world of nodes")
    }
}
