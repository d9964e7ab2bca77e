//! How much there may be, and how much one connection may do.

use mote_protocol::limits::{CHANNELS, MESSAGE_BYTES_MAX, STATE_BYTES_MAX};

use super::Setting;
use crate::config::values::{MIB, bytes, number, show_bytes};
use crate::limits::{JOIN_BURST_MIN, RATE_MAX};

/// More than any machine has.
const QUEUE_TOTAL_MAX: usize = isize::MAX.cast_unsigned() / MIB * MIB;

pub(super) const SETTINGS: &[Setting] = &[
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
        name: "max-connections-per-account",
        value: "COUNT",
        help: "WebSockets with tokens of one account; a Join over it is refused (4203)",
        show: |config| config.max_connections_per_account.to_string(),
        set: |config, text| {
            config.max_connections_per_account = number(text, &(1..=100_000_000))?;
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
        name: "max-http-connections-per-ip",
        value: "COUNT",
        help: "Those from one IPv4 address or one IPv6 /64, trusted proxies left out; more are closed",
        show: |config| config.max_http_connections_per_ip.to_string(),
        set: |config, text| {
            config.max_http_connections_per_ip = number(text, &(1..=1_000_000))?;
            Ok(())
        },
    },
    Setting {
        name: "max-rooms-per-connection",
        value: "COUNT",
        help: "Rooms of one connection at one time; a Join over it is refused",
        show: |config| config.max_rooms_per_connection.to_string(),
        set: |config, text| {
            config.max_rooms_per_connection = number(text, &(1..=CHANNELS))?;
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
        name: "max-queue-total",
        value: "SIZE",
        help: "What may wait for all connections together: over half of it those who do not read are \
               sent no cursors, over three quarters nobody comes in (1013), over all of it those for \
               whom most waits are closed (4201)",
        show: |config| show_bytes(config.max_queue_total),
        set: |config, text| {
            config.max_queue_total = bytes(text, &(MESSAGE_BYTES_MAX..=QUEUE_TOTAL_MAX))?;
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
        name: "max-joins-per-ip",
        value: "COUNT",
        help: "Joins from one IPv4 address or one IPv6 /64 in a minute; more are refused (4200)",
        show: |config| config.max_joins_per_ip.to_string(),
        set: |config, text| {
            config.max_joins_per_ip = number(text, &(1..=RATE_MAX))?;
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
];
