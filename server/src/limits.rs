//! Every limit of the server that is not a setting: value, why this number, what happens at the
//! edge, whose memory it protects. Settings and their ranges are in `config`.

use std::time::Duration;

/// Rooms with at most this many receivers leave a mover's own cursor out of what it is sent: an
/// encoding per mover. Larger rooms share one encoding, and a receiver ignores its own id.
pub const SMALL_ROOM_LISTENERS_MAX: usize = 16;

/// The merged states of one room together, in encoded bytes. Bounds what a joiner is sent, and so
/// what its outbox holds. Over it: the State is refused with Control Error.
pub const ROOM_STATE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A snapshot is queued in blocks of about this many bytes, so that it goes out in a few WebSocket
/// messages far below the wire's 64 KiB.
pub const SNAPSHOT_BLOCK_BYTES: usize = 16 * 1024;

/// Attempts to find an anonymous name that nobody in the room has. With 1,600 names a room of
/// hundreds succeeds; after it a name may occur twice, which ids and colours tell apart.
pub const NAME_ATTEMPTS_MAX: usize = 8;

/// Reliable bytes that wait for one connection. Over it: close 4201. Protects the server's memory
/// from those who do not read (the bound that Centrifugo takes, too).
pub const OUTBOX_BYTES_MAX: usize = 1024 * 1024;

/// What a queued message costs besides its bytes (queue entry, allocation), so that a million
/// one-byte messages count as what they are.
pub const FRAME_OVERHEAD_BYTES: usize = 64;

/// With more than this waiting, a connection takes no cursors: it gets the newest when it has read.
pub const OUTBOX_CONGESTED_BYTES: usize = 16 * 1024;

/// Messages that wait are packed into one WebSocket message of about this size: one header and one
/// write instead of many.
pub const PACK_BYTES_MAX: usize = 8 * 1024;

/// Nothing could be written to a connection for this long while something waits. Close 4201.
pub const WRITE_STALL_MAX: Duration = Duration::from_secs(5);

/// From our Close frame to the end of the socket; a peer that does not answer is dropped.
pub const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// WebSocket pings that a client may send at once. Over it: close 4200; an answer each costs CPU
/// and a write, and no browser sends any.
pub const PING_BURST_MAX: u32 = 20;

/// A client's pings are forgiven at this rate: one in this time.
pub const PING_EVERY: Duration = Duration::from_millis(500);

/// Joins that a connection may ask for at once: every channel, left and joined twice again. Over
/// it: close 4200. A snapshot each, far larger than the Join, is encoded and waits to be sent.
pub const JOIN_BURST_MAX: u32 = 48;

/// A connection's joins are forgiven at this rate: one in this time.
pub const JOIN_EVERY: Duration = Duration::from_millis(250);

/// A WebSocket's read buffer, in bytes. Messages are about 5 bytes; the default of 128 KiB would be
/// the largest part of an idle connection.
pub const READ_BUFFER_BYTES: usize = 4 * 1024;

/// What a WebSocket may hold between us and the kernel, in bytes: four of the largest messages.
/// Over it the socket is ended; the outbox waits for each message, so only pongs could get there.
pub const WRITE_BUFFER_BYTES_MAX: usize = 256 * 1024;

/// Connections that the kernel may hold before they are accepted. 128, the usual default,
/// overflows when everybody reconnects at once.
pub const LISTEN_BACKLOG: u32 = 4_096;

/// A whole HTTP request head must arrive in this time. Later: the connection is closed.
pub const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(5);

/// An HTTP request head, and the buffer for it, in bytes. Over it: 431 and the connection is closed.
pub const HTTP_BUFFER_BYTES_MAX: usize = 16 * 1024;

/// Connections that speak HTTP at one time, upgraded ones not counted. Over it: closed at accept.
pub const HTTP_CONNECTIONS_MAX: usize = 4_096;

/// A connection speaks HTTP for at most this long: longer than the demo page takes on a slow line.
pub const HTTP_CONNECTION_TIME_MAX: Duration = Duration::from_secs(60);

/// Wait after an accept that failed (no file descriptors left), so that the loop does not spin.
pub const ACCEPT_RETRY: Duration = Duration::from_millis(100);

/// After a drain's closes are spread, the process waits this long for the peers' answers.
pub const DRAIN_EXTRA: Duration = Duration::from_secs(3);

const _: () = {
    use mote_protocol::limits::MESSAGE_BYTES_MAX;
    assert!(PACK_BYTES_MAX <= MESSAGE_BYTES_MAX);
    // A block is closed before a message that may be as large as a whole state.
    assert!(SNAPSHOT_BLOCK_BYTES + mote_protocol::limits::STATE_BYTES_MAX <= MESSAGE_BYTES_MAX);
    assert!(OUTBOX_CONGESTED_BYTES < OUTBOX_BYTES_MAX);
    assert!(WRITE_BUFFER_BYTES_MAX >= 2 * MESSAGE_BYTES_MAX);
};
