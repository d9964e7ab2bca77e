//! What the machine wants done, and what it tells the application.

use alloc::vec::Vec;

use super::records::{Record, length_u16};
use crate::close::Retry;
use crate::wire::Channel;

/// What the transport has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Open a socket to [`Client::target`](super::Client::target); answer with `handle_open` or
    /// `handle_close`.
    Connect,
    /// Send these bytes as one binary WebSocket message, 64 KiB at most.
    Transmit(Vec<u8>),
    /// Close the socket, or stop opening it, with this code (1000 or 4000), after what was to be
    /// transmitted. From now on nothing of this socket may reach the machine.
    Disconnect {
        /// The close code.
        code: u16,
    },
}

/// How a connection, or a room, stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Status {
    /// No room was entered, or the last one was left.
    #[default]
    Initial,
    /// On the way, for the first time.
    Connecting,
    /// The socket is open; of a room: joined.
    Connected,
    /// It was connected, and is on the way again.
    Reconnecting,
    /// Over for good: closed by the application, or by the server with a code that says so.
    Disconnected,
}

/// What an application is told. A name stands for news only: details are read from the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice<'a> {
    /// The connection's status changed.
    Status(Status),
    /// The socket ended other than by the application's wish.
    Closed {
        /// The close code; 1006 where the machine gave the socket up itself.
        code: u16,
        /// What the machine does next.
        retry: Retry,
        /// The reason that the server gave; empty where it gave none.
        text: &'a str,
    },
    /// The room is joined, for the first time or again; what differs from before follows.
    RoomJoined {
        /// The room's channel.
        channel: Channel,
        /// The own id; for an observer `u32::MAX`, which nobody has (R-BAT-3).
        user: u32,
        /// The seat is the one that was lost.
        resumed: bool,
    },
    /// The room was joined and its line is lost; it is joined again by itself.
    RoomLost {
        /// The room's channel.
        channel: Channel,
    },
    /// The server does not let the client in: over for this room.
    RoomRefused {
        /// The room's channel.
        channel: Channel,
        /// Why, in words for a developer.
        text: &'a str,
    },
    /// The seat was taken over or the person removed: over for this room.
    Kicked {
        /// The room's channel.
        channel: Channel,
        /// Why, in words for a developer.
        text: &'a str,
    },
    /// Somebody is listed from now on; self too, after `RoomJoined`.
    UserJoined {
        /// The room's channel.
        channel: Channel,
        /// Who.
        user: u32,
    },
    /// Somebody is no longer listed.
    UserLeft {
        /// The room's channel.
        channel: Channel,
        /// Who.
        user: u32,
    },
    /// Somebody's name, colour, account, activity, surface, selection or the visibility of their
    /// cursor changed. Told once until it was polled.
    UserUpdated {
        /// The room's channel.
        channel: Channel,
        /// Who.
        user: u32,
    },
    /// Somebody's custom presence, never the own.
    Custom {
        /// The room's channel.
        channel: Channel,
        /// Whose.
        user: u32,
        /// A JSON Merge Patch (RFC 7386), or the whole object; empty: there is none.
        json: &'a [u8],
        /// It takes the place of what was known before.
        is_whole: bool,
    },
    /// Cursors moved, came or went. Told once until they were drawn.
    CursorsMoved {
        /// The room's channel.
        channel: Channel,
    },
    /// How many people the room lists. Told once until it was polled.
    Count {
        /// The room's channel.
        channel: Channel,
        /// How many, self included.
        count: u32,
    },
    /// Somebody sent an event.
    Event {
        /// The room's channel.
        channel: Channel,
        /// Who.
        user: u32,
        /// Its name.
        name: &'a str,
        /// Its payload.
        payload: &'a [u8],
    },
    /// Own events were dropped while the room was not joined. Told once a join.
    EventsDropped {
        /// The room's channel.
        channel: Channel,
        /// How many.
        count: u32,
    },
    /// The server wants a new token: answer with `set_token`. The machine waits for it.
    TokenNeeded {
        /// The room's channel.
        channel: Channel,
    },
    /// The server redirects the room although it was asked not to: over for this room.
    Redirected {
        /// The room's channel.
        channel: Channel,
        /// Where.
        url: &'a str,
    },
    /// Something was refused, or the server broke the wire.
    Error {
        /// The room's channel, where it is about one.
        channel: Option<Channel>,
        /// What happened, in words for a developer.
        text: &'a str,
    },
}

/// The kind of the record whose person is read when it is polled.
pub(super) const USER_UPDATED: u8 = 8;

/// By their numbers in records.
const STATUSES: [Status; 5] = [
    Status::Initial,
    Status::Connecting,
    Status::Connected,
    Status::Reconnecting,
    Status::Disconnected,
];
const RETRIES: [Retry; 4] = [Retry::Stop, Retry::NewToken, Retry::Slow, Retry::Normal];

/// A record's body is of two parts.
type Body<'a> = [&'a [u8]; 2];

const NOTHING: Body<'_> = [&[], &[]];

const fn only(body: &[u8]) -> Body<'_> {
    [body, &[]]
}

impl<'a> Notice<'a> {
    /// Its record's kind, small and number, and the two parts of the body.
    #[expect(clippy::inline_always, reason = "see `Records::tell`")]
    #[inline(always)]
    pub(super) fn parts(self) -> (u8, u16, u32, Body<'a>) {
        match self {
            Self::Status(status) => (1, status as u16, 0, NOTHING),
            Self::Closed { code, retry, text } => (2, code, retry as u32, only(text.as_bytes())),
            Self::RoomJoined { user, resumed, .. } => (3, u16::from(resumed), user, NOTHING),
            Self::RoomLost { .. } => (4, 0, 0, NOTHING),
            Self::RoomRefused { text, .. } => (5, 0, 0, only(text.as_bytes())),
            Self::Kicked { text, .. } => (6, 0, 0, only(text.as_bytes())),
            Self::UserJoined { user, .. } => (7, 0, user, NOTHING),
            Self::UserUpdated { user, .. } => (USER_UPDATED, 0, user, NOTHING),
            Self::UserLeft { user, .. } => (9, 0, user, NOTHING),
            Self::Custom {
                user,
                json,
                is_whole,
                ..
            } => (10, u16::from(is_whole), user, only(json)),
            Self::CursorsMoved { .. } => (11, 0, 0, NOTHING),
            Self::Count { count, .. } => (12, 0, count, NOTHING),
            Self::Event {
                user,
                name,
                payload,
                ..
            } => (13, length_u16(name), user, [name.as_bytes(), payload]),
            Self::EventsDropped { count, .. } => (14, 0, count, NOTHING),
            Self::TokenNeeded { .. } => (15, 0, 0, NOTHING),
            Self::Redirected { url, .. } => (16, 0, 0, only(url.as_bytes())),
            Self::Error { text, .. } => (17, 0, 0, only(text.as_bytes())),
        }
    }

    /// The notice of a record; none of one that this machine did not write.
    pub(super) fn of(record: Record<'a>) -> Option<Self> {
        let (small, number, body) = (record.small(), record.number(), record.body);
        let text = || core::str::from_utf8(body).ok();
        let user = number;
        Some(match (record.kind(), record.channel()) {
            (1, None) => Self::Status(*STATUSES.get(usize::from(small))?),
            (2, None) => Self::Closed {
                code: small,
                retry: *RETRIES.get(number as usize)?,
                text: text()?,
            },
            (3, Some(channel)) => Self::RoomJoined {
                channel,
                user,
                resumed: small != 0,
            },
            (4, Some(channel)) => Self::RoomLost { channel },
            (5, Some(channel)) => Self::RoomRefused {
                channel,
                text: text()?,
            },
            (6, Some(channel)) => Self::Kicked {
                channel,
                text: text()?,
            },
            (7, Some(channel)) => Self::UserJoined { channel, user },
            (USER_UPDATED, Some(channel)) => Self::UserUpdated { channel, user },
            (9, Some(channel)) => Self::UserLeft { channel, user },
            (10, Some(channel)) => Self::Custom {
                channel,
                user,
                json: body,
                is_whole: small != 0,
            },
            (11, Some(channel)) => Self::CursorsMoved { channel },
            (12, Some(channel)) => Self::Count {
                channel,
                count: number,
            },
            (13, Some(channel)) => {
                let (name, payload) = body.split_at_checked(usize::from(small))?;
                Self::Event {
                    channel,
                    user,
                    name: core::str::from_utf8(name).ok()?,
                    payload,
                }
            }
            (14, Some(channel)) => Self::EventsDropped {
                channel,
                count: number,
            },
            (15, Some(channel)) => Self::TokenNeeded { channel },
            (16, Some(channel)) => Self::Redirected {
                channel,
                url: text()?,
            },
            (17, channel) => Self::Error {
                channel,
                text: text()?,
            },
            _ => return None,
        })
    }

    /// The room that it is about; none where it is about the connection.
    #[must_use]
    #[inline]
    pub const fn channel(&self) -> Option<Channel> {
        match self {
            Self::Status(_) | Self::Closed { .. } => None,
            Self::Error { channel, .. } => *channel,
            Self::RoomJoined { channel, .. }
            | Self::RoomLost { channel }
            | Self::RoomRefused { channel, .. }
            | Self::Kicked { channel, .. }
            | Self::UserJoined { channel, .. }
            | Self::UserLeft { channel, .. }
            | Self::UserUpdated { channel, .. }
            | Self::Custom { channel, .. }
            | Self::CursorsMoved { channel }
            | Self::Count { channel, .. }
            | Self::Event { channel, .. }
            | Self::EventsDropped { channel, .. }
            | Self::TokenNeeded { channel }
            | Self::Redirected { channel, .. } => Some(*channel),
        }
    }
}
