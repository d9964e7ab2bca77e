//! Control: what the two ends tell each other about the connection and its rooms.

use super::error::WireError;
use super::part::Part;
use super::reader::Reader;
use super::writer::Writer;

/// A control message; `text` is for a developer's eyes, at most 256 bytes, and may be empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control<'a> {
    /// The request on this channel was refused.
    Error {
        /// Why.
        text: &'a str,
    },
    /// Send cursors at most this often from now on.
    Pace {
        /// Why.
        text: &'a str,
        /// Cursors a second, at least 1.
        hz: u8,
    },
    /// The server goes away: reconnect at a random moment of this time. Channel 0 only.
    Drain {
        /// Why.
        text: &'a str,
        /// The time to spread over, in milliseconds.
        within_ms: u32,
    },
    /// Join this room there instead.
    Redirect {
        /// Why.
        text: &'a str,
        /// A `ws:` or `wss:` address, 1–2,048 bytes.
        url: &'a str,
    },
    /// A fresh token for this channel, client → server.
    Token {
        /// Unused; empty.
        text: &'a str,
        /// The token, at most 8 KiB.
        token: &'a str,
    },
    /// This seat is somebody else's now, or the person was removed.
    Kicked {
        /// Why.
        text: &'a str,
    },
}

const ERROR: u32 = 1;
const PACE: u32 = 2;
const DRAIN: u32 = 3;
const REDIRECT: u32 = 4;
const TOKEN: u32 = 5;
const KICKED: u32 = 6;

impl<'a> Control<'a> {
    pub(crate) const fn is_from_client(&self) -> bool {
        matches!(self, Self::Token { .. })
    }

    pub(crate) const fn is_of_connection(&self) -> bool {
        matches!(self, Self::Drain { .. })
    }

    pub(crate) fn read(reader: &mut Reader<'a>) -> Self {
        let code = reader.varint(Part::ControlCode);
        let text = reader.text(Part::ControlText);
        let control = match code {
            ERROR => Self::Error { text },
            PACE => Self::Pace {
                text,
                hz: reader.u8(Part::PaceHz),
            },
            DRAIN => Self::Drain {
                text,
                within_ms: reader.varint(Part::DrainTime),
            },
            REDIRECT => Self::Redirect {
                text,
                url: reader.text(Part::RedirectUrl),
            },
            TOKEN => Self::Token {
                text,
                token: reader.text(Part::Token),
            },
            KICKED => Self::Kicked { text },
            _ => {
                let field = Part::ControlCode;
                reader.fail(WireError::BadValue { field });
                Self::Error { text }
            }
        };
        reader.check(control.check());
        control
    }

    pub(crate) fn write(&self, writer: &mut Writer<'_>) {
        writer.check(self.check());
        match *self {
            Self::Error { text } => begin(ERROR, text, writer),
            Self::Kicked { text } => begin(KICKED, text, writer),
            Self::Pace { text, hz } => {
                begin(PACE, text, writer);
                writer.u8(hz);
            }
            Self::Drain { text, within_ms } => {
                begin(DRAIN, text, writer);
                writer.varint(within_ms);
            }
            Self::Redirect { text, url } => {
                begin(REDIRECT, text, writer);
                writer.blob(url.as_bytes(), Part::RedirectUrl);
            }
            Self::Token { text, token } => Self::write_token(text, token, writer),
        }
    }

    /// The only one that a client writes: by itself, so that the browser's module has no other.
    pub(crate) fn write_token(text: &str, token: &str, writer: &mut Writer<'_>) {
        begin(TOKEN, text, writer);
        writer.blob(token.as_bytes(), Part::Token);
    }

    fn check(&self) -> Result<(), WireError> {
        match *self {
            Self::Pace { hz: 0, .. } => Err(WireError::BadValue {
                field: Part::PaceHz,
            }),
            Self::Redirect { url: "", .. } => Err(WireError::TooShort {
                field: Part::RedirectUrl,
            }),
            _ => Ok(()),
        }
    }
}

fn begin(code: u32, text: &str, writer: &mut Writer<'_>) {
    writer.varint(code);
    writer.blob(text.as_bytes(), Part::ControlText);
}
