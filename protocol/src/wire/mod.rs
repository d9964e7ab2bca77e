//! The wire, version 1: every message of both directions.
//!
//! A WebSocket message carries one or more protocol messages back to back. [`client_messages`] and
//! [`server_messages`] walk one; [`ClientMessage::encode`] and [`ServerMessage::encode`] append to a
//! caller's buffer. Encoding is canonical: one message, one byte string, checked on both ways.
//!
//! ```
//! use mote_protocol::coords::Point;
//! use mote_protocol::wire::{Channel, ClientMessage, client_messages};
//!
//! let mut bytes = Vec::new();
//! let point = Point::from_fraction(0.5, 0.25).expect("not NaN");
//! let moved = ClientMessage::Cursor { channel: Channel::ZERO, point };
//! moved.encode(&mut bytes).expect("within the limits");
//!
//! assert_eq!(bytes, [0x10, 0x80, 0x00, 0x40, 0x00]);
//! assert_eq!(client_messages(&bytes).collect::<Vec<_>>(), [Ok(moved)]);
//! ```

mod channel;
mod client_message;
mod control;
mod cursors;
mod error;
mod event;
mod join;
mod messages;
mod part;
mod reader;
mod server_message;
mod state;
mod welcome;
mod writer;

pub use channel::Channel;
pub use client_message::ClientMessage;
pub use control::Control;
pub use cursors::{Cursor, Cursors, CursorsBuf};
pub use error::WireError;
pub use event::{Event, SERVER};
pub use join::{Join, Resume};
pub use messages::{ClientMessages, ServerMessages, client_messages, server_messages};
pub use part::Part;
pub use server_message::{ServerMessage, UserJoined};
pub(crate) use state::parse_surface;
pub use state::{Activity, Field, Fields, FieldsBuf, Selection, Viewport, tag};
pub use welcome::Welcome;

/// The WebSocket subprotocol of this version.
pub const SUBPROTOCOL: &str = "mote.v1";

/// Message types: the high nibble of a message's first byte.
pub(crate) mod kind {
    pub(crate) const CURSOR_UPDATE: u8 = 0x1;
    pub(crate) const CURSOR_BROADCAST: u8 = 0x2;
    pub(crate) const JOIN: u8 = 0x3;
    pub(crate) const LEAVE: u8 = 0x4;
    pub(crate) const USER_JOINED: u8 = 0x5;
    pub(crate) const USER_LEFT: u8 = 0x6;
    pub(crate) const PRESENCE_UPDATE: u8 = 0x7;
    pub(crate) const HEARTBEAT: u8 = 0x8;
    pub(crate) const CURSOR_BATCH: u8 = 0x9;
    pub(crate) const WELCOME: u8 = 0xA;
    pub(crate) const STATE: u8 = 0xB;
    pub(crate) const EVENT: u8 = 0xC;
    // 0xD is Journal, a later version of this project; 0xF stays reserved.
    pub(crate) const CONTROL: u8 = 0xE;
}

#[cfg(test)]
mod tests;
