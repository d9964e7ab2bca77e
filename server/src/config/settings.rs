//! The table of settings: one entry each for flag, environment variable and TOML key.

use std::time::Duration;

use mote_protocol::limits::{MESSAGE_BYTES_MAX, STATE_BYTES_MAX};

use super::Config;
use super::values::{
    MIB, bytes, claim, duration, file, folder, number, show_bytes, show_duration, show_file,
    whole_seconds,
};
use crate::auth::Secret;
use crate::bus::owner::RoomPatterns;
use crate::limits::{
    BUS_PREFIX_BYTES_MAX, HTTP_CONNECTION_TIME_MAX, JOIN_BURST_MIN, NODE_ADDRESS_BYTES_MAX,
    RATE_MAX,
};

/// One setting. `tick-hz` is `--tick-hz`, `MOTE_TICK_HZ` and `tick_hz`.
pub(super) struct Setting {
    pub(super) name: &'static str,
    /// What stands for the value in `--help`.
    pub(super) value: &'static str,
    pub(super) help: &'static str,
    /// As it would be written; empty where there is none.
    pub(super) show: fn(&Config) -> String,
    /// An error says what would be right.
    pub(super) set: fn(&mut Config, &str) -> Result<(), String>,
}

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);

/// Every setting, in the order of `--help`.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        name: "listen",
        value: "ADDRESS",
        help: "Address and port to listen on; port 0 takes a free one",
        show: |config| config.listen.to_string(),
        set: |config, text| {
            let right =
                "must be an IP address and a port, written like 127.0.0.1:3001 or [::]:3001";
            config.listen = text.parse().map_err(|_| right)?;
            Ok(())
        },
    },
    Setting {
        name: "demo-dir",
        value: "FOLDER",
        help: "Serve the files of this folder at /",
        show: |config| show_file(config.demo_dir.as_deref()),
        set: |config, text| {
            config.demo_dir = Some(folder(text)?);
            Ok(())
        },
    },
    Setting {
        name: "tick-hz",
        value: "HZ",
        help: "Send the cursors of a room at most this many times a second",
        show: |config| config.tick_hz.to_string(),
        set: |config, text| {
            config.tick_hz = number(text, &(1..=120))?;
            Ok(())
        },
    },
    Setting {
        name: "heartbeat",
        value: "TIME",
        help: "Ping a socket that is quiet for this long, close it after twice as long (1001)",
        show: |config| show_duration(config.heartbeat),
        set: |config, text| {
            config.heartbeat = whole_seconds(text, &(SECOND..=255 * SECOND))?;
            Ok(())
        },
    },
    Setting {
        name: "resume-grace",
        value: "TIME",
        help: "Keep the seat of somebody whose connection was lost for this long, then free it",
        show: |config| show_duration(config.resume_grace),
        set: |config, text| {
            config.resume_grace = duration(text, &(Duration::ZERO..=HOUR))?;
            Ok(())
        },
    },
    Setting {
        name: "join-timeout",
        value: "TIME",
        help: "Close a socket that is in no room for this long (4202)",
        show: |config| show_duration(config.join_timeout),
        set: |config, text| {
            config.join_timeout = duration(text, &(SECOND / 10..=HOUR))?;
            Ok(())
        },
    },
    Setting {
        name: "write-timeout",
        value: "TIME",
        help: "Close a connection (4201) that takes nothing for this long while something waits",
        show: |config| show_duration(config.write_timeout),
        set: |config, text| {
            config.write_timeout = duration(text, &(SECOND / 10..=HOUR))?;
            Ok(())
        },
    },
    Setting {
        name: "close-timeout",
        value: "TIME",
        help: "Wait this long for the answer to a close, then drop the socket",
        show: |config| show_duration(config.close_timeout),
        set: |config, text| {
            config.close_timeout = duration(text, &(SECOND / 10..=MINUTE))?;
            Ok(())
        },
    },
    Setting {
        name: "header-timeout",
        value: "TIME",
        help: "Close a connection whose HTTP request head takes longer than this",
        show: |config| show_duration(config.header_timeout),
        set: |config, text| {
            config.header_timeout = duration(text, &(SECOND / 10..=HTTP_CONNECTION_TIME_MAX))?;
            Ok(())
        },
    },
    Setting {
        name: "max-people-per-room",
        value: "COUNT",
        help: "People in one room, those whose seat is kept included; more are refused (4005)",
        show: |config| config.max_people_per_room.to_string(),
        set: |config, text| {
            config.max_people_per_room = number(text, &(1..=1_000_000))?;
            Ok(())
        },
    },
    Setting {
        name: "max-observers-per-room",
        value: "COUNT",
        help: "Observers of one room; more are refused (4005)",
        show: |config| config.max_observers_per_room.to_string(),
        set: |config, text| {
            config.max_observers_per_room = number(text, &(0..=1_000_000))?;
            Ok(())
        },
    },
    Setting {
        name: "max-room-state",
        value: "SIZE",
        help: "The states of one room together; more are refused with an error",
        show: |config| show_bytes(config.max_room_state),
        set: |config, text| {
            config.max_room_state = bytes(text, &(STATE_BYTES_MAX..=256 * MIB))?;
            Ok(())
        },
    },
    Setting {
        name: "max-rooms",
        value: "COUNT",
        help: "Rooms at one time, those that only keep seats included; more are refused (1013)",
        show: |config| config.max_rooms.to_string(),
        set: |config, text| {
            config.max_rooms = number(text, &(1..=100_000_000))?;
            Ok(())
        },
    },
    Setting {
        name: "max-connections",
        value: "COUNT",
        help: "WebSockets in all, about 14 KiB of memory each; more are closed (1013)",
        show: |config| config.max_connections.to_string(),
        set: |config, text| {
            config.max_connections = number(text, &(1..=100_000_000))?;
            Ok(())
        },
    },
    Setting {
        name: "max-connections-per-ip",
        value: "COUNT",
        help: "WebSockets from one IPv4 address or one IPv6 /64; more are closed (4203)",
        show: |config| config.max_connections_per_ip.to_string(),
        set: |config, text| {
            config.max_connections_per_ip = number(text, &(1..=100_000_000))?;
            Ok(())
        },
    },
    Setting {
        name: "max-http-connections",
        value: "COUNT",
        help: "Connections that are no WebSockets yet; more are closed when they are accepted",
        show: |config| config.max_http_connections.to_string(),
        set: |config, text| {
            config.max_http_connections = number(text, &(1..=1_000_000))?;
            Ok(())
        },
    },
    Setting {
        name: "max-queue",
        value: "SIZE",
        help: "What may wait for one connection, snapshots of rooms not counted; more closes it \
               (4201), and so does a Join while more waits, snapshots counted",
        show: |config| show_bytes(config.max_queue),
        set: |config, text| {
            config.max_queue = bytes(text, &(MESSAGE_BYTES_MAX..=256 * MIB))?;
            Ok(())
        },
    },
    Setting {
        name: "max-join-burst",
        value: "COUNT",
        help: "Joins that a connection may ask for at once, then four a second; more close it \
               (4200)",
        show: |config| config.max_join_burst.to_string(),
        set: |config, text| {
            config.max_join_burst = number(text, &(JOIN_BURST_MIN..=10_000))?;
            Ok(())
        },
    },
    Setting {
        name: "max-cursor-rate",
        value: "COUNT",
        help: "Cursors a second of one connection; of more the newest is held until there is place",
        show: |config| config.max_cursor_rate.to_string(),
        set: |config, text| {
            config.max_cursor_rate = number(text, &(1..=RATE_MAX))?;
            Ok(())
        },
    },
    Setting {
        name: "max-message-rate",
        value: "COUNT",
        help: "Other messages a second of one connection, three times as many at once; more are \
               warned of, and twice that closes it (4200)",
        show: |config| config.max_message_rate.to_string(),
        set: |config, text| {
            config.max_message_rate = number(text, &(1..=RATE_MAX))?;
            Ok(())
        },
    },
    Setting {
        name: "max-byte-rate",
        value: "SIZE",
        help: "Bytes of those a second, three times as many at once; more are warned of, and twice \
               that closes it (4200)",
        show: |config| show_bytes(config.max_byte_rate as usize),
        set: |config, text| {
            let most = RATE_MAX as usize;
            let rate = bytes(text, &(STATE_BYTES_MAX..=most))?;
            config.max_byte_rate = u32::try_from(rate).unwrap_or(RATE_MAX);
            Ok(())
        },
    },
    Setting {
        name: "backlog",
        value: "COUNT",
        help: "Connections that may wait to be accepted; the system refuses more, may allow fewer",
        show: |config| config.backlog.to_string(),
        set: |config, text| {
            config.backlog = number(text, &(1..=65_535))?;
            Ok(())
        },
    },
    Setting {
        name: "drain",
        value: "TIME",
        help: "When stopped, spread the closing of the sockets over this time",
        show: |config| show_duration(config.drain),
        set: |config, text| {
            config.drain = duration(text, &(Duration::ZERO..=HOUR))?;
            Ok(())
        },
    },
    Setting {
        name: "worker-threads",
        value: "COUNT",
        help: "Threads that serve; by default as many as there are cores",
        show: |config| config.worker_threads.to_string(),
        set: |config, text| {
            config.worker_threads = number(text, &(1..=1_024))?;
            Ok(())
        },
    },
    Setting {
        name: "redis",
        value: "URL",
        help: "Share rooms with other servers over this Redis or Valkey; redis+sentinel:// and \
               redis+cluster:// take several hosts, rediss is TLS",
        show: |config| {
            let url = config.redis.as_ref();
            url.map_or_else(String::new, |url| url.reveal().into())
        },
        set: |config, text| {
            config.redis = Some(text.parse()?);
            Ok(())
        },
    },
    Setting {
        name: "redis-ca",
        value: "FILE",
        help: "Certificates (PEM) that vouch for Redis, instead of the system's",
        show: |config| show_file(config.redis_ca.as_deref()),
        set: |config, text| {
            config.redis_ca = Some(file(text)?);
            Ok(())
        },
    },
    Setting {
        name: "redis-prefix",
        value: "NAME",
        help: "What all keys and channels begin with; servers with different ones share no rooms",
        show: |config| config.redis_prefix.clone(),
        set: |config, text| {
            let is_allowed =
                |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
            if text.is_empty() || text.len() > BUS_PREFIX_BYTES_MAX || !text.chars().all(is_allowed)
            {
                return Err("must be 1 to 64 letters, digits, or any of - _ . :".into());
            }
            config.redis_prefix = text.into();
            Ok(())
        },
    },
    Setting {
        name: "node-address",
        value: "URL",
        help: "Where clients reach this very server, for other servers to know",
        show: |config| config.node_address.clone(),
        set: |config, text| {
            let is_socket = text.starts_with("ws://") || text.starts_with("wss://");
            if !is_socket
                || text.len() > NODE_ADDRESS_BYTES_MAX
                || text.contains(char::is_whitespace)
            {
                return Err("must be a URL like wss://node-1.example.com/ws".into());
            }
            config.node_address = text.into();
            Ok(())
        },
    },
    Setting {
        name: "owner-rooms",
        value: "PATTERNS",
        help: "Rooms that one server each serves, like board-*,acme/plan; others redirect there",
        show: |config| config.owner_rooms.to_string(),
        set: |config, text| {
            config.owner_rooms = RoomPatterns::parse(text)?;
            Ok(())
        },
    },
    Setting {
        name: "auth-secret",
        value: "SECRET",
        help: "Let nobody in without a token (JWT) made with this; everybody on this machine sees \
               flags, so better by the environment or a file",
        // Whatever shows a configuration does not show this.
        show: |_| String::new(),
        set: |config, text| {
            config.auth.secret = Some(Secret::new(text)?);
            Ok(())
        },
    },
    Setting {
        name: "auth-secret-file",
        value: "FILE",
        help: "The same, from a file: a secret a line, several while one takes another's place",
        show: |config| show_file(config.auth.secret_file.as_deref()),
        set: |config, text| {
            config.auth.secret_file = Some(file(text)?);
            Ok(())
        },
    },
    Setting {
        name: "auth-public-key-file",
        value: "FILE",
        help: "Let nobody in without a token made with the private half of one of these keys (PEM)",
        show: |config| show_file(config.auth.public_key_file.as_deref()),
        set: |config, text| {
            config.auth.public_key_file = Some(file(text)?);
            Ok(())
        },
    },
    Setting {
        name: "auth-jwks-url",
        value: "URL",
        help: "The same, with public keys from this address (a JSON Web Key Set), fetched again as \
               they change",
        show: |config| {
            let url = config.auth.jwks_url.as_ref();
            url.map_or_else(String::new, ToString::to_string)
        },
        set: |config, text| {
            config.auth.jwks_url = Some(text.parse()?);
            Ok(())
        },
    },
    Setting {
        name: "auth-issuer",
        value: "NAME",
        help: "Who tokens must be from: their iss",
        show: |config| config.auth.issuer.clone(),
        set: |config, text| {
            config.auth.issuer = claim(text)?;
            Ok(())
        },
    },
    Setting {
        name: "auth-audience",
        value: "NAME",
        help: "For whom tokens must be: their aud",
        show: |config| config.auth.audience.clone(),
        set: |config, text| {
            config.auth.audience = claim(text)?;
            Ok(())
        },
    },
    Setting {
        name: "auth-leeway",
        value: "TIME",
        help: "How far the clock of whoever makes tokens may be off",
        show: |config| show_duration(config.auth.leeway),
        set: |config, text| {
            config.auth.leeway = whole_seconds(text, &(Duration::ZERO..=5 * MINUTE))?;
            Ok(())
        },
    },
    Setting {
        name: "allow-anonymous",
        value: "BOOL",
        help: "Without tokens, listen also where others than this machine reach it: anybody may \
               then enter every room as anybody",
        show: |config| config.auth.allow_anonymous.to_string(),
        set: |config, text| {
            config.auth.allow_anonymous = text.parse().map_err(|_| "must be true or false")?;
            Ok(())
        },
    },
    Setting {
        name: "log",
        value: "LEVEL",
        help: "What goes to stderr: off, error, warn, info, debug or trace",
        show: |config| config.log.to_string(),
        set: |config, text| {
            let right = "must be off, error, warn, info, debug or trace";
            config.log = text.parse().map_err(|_| right)?;
            Ok(())
        },
    },
];
