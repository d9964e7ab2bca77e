//! Entering a room: what is asked for, and why it may be refused before anything is sent.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use crate::color::Color;
use crate::wire::{Join, Resume, WireError};

/// Which room to enter, as whom. The same as the wire's [`Join`].
pub type Enter<'a> = Join<'a>;

/// A room was not entered; nothing changed and nothing is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnterError {
    /// The room, name or token breaks a rule of the wire: the caller's fault.
    Invalid(WireError),
    /// Every channel has a room: leave one first.
    TooManyRooms,
    /// The room is entered already.
    AlreadyEntered,
    /// The client was closed: make another.
    Closed,
}

impl fmt::Display for EnterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(error) => fmt::Display::fmt(error, f),
            Self::TooManyRooms => f.write_str("every channel has a room: leave one first"),
            Self::AlreadyEntered => f.write_str("the room is entered already"),
            Self::Closed => f.write_str("the client was closed: make another"),
        }
    }
}

impl core::error::Error for EnterError {}

/// A Join that is kept for every reconnect; its resume value is that of the last Welcome.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) room: String,
    pub(super) token: Option<String>,
    pub(super) resume: Option<Resume>,
    pub(super) observer: bool,
    name: Option<String>,
    color: Option<Color>,
}

impl Entry {
    pub(super) fn new(options: Enter<'_>) -> Self {
        Self {
            room: options.room.to_owned(),
            token: options.token.map(str::to_owned),
            resume: options.resume,
            observer: options.observer,
            name: options.name.map(str::to_owned),
            color: options.color,
        }
    }

    /// Keeps the name and colour that the server gave where none was asked for: somebody who comes
    /// back to another seat (after a restart, or too late) is still the same animal.
    pub(super) fn keep_looks(&mut self, name: &str, color: Color) {
        self.name.get_or_insert_with(|| name.to_owned());
        self.color.get_or_insert(color);
    }

    pub(super) fn as_join(&self) -> Join<'_> {
        Join {
            room: &self.room,
            token: self.token.as_deref(),
            name: self.name.as_deref(),
            color: self.color,
            resume: self.resume,
            observer: self.observer,
        }
    }
}
