//! Frames of clients: masked, possibly in fragments, cut anywhere by the network.

use mote_protocol::close::CloseCode;
use mote_protocol::limits::MESSAGE_BYTES_MAX;
use mote_protocol::time::Instant;

use super::mask::unmask;
use crate::hub::Close;
use crate::limits::{MESSAGE_FRAGMENTS_MAX, MESSAGE_TIME_MAX};

/// What a client sent.
#[derive(Debug, PartialEq, Eq)]
pub enum Incoming<'a> {
    /// A whole binary message.
    Binary(&'a [u8]),
    /// The beginning of a text message, which nobody reads.
    Text,
    /// To be answered with a pong of the same bytes.
    Ping(&'a [u8]),
    /// An answer to a ping of ours, or nothing at all.
    Pong,
    /// The peer is done, and said why.
    Close(Option<u16>),
}

/// The peer's frames cannot be read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// It breaks RFC 6455, thus.
    Frame(&'static str),
    /// The message is over the wire's 64 KiB.
    TooLarge,
    /// The message came in more fragments, or over a longer time, than anybody needs.
    Dribble(&'static str),
}

impl From<Broken> for Close {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Frame(reason) => Self {
                code: CloseCode::BadFrame,
                reason: reason.into(),
            },
            Broken::TooLarge => CloseCode::TooLarge.into(),
            Broken::Dribble(reason) => Self::protocol(reason),
        }
    }
}

/// Takes frames apart. Holds memory only while a frame or a message is incomplete, at most that
/// of the largest message and of one read.
#[derive(Debug, Default)]
pub struct Decoder {
    /// The beginning of a frame whose rest has not come.
    pending: Vec<u8>,
    pending_since: Option<Instant>,
    fragments: Option<Box<Fragments>>,
}

/// A message that has begun.
#[derive(Debug)]
struct Fragments {
    bytes: Vec<u8>,
    count: usize,
    since: Instant,
}

impl Decoder {
    /// Takes over what was read, changing it in place, and calls `each` with all that is whole.
    /// O(bytes).
    ///
    /// # Errors
    /// Those of `each`, or the frames cannot be read on; then nothing may be fed any more.
    pub fn feed<E: From<Broken>>(
        &mut self,
        now: Instant,
        input: &mut [u8],
        mut each: impl FnMut(Incoming<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.pending.is_empty() {
            let used = self.walk(now, input, &mut each)?;
            self.keep(now, used, &input[used..]);
        } else {
            let mut joined = std::mem::take(&mut self.pending);
            joined.extend_from_slice(input);
            let used = self.walk(now, &mut joined, &mut each)?;
            if used == 0 {
                self.pending = joined;
            } else {
                self.keep(now, used, &joined[used..]);
            }
        }
        Ok(())
    }

    /// When a message that has begun must be whole.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let fragments = self.fragments.as_ref().map(|message| message.since);
        let since = [self.pending_since, fragments]
            .into_iter()
            .flatten()
            .min()?;
        Some(since + MESSAGE_TIME_MAX)
    }

    /// Time has passed.
    ///
    /// # Errors
    /// A message that has begun is still not whole.
    pub fn handle_timeout(&self, now: Instant) -> Result<(), Broken> {
        match self.poll_timeout() {
            Some(due) if due <= now => Err(Broken::Dribble("a message came too slowly")),
            _ => Ok(()),
        }
    }

    fn keep(&mut self, now: Instant, used: usize, rest: &[u8]) {
        self.pending = rest.to_vec();
        if rest.is_empty() {
            self.pending_since = None;
        } else if used > 0 || self.pending_since.is_none() {
            self.pending_since = Some(now);
        }
    }

    /// How many bytes were whole frames.
    fn walk<E: From<Broken>>(
        &mut self,
        now: Instant,
        input: &mut [u8],
        each: &mut impl FnMut(Incoming<'_>) -> Result<(), E>,
    ) -> Result<usize, E> {
        let mut used = 0;
        while let Some(header) = Header::parse(&input[used..])? {
            if header.kind == Kind::Text {
                each(Incoming::Text)?;
            }
            self.check(&header)?;
            let begin = used + header.header_bytes;
            let end = begin + header.payload_bytes;
            let Some(payload) = input.get_mut(begin..end) else {
                break;
            };
            unmask(payload, header.key);
            self.take_over(now, &header, payload, each)?;
            used = end;
        }
        Ok(used)
    }

    /// Whether this frame may come now; its payload need not be there yet.
    fn check(&self, header: &Header) -> Result<(), Broken> {
        let before = match (&self.fragments, header.kind) {
            (_, Kind::Close | Kind::Ping | Kind::Pong) => return Ok(()),
            (Some(message), Kind::Continuation) => message,
            (None, Kind::Continuation) => {
                return Err(Broken::Frame("a continuation of nothing"));
            }
            (Some(_), Kind::Text | Kind::Binary) => {
                return Err(Broken::Frame("a new message inside a fragmented one"));
            }
            (None, Kind::Text | Kind::Binary) => return Ok(()),
        };
        if before.bytes.len() + header.payload_bytes > MESSAGE_BYTES_MAX {
            return Err(Broken::TooLarge);
        }
        if before.count >= MESSAGE_FRAGMENTS_MAX {
            return Err(Broken::Dribble("a message in too many fragments"));
        }
        Ok(())
    }

    fn take_over<E: From<Broken>>(
        &mut self,
        now: Instant,
        header: &Header,
        payload: &[u8],
        each: &mut impl FnMut(Incoming<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        match header.kind {
            Kind::Ping => each(Incoming::Ping(payload)),
            Kind::Pong => each(Incoming::Pong),
            Kind::Close => each(Incoming::Close(close_code(payload)?)),
            // Told at its header; whoever goes on reading does not want it.
            Kind::Text => Ok(()),
            Kind::Binary if header.is_final => each(Incoming::Binary(payload)),
            Kind::Binary | Kind::Continuation => {
                let message = self.fragments.get_or_insert_with(|| {
                    Box::new(Fragments {
                        bytes: Vec::new(),
                        count: 0,
                        since: now,
                    })
                });
                message.bytes.extend_from_slice(payload);
                message.count += 1;
                if !header.is_final {
                    return Ok(());
                }
                let message = self.fragments.take().expect("just there");
                each(Incoming::Binary(&message.bytes))
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Continuation,
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

/// A frame's header (RFC 6455, 5.2).
#[derive(Debug)]
struct Header {
    kind: Kind,
    is_final: bool,
    key: [u8; 4],
    header_bytes: usize,
    payload_bytes: usize,
}

impl Header {
    /// `None` when it is not whole yet.
    fn parse(bytes: &[u8]) -> Result<Option<Self>, Broken> {
        let &[first, second, ref rest @ ..] = bytes else {
            return Ok(None);
        };
        let is_final = first & 0x80 != 0;
        if first & 0x70 != 0 {
            return Err(Broken::Frame("a reserved bit of a frame is set"));
        }
        let kind = match first & 0x0F {
            0x0 => Kind::Continuation,
            0x1 => Kind::Text,
            0x2 => Kind::Binary,
            0x8 => Kind::Close,
            0x9 => Kind::Ping,
            0xA => Kind::Pong,
            _ => return Err(Broken::Frame("a reserved opcode")),
        };
        if second & 0x80 == 0 {
            return Err(Broken::Frame("a client's frame must be masked"));
        }
        let short = second & 0x7F;
        if first & 0x08 != 0 && (!is_final || short > 125) {
            return Err(Broken::Frame(
                "a control frame that is long or in fragments",
            ));
        }
        let (payload_bytes, rest) = match short {
            126 => match rest.split_first_chunk() {
                Some((length, rest)) => (u64::from(u16::from_be_bytes(*length)), rest),
                None => return Ok(None),
            },
            127 => match rest.split_first_chunk() {
                Some((length, rest)) => (u64::from_be_bytes(*length), rest),
                None => return Ok(None),
            },
            short => (u64::from(short), rest),
        };
        let is_longer_than_needed = match short {
            126 => payload_bytes < 126,
            127 => payload_bytes <= u64::from(u16::MAX),
            _ => false,
        };
        if is_longer_than_needed {
            return Err(Broken::Frame("a length in more bytes than it needs"));
        }
        let payload_bytes = usize::try_from(payload_bytes).map_err(|_| Broken::TooLarge)?;
        if payload_bytes > MESSAGE_BYTES_MAX {
            return Err(Broken::TooLarge);
        }
        let Some((&key, rest)) = rest.split_first_chunk() else {
            return Ok(None);
        };
        Ok(Some(Self {
            kind,
            is_final,
            key,
            header_bytes: bytes.len() - rest.len(),
            payload_bytes,
        }))
    }
}

/// The code of a Close frame, if it has one (RFC 6455, 5.5.1 and 7.4, and IANA's registry).
fn close_code(payload: &[u8]) -> Result<Option<u16>, Broken> {
    let Some((code, reason)) = payload.split_first_chunk() else {
        return match payload {
            [] => Ok(None),
            _ => Err(Broken::Frame("a close code of one byte")),
        };
    };
    let code = u16::from_be_bytes(*code);
    let is_allowed = matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999);
    if !is_allowed {
        return Err(Broken::Frame("a close code that may not be sent"));
    }
    if std::str::from_utf8(reason).is_err() {
        return Err(Broken::Frame("a close reason that is not UTF-8"));
    }
    Ok(Some(code))
}
