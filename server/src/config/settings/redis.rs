//! The engine that joins servers, and what this one is to the others.

use super::Setting;
use crate::bus::owner::RoomPatterns;
use crate::config::values::{file, show_file};
use crate::limits::{BUS_PREFIX_BYTES_MAX, NODE_ADDRESS_BYTES_MAX};

pub(super) const SETTINGS: &[Setting] = &[
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
];
