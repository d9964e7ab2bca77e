//! Every number of the server: value, unit, why this one, what happens at the edge, whose memory it
//! protects. First the defaults of what can be set (`mote --help`; the ranges stand in `config`),
//! then what stays as it is.

mod tokens;

pub use tokens::*;

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

/// WebSocket pings that a client may send at once. Over it: close 4200; an answer each costs CPU
/// and a write, and no browser sends any.
pub const PING_BURST_MAX: u32 = 20;

/// A client's pings are forgiven at this rate: one in this time.
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

/// A busy worker sleeps until shortly before the next flush, at most so long, before it reads what
/// came meanwhile. What is told at once, an Event for example, may be this much later while cursors
/// move: a period of 60 Hz at 60 Hz, one of 30 Hz at 30 Hz or less.
pub const NAP_MAX: Duration = Duration::from_millis(34);

/// A nap ends this much, and the time that reading takes, before a flush; a shorter one than this
/// saves nothing.
pub const NAP_MARGIN: Duration = Duration::from_micros(300);

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

// ---- Large rooms: near at full rate, the rest as often as the budget allows.

/// Listeners that are served at one time, under the room's lock: about 1 ms of writes. A room with
/// more is large: it serves them in slices, one after the other, and what is said waits for a slice's
/// turn.
pub const SLICE_LISTENERS_MAX: usize = 128;

/// Writes of one room a second: most of what one core can do when each is a system call of 5 to
/// 8 µs. Over it the room's rate goes down, to 11.8 Hz with 10,000 listeners.
pub const ROOM_WRITES_PER_SECOND: u32 = 118_000;

/// The least that a room's rate goes down to, whatever its writes: slower looks broken.
pub const ROOM_HZ_MIN: u8 = 5;

/// Bytes of cursors of one room a second: half of a gigabit line. Over it listeners get at once what
/// is near them, and the rest in sweeps.
pub const ROOM_BYTES_PER_SECOND: u32 = 50_000_000;

/// Cursors that come into one room a second: a third of a core at 5 to 8 µs each. Over it senders
/// are paced.
pub const ROOM_INBOUND_PER_SECOND: u32 = 50_000;

/// However little budget there is, a listener gets every cursor that changed at least this often,
/// so that nobody looks at a ghost's position for longer.
pub const SWEEP_MAX: Duration = Duration::from_secs(2);

/// Cursors that a listener gets beyond its viewport: those that may come into view next.
pub const NEAREST_CURSORS: usize = 50;

/// Those who sent a viewport are told of the cursors beyond it at one turn of this many: who scrolls
/// there sees them at once, and five sixths of their bytes are saved.
pub const WIDE_TURN_EVERY: u32 = 6;

/// Cells of a surface in each direction, a power of two. Finer ones follow a viewport closer; each
/// costs a message header where something moves in it.
pub const GRID_SIDE: u8 = 32;

/// States, Events, joins and leaves that wait for the slices' turns, in bytes: each listener gets all
/// of them at once, so they must fit its queue. Over it an Event is refused with Control Error, over
/// twice as much a State, too; joins and leaves are bounded by the people and never refused.
pub const ROOM_LOG_BYTES_MAX: usize = 256 * 1024;

/// Reliable messages for one receiver are joined up to about this size, far below the wire's 64 KiB.
pub const JOINED_BYTES_MAX: usize = 32 * 1024;

// ---- The bus to other nodes.

/// A node whose lease is not renewed for this long is gone: as short as an operator's pause of a
/// virtual machine allows.
pub const BUS_LEASE_TTL: Duration = Duration::from_secs(5);

/// A lease is renewed this often: one renewal may be lost, and one late. Connections without leases
/// are asked for a sign of life as often.
pub const BUS_LEASE_RENEW: Duration = Duration::from_millis(1_500);

/// A renewal is brought forward, up to this long after the one before, when a node is heard that
/// should be gone.
pub const BUS_RENEW_GAP: Duration = Duration::from_millis(100);

/// An engine that does not answer for this long is away. One that is slow by half a second is not.
pub const BUS_RESPONSE_MAX: Duration = Duration::from_secs(2);

/// Connecting, logging in included, takes at most this long; then another attempt is made.
pub const BUS_CONNECT_MAX: Duration = Duration::from_secs(2);

/// Waits between attempts are random: up to this at first, twice as much after each failure.
pub const BUS_RETRY_BASE: Duration = Duration::from_millis(100);

/// And never longer than this: nodes must agree within 5 s after the engine is back.
pub const BUS_RETRY_MAX: Duration = Duration::from_secs(2);

/// What rooms want published and the engine has not taken, in bytes, for each of its servers. Over
/// it: the connection is given up and rooms are read again by the next one. Protects this node's
/// memory from a slow engine.
pub const BUS_QUEUE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// What an order or a request costs besides its bytes.
pub const BUS_ORDER_OVERHEAD_BYTES: usize = 128;

/// Requests are sent in pipelines of about this size, one at a time; one larger request goes alone.
pub const BUS_PIPELINE_BYTES_MAX: usize = 1024 * 1024;

/// Records asked for in one pipeline. Bounds what their answers, and what is held back until they
/// come, take at one time.
pub const BUS_READS_PER_PIPELINE_MAX: usize = 32;

/// Batches of one room that wait for its record, in bytes. Over it: they are dropped and the record,
/// which has most of what they said, is read again.
pub const BUS_HELD_BYTES_MAX: usize = 1024 * 1024;

/// Fields of a record: the people of a room, and two for each node. Over it: the room goes on alone.
pub const BUS_RECORD_FIELDS_MAX: usize = 65_536;

/// Bytes of a record: eight times what the states of a room are limited to. Over it: the same.
pub const BUS_RECORD_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Rooms that were closed while the engine was away, with what is to be said of them, in bytes. Over
/// it: the record keeps this node's people until it expires.
pub const BUS_CLOSED_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Patterns of rooms that one server each serves.
pub const ROOM_PATTERNS_MAX: usize = 64;

/// The longest of them, in bytes: as long as a room's id.
pub const ROOM_PATTERN_BYTES_MAX: usize = 128;

/// Nodes that are known of, each a few bytes. Far more than share an engine. More are ignored.
pub const BUS_NODES_MAX: usize = 1_024;

/// A node that is gone keeps its blocks of user ids for this long, so that people who go on without
/// the engine do not meet others under their ids when it is back.
pub const BUS_NODE_BLOCKS_KEPT: Duration = Duration::from_secs(600);

/// Keys of a room that no node has open expire after this time; those of open rooms are renewed.
pub const BUS_KEYS_TTL: Duration = Duration::from_secs(3_600);

/// How often they are: some may be lost.
pub const BUS_TOUCH_EVERY: Duration = Duration::from_secs(900);

/// A record is cleared of a node that is gone this long after the grace of its people, which other
/// nodes may have begun to count later.
pub const BUS_CLEAR_MARGIN: Duration = Duration::from_secs(5);

/// A record that the engine refused to change, because it is full, is tried again after this time.
pub const BUS_STALE_RETRY: Duration = Duration::from_secs(2);

/// A server that has not reached its engine yet is not ready for this long, so that a rollout with a
/// wrong address stops; then it serves alone, because an engine that is away must not keep a server
/// down.
pub const BUS_START_MAX: Duration = Duration::from_secs(10);

/// A server that stops lets its rooms publish what was said last: some flushes, and a round trip.
pub const BUS_LINGER: Duration = Duration::from_millis(100);

/// Giving the lease back takes at most this long when the server stops.
pub const BUS_STOP_MAX: Duration = Duration::from_millis(500);

/// A connection looks this often whether its rooms are still this server's to serve; from when it was
/// opened, so that not all people of a room move at once.
pub const OWNER_CHECK_EVERY: Duration = BUS_LEASE_TTL;

/// The address under which clients reach a node, in bytes: what fits the wire's Redirect.
pub const NODE_ADDRESS_BYTES_MAX: usize = 256;

/// What the keys and channels of an engine begin with, in bytes.
pub const BUS_PREFIX_BYTES_MAX: usize = 64;

const _: () = {
    // A renewal may fail once and still come in time.
    assert!(BUS_LEASE_TTL.as_millis() > 3 * BUS_LEASE_RENEW.as_millis());
    assert!(BUS_RESPONSE_MAX.as_millis() + BUS_LEASE_RENEW.as_millis() < BUS_LEASE_TTL.as_millis());
    assert!(BUS_PIPELINE_BYTES_MAX < BUS_QUEUE_BYTES_MAX);
    assert!(BUS_TOUCH_EVERY.as_secs() * 2 < BUS_KEYS_TTL.as_secs());
};
// ---- Rooms of several nodes.

/// User ids that a node is given at one time. A block is one round trip to the engine: eight people
/// come in meanwhile at most times, and a room of two on each of three nodes has ids under 48, one
/// byte each.
pub const IDS_PER_BLOCK: u32 = 16;

/// With fewer free ids than this, or than a quarter of its people, a node asks for a block.
pub const IDS_FREE_MIN: usize = 6;

/// Blocks that a node asks for before the first of them has come. A storm of joins waits for them.
pub const BLOCKS_WANTED_MAX: usize = 16;

/// Ids below this are looked up in a table, the others in a tree: those of a node that had no block,
/// or whatever another node says. Bounds what one strange id costs, to 3 MiB a room.
pub const DENSE_IDS_MAX: u32 = 16_384;

/// Blocks of ids end here: above are those that a node takes when the engine gives none.
pub const FAR_IDS_FIRST: u32 = 1 << 20;

/// Ids that a node may take without being given them. Which of [`FAR_STRIPES`] it takes follows from
/// its number, so two nodes hardly ever take the same.
pub const FAR_IDS_PER_NODE: u32 = 1 << 14;

/// See [`FAR_IDS_PER_NODE`].
pub const FAR_STRIPES: u32 = 1 << 16;

/// People of other nodes above `max-people-per-room`, as parts of it, that a room still lists: nodes
/// that let people in at the same moment do not know of each other. Who comes after is not listed.
pub const REMOTE_EXCESS: usize = 2;

/// Batches of cursors that a room publishes a second: every third flush at 60 Hz. What else is said goes
/// out with the next flush. Each batch costs a command of the engine's, and a wake-up of every node that
/// serves the room: in a room of 50 on three nodes, 30 Hz are over a tenth of the commands that one
/// publish for each move takes, 20 Hz are under it. A cursor of another node is 50 ms late at most.
pub const BUS_HZ_MAX: u8 = 20;

/// A batch is published early when it is this large, in bytes.
pub const BATCH_BYTES_MAX: usize = 256 * 1024;

/// A batch of all that a node has in a room is at most this large, in bytes; above it the others read
/// the record.
pub const COMPLETE_BATCH_BYTES_MAX: usize = 1024 * 1024;

/// After its last batch a room is quiet for this long, then it publishes an empty one: it shows
/// whether the last one was lost, and brings the last cursors into the record.
pub const SETTLE_AFTER: Duration = Duration::from_secs(1);

/// A node that lives and of which the record says nothing was forgotten by the engine, or left: its
/// people are kept for this long for it to say so. It does at once when it is there.
pub const UNSURE_GRACE: Duration = Duration::from_secs(3);

/// People of other nodes stay as they are for this long when the engine is away: longer than it takes
/// to restart one or to fail over, and nobody looks at cursors that stand still for longer. After it
/// they leave, and come again when the engine is back.
pub const REMOTE_KEPT: Duration = Duration::from_secs(30);

/// A room asks for its record at most once in this time.
pub const REREAD_EVERY: Duration = Duration::from_secs(1);

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
    assert!(FAR_IDS_FIRST + FAR_IDS_PER_NODE * (FAR_STRIPES - 1) < u32::MAX / 2);
    assert!(DENSE_IDS_MAX <= FAR_IDS_FIRST && FAR_IDS_FIRST.is_multiple_of(IDS_PER_BLOCK));
    assert!(HELD_BYTES_MAX >= MESSAGE_BYTES_MAX + READ_BUFFER_BYTES);
    assert!(BATCH_BYTES_MAX + 2 * MESSAGE_BYTES_MAX <= COMPLETE_BATCH_BYTES_MAX);
    assert!(ROOM_LOG_BYTES_MAX * 2 < MAX_QUEUE_DEFAULT);
    assert!(JOINED_BYTES_MAX + mote_protocol::limits::STATE_BYTES_MAX < MESSAGE_BYTES_MAX);
    assert!(GRID_SIDE.is_power_of_two());
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
