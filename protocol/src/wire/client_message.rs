//! What a client sends.

use alloc::vec::Vec;

use super::channel::Channel;
use super::control::Control;
use super::cursors::{read_point, write_point};
use super::error::WireError;
use super::event::Event;
use super::join::Join;
use super::kind;
use super::part::Part;
use super::reader::Reader;
use super::state::Fields;
use super::writer::Writer;
use crate::coords::Point;

/// A message from a client to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientMessage<'a> {
    /// The sender's cursor is here now. Five bytes.
    Cursor {
        /// The room's channel.
        channel: Channel,
        /// Where.
        point: Point,
    },
    /// Join a room on a free channel.
    Join {
        /// The channel to use from now on.
        channel: Channel,
        /// Which room, as whom.
        join: Join<'a>,
    },
    /// Leave the room; the channel is free again.
    Leave {
        /// The room's channel.
        channel: Channel,
    },
    /// Nothing else was sent for a while.
    Heartbeat,
    /// Fields of the sender's state change.
    State {
        /// The room's channel.
        channel: Channel,
        /// The fields; an empty body removes one.
        fields: Fields<'a>,
    },
    /// Something happened.
    Event {
        /// The room's channel.
        channel: Channel,
        /// What.
        event: Event<'a>,
    },
    /// A fresh token for this channel.
    Token {
        /// The room's channel.
        channel: Channel,
        /// The token, at most 8 KiB.
        token: &'a str,
    },
}

impl<'a> ClientMessage<'a> {
    /// Appends the message to `out`.
    ///
    /// # Errors
    /// The limit that it breaks; `out` is then as it was.
    pub fn encode(&self, out: &mut Vec<u8>) -> Result<(), WireError> {
        Writer::message(out, |writer| match *self {
            Self::Cursor { channel, point } => {
                writer.u8(channel.first_byte(kind::CURSOR_UPDATE));
                write_point(point, writer);
            }
            Self::Join { channel, join } => {
                writer.u8(channel.first_byte(kind::JOIN));
                join.write(writer);
            }
            Self::Leave { channel } => writer.u8(channel.first_byte(kind::LEAVE)),
            Self::Heartbeat => writer.u8(Channel::ZERO.first_byte(kind::HEARTBEAT)),
            Self::State { channel, fields } => {
                writer.u8(channel.first_byte(kind::STATE));
                fields.write(writer);
            }
            Self::Event { channel, event } => {
                writer.u8(channel.first_byte(kind::EVENT));
                event.write(writer);
            }
            Self::Token { channel, token } => {
                writer.u8(channel.first_byte(kind::CONTROL));
                Control::write_token("", token, writer);
            }
        })
    }

    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let first = reader.u8(Part::MessageType);
        let channel = Channel::of_first_byte(first);
        let message = match first >> 4 {
            kind::CURSOR_UPDATE => Self::Cursor {
                channel,
                point: read_point(reader),
            },
            kind::JOIN => Self::Join {
                channel,
                join: Join::read(reader),
            },
            kind::LEAVE => Self::Leave { channel },
            kind::HEARTBEAT => {
                if channel != Channel::ZERO {
                    reader.fail(WireError::NotOnChannelZero);
                }
                Self::Heartbeat
            }
            kind::STATE => Self::State {
                channel,
                fields: Fields::read(reader),
            },
            kind::EVENT => Self::Event {
                channel,
                event: Event::read(reader),
            },
            kind::CONTROL => Self::read_control(channel, reader),
            _ => {
                reader.fail(WireError::UnknownType { first });
                Self::Heartbeat
            }
        };
        reader.finish(message)
    }

    fn read_control(channel: Channel, reader: &mut Reader<'a>) -> Self {
        let (text, token) = match Control::read(reader) {
            Control::Token { text, token } => (text, token),
            _ => {
                let field = Part::ControlCode;
                reader.fail(WireError::BadValue { field });
                ("", "")
            }
        };
        if !text.is_empty() {
            let field = Part::TokenText;
            reader.fail(WireError::BadValue { field });
        }
        Self::Token { channel, token }
    }
}
