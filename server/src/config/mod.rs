//! Every setting: its default in `limits`; its name, range and explanation in `settings`; where it
//! comes from in `sources` (a flag wins over the environment, that over the file, that over the
//! default).

mod auth;
pub(crate) mod files;
mod log;
mod settings;
mod sources;
mod tls;
mod token;
mod url;
mod values;
mod webhook;

pub use auth::AuthConfig;
pub use log::LogFormat;
pub use sources::{ConfigError, Verb, load};
pub use tls::TlsConfig;
pub use url::HttpUrl;
pub use webhook::WebhookConfig;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use tracing::level_filters::LevelFilter;

use crate::access::{AllowedOrigins, TrustedProxies};
use crate::bus::owner::RoomPatterns;
use crate::bus::redis::RedisUrl;
use crate::gateway::session::{Rates, SessionConfig};
use crate::limits;
use crate::room::{LargeRooms, RoomConfig};

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
    /// How long a reader may take nothing while something waits. Default 5 s.
    pub write_timeout: Duration,
    /// How long a close may take. Default 2 s.
    pub close_timeout: Duration,
    /// How long the head of an HTTP request may take. Default 5 s.
    pub header_timeout: Duration,
    /// People in a room. Default 10,000.
    pub max_people_per_room: usize,
    /// Observers of a room. Default 1,000.
    pub max_observers_per_room: usize,
    /// The states of a room together, in bytes. Default 4 MiB.
    pub max_room_state: usize,
    /// Rooms at one time. Default 100,000.
    pub max_rooms: usize,
    /// Pages that may connect. Default: any where tokens are asked for, else those of this machine.
    pub allowed_origins: AllowedOrigins,
    /// Proxies that say truly for whom they speak. Default none.
    pub trusted_proxies: TrustedProxies,
    /// WebSockets in all. Default 100,000.
    pub max_connections: usize,
    /// WebSockets from one IPv4 address or one IPv6 /64. Default 1,000.
    pub max_connections_per_ip: usize,
    /// WebSockets of one account, where tokens are asked for. Default 1,000.
    pub max_connections_per_account: usize,
    /// Connections that speak HTTP at one time. Default 4,096.
    pub max_http_connections: usize,
    /// Those of one address. Default 1,024.
    pub max_http_connections_per_ip: usize,
    /// Rooms of one connection, 1–16. Default 16.
    pub max_rooms_per_connection: usize,
    /// Bytes that may wait for one connection, the snapshot of a room that it joins not counted.
    /// Default 1 MiB.
    pub max_queue: usize,
    /// Bytes that may wait for all connections together. Default 512 MiB.
    pub max_queue_total: usize,
    /// Joins that a connection may ask for at once. Default 48.
    pub max_join_burst: u32,
    /// Joins of one address in a minute. Default 6,000.
    pub max_joins_per_ip: u32,
    /// Cursors a second of one connection. Default 2,000.
    pub max_cursor_rate: u32,
    /// Other messages a second of one connection. Default 100.
    pub max_message_rate: u32,
    /// Bytes of those a second. Default 128 KiB.
    pub max_byte_rate: u32,
    /// Connections that the kernel may hold before they are accepted. Default 4,096.
    pub backlog: u32,
    /// How long a server that stops spreads the closing of its sockets over. Default 5 s.
    pub drain: Duration,
    /// Threads that serve. Default: as many as there are cores.
    pub worker_threads: usize,
    /// The engine that joins this server's rooms to those of others. Default none: alone.
    pub redis: Option<RedisUrl>,
    /// A file with the certificates of those who may vouch for the engine. Default: the system's.
    pub redis_ca: Option<PathBuf>,
    /// What the engine's keys and channels begin with. Default mote.
    pub redis_prefix: String,
    /// Where clients reach this very server, which other servers are told. Default none.
    pub node_address: String,
    /// Rooms that one server each serves: the others send people there. Default none.
    pub owner_rooms: RoomPatterns,
    /// Who may come in. Default: anybody on this machine.
    pub auth: AuthConfig,
    /// Where `/metrics` is served, instead of at `listen`. Default none: there.
    pub metrics_listen: Option<SocketAddr>,
    /// The OpenTelemetry collector that is sent the same. Default none.
    pub otlp_endpoint: Option<HttpUrl>,
    /// What your application is told. Default nothing.
    pub webhook: WebhookConfig,
    /// With which certificate it speaks TLS. Default none: not.
    pub tls: TlsConfig,
    /// What is logged. Default info.
    pub log: LevelFilter,
    /// How it is. Default pretty.
    pub log_format: LogFormat,
}

impl Default for Config {
    fn default() -> Self {
        let room = RoomConfig::default();
        let session = SessionConfig::default();
        Self {
            listen: limits::LISTEN_DEFAULT,
            demo_dir: None,
            tick_hz: room.tick_hz,
            heartbeat: session.heartbeat,
            resume_grace: room.resume_grace,
            join_timeout: session.join_timeout,
            write_timeout: limits::WRITE_TIMEOUT_DEFAULT,
            close_timeout: limits::CLOSE_TIMEOUT_DEFAULT,
            header_timeout: limits::HEADER_TIMEOUT_DEFAULT,
            max_people_per_room: room.people_max,
            max_observers_per_room: room.observers_max,
            max_room_state: room.state_bytes_max,
            max_rooms: limits::MAX_ROOMS_DEFAULT,
            allowed_origins: AllowedOrigins::default(),
            trusted_proxies: TrustedProxies::default(),
            max_connections: limits::MAX_CONNECTIONS_DEFAULT,
            max_connections_per_ip: limits::MAX_CONNECTIONS_PER_IP_DEFAULT,
            max_connections_per_account: limits::MAX_CONNECTIONS_PER_ACCOUNT_DEFAULT,
            max_http_connections: limits::MAX_HTTP_CONNECTIONS_DEFAULT,
            max_http_connections_per_ip: limits::MAX_HTTP_CONNECTIONS_PER_IP_DEFAULT,
            max_rooms_per_connection: session.rooms_max,
            max_queue: limits::MAX_QUEUE_DEFAULT,
            max_queue_total: limits::MAX_QUEUE_TOTAL_DEFAULT,
            max_join_burst: session.join_burst_max,
            max_joins_per_ip: limits::MAX_JOINS_PER_IP_DEFAULT,
            max_cursor_rate: session.rates.cursors,
            max_message_rate: session.rates.messages,
            max_byte_rate: session.rates.bytes,
            backlog: limits::BACKLOG_DEFAULT,
            drain: limits::DRAIN_DEFAULT,
            worker_threads: std::thread::available_parallelism().map_or(1, usize::from),
            redis: None,
            redis_ca: None,
            redis_prefix: limits::BUS_PREFIX_DEFAULT.into(),
            node_address: String::new(),
            owner_rooms: RoomPatterns::default(),
            auth: AuthConfig::default(),
            metrics_listen: None,
            otlp_endpoint: None,
            webhook: WebhookConfig::default(),
            tls: TlsConfig::default(),
            log: LevelFilter::INFO,
            log_format: LogFormat::default(),
        }
    }
}

impl Config {
    /// Whether every setting is within its range, which `load` sees to and code may not, and
    /// whether they go together.
    ///
    /// # Errors
    /// Names the first setting that is not right, and what would be.
    pub fn check(&self) -> Result<(), ConfigError> {
        for setting in settings::settings() {
            let shown = (setting.show)(self);
            if !shown.is_empty() {
                let result = (setting.set)(&mut self.clone(), &shown);
                result.map_err(|right| format!("{} is {shown:?}, but {right}", setting.key()))?;
            }
        }
        self.check_queue()?;
        self.check_owners()?;
        self.webhook.check(self.auth.url.is_some())?;
        self.tls.check()?;
        self.auth.check()
    }

    /// Whether a server of its own may listen where it is to: others than this machine reach it only
    /// when it asks for tokens, or when that is meant.
    ///
    /// # Errors
    /// Says what to set.
    pub fn check_listen(&self) -> Result<(), ConfigError> {
        self.auth.check_listen(self.listen)
    }

    /// Who sends people to each other needs to know of each other.
    fn check_owners(&self) -> Result<(), ConfigError> {
        if self.owner_rooms.is_empty() || (self.redis.is_some() && !self.node_address.is_empty()) {
            return Ok(());
        }
        let patterns = self.owner_rooms.to_string();
        let sentence = format!(
            "owner_rooms is {patterns:?}, but needs redis and node_address as well: servers send \
             people to the one that a room is of"
        );
        Err(sentence.into())
    }

    /// One who was behind is sent every cursor of a room at once, which must not close it.
    fn check_queue(&self) -> Result<(), ConfigError> {
        if self.max_queue_total < self.max_queue {
            let [total, one] = [self.max_queue_total, self.max_queue].map(values::show_bytes);
            let sentence = format!(
                "max_queue_total is {total:?}, but must be at least max_queue, which is {one}: it is \
                 for all connections together"
            );
            return Err(sentence.into());
        }
        let cursors = limits::QUEUED_CURSOR_BYTES_MAX * self.max_people_per_room;
        let least = limits::OUTBOX_CONGESTED_BYTES + cursors;
        if self.max_queue >= least {
            return Ok(());
        }
        let shown = values::show_bytes(self.max_queue);
        let least = values::show_bytes(least.next_multiple_of(1024));
        let people = self.max_people_per_room;
        let sentence = format!(
            "max_queue is {shown:?}, but must be at least {least} where max_people_per_room is \
             {people}: the cursors of a whole room may wait for one connection"
        );
        Err(sentence.into())
    }

    /// The settings that are not as they are by default, as they would be written. What may have a secret in
    /// it is only named.
    #[must_use]
    pub fn changes(&self) -> Vec<(String, String)> {
        let defaults = Self::default();
        let changed = settings::settings().filter_map(|setting| {
            let shown = (setting.show)(self);
            let is_changed = shown != (setting.show)(&defaults);
            let shown = match setting.is_secret(&shown) {
                true => "(set)".into(),
                false => shown,
            };
            is_changed.then(|| (setting.key(), shown))
        });
        // They show themselves to nobody.
        let secrets = [
            ("auth_secret", self.auth.secret.is_some()),
            ("webhook_secret", self.webhook.secret.is_some()),
        ];
        let secrets = secrets.into_iter().filter(|(_, is_set)| *is_set);
        let secrets = secrets.map(|(key, _)| (key.to_owned(), "(set)".to_owned()));
        changed.chain(secrets).collect()
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
            state_bytes_max: self.max_room_state,
            facts: self.webhook.url.is_some(),
            large: LargeRooms::default(),
        }
    }

    /// How sessions behave under it.
    #[must_use]
    pub fn session(&self) -> SessionConfig {
        SessionConfig {
            heartbeat: self.heartbeat,
            join_timeout: self.join_timeout,
            join_burst_max: self.max_join_burst,
            rooms_max: self.max_rooms_per_connection,
            rates: Rates {
                cursors: self.max_cursor_rate,
                messages: self.max_message_rate,
                bytes: self.max_byte_rate,
            },
        }
    }
}

#[cfg(test)]
mod tests;
