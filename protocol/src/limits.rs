//! Every limit of the wire and of the client machine: value, why this number, what happens at the
//! edge, whose memory it protects. A limit of the wire is part of the protocol; both ends enforce it.

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

const _: () = {
    assert!(NAME_BYTES_MAX == 4 * NAME_CHARS_MAX);
    assert!(BATCH_CURSORS_MAX * 7 + 8 <= MESSAGE_BYTES_MAX);
    assert!(STATE_BYTES_MAX + 8 <= MESSAGE_BYTES_MAX);
    assert!(EVENT_PAYLOAD_BYTES_MAX + EVENT_NAME_BYTES_MAX + 16 <= MESSAGE_BYTES_MAX);
    assert!(TOKEN_BYTES_MAX + ROOM_BYTES_MAX + NAME_BYTES_MAX + 64 <= MESSAGE_BYTES_MAX);
};
