//! Frames of RFC 6455, section 5.2: what a client writes (masked) and reads (not masked).

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opcode {
    /// A further part of a message.
    Continuation,
    /// A text message, or its first part.
    Text,
    /// A binary message, or its first part.
    Binary,
    /// The close handshake.
    Close,
    /// A question for a sign of life.
    Ping,
    /// The answer to it.
    Pong,
}

impl Opcode {
    const fn bits(self) -> u8 {
        match self {
            Self::Continuation => 0x0,
            Self::Text => 0x1,
            Self::Binary => 0x2,
            Self::Close => 0x8,
            Self::Ping => 0x9,
            Self::Pong => 0xA,
        }
    }

    const fn from_bits(bits: u8) -> Option<Self> {
        Some(match bits {
            0x0 => Self::Continuation,
            0x1 => Self::Text,
            0x2 => Self::Binary,
            0x8 => Self::Close,
            0x9 => Self::Ping,
            0xA => Self::Pong,
            _ => return None,
        })
    }
}

/// One frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// It ends its message.
    pub is_final: bool,
    /// What it is.
    pub opcode: Opcode,
    /// What it carries, unmasked.
    pub payload: Vec<u8>,
}

impl Frame {
    /// A whole message in one frame.
    #[must_use]
    pub fn whole(opcode: Opcode, payload: &[u8]) -> Self {
        Self {
            is_final: true,
            opcode,
            payload: payload.to_vec(),
        }
    }

    /// The frame's bytes as a client writes them: masked with `mask`.
    #[must_use]
    pub fn to_bytes(&self, mask: [u8; 4]) -> Vec<u8> {
        let mut bytes = header(self.is_final, self.opcode, self.payload.len());
        bytes[1] |= MASKED;
        bytes.extend_from_slice(&mask);
        let masked = self.payload.iter().zip(mask.iter().cycle());
        bytes.extend(masked.map(|(byte, key)| byte ^ key));
        bytes
    }
}

const FINAL: u8 = 0x80;
const RESERVED: u8 = 0x70;
const MASKED: u8 = 0x80;
const CONTROL: u8 = 0x08;

fn header(is_final: bool, opcode: Opcode, length: usize) -> Vec<u8> {
    let mut bytes = vec![if is_final { FINAL } else { 0 } | opcode.bits()];
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short <= 125 => bytes.push(short),
        (_, Ok(medium)) => {
            bytes.push(126);
            bytes.extend_from_slice(&medium.to_be_bytes());
        }
        _ => {
            bytes.push(127);
            bytes.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    bytes
}

/// The server broke RFC 6455; the text says how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameError(pub &'static str);

/// Puts a server's frames together from what the socket gives.
#[derive(Debug, Default)]
pub struct Decoder {
    bytes: Vec<u8>,
    start: usize,
}

impl Decoder {
    /// Adds what was read from the socket.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.start);
        self.start = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole frame and its bytes as they came, if they are all here.
    ///
    /// # Errors
    /// The rule of RFC 6455 that the server broke.
    pub fn next_frame(&mut self) -> Result<Option<(Frame, &[u8])>, FrameError> {
        let Some((is_final, opcode, header_bytes, payload_bytes)) =
            parse_header(&self.bytes[self.start..])?
        else {
            return Ok(None);
        };
        let end = self.start + header_bytes + payload_bytes;
        let Some(raw) = self.bytes.get(self.start..end) else {
            return Ok(None);
        };
        self.start = end;
        let payload = raw[header_bytes..].to_vec();
        Ok(Some((
            Frame {
                is_final,
                opcode,
                payload,
            },
            raw,
        )))
    }

    /// Nothing is left that was read and not handed out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.start == self.bytes.len()
    }
}

/// Final, opcode, bytes of header, bytes of payload.
type Header = (bool, Opcode, usize, usize);

fn parse_header(bytes: &[u8]) -> Result<Option<Header>, FrameError> {
    let &[first, second, ..] = bytes else {
        return Ok(None);
    };
    if first & RESERVED != 0 {
        return Err(FrameError("a reserved bit is set without an extension"));
    }
    if second & MASKED != 0 {
        return Err(FrameError("a server must not mask"));
    }
    let opcode = Opcode::from_bits(first & 0x0F).ok_or(FrameError("an opcode without meaning"))?;
    let is_final = first & FINAL != 0;
    let is_control = first & CONTROL != 0;
    if is_control && (!is_final || second > 125) {
        return Err(FrameError("a control frame in parts or over 125 bytes"));
    }
    let (header_bytes, length) = match second {
        126 => {
            let Some(&[a, b]) = bytes.get(2..4) else {
                return Ok(None);
            };
            (4, u64::from(u16::from_be_bytes([a, b])))
        }
        127 => {
            let Some(&[a, b, c, d, e, f, g, h]) = bytes.get(2..10) else {
                return Ok(None);
            };
            (10, u64::from_be_bytes([a, b, c, d, e, f, g, h]))
        }
        short => (2, u64::from(short)),
    };
    let shortest = match length {
        0..=125 => 2,
        126..=0xFFFF => 4,
        _ => 10,
    };
    if header_bytes != shortest {
        return Err(FrameError("a length that is not in its shortest form"));
    }
    let length = usize::try_from(length).map_err(|_| FrameError("a frame of absurd length"))?;
    Ok(Some((is_final, opcode, header_bytes, length)))
}

#[cfg(test)]
mod tests;
