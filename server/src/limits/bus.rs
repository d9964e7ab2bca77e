//! Of the bus to other nodes, and of rooms that several nodes serve.

use std::time::Duration;

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

/// Batches of cursors that a room publishes a second: at every third instant of the grid at 60 Hz. What
/// else is said goes out at the next one. Each batch costs a command of the engine's, and a wake-up of every node that
/// serves the room: in a room of 50 on three nodes, 30 Hz are over a tenth of the commands that one
/// publish for each move takes, 20 Hz are under it. A cursor of another node is 50 ms late at most.
pub const BUS_HZ_MAX: u8 = 20;

/// Flushes of a room a second while another node serves it, too: every second one at 60 Hz. Each node
/// wakes up and writes for its part of the people only, which costs half as much again for each of
/// them; cursors of the other nodes come at [`BUS_HZ_MAX`] anyway. A local move waits for 33 ms at most
/// instead of 17.
pub const SHARED_FLUSH_HZ_MAX: u8 = 30;

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

/// Events that a room keeps for those who are between two nodes, and hands over for one of them, in bytes;
/// of more than that the oldest go. They are between two nodes for a fraction of a second.
pub const HANDOVER_BYTES_MAX: usize = 64 * 1024;

/// What was handed over to a room for all those who are still to come, in bytes; who comes when there is more
/// has missed it.
pub const HANDED_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Who comes for a seat that another node has waits for that node's answer for this long at most …
pub const HANDOVER_WAIT_MAX: Duration = Duration::from_secs(1);

/// … and once the claim has come back, for this long, a few flushes, and …
pub const HANDOVER_ANSWER_WAIT: Duration = Duration::from_millis(100);

/// … so many times as long as that took: a node that lives answers about as fast. One that has just died is not
/// waited for any longer.
pub const HANDOVER_ANSWER_FACTOR: u32 = 4;

/// A node that stops goes on hearing the others for this long after the last of its people has gone, until
/// all of them are with other nodes.
pub const HANDOVER_LINGER_MAX: Duration = Duration::from_secs(2);

/// How often such a node looks whether they are.
pub const HANDOVER_LOOK_EVERY: Duration = Duration::from_millis(20);

/// A room asks for its record at most once in this time.
pub const REREAD_EVERY: Duration = Duration::from_secs(1);

const _: () = {
    use mote_protocol::limits::MESSAGE_BYTES_MAX;
    assert!(HANDOVER_BYTES_MAX <= BATCH_BYTES_MAX);
    assert!(BATCH_BYTES_MAX + 2 * MESSAGE_BYTES_MAX <= COMPLETE_BATCH_BYTES_MAX);
    // A renewal may fail once and still come in time.
    assert!(BUS_LEASE_TTL.as_millis() > 3 * BUS_LEASE_RENEW.as_millis());
    assert!(BUS_RESPONSE_MAX.as_millis() + BUS_LEASE_RENEW.as_millis() < BUS_LEASE_TTL.as_millis());
    assert!(BUS_PIPELINE_BYTES_MAX < BUS_QUEUE_BYTES_MAX);
    assert!(FAR_IDS_FIRST + FAR_IDS_PER_NODE * (FAR_STRIPES - 1) < u32::MAX / 2);
    assert!(DENSE_IDS_MAX <= FAR_IDS_FIRST && FAR_IDS_FIRST.is_multiple_of(IDS_PER_BLOCK));
    assert!(BUS_TOUCH_EVERY.as_secs() * 2 < BUS_KEYS_TTL.as_secs());
};
