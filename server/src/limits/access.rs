//! Of where connections come from, and of what one address or one account may do.

use std::time::Duration;

use mote_protocol::limits::CHANNELS;

/// WebSockets of one account: as many as of one address, because some applications have one account
/// for all guests. Over it: the Join is refused (4203). Set it to some dozens where each person has their
/// own.
pub const MAX_CONNECTIONS_PER_ACCOUNT_DEFAULT: usize = 1_000;

/// Connections of one address that speak HTTP at one time: a quarter of all, so that one machine that
/// opens connections and says nothing does not keep everybody out. Over it: closed at accept.
pub const MAX_HTTP_CONNECTIONS_PER_IP_DEFAULT: usize = 1_024;

/// Rooms of one connection: all channels that the wire has. Over it: the Join is refused.
pub const MAX_ROOMS_PER_CONNECTION_DEFAULT: usize = CHANNELS;

/// Joins of one address in a minute, all at once or spread: a thousand people behind one address come
/// back to two rooms each, three times. Over it: the Join is refused (4200). Each is told to everybody in
/// its room, and a limit for each connection alone is none for who opens another.
pub const MAX_JOINS_PER_IP_DEFAULT: u32 = 6_000;

/// The time that [`MAX_JOINS_PER_IP_DEFAULT`] is meant for.
pub const JOINS_PER_IP_WITHIN: Duration = Duration::from_secs(60);

/// Addresses whose joins are remembered, for a minute at most: some 5 MiB. Those of more are not
/// counted until some are forgotten; each address still has its limit of connections.
pub const JOIN_ADDRESSES_MAX: usize = 65_536;

/// Those whose joins are forgiven are forgotten once in this time.
pub const JOIN_ADDRESSES_SWEPT_EVERY: Duration = Duration::from_secs(1);

/// What waits for all connections together, in bytes, counted for each of them: half of the memory of a
/// small machine. From half of it on less is done for those who do not read; at all of it they are closed.
pub const MAX_QUEUE_TOTAL_DEFAULT: usize = 512 * 1024 * 1024;

/// Who still waits for something after this time is not a good reader: a burst, however large, has
/// reached one by then.
pub const QUEUE_SHED_AFTER: Duration = Duration::from_secs(1);

/// While too much waits, it is looked so often who is to be closed. Each look goes through all connections.
pub const QUEUE_SHED_EVERY: Duration = Duration::from_millis(100);

/// Origins of pages in the configuration. Each is compared when a page of no other connects.
pub const ORIGINS_MAX: usize = 128;

/// The longest of them, in bytes: a scheme, a host of 253 and a port. A longer one is nobody's.
pub const ORIGIN_BYTES_MAX: usize = 300;

/// Ranges of proxies in the configuration: the largest networks for content have some hundred.
pub const TRUSTED_PROXIES_MAX: usize = 512;

/// Proxies in a row that are asked for whom they speak: five times what is usual. Behind more, a
/// connection counts as that of the nearest.
pub const FORWARDED_HOPS_MAX: usize = 16;

/// A browser asks again after this time whether a page may use the HTTP API: two hours is the most that
/// some take.
pub const CORS_MAX_AGE: Duration = Duration::from_secs(7_200);

const _: () = {
    assert!(QUEUE_SHED_AFTER.as_millis() < super::WRITE_TIMEOUT_DEFAULT.as_millis());
    assert!(MAX_QUEUE_TOTAL_DEFAULT > 64 * super::MAX_QUEUE_DEFAULT);
    assert!(MAX_HTTP_CONNECTIONS_PER_IP_DEFAULT >= super::MAX_CONNECTIONS_PER_IP_DEFAULT);
};
