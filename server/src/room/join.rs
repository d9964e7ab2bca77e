//! What a join asks for, and its answers.

use std::fmt;

use mote_protocol::close::CloseCode;
use mote_protocol::color::Color;
use mote_protocol::wire::{Channel, Resume};

use super::listeners::Listener;
use crate::limits::Limit;

/// Somebody wants in.
#[derive(Clone, Copy, Debug, Default)]
pub struct JoinRequest<'a> {
    /// The channel that the joiner's snapshot is encoded for.
    pub channel: Channel,
    /// The name to be shown, as the client sent it.
    pub name: Option<&'a str>,
    /// The colour to be shown.
    pub color: Option<Color>,
    /// Takes an earlier seat back.
    pub resume: Option<Resume>,
    /// Receive everything, be neither listed nor counted.
    pub observer: bool,
    /// The account as the server knows it, at most `ACCOUNT_BYTES_MAX`; empty where there is none.
    pub account: &'a str,
}

/// Somebody is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Joined {
    /// What later calls name them by.
    pub listener: Listener,
    /// Their id; none for an observer.
    pub user: Option<u32>,
    /// The seat is the one that the resume value named.
    pub resumed: bool,
    /// Takes this seat back; zeros for an observer.
    pub resume: Resume,
    /// The snapshot holds the cursors of every flush up to this one.
    pub flush: u64,
}

/// Somebody is not let in. Nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Every seat is taken.
    RoomFull,
    /// No more observers.
    ObserversFull,
    /// The server has as many rooms as it may.
    TooManyRooms,
}

impl Refused {
    /// The close code where the join was a socket's only one.
    #[must_use]
    pub const fn close_code(self) -> CloseCode {
        match self {
            Self::RoomFull | Self::ObserversFull => CloseCode::RoomFull,
            Self::TooManyRooms => CloseCode::TryAgainLater,
        }
    }

    /// What there is no more of.
    #[must_use]
    pub const fn limit(self) -> Limit {
        match self {
            Self::RoomFull => Limit::PeoplePerRoom,
            Self::ObserversFull => Limit::ObserversPerRoom,
            Self::TooManyRooms => Limit::Rooms,
        }
    }

    /// Why, in words for a developer.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::RoomFull => "the room is full",
            Self::ObserversFull => "the room has as many observers as it may",
            Self::TooManyRooms => "the server has as many rooms as it may",
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl std::error::Error for Refused {}
