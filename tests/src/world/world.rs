//! Clients, lines and servers in one virtual time.

use std::collections::BTreeMap;
use std::time::Duration;

use mote_protocol::client::Output;
use mote_protocol::time::Instant;
use mote_server::gateway::session::SessionConfig;
use mote_server::hub::HubConfig;

use super::app::App;
use super::link::{Conditions, Cut, CutPlan, Direction, Link, Packet};
use super::nodes::Nodes;
use super::owner::Elsewhere;
use super::random::Random;
use super::server::Server;

/// A world. The same seed and the same calls give the same world.
#[derive(Debug)]
pub struct World {
    now: Instant,
    random: Random,
    hub_config: HubConfig,
    session_config: SessionConfig,
    servers: Vec<Server>,
    /// Where several of them serve the same rooms.
    pub(super) nodes: Option<Nodes>,
    /// The server that new lines reach.
    pub(super) front: Option<usize>,
    pub(super) elsewhere: Elsewhere,
    pub(super) links: BTreeMap<usize, Link>,
    /// By line: the server at its other end.
    server_of: BTreeMap<usize, usize>,
    next_link: usize,
    apps: Vec<App>,
    conditions: Vec<Conditions>,
    current_link: Vec<Option<usize>>,
    cut_plan: Option<CutPlan>,
}

impl World {
    /// A world with one server and nobody in it.
    #[must_use]
    pub fn new(seed: u64, hub_config: HubConfig, session_config: SessionConfig) -> Self {
        let mut world = Self::without_servers(seed, hub_config, session_config);
        world.start_server();
        world
    }

    pub(super) fn without_servers(
        seed: u64,
        hub_config: HubConfig,
        session_config: SessionConfig,
    ) -> Self {
        Self {
            now: Instant::ZERO,
            random: Random::new(seed),
            hub_config,
            session_config,
            servers: Vec::new(),
            nodes: None,
            front: None,
            elsewhere: Elsewhere::default(),
            links: BTreeMap::new(),
            server_of: BTreeMap::new(),
            next_link: 0,
            apps: Vec::new(),
            conditions: Vec::new(),
            current_link: Vec::new(),
            cut_plan: None,
        }
    }

    /// The time.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// The world's own dice: a scenario that rolls them is replayed with the world.
    pub const fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// A further client behind a line of these conditions; the number names it from now on.
    pub fn add_client(&mut self, name: &str, conditions: Conditions) -> usize {
        let seed = self.random.next();
        self.apps.push(App::new(name, seed));
        self.conditions.push(conditions);
        self.current_link.push(None);
        self.apps.len() - 1
    }

    /// The clients.
    #[must_use]
    pub fn apps(&self) -> &[App] {
        &self.apps
    }

    /// The server that new lines reach, or that it redirects them to.
    #[must_use]
    pub fn server(&self) -> Option<&Server> {
        self.servers.get(self.elsewhere.owner().or(self.front)?)
    }

    /// The lines that are not over yet.
    #[must_use]
    pub const fn links(&self) -> &BTreeMap<usize, Link> {
        &self.links
    }

    /// Something that a client's user does now.
    pub fn act<T>(&mut self, client: usize, what: impl FnOnce(&mut App, Instant) -> T) -> T {
        let result = what(&mut self.apps[client], self.now);
        self.settle();
        result
    }

    /// From now on new lines of a client, and its present one, are like this.
    pub fn set_conditions(&mut self, client: usize, conditions: Conditions) {
        self.conditions[client] = conditions;
        if let Some(link) = self.link_of(client) {
            link.conditions = conditions;
        }
    }

    /// Cuts the first line when the plan says so.
    pub const fn plan_cut(&mut self, plan: CutPlan) {
        self.cut_plan = Some(plan);
    }

    /// Cuts a client's line now, if it has one.
    pub fn cut(&mut self, client: usize, how: Cut) {
        if let Some(link) = self.current_link[client] {
            self.cut_link(link, how);
        }
    }

    /// The line of a client, if it has one.
    pub fn link_of(&mut self, client: usize) -> Option<&mut Link> {
        let link = self.current_link[client]?;
        self.links.get_mut(&link)
    }

    /// The page is loaded anew: the line ends without a word, a new machine starts.
    pub fn reload(&mut self, client: usize) {
        self.cut(client, Cut::Told);
        if let Some(link) = self.link_of(client) {
            // Nothing of the old page's line reaches the new page.
            link.client_holds = false;
        }
        self.current_link[client] = None;
        let seed = self.random.next();
        self.apps[client].reload(self.now, seed);
        self.settle();
    }

    /// The server is killed. Nobody can connect until [`start_server`](Self::start_server).
    pub fn kill_server(&mut self) {
        if let Some(index) = self.front.take() {
            self.end_server(index);
        }
    }

    pub(super) fn end_server(&mut self, index: usize) {
        for link in self.servers[index].links() {
            self.cut_link(link, Cut::Told);
        }
        // Its memory is gone: seats, resume values, everything.
        self.servers[index] = Server::new(self.hub_config.clone(), self.session_config, 0);
        self.settle();
    }

    /// A new server process takes new lines from now on.
    pub fn start_server(&mut self) {
        let seed = u8::try_from(self.servers.len() % 256).unwrap_or(0) + 1;
        let mut hub_config = self.hub_config.clone();
        hub_config.bus = self.nodes.as_mut().map(Nodes::add);
        let server = Server::new(hub_config, self.session_config, seed);
        self.servers.push(server);
        self.front = Some(self.servers.len() - 1);
    }

    /// A new server process takes new lines; the old one asks its clients to go within this time.
    pub fn drain_to_new_server(&mut self, within: Duration) {
        if let Some(old) = self.front {
            self.servers[old].drain(self.now, within);
        }
        self.start_server();
        self.settle();
    }

    pub(super) fn drain_server(&mut self, server: usize, within: Duration) {
        self.servers[server].drain(self.now, within);
        self.settle();
    }

    /// Lets time pass.
    pub fn run_for(&mut self, span: Duration) {
        let end = self.now + span;
        while let Some(next) = self.next_event().filter(|&at| at <= end) {
            self.set_now(self.now.max(next));
            self.run_nodes();
            self.deliver();
            self.handle_timeouts();
            self.settle();
        }
        self.set_now(end);
    }

    fn set_now(&mut self, now: Instant) {
        self.now = now;
        if let Some(nodes) = &self.nodes {
            nodes.set_now(now);
        }
    }

    fn run_nodes(&mut self) {
        if let Some(nodes) = &self.nodes {
            nodes.run(self.now, &mut self.servers);
        }
    }

    pub(super) fn server_at(&self, index: usize) -> &Server {
        &self.servers[index]
    }

    /// The server at the other end of a client's line.
    #[must_use]
    pub fn node_of(&self, client: usize) -> Option<usize> {
        let link = self.current_link[client]?;
        self.server_of.get(&link).copied()
    }

    /// Nothing gets into a server that is paused.
    fn takes_packets(&self, id: usize, link: &Link) -> bool {
        let Some(nodes) = &self.nodes else {
            return true;
        };
        let server = self.server_of.get(&id).copied();
        let server = server.or_else(|| nodes.reached_by(link.client));
        !server.is_some_and(|server| nodes.is_paused(server))
    }

    fn is_running(&self, server: usize) -> bool {
        let nodes = self.nodes.as_ref();
        !nodes.is_some_and(|nodes| nodes.is_paused(server))
    }

    fn next_event(&self) -> Option<Instant> {
        let pipes = self.links.iter().flat_map(|(&id, link)| {
            let up = link.up.due().filter(|_| self.takes_packets(id, link));
            [up, link.down.due()]
        });
        let servers = self.servers.iter().enumerate();
        let servers = servers.filter(|&(index, _)| self.is_running(index));
        let servers = servers.map(|(_, server)| server.poll_timeout());
        let apps = self.apps.iter().map(App::poll_timeout);
        let bus = std::iter::once(self.nodes.as_ref().and_then(Nodes::due));
        pipes.chain(servers).chain(apps).chain(bus).flatten().min()
    }

    fn handle_timeouts(&mut self) {
        for index in 0..self.servers.len() {
            let is_due = self.servers[index].poll_timeout();
            if self.is_running(index) && is_due.is_some_and(|at| at <= self.now) {
                self.servers[index].handle_timeout(self.now);
            }
        }
        for app in &mut self.apps {
            if app.poll_timeout().is_some_and(|at| at <= self.now) {
                app.handle_timeout(self.now);
            }
        }
    }

    fn deliver(&mut self) {
        let arrived = |link: &Link| {
            let dues = [link.up.due(), link.down.due()];
            dues.into_iter().flatten().any(|at| at <= self.now)
        };
        let links: Vec<usize> = self
            .links
            .iter()
            .filter(|(_, link)| arrived(link))
            .map(|(&id, _)| id)
            .collect();
        for id in links {
            while self
                .links
                .get(&id)
                .is_some_and(|link| self.takes_packets(id, link))
                && let Some(packet) = self.pop(id, Direction::Up)
            {
                self.server_takes(id, &packet);
            }
            while let Some(packet) = self.pop(id, Direction::Down) {
                self.client_takes(id, packet);
            }
        }
        self.links.retain(|_, link| !link.is_over());
    }

    fn pop(&mut self, id: usize, direction: Direction) -> Option<Packet> {
        let link = self.links.get_mut(&id)?;
        match direction {
            Direction::Up => link.up.pop(self.now),
            Direction::Down => link.down.pop(self.now),
        }
    }

    fn server_takes(&mut self, id: usize, packet: &Packet) {
        if *packet == Packet::Open {
            let client = self.links.get(&id).map(|link| link.client);
            let nodes = self.nodes.as_ref().zip(client);
            let front = nodes.map_or(self.front, |(nodes, client)| nodes.reached_by(client));
            let Some(front) = self.elsewhere.reached_by(id, front) else {
                self.cut_link(id, Cut::ServerUnaware);
                return;
            };
            self.server_of.insert(id, front);
            self.servers[front].open(self.now, id);
            if let Some(link) = self.links.get_mut(&id) {
                link.server_holds = true;
            }
            self.send(id, Direction::Down, Packet::Open);
            return;
        }
        if let Some(&server) = self.server_of.get(&id) {
            match self.elsewhere.answers(server, packet) {
                None => self.servers[server].receive(self.now, id, packet),
                Some(answers) => answers
                    .into_iter()
                    .for_each(|answer| self.send(id, Direction::Down, answer)),
            }
        }
        self.note_server_end(id);
    }

    fn client_takes(&mut self, id: usize, packet: Packet) {
        let Some(link) = self.links.get_mut(&id).filter(|link| link.client_holds) else {
            return;
        };
        let client = link.client;
        let end_code = match packet {
            Packet::Close(code) => Some(code),
            Packet::Lost => Some(1006),
            _ => None,
        };
        if let Some(code) = end_code {
            link.client_holds = false;
            link.is_broken = true;
            self.current_link[client] = None;
            self.apps[client].line_lost(self.now);
            self.apps[client].handle_close(self.now, code);
            return;
        }
        match packet {
            Packet::Open => self.apps[client].handle_open(self.now),
            Packet::Message(bytes) => self.apps[client].handle_message(self.now, &bytes),
            Packet::Ping => self.send(id, Direction::Up, Packet::Pong),
            Packet::Pong | Packet::Close(_) | Packet::Lost => {}
        }
    }

    /// Everything that the machines want sent is on its way, and all that follows from it.
    fn settle(&mut self) {
        loop {
            let mut is_quiet = true;
            for client in 0..self.apps.len() {
                while let Some(output) = self.apps[client].poll_output(self.now) {
                    is_quiet = false;
                    self.carry_out(client, output);
                }
            }
            self.pump_servers();
            if is_quiet {
                return;
            }
        }
    }

    fn carry_out(&mut self, client: usize, output: Output) {
        match output {
            Output::Connect => {
                assert_eq!(self.current_link[client], None, "one socket at a time");
                let id = self.next_link;
                self.next_link += 1;
                self.links
                    .insert(id, Link::new(client, self.conditions[client]));
                let target = self.apps[client].client().target();
                self.elsewhere.set_out(id, target);
                self.current_link[client] = Some(id);
                self.send(id, Direction::Up, Packet::Open);
            }
            Output::Transmit(bytes) => {
                let id = self.current_link[client].expect("a socket to send on");
                self.send(id, Direction::Up, Packet::Message(bytes));
            }
            Output::Disconnect { code } => {
                let Some(id) = self.current_link[client].take() else {
                    return;
                };
                self.send(id, Direction::Up, Packet::Close(code));
                if let Some(link) = self.links.get_mut(&id) {
                    link.client_holds = false;
                    link.is_broken = true;
                }
                self.apps[client].line_lost(self.now);
            }
        }
    }

    fn pump_servers(&mut self) {
        let ids: Vec<usize> = self
            .links
            .iter()
            .filter(|(_, link)| link.server_holds)
            .map(|(&id, _)| id)
            .collect();
        for id in ids {
            let Some(&server) = self.server_of.get(&id) else {
                continue;
            };
            let now = self.now;
            loop {
                // One packet at a time: each may fill the line, or cut it.
                let has_room = self.links.get(&id).is_some_and(|link| link.down.has_room());
                let mut permits = u8::from(has_room);
                let mut packets = Vec::new();
                self.servers[server].pump(
                    now,
                    id,
                    || std::mem::take(&mut permits) > 0,
                    |packet| packets.push(packet),
                );
                if packets.is_empty() {
                    break;
                }
                for packet in packets {
                    self.send(id, Direction::Down, packet);
                }
            }
            self.note_server_end(id);
        }
    }

    fn note_server_end(&mut self, id: usize) {
        let Some(server) = self.server_of.get(&id) else {
            return;
        };
        let holds = self.servers[*server].holds(id);
        if let Some(link) = self.links.get_mut(&id)
            && link.server_holds
            && !holds
        {
            link.server_holds = false;
            link.is_broken = true;
            let client = link.client;
            if self.current_link[client] == Some(id) {
                self.apps[client].line_lost(self.now);
            }
        }
    }

    pub(super) fn send(&mut self, id: usize, direction: Direction, packet: Packet) {
        let Some(link) = self.links.get_mut(&id) else {
            return;
        };
        let conditions = link.conditions;
        let pipe = match direction {
            Direction::Up => &mut link.up,
            Direction::Down => &mut link.down,
        };
        pipe.push(self.now, packet, &conditions, &mut self.random);
        let sent = pipe.sent();
        let client = link.client;
        let is_planned = self.cut_plan.is_some_and(|plan| {
            plan.client == client && plan.direction == direction && plan.after == sent
        });
        if is_planned {
            let plan = self.cut_plan.take().expect("just seen");
            self.cut_link(id, plan.how);
        } else if self.random.chance(conditions.cuts_per_mille) {
            let how = *self.random.pick(&Cut::ALL);
            self.cut_link(id, how);
        }
    }

    fn cut_link(&mut self, id: usize, how: Cut) {
        let Some(link) = self.links.get_mut(&id).filter(|link| !link.is_broken) else {
            return;
        };
        link.cut(self.now, how);
        let client = link.client;
        if self.current_link[client] == Some(id) {
            self.apps[client].line_lost(self.now);
        }
    }
}
