//! What JavaScript polls: the machine's notices as records in one byte buffer.
//!
//! The other side is `npm/src/records.ts`; the two change together. Numbers are little-endian. A
//! record is a header of 12 bytes and a body:
//!
//! `kind u8 · channel u8 (255: none) · small u16 · number u32 · body length u32 · body`
//!
//! | kind | notice | small | number | body |
//! |---|---|---|---|---|
//! | 1 | status | 0 initial, 1 connecting, 2 connected, 3 reconnecting, 4 disconnected | | |
//! | 2 | closed | code | 0 stop, 1 new token, 2 slow, 3 normal | text |
//! | 3 | room joined | 1 resumed | own user | resume value, 16 bytes |
//! | 4 | room lost | | | |
//! | 5 | room refused | | | text |
//! | 6 | kicked | | | text |
//! | 7 | user joined | 0 active, 1 idle, 2 away | user | person |
//! | 8 | user updated | as above | user | person |
//! | 9 | user left | | user | |
//! | 10 | custom | 1 whole, 0 patch | user | JSON |
//! | 11 | cursors moved | | | |
//! | 12 | count | | people | |
//! | 13 | event | bytes of the name | user | name, payload |
//! | 14 | events dropped | | how many | |
//! | 15 | token needed | | | |
//! | 16 | redirected | | | URL |
//! | 17 | error | | | text |
//!
//! A person is `colour u32 (0xrrggbb)`, then texts, each `length u16 · UTF-8`: name, account, surface,
//! and the ids of the selection, as many as follow.

use mote_protocol::client::{Client, Notice, Person, Status};
use mote_protocol::close::{CloseCode, Retry};
use mote_protocol::wire::Channel;

/// The channel of a record that belongs to the connection.
const NO_CHANNEL: u8 = 255;

/// A record before it is written.
struct Record<'a> {
    kind: u8,
    channel: Option<Channel>,
    small: u16,
    number: u32,
    body: &'a [&'a [u8]],
}
