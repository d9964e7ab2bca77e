//! Frames of the server: not masked, never in fragments.

use bytes::Bytes;
use mote_protocol::limits::MESSAGE_BYTES_MAX;

/// A control frame carries at most this many bytes; a Close frame's first two are the code.
const CONTROL_BYTES_MAX: usize = 125;

/// What a frame of the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Opcode {
    /// A message.
    Binary = 0x2,
    /// The end.
    Close = 0x8,
    /// To be answered.
    Ping = 0x9,
    /// An answer.
    Pong = 0xA,
}

/// A whole frame: cheap to clone, the same for every receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framed {
    bytes: Bytes,
    header_bytes: u8,
}

impl Framed {
    /// Frames a payload. O(payload): one copy.
    pub fn new(opcode: Opcode, payload: &[u8]) -> Self {
        Self::of_parts(opcode, std::iter::once(payload))
    }

    /// Frames a payload that lies in several places. O(payload): one copy.
    pub fn of_parts<'a>(opcode: Opcode, parts: impl Iterator<Item = &'a [u8]> + Clone) -> Self {
        let payload_bytes = parts.clone().map(<[u8]>::len).sum();
        debug_assert!(
            payload_bytes <= MESSAGE_BYTES_MAX,
            "longer than the wire allows"
        );
        let header_bytes = header_bytes(payload_bytes);
        // Exactly: with room to spare `Bytes` would take a second piece of memory to remember it.
        let mut bytes = Vec::with_capacity(usize::from(header_bytes) + payload_bytes);
        push_header(opcode, payload_bytes, &mut bytes);
        debug_assert_eq!(bytes.len(), usize::from(header_bytes));
        for part in parts {
            bytes.extend_from_slice(part);
        }
        Self {
            bytes: bytes.into(),
            header_bytes,
        }
    }

    /// The frame as it goes to the socket.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The frame as it goes to the socket.
    pub fn into_bytes(self) -> Bytes {
        self.bytes
    }

    /// Without the header.
    pub fn payload(&self) -> &[u8] {
        &self.bytes[usize::from(self.header_bytes)..]
    }

    /// Without the header.
    pub fn into_payload(self) -> Bytes {
        self.bytes.slice(usize::from(self.header_bytes)..)
    }

    /// How long the payload is.
    pub fn payload_bytes(&self) -> usize {
        self.bytes.len() - usize::from(self.header_bytes)
    }
}

/// A Close frame with as much of the reason as it carries.
pub fn close_frame(code: u16, reason: &str) -> Framed {
    let longest = (0..=reason.len().min(CONTROL_BYTES_MAX - 2)).rev();
    let reason = longest.filter_map(|end| reason.get(..end)).next();
    let reason = reason.unwrap_or_default().as_bytes();
    Framed::of_parts(Opcode::Close, [&code.to_be_bytes()[..], reason].into_iter())
}

/// Two bytes, and two or eight for a length that does not fit the second.
fn header_bytes(payload_bytes: usize) -> u8 {
    match payload_bytes {
        0..=125 => 2,
        126..=0xFFFF => 4,
        _ => 10,
    }
}

fn push_header(opcode: Opcode, payload_bytes: usize, out: &mut Vec<u8>) {
    const FIN: u8 = 0x80;
    out.push(FIN | opcode as u8);
    if let Ok(short @ 0..=125) = u8::try_from(payload_bytes) {
        out.push(short);
    } else if let Ok(medium) = u16::try_from(payload_bytes) {
        out.push(126);
        out.extend(medium.to_be_bytes());
    } else {
        out.push(127);
        out.extend((payload_bytes as u64).to_be_bytes());
    }
}
