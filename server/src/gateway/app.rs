//! What all connections of one server share.

use std::io;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Once, Weak};
use std::time::Duration;

use mote_protocol::time::Instant;
use rand::TryRng;
use rand::rngs::SysRng;

use super::clock::Clock;
use super::nap::came_at;
use super::places::Places;
use super::rooms;
use super::session::{SessionConfig, Shares};
use super::shared_rooms;
use super::shed::spawn_shedder;
use super::tls::Tls;
use super::tokens::Tokens;
use super::upgrade_token::Ways;
use super::webhooks::Webhooks;
use crate::access::{Pages, TrustedProxies};
use crate::bus::redis::{Readiness, RedisBus};
use crate::bus::{Bus, BusEvents, NodeId};
use crate::config::{Config, ConfigError};
use crate::hub::{Facts, Hub, HubConfig};

#[derive(Debug)]
pub(super) struct App {
    pub(super) hub: Arc<Hub>,
    pub(super) session: SessionConfig,
    pub(super) tokens: Tokens,
    /// Without a key for tokens, others on this machine may manage it.
    pub(super) is_open_here: bool,
    pub(super) token_ways: Ways,
    /// Where a server of its own speaks TLS.
    pub(super) tls: Option<Arc<Tls>>,
    pub(super) close_timeout: Duration,
    pub(super) clock: Clock,
    /// In seconds since 1970.
    pub(super) started_s: u64,
    pub(super) places: Arc<Places>,
    pub(super) shares: Arc<Shares>,
    pub(super) pages: Arc<Pages>,
    /// Upgrades that were refused because of the page that they came from.
    pub(super) refused_pages: AtomicU64,
    pub(super) trusted_proxies: TrustedProxies,
    /// What joins its rooms to those of other servers.
    pub(super) bus: Option<Arc<RedisBus>>,
    /// What tells the application who came and left.
    pub(super) webhooks: Option<Webhooks>,
    drivers: Once,
}

impl App {
    /// `is_public`: others than this machine may be meant to reach it, whatever the configuration says of
    /// tokens.
    ///
    /// # Errors
    /// The bus cannot be made as it is configured.
    pub(super) fn new(
        config: &Config,
        is_public: bool,
        tls: Option<Arc<Tls>>,
    ) -> Result<Arc<Self>, ConfigError> {
        let mut seed = [0; 32];
        SysRng.try_fill_bytes(&mut seed).expect(
            "resume values are secrets: without the system's randomness there is no server",
        );
        let clock = Clock::start();
        let bus = shared_rooms::bus(config)?;
        let node = bus
            .as_ref()
            .map_or_else(shared_rooms::random_node, |bus| bus.node());
        let webhooks = Webhooks::new(config, node)?;
        let facts = webhooks
            .as_ref()
            .map(|webhooks| Arc::clone(&webhooks.queue));
        let hub_config = HubConfig {
            facts: facts.map(|queue| queue as Arc<dyn Facts>),
            room: Arc::new(config.room()),
            rooms_max: config.max_rooms,
            queue_bytes_max: config.max_queue,
            queue_bytes_total_max: config.max_queue_total,
            write_timeout: config.write_timeout,
            drivers: config.worker_threads,
            owner_rooms: config.owner_rooms.clone(),
            bus: bus.clone().map(|bus| bus as Arc<dyn Bus>),
        };
        Ok(Arc::new(Self {
            hub: Arc::new(Hub::new(hub_config, seed)),
            bus,
            webhooks,
            session: config.session(),
            tokens: Tokens::new(config)?,
            is_open_here: !config.auth.allow_anonymous,
            token_ways: Ways::new(&config.auth),
            tls,
            close_timeout: config.close_timeout,
            clock,
            started_s: Clock::calendar_s(),
            places: Arc::new(Places::new(
                config.max_connections,
                config.max_connections_per_ip,
            )),
            shares: Arc::new(Shares::new(
                config.max_connections_per_account,
                config.max_joins_per_ip,
            )),
            pages: Arc::new(Pages::of(config, is_public)),
            refused_pages: AtomicU64::new(0),
            trusted_proxies: config.trusted_proxies.clone(),
            drivers: Once::new(),
        }))
    }

    /// Whoever mounts the router has its own runtime, and there is one only when it serves.
    pub(super) fn start_drivers(&self) {
        self.drivers.call_once(|| {
            self.start_tasks();
            for number in 0..self.hub.timers().len() {
                rooms::spawn_driver(&self.hub, number, self.clock);
            }
        });
    }

    /// The same holds for the bus, which is not to wait for that.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(super) fn start_bus(&self) -> io::Result<()> {
        let bus = self.bus.as_ref();
        bus.map_or(Ok(()), |bus| bus.start(self.bus_clock(), self.bus_events()))
    }

    /// What the bus does, where there is one, until it is stopped.
    pub(super) fn run_bus(&self) -> Option<impl Future<Output = ()> + Send + use<>> {
        let bus = self.bus.as_ref()?;
        Some(bus.run(self.bus_clock(), self.bus_events()))
    }

    fn bus_clock(&self) -> impl Fn() -> Instant + Send + Sync + use<> {
        let clock = self.clock;
        move || came_at(clock.now())
    }

    fn bus_events(&self) -> Weak<dyn BusEvents> {
        let events: Arc<dyn BusEvents> = Arc::<Hub>::clone(&self.hub);
        Arc::downgrade(&events)
    }

    /// Workers call the rooms, each its share.
    pub(super) fn leave_drivers_to_workers(&self) {
        self.drivers.call_once(|| self.start_tasks());
    }

    fn start_tasks(&self) {
        self.tokens.start(self.clock);
        if let Some(webhooks) = &self.webhooks {
            webhooks.start(self.clock);
        }
        spawn_shedder(&self.hub, self.clock);
    }

    /// What other servers know it by, where there are such.
    pub(super) fn node(&self) -> Option<NodeId> {
        self.bus.as_ref().map(|bus| bus.node())
    }

    /// How the bus is, where there is one.
    pub(super) fn bus_readiness(&self) -> Option<Readiness> {
        let bus = self.bus.as_ref()?;
        Some(bus.readiness(self.clock.now()))
    }

    pub(super) fn is_draining(&self) -> bool {
        self.hub.is_draining()
    }

    /// Nobody new comes in, and all who are here are told to go on elsewhere within this time.
    pub(super) fn start_draining(&self, within: Duration) {
        self.hub.drain(self.clock.now(), within);
        if let Some(bus) = &self.bus {
            bus.withdraw();
        }
    }
}
