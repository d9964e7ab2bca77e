//! What the machine wants done, and what it tells the application.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::close::Retry;
use crate::wire::{Channel, Event};

/// What the transport has to do, or what the application is told.
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
    /// Tell the application.
    Notice(Notice),
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The connection's status changed.
    Status(Status),
    /// The socket ended other than by the application's wish.
    Closed {
        /// The close code; 1006 where the machine gave the socket up itself.
        code: u16,
        /// What the machine does next.
        retry: Retry,
    },
    /// The room is joined, for the first time or again; what differs from before follows.
    RoomJoined {
        /// The room's channel.
        channel: Channel,
        /// The own id; 0 without meaning for an observer.
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
        text: String,
    },
    /// The seat was taken over or the person removed: over for this room.
    Kicked {
        /// The room's channel.
        channel: Channel,
        /// Why, in words for a developer.
        text: String,
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
        json: Vec<u8>,
        /// It takes the place of what was known before.
        is_whole: bool,
    },
    /// Cursors moved, came or went. Told once until it was polled.
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
        name: String,
        /// Its payload.
        payload: Vec<u8>,
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
        url: String,
    },
    /// Something was refused, or the server broke the wire.
    Error {
        /// The room's channel, where it is about one.
        channel: Option<Channel>,
        /// What happened, in words for a developer.
        text: String,
    },
}

impl Notice {
    pub(super) fn event(channel: Channel, user: u32, event: Event<'_>) -> Self {
        Self::Event {
            channel,
            user,
            name: event.name.to_owned(),
            payload: event.payload.to_vec(),
        }
    }

    /// The room that it is about; none where it is about the connection.
    #[must_use]
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

    /// The person whose message it passes on.
    pub(super) const fn sender(&self) -> Option<u32> {
        match self {
            Self::Custom { user, .. } | Self::Event { user, .. } => Some(*user),
            _ => None,
        }
    }

    /// Roughly the memory that the notice takes.
    pub(super) fn bytes(&self) -> usize {
        let heap = match self {
            Self::RoomRefused { text, .. }
            | Self::Kicked { text, .. }
            | Self::Error { text, .. } => text.len(),
            Self::Redirected { url, .. } => url.len(),
            Self::Custom { json, .. } => json.len(),
            Self::Event { name, payload, .. } => name.len() + payload.len(),
            _ => 0,
        };
        size_of::<Self>() + heap
    }
}
