//! WebSocket frames (RFC 6455) as a pure layer: bytes in, messages out, and the reverse.
//!
//! Ours because the libraries copy a message for each receiver, or keep a buffer for each
//! connection; ARCHITECTURE.md has the measurements. A server's frames are not masked, so a message
//! for many receivers is framed once ([`Framed`]). A [`Decoder`] holds no memory between messages.

mod decode;
mod encode;
mod mask;

pub use decode::{Broken, Decoder, Incoming};
pub use encode::{Framed, Opcode, close_frame};

#[cfg(test)]
mod tests;
