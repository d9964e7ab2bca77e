//! Every setting: its default here; its name, range and explanation in `settings`; where it comes
//! from in `sources` (a flag wins over the environment, that over the file, that over the default).

mod settings;
mod sources;
mod values;

pub use sources::{ConfigError, load};

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use tracing::level_filters::LevelFilter;

use crate::gateway::session::SessionConfig;
use crate::room::RoomConfig;

/// How a server runs. `mote --help` explains each setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The address to listen on. Default 127.0.0.1:3001.
    pub listen: SocketAddr,
    /// A folder to serve at `/`. Default none: a small built-in page.
    pub demo_dir: Option<PathBuf>,
    /// Flushes of cursors a second at most, 1–120. Default 60.
    pub tick_hz: u8,
    /// Silence after which client and server make sure of each other, 1–255 whole seconds.
    /// Default 20 s.
    pub heartbeat: Duration,
    /// How long a lost person's seat is kept. Default 10 s.
    pub resume_grace: Duration,
    /// How long a socket may be in no room. Default 10 s.
    pub join_timeout: Duration,
    /// People in a room. Default 10,000.
    pub max_people_per_room: usize,
    /// Observers of a room. Default 1,000.
    pub max_observers_per_room: usize,
    /// Rooms at one time. Default 100,000.
    pub max_rooms: usize,
    /// WebSockets in all. Default 100,000.
    pub max_connections: usize,
    /// WebSockets from one IPv4 address or one IPv6 /64. Default 1,000.
    pub max_connections_per_ip: usize,
    /// How long a server that stops spreads the closing of its sockets over. Default 5 s.
    pub drain: Duration,
    /// Threads that serve. Default: as many as there are cores.
    pub worker_threads: usize,
    /// What is logged. Default info.
    pub log: LevelFilter,
}

impl Default for Config {
    fn default() -> Self {
        let room = RoomConfig::default();
        let session = SessionConfig::default();
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 3001)),
            demo_dir: None,
            tick_hz: room.tick_hz,
            heartbeat: session.heartbeat,
            resume_grace: room.resume_grace,
            join_timeout: session.join_timeout,
            max_people_per_room: room.people_max,
            max_observers_per_room: room.observers_max,
            max_rooms: 100_000,
            max_connections: 100_000,
            max_connections_per_ip: 1_000,
            drain: Duration::from_secs(5),
            worker_threads: std::thread::available_parallelism().map_or(1, usize::from),
            log: LevelFilter::INFO,
        }
    }
}

impl Config {
    /// Whether every setting is within its range, which `load` sees to and code may not.
    ///
    /// # Errors
    /// Names the first setting that is not, and what would be right.
    pub fn check(&self) -> Result<(), ConfigError> {
        for setting in settings::SETTINGS {
            let shown = (setting.show)(self);
            if !shown.is_empty() {
                let result = (setting.set)(&mut self.clone(), &shown);
                result.map_err(|right| format!("{} is {shown:?}, but {right}", setting.key()))?;
            }
        }
        Ok(())
    }

    /// How rooms behave under it.
    #[must_use]
    pub fn room(&self) -> RoomConfig {
        RoomConfig {
            tick_hz: self.tick_hz,
            heartbeat_s: u8::try_from(self.heartbeat.as_secs()).unwrap_or(u8::MAX),
            resume_grace: self.resume_grace,
            people_max: self.max_people_per_room,
            observers_max: self.max_observers_per_room,
        }
    }

    /// How sessions behave under it.
    #[must_use]
    pub fn session(&self) -> SessionConfig {
        SessionConfig {
            heartbeat: self.heartbeat,
            join_timeout: self.join_timeout,
        }
    }
}

#[cfg(test)]
mod tests;
