//! What all connections of one server share.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Once};
use std::time::Duration;

use rand::TryRng;
use rand::rngs::SysRng;

use super::clock::Clock;
use super::places::Places;
use super::rooms;
use super::session::SessionConfig;
use super::shared_rooms;
use super::tokens::Tokens;
use crate::bus::redis::{Readiness, RedisBus};
use crate::bus::{Bus, NodeId};
use crate::config::{Config, ConfigError};
use crate::hub::{Hub, HubConfig};

#[derive(Debug)]
pub(super) struct App {
    pub(super) hub: Arc<Hub>,
    pub(super) session: SessionConfig,
    pub(super) tokens: Tokens,
    pub(super) close_timeout: Duration,
    pub(super) clock: Clock,
    pub(super) places: Arc<Places>,
    /// Without a key for tokens, others on this machine may manage it.
    pub(super) is_open_here: bool,
    /// What joins its rooms to those of other servers.
    pub(super) bus: Option<Arc<RedisBus>>,
    is_draining: AtomicBool,
    drivers: Once,
}

impl App {
    /// # Errors
    /// The bus cannot be made as it is configured.
    pub(super) fn new(config: &Config) -> Result<Arc<Self>, ConfigError> {
        let mut seed = [0; 32];
        SysRng.try_fill_bytes(&mut seed).expect(
            "resume values are secrets: without the system's randomness there is no server",
        );
        let clock = Clock::start();
        let bus = shared_rooms::bus(config)?;
        let hub_config = HubConfig {
            room: Arc::new(config.room()),
            rooms_max: config.max_rooms,
            queue_bytes_max: config.max_queue,
            write_timeout: config.write_timeout,
            drivers: config.worker_threads,
            owner_rooms: config.owner_rooms.clone(),
            bus: bus.clone().map(|bus| bus as Arc<dyn Bus>),
        };
        let hub = Arc::new(Hub::new(hub_config, seed));
        if let Some(bus) = &bus {
            shared_rooms::start(bus, clock, &hub)?;
        }
        Ok(Arc::new(Self {
            hub,
            bus,
            session: config.session(),
            tokens: Tokens::new(config)?,
            is_open_here: !config.auth.allow_anonymous,
            close_timeout: config.close_timeout,
            clock,
            places: Arc::new(Places::new(
                config.max_connections,
                config.max_connections_per_ip,
            )),
            is_draining: AtomicBool::new(false),
            drivers: Once::new(),
        }))
    }

    /// Whoever mounts the router has its own runtime, and there is one only when it serves.
    pub(super) fn start_drivers(&self) {
        self.drivers.call_once(|| {
            self.tokens.start(self.clock);
            for number in 0..self.hub.timers().len() {
                rooms::spawn_driver(&self.hub, number, self.clock);
            }
        });
    }

    /// Workers call the rooms, each its share.
    pub(super) fn leave_drivers_to_workers(&self) {
        self.drivers.call_once(|| self.tokens.start(self.clock));
    }

    /// What other servers know it by, where there are such.
    pub(super) fn node(&self) -> Option<NodeId> {
        self.bus.as_ref().map(|bus| bus.node())
    }

    /// Whether its rooms are what they should be; a server without a bus has all that it needs.
    pub(super) fn readiness(&self) -> Readiness {
        self.bus_readiness().unwrap_or(Readiness::Ready)
    }

    /// How the bus is, where there is one.
    pub(super) fn bus_readiness(&self) -> Option<Readiness> {
        let bus = self.bus.as_ref()?;
        Some(bus.readiness(self.clock.now()))
    }

    pub(super) fn is_draining(&self) -> bool {
        self.is_draining.load(Ordering::Relaxed)
    }

    pub(super) fn start_draining(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
        if let Some(bus) = &self.bus {
            bus.withdraw();
        }
    }
}
