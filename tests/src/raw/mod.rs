//! A WebSocket client written from RFC 6455 and the wire's description alone.
//!
//! It shares no code with the project's own wire: bytes are put together and taken apart here a
//! second time, so that a mistake made on both ends of the shared crate still shows.

mod client;
mod frame;
mod handshake;
mod http;
mod said;
mod say;

pub use client::{Closed, RawClient};
pub use frame::{Decoder, Frame, FrameError, Opcode};
pub use handshake::{Handshake, REQUEST_KEY, Response};
pub use http::http_get;
pub use said::{Said, parse};
pub use say::{Join, cursor, event, heartbeat, leave, state, text, token, varint};
