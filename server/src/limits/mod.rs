//! Every number of the server: value, unit, why this one, what happens at the edge, whose memory it
//! protects. First the defaults of what can be set (`mote --help`; the ranges stand in `config`),
//! then what stays as it is.

mod access;
mod admin;
mod asks;
mod bus;
mod hits;
mod large;
mod metrics;
mod tls;
mod tokens;
mod webhooks;

pub use access::*;
pub use admin::*;
pub use asks::*;
pub use bus::*;
pub use hits::{Hits, Limit};
pub use large::*;
pub use metrics::*;
pub use tls::*;
pub use tokens::*;
pub use webhooks::*;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

// ---- Defaults of the settings, by the order of `mote --help`.

/// Only this machine reaches a server that nobody has configured.
pub const LISTEN_DEFAULT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 3001);

/// Flushes of a room's cursors a second: the frames of most screens. Moves in between are merged.
pub const TICK_HZ_DEFAULT: u8 = 60;

/// Seconds of silence before a ping; after twice as many: close 1001. Below the 30 to 60 s after
/// which proxies forget a quiet connection.
pub const HEARTBEAT_S_DEFAULT: u8 = 20;

/// A lost person's seat is kept for this long, then it is free: a reload, or a change of network,
/// is over by then, and nobody looks at ghosts for longer.
pub const RESUME_GRACE_DEFAULT: Duration = Duration::from_secs(10);

/// A socket in no room for this long: close 4202. A browser joins at once; who does not, scans.
pub const JOIN_TIMEOUT_DEFAULT: Duration = Duration::from_secs(10);

/// Nothing could be written to a connection for this long while something waits: close 4201. Long
/// enough for a train's tunnel, short enough that a full queue is not kept for the dead.
pub const WRITE_TIMEOUT_DEFAULT: Duration = Duration::from_secs(5);

/// From a close to the end of the socket: several round trips of a bad line. A peer that does not
/// answer is dropped.
pub const CLOSE_TIMEOUT_DEFAULT: Duration = Duration::from_secs(2);

/// A whole HTTP request head must arrive in this time; it is one packet. Later: the connection is
/// closed.
pub const HEADER_TIMEOUT_DEFAULT: Duration = Duration::from_secs(5);

/// People in a room, in grace or not. Over it: refused (4005). Bounds snapshots and the batches of
/// a flush.
pub const MAX_PEOPLE_PER_ROOM_DEFAULT: usize = 10_000;

/// Observers of a room, each as costly as a person who listens. Over it: refused (4005).
pub const MAX_OBSERVERS_PER_ROOM_DEFAULT: usize = 1_000;

/// The merged states of one room together, in encoded bytes. Bounds what a joiner is sent, and so
/// what its outbox holds. Over it: the State is refused with Control Error.
pub const MAX_ROOM_STATE_DEFAULT: usize = 4 * 1024 * 1024;

/// Rooms at one time. Over it: a Join that would make one is refused (1013).
pub const MAX_ROOMS_DEFAULT: usize = 100_000;

/// WebSockets in all, about 1.4 GiB with the kernel's part. Over it: close 1013.
pub const MAX_CONNECTIONS_DEFAULT: usize = 100_000;

/// WebSockets from one IPv4 address or IPv6 /64: an office or a school behind one address. Over it:
/// close 4203.
pub const MAX_CONNECTIONS_PER_IP_DEFAULT: usize = 1_000;

/// Connections that speak HTTP at one time, upgraded ones not counted: 64 MiB of buffers at
/// most. Over it: closed at accept.
pub const MAX_HTTP_CONNECTIONS_DEFAULT: usize = 4_096;

/// Bytes that wait for one connection, snapshots not counted. Over it: close 4201. A Join while
/// more than this waits, snapshots counted: the same. Protects the server's memory from those who
/// do not read (the bound that Centrifugo takes, too).
pub const MAX_QUEUE_DEFAULT: usize = 1024 * 1024;

/// The most that a rate may be set to: no limit in practice, and what one costs is still a time
/// of at least a nanosecond.
pub const RATE_MAX: u32 = 1_000_000_000;

/// The least that `max-join-burst` may be: a client that comes back joins every channel at once.
pub const JOIN_BURST_MIN: u32 = 16;

/// Joins that a connection may ask for at once: every channel, left and joined twice again. Over
/// it: close 4200. A snapshot each, far larger than the Join, is encoded and waits to be sent.
pub const MAX_JOIN_BURST_DEFAULT: u32 = 48;

/// Cursors a second of one connection: 16 rooms at the 120 Hz that the SDK sends at most. Over it:
/// the newest is held until there is place; none is punished.
pub const MAX_CURSOR_RATE_DEFAULT: u32 = 2_000;

/// Other messages a second of one connection, and three times as many at once: a client that comes
/// back sends 16 joins, 16 states and 128 queued events. Over it: a warning; over twice the burst:
/// close 4200.
pub const MAX_MESSAGE_RATE_DEFAULT: u32 = 100;

/// Bytes of other messages a second, and three times as many at once: who comes back may send
/// 16 states and 64 KiB of events, 320 KiB. Over it: the same. Protects the queues of those who
/// read more slowly than somebody sends.
pub const MAX_BYTE_RATE_DEFAULT: u32 = 128 * 1024;

/// Connections that the kernel may hold before they are accepted; it refuses more. 128, the usual
/// default, overflows when everybody reconnects at once.
pub const BACKLOG_DEFAULT: u32 = 4_096;

/// The closing of all sockets is spread over this time when the server stops: half of the 10 s that
/// container runtimes wait before they kill.
pub const DRAIN_DEFAULT: Duration = Duration::from_secs(5);

/// What the keys and channels of an engine begin with: one that serves other applications as well is
/// usual.
pub const BUS_PREFIX_DEFAULT: &str = "mote";

/// How far the clock of whoever makes tokens may be off, added to the end of a token and taken off its
/// beginning: machines that ask a time server are within a second, others within some.
pub const AUTH_LEEWAY_DEFAULT: Duration = Duration::from_secs(30);

// ---- Not settings: they are internals, and another value needs a measurement of its own.

/// Rooms with at most this many receivers leave a mover's own cursor out of what it is sent: an
/// encoding per mover. Larger rooms share one encoding, and a receiver ignores its own id.
pub const SMALL_ROOM_LISTENERS_MAX: usize = 16;

/// A snapshot is queued in blocks of about this many bytes, so that it goes out in a few WebSocket
/// messages far below the wire's 64 KiB.
pub const SNAPSHOT_BLOCK_BYTES: usize = 16 * 1024;

/// Attempts to find an anonymous name that nobody in the room has. With 1,600 names a room of
/// hundreds succeeds; after it a name may occur twice, which ids and colours tell apart.
pub const NAME_ATTEMPTS_MAX: usize = 8;

/// What a queued message costs besides its bytes (queue entry, allocation), so that a million
/// one-byte messages count as what they are.
pub const FRAME_OVERHEAD_BYTES: usize = 64;

/// Queue entries that a connection keeps memory for while nothing waits; a longer queue, which it
/// needed for a snapshot or a slow moment, is given back.
pub const IDLE_FRAMES_MAX: usize = 4;

/// With more than this waiting, a connection takes no cursors: it gets the newest when it has read.
pub const OUTBOX_CONGESTED_BYTES: usize = 16 * 1024;

/// Messages that wait are packed into one WebSocket message of about this size: one header and one
/// write instead of many.
pub const PACK_BYTES_MAX: usize = 8 * 1024;

/// WebSocket pings and pongs that a client may send at once. Over it: close 4200; a ping costs an answer,
/// and no browser sends more than one pong in a heartbeat.
pub const PING_BURST_MAX: u32 = 20;

/// They are forgiven at this rate: one in this time.
pub const PING_EVERY: Duration = Duration::from_millis(500);

/// Cursors may come this far ahead of their rate: the network bunches them.
pub const CURSOR_BURST: Duration = Duration::from_millis(250);

/// Other messages, and their bytes, may come this far ahead of their rates; twice as far ends the
/// connection.
pub const MESSAGE_BURST: Duration = Duration::from_secs(3);

/// A client is warned at most once in this time.
pub const WARN_EVERY: Duration = Duration::from_secs(1);

/// A connection's joins are forgiven at this rate: one in this time, after the burst.
pub const JOIN_EVERY: Duration = Duration::from_millis(250);

/// What one read of a socket takes, in bytes: one buffer for each thread, none for a connection at
/// rest. Holds 1,400 moves; who sends more lets the others have their turn after it.
pub const READ_BUFFER_BYTES: usize = 16 * 1024;

/// Fragments of one WebSocket message, empty ones counted. Browsers send none; a proxy that cuts
/// 64 KiB into 64-byte pieces still passes. Over it: close 4000. Bounds what a message costs in CPU.
pub const MESSAGE_FRAGMENTS_MAX: usize = 1_024;

/// From a message's first byte to its last: the largest takes 5 s at 100 kbit/s. Over it: close
/// 4000. Bounds how long half a message takes memory.
pub const MESSAGE_TIME_MAX: Duration = Duration::from_secs(10);

/// A busy worker sleeps until the next flush, at most this part of the time from one to the next at
/// once (5.6 ms at 60 Hz, 11 ms while only rooms that other nodes serve, too, have moves), before it reads
/// what came meanwhile, from other nodes as well. What is told at once, an Event for example, may be
/// this much later while cursors move; so may each step of a handshake.
pub const NAP_PARTS: u32 = 3;

/// And at most so long where flushes are seldom.
pub const NAP_MAX: Duration = Duration::from_millis(12);

/// How often a connection's task looks for more to write before it lets others go first. Each is at
/// most a block of a snapshot or a batch of cursors.
pub const CATCH_UPS_PER_TURN_MAX: usize = 4;

/// What the kernel may hold of a socket besides what is under way (`TCP_NOTSENT_LOWAT`), in bytes.
/// Without it a reader that pauses finds some seconds of old cursors in the kernel's megabytes,
/// which nobody can take back, and who reads slowly looks as if it did not read at all.
pub const KERNEL_UNSENT_BYTES_MAX: u32 = 16 * 1024;

/// An HTTP request head, and the buffer for it, in bytes. Over it: 431 and the connection is closed.
pub const HTTP_BUFFER_BYTES_MAX: usize = 16 * 1024;

/// A connection speaks HTTP for at most this long: longer than the demo page takes on a slow line.
pub const HTTP_CONNECTION_TIME_MAX: Duration = Duration::from_secs(60);

/// Time for each step of `mote health` (connecting, asking, each part of the answer): a container's
/// health check that takes longer has its own time-out to end it.
pub const HEALTH_TIMEOUT: Duration = Duration::from_secs(2);

/// Bytes of the answer that `mote health` reads: its head and a word. More are not looked at.
pub const HEALTH_ANSWER_BYTES_MAX: u64 = 4 * 1024;

/// Wait after an accept that failed (no file descriptors left), so that the loop does not spin.
pub const ACCEPT_RETRY: Duration = Duration::from_millis(100);

/// After a drain's closes are spread, the process waits for the peers' answers: the close time-out,
/// and this for the tasks to end.
pub const DRAIN_MARGIN: Duration = Duration::from_secs(1);

/// What one person's cursor may take in a queue, in bytes: an id of 5, coordinates of 4, and its
/// share of the batch. A whole room's may wait for a reader that was behind.
pub const QUEUED_CURSOR_BYTES_MAX: usize = 10;

/// A Join waits for its room to be opened for this long: 100 round trips to the engine next door. After
/// it the room goes on with who is here; the others come when the engine answers.
pub const OPEN_WAIT_MAX: Duration = Duration::from_millis(500);

/// A room that somebody waits for and nobody joins is dropped after this time.
pub const AWAITED_ROOM_KEPT: Duration = Duration::from_secs(2);

/// Bytes of messages that a connection may have waiting for a room to be opened. Nothing is read
/// meanwhile, so these are what was read with the Join: a read, and a message begun before.
pub const HELD_BYTES_MAX: usize = 128 * 1024;

const _: () = {
    use mote_protocol::limits::MESSAGE_BYTES_MAX;
    assert!(HELD_BYTES_MAX >= MESSAGE_BYTES_MAX + READ_BUFFER_BYTES);
    assert!(JOINED_BYTES_MAX + mote_protocol::limits::STATE_BYTES_MAX < MESSAGE_BYTES_MAX);
    assert!(PACK_BYTES_MAX <= MESSAGE_BYTES_MAX);
    // A block is closed before a message that may be as large as a whole state.
    assert!(SNAPSHOT_BLOCK_BYTES + mote_protocol::limits::STATE_BYTES_MAX <= MESSAGE_BYTES_MAX);
    assert!(JOIN_BURST_MIN as usize >= mote_protocol::limits::CHANNELS);
    assert!(OUTBOX_CONGESTED_BYTES < MAX_QUEUE_DEFAULT);
    // Whoever floods is cut off before the queue of one who just does not read is full.
    let flood = 2 * MESSAGE_BURST.as_secs() * MAX_BYTE_RATE_DEFAULT as u64;
    assert!(flood + (MESSAGE_BYTES_MAX as u64) < MAX_QUEUE_DEFAULT as u64);
    assert!(KERNEL_UNSENT_BYTES_MAX as usize >= PACK_BYTES_MAX);
};
