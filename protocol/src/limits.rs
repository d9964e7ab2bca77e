//! Every limit of the wire and of the client machine: value, why this number, what happens at the
//! edge, whose memory it protects. A limit of the wire is part of the protocol; both ends enforce
//! it.

/// Rooms that one socket can carry: the channel is the low nibble of a message's first byte.
pub const CHANNELS: usize = 16;

/// A WebSocket message, in bytes, either direction. Over it: close 1009. Protects the receiver's
/// assembly buffer; four of the largest protocol messages fit.
pub const MESSAGE_BYTES_MAX: usize = 64 * 1024;

/// A room's id, in bytes of UTF-8 (at least 1). Holds two UUIDs and a path. Over it: 4000.
pub const ROOM_BYTES_MAX: usize = 128;

/// A person's name, in Unicode scalar values (at least 1 where one is given). Over it: 4000.
pub const NAME_CHARS_MAX: usize = 32;

/// A person's name, in bytes: 32 characters of at most four bytes. Over it: 4000.
pub const NAME_BYTES_MAX: usize = 128;

/// An account, in bytes; empty where there is none. Set by the server only (a JWT's `sub`).
pub const ACCOUNT_BYTES_MAX: usize = 128;

/// A token in Join or in Control Token, in bytes: proxies cap a whole header block at 8 KiB. Over
/// it: 4000.
pub const TOKEN_BYTES_MAX: usize = 8 * 1024;

/// The fields of one State message, and a person's merged state, in encoded bytes. A message over
/// it: 4000. A merged state that would pass it: the message is refused with Control Error.
pub const STATE_BYTES_MAX: usize = 16 * 1024;

/// A surface's id, in bytes. Over it: 4000.
pub const SURFACE_BYTES_MAX: usize = 64;

/// Nesting of a Custom object: what the server's JSON reader accepts. Deeper: 4000.
pub const CUSTOM_DEPTH_MAX: usize = 127;

/// An event's name, in bytes (at least 1). Over it: 4000.
pub const EVENT_NAME_BYTES_MAX: usize = 64;

/// An event's payload, in bytes. Over it: 4000.
pub const EVENT_PAYLOAD_BYTES_MAX: usize = 16 * 1024;

/// A Control message's text, in bytes.
pub const CONTROL_TEXT_BYTES_MAX: usize = 256;

/// A Redirect's address, in bytes: what browsers accept everywhere.
pub const REDIRECT_URL_BYTES_MAX: usize = 2 * 1024;

/// Cursors in one CursorBatch. At most 7 bytes a cursor while ids stay under 16,384, so a full
/// batch fits a WebSocket message; a larger room sends several.
pub const BATCH_CURSORS_MAX: usize = 8_192;

/// A resume value, in bytes: 128 bits cannot be guessed.
pub const RESUME_BYTES: usize = 16;

// The client machine. These are no part of the wire: another client may choose others.

/// Cursors sent a second and room, at most: faster than any screen shows them.
pub const CURSOR_HZ_MAX: u8 = 120;

/// Cursors sent a second and room where the application does not say: once per frame.
pub const CURSOR_HZ_DEFAULT: u8 = 60;

/// Time for a socket to open, in milliseconds: three lost SYNs (1 + 2 + 4 s) and some. After it the
/// socket is given up and the back-off begins.
pub const CONNECT_TIMEOUT_MS: u64 = 10_000;

/// Time from Join to the end of the snapshot, in milliseconds, anew with each person that it brings:
/// ten thousand of them take a thin line longer. After it the socket is given up and the back-off
/// begins.
pub const JOIN_TIMEOUT_MS: u64 = 10_000;

/// Time for any byte of the server after a probe (the page came back, the network changed), in
/// milliseconds: short, because somebody is looking. After it the socket is given up.
pub const PROBE_TIMEOUT_MS: u64 = 5_000;

/// Seconds without traffic before a Heartbeat, until a Welcome says another number.
pub const HEARTBEAT_DEFAULT_S: u8 = 15;

/// Redirects that are followed one after the other: a room that moves while somebody comes in takes
/// two. After them the server is asked not to redirect.
pub const REDIRECTS_MAX: usize = 3;

/// The first back-off's longest wait, in milliseconds; it doubles with every failure.
pub const BACKOFF_BASE_MS: u32 = 500;

/// The longest wait between two attempts, in milliseconds.
pub const BACKOFF_CAP_MS: u32 = 30_000;

/// The shortest wait from the second failure on, in milliseconds: full jitter alone may draw zero
/// again and again.
pub const BACKOFF_FLOOR_MS: u32 = 100;

/// A connection that had a joined room for this long, in milliseconds, was healthy: its loss counts
/// as the first failure.
pub const BACKOFF_HEALTHY_MS: u64 = 10_000;

/// Time, in milliseconds, that a server that drains has to close a socket on which the machine has said
/// that it goes (R-CTL-9). One that does not know of this is left then.
pub const LEAVING_MS: u32 = 2_000;

/// Time, in milliseconds, that a socket is left to the server once every room on it was refused or
/// kicked, so that its close code is heard. After it the machine closes the socket.
pub const LINGER_MS: u64 = 5_000;

/// Events of one room kept while it is not joined. Past it the oldest is dropped and counted.
/// Protects the page's memory, and the room from a burst of stale events.
pub const QUEUED_EVENTS_MAX: usize = 128;

/// Bytes of those events, as they are sent. Past it the oldest is dropped and counted.
pub const QUEUED_EVENT_BYTES_MAX: usize = 64 * 1024;

/// People of one room that a client lists: those whose cursor takes at most 7 bytes in a batch. A
/// hostile server must not fill the page's memory. Who comes when it is full is not listed; the
/// count stays exact.
pub const ROSTER_PEOPLE_MAX: usize = 16_384;

/// Bytes of selections and surfaces of one room that a client keeps. Past it a person's new
/// selection or surface reads as none. Twice of what the server lets a room have.
pub const ROSTER_STATE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Bytes of notices that wait for the application, and of notices that wait for a snapshot's end,
/// each. Past it the machine reads no more: the socket is given up, and opened again (by the
/// back-off) once the notices were taken. Protects the page's memory; a full roster fits.
pub const NOTICE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Bytes to send that the transport has not taken. Past it the socket is given up. Sixteen rooms
/// joined at once with full queues fit.
pub const OUTBOUND_BYTES_MAX: usize = 2 * 1024 * 1024;

/// The furthest that a drawn cursor is behind the positions that came, in milliseconds. Slower
/// rhythms are drawn with stops.
pub const TRACK_DELAY_MS_MAX: f64 = 250.0;

/// Positions further apart than this, in milliseconds, are not of one movement: the later one does
/// not count for the rhythm.
pub const TRACK_PAUSE_MS: f64 = 300.0;

/// Positions of one cursor that wait to be drawn: more than come within the longest delay at an even
/// rhythm. Past it the newest takes the place of the last one. Protects the page's memory.
pub const TRACK_KNOTS_MAX: usize = 6;

const _: () = {
    assert!(TRACK_DELAY_MS_MAX < TRACK_PAUSE_MS);
    assert!(NAME_BYTES_MAX == 4 * NAME_CHARS_MAX);
    assert!(BATCH_CURSORS_MAX * 7 + 8 <= MESSAGE_BYTES_MAX);
    assert!(STATE_BYTES_MAX + 8 <= MESSAGE_BYTES_MAX);
    assert!(EVENT_PAYLOAD_BYTES_MAX + EVENT_NAME_BYTES_MAX + 16 <= MESSAGE_BYTES_MAX);
    assert!(CURSOR_HZ_DEFAULT <= CURSOR_HZ_MAX);
    assert!(BACKOFF_FLOOR_MS <= BACKOFF_BASE_MS && BACKOFF_BASE_MS <= BACKOFF_CAP_MS);
    assert!(EVENT_NAME_BYTES_MAX + EVENT_PAYLOAD_BYTES_MAX <= QUEUED_EVENT_BYTES_MAX);
    assert!(CHANNELS * (QUEUED_EVENT_BYTES_MAX + 2 * STATE_BYTES_MAX) <= OUTBOUND_BYTES_MAX);
    assert!(TOKEN_BYTES_MAX + ROOM_BYTES_MAX + NAME_BYTES_MAX + 64 <= MESSAGE_BYTES_MAX);
};
