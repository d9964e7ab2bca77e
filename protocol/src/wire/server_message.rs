//! What the server sends.

use alloc::vec::Vec;

use super::channel::Channel;
use super::control::Control;
use super::cursors::{Cursor, Cursors, read_point, write_point};
use super::error::WireError;
use super::event::Event;
use super::join::{check_name, read_color, write_color};
use super::kind;
use super::part::Part;
use super::reader::Reader;
use super::state::Fields;
use super::welcome::Welcome;
use super::writer::Writer;
use crate::color::Color;

/// A message from the server to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerMessage<'a> {
    /// One cursor moved. Six bytes while the user's id is under 128.
    Cursor {
        /// The room's channel.
        channel: Channel,
        /// Whose, and where to.
        cursor: Cursor,
    },
    /// Cursors moved.
    CursorBatch {
        /// The room's channel.
        channel: Channel,
        /// In ascending order of user; one's own is to be ignored.
        cursors: Cursors<'a>,
    },
    /// Somebody is in the room.
    UserJoined {
        /// The room's channel.
        channel: Channel,
        /// Who.
        joined: UserJoined<'a>,
    },
    /// Somebody left the room.
    UserLeft {
        /// The room's channel.
        channel: Channel,
        /// Who.
        user: u32,
    },
    /// How many people the room lists, self included. Ends a snapshot.
    PresenceUpdate {
        /// The room's channel.
        channel: Channel,
        /// How many.
        count: u32,
    },
    /// The answer to a Heartbeat.
    Heartbeat,
    /// The answer to Join, first on its channel.
    Welcome {
        /// The room's channel.
        channel: Channel,
        /// The seat.
        welcome: Welcome,
    },
    /// Fields of somebody's state change.
    State {
        /// The room's channel.
        channel: Channel,
        /// Whose.
        user: u32,
        /// The fields; an empty body removes one.
        fields: Fields<'a>,
    },
    /// Something happened.
    Event {
        /// The room's channel.
        channel: Channel,
        /// Who sent it.
        user: u32,
        /// What.
        event: Event<'a>,
    },
    /// About the connection or the room.
    Control {
        /// The room's channel, or 0 for the connection.
        channel: Channel,
        /// What.
        control: Control<'a>,
    },
}

/// A person as the room lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserJoined<'a> {
    /// Their id in this room.
    pub user: u32,
    /// Their name, 1–32 characters.
    pub name: &'a str,
    /// Their colour.
    pub color: Color,
    /// Their account as the server knows it, at most 128 bytes; empty where there is none.
    pub account: &'a str,
}

impl<'a> UserJoined<'a> {
    fn read(reader: &mut Reader<'a>) -> Self {
        let user = reader.varint(Part::User);
        let name = reader.text(Part::Name);
        reader.check(check_name(name));
        Self {
            user,
            name,
            color: read_color(reader),
            account: reader.text(Part::Account),
        }
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.check(check_name(self.name));
        writer.varint(self.user);
        writer.blob(self.name.as_bytes(), Part::Name);
        write_color(self.color, writer);
        writer.blob(self.account.as_bytes(), Part::Account);
    }
}

impl<'a> ServerMessage<'a> {
    /// Appends the message to `out`.
    ///
    /// # Errors
    /// The limit that it breaks; `out` is then as it was.
    pub fn encode(&self, out: &mut Vec<u8>) -> Result<(), WireError> {
        Writer::message(out, |writer| self.write(writer))
    }

    fn write(&self, writer: &mut Writer<'_>) {
        match *self {
            Self::Cursor { channel, cursor } => {
                writer.u8(channel.first_byte(kind::CURSOR_BROADCAST));
                writer.varint(cursor.user);
                write_point(cursor.point, writer);
            }
            Self::CursorBatch { channel, cursors } => {
                writer.u8(channel.first_byte(kind::CURSOR_BATCH));
                cursors.write(writer);
            }
            Self::UserJoined { channel, joined } => {
                writer.u8(channel.first_byte(kind::USER_JOINED));
                joined.write(writer);
            }
            Self::UserLeft { channel, user } => {
                writer.u8(channel.first_byte(kind::USER_LEFT));
                writer.varint(user);
            }
            Self::PresenceUpdate { channel, count } => {
                writer.u8(channel.first_byte(kind::PRESENCE_UPDATE));
                writer.varint(count);
            }
            Self::Heartbeat => writer.u8(Channel::ZERO.first_byte(kind::HEARTBEAT)),
            Self::Welcome { channel, welcome } => {
                writer.u8(channel.first_byte(kind::WELCOME));
                welcome.write(writer);
            }
            Self::State {
                channel,
                user,
                fields,
            } => {
                writer.u8(channel.first_byte(kind::STATE));
                writer.varint(user);
                fields.write(writer);
            }
            Self::Event {
                channel,
                user,
                event,
            } => {
                writer.u8(channel.first_byte(kind::EVENT));
                writer.varint(user);
                event.write(writer);
            }
            Self::Control { channel, control } => {
                writer.check(check_control(channel, control));
                writer.u8(channel.first_byte(kind::CONTROL));
                control.write(writer);
            }
        }
    }

    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let first = reader.u8(Part::MessageType);
        let channel = Channel::of_first_byte(first);
        let message = match first >> 4 {
            kind::CURSOR_BROADCAST => Self::Cursor {
                channel,
                cursor: Cursor {
                    user: reader.varint(Part::User),
                    point: read_point(reader),
                },
            },
            kind::CURSOR_BATCH => Self::CursorBatch {
                channel,
                cursors: Cursors::read(reader),
            },
            kind::USER_JOINED => Self::UserJoined {
                channel,
                joined: UserJoined::read(reader),
            },
            kind::USER_LEFT => Self::UserLeft {
                channel,
                user: reader.varint(Part::User),
            },
            kind::PRESENCE_UPDATE => Self::PresenceUpdate {
                channel,
                count: reader.varint(Part::Count),
            },
            kind::HEARTBEAT => {
                if channel != Channel::ZERO {
                    reader.fail(WireError::NotOnChannelZero);
                }
                Self::Heartbeat
            }
            kind::WELCOME => Self::Welcome {
                channel,
                welcome: Welcome::read(reader),
            },
            kind::STATE => Self::State {
                channel,
                user: reader.varint(Part::User),
                fields: Fields::read(reader),
            },
            kind::EVENT => Self::Event {
                channel,
                user: reader.varint(Part::User),
                event: Event::read(reader),
            },
            kind::CONTROL => {
                let control = Control::read(reader);
                reader.check(check_control(channel, control));
                Self::Control { channel, control }
            }
            _ => {
                reader.fail(WireError::UnknownType { first });
                Self::Heartbeat
            }
        };
        reader.finish(message)
    }
}

fn check_control(channel: Channel, control: Control<'_>) -> Result<(), WireError> {
    if control.is_from_client() {
        return Err(WireError::BadValue {
            field: Part::ControlCode,
        });
    }
    if control.is_of_connection() && channel != Channel::ZERO {
        return Err(WireError::NotOnChannelZero);
    }
    Ok(())
}
