//! What somebody may do in a room.

use std::fmt;
use std::ops::{BitAnd, BitOr};

use mote_protocol::color::Color;

/// A set of rights.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Rights(u8);

impl Rights {
    /// No right.
    pub const NONE: Self = Self(0);
    /// To hear the room. Without it nobody is let in.
    pub const READ: Self = Self(1);
    /// To be listed, with a cursor and a state of one's own. Who has it not is an observer.
    pub const PRESENCE: Self = Self(1 << 1);
    /// To broadcast events. Events have a sender, so an observer's are refused all the same.
    pub const EVENT: Self = Self(1 << 2);
    /// Of a later version: to write the room's journal.
    pub const JOURNAL: Self = Self(1 << 3);
    /// To manage the room by the admin API. It lets nobody in.
    pub const ADMIN: Self = Self(1 << 4);

    /// All that a person in a room needs: to read, to be there, to broadcast.
    pub const PERSON: Self = Self(Self::READ.0 | Self::PRESENCE.0 | Self::EVENT.0);

    const NAMES: [(&'static str, Self); 5] = [
        ("read", Self::READ),
        ("presence", Self::PRESENCE),
        ("event", Self::EVENT),
        ("journal", Self::JOURNAL),
        ("admin", Self::ADMIN),
    ];

    /// The right of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let named = Self::NAMES.iter().find(|(known, _)| *known == name);
        named.map(|(_, right)| *right)
    }

    /// The rights of these names.
    ///
    /// # Errors
    /// One is none: says which there are.
    pub fn of_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        names.into_iter().try_fold(Self::NONE, |rights, name| {
            let right = Self::named(name);
            let right = right.ok_or_else(|| format!("rights are {}", Self::all_names()));
            Ok(rights | right?)
        })
    }

    /// The names of all that are in the set.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let mine = Self::NAMES.into_iter();
        let mine = mine.filter(move |(_, right)| self.have(*right));
        mine.map(|(name, _)| name)
    }

    /// The names of all rights that there are, for a sentence.
    pub(super) fn all_names() -> String {
        Self::NAMES.map(|(name, _)| name).join(", ")
    }

    /// Whether all of these are in the set.
    #[must_use]
    pub const fn have(self, all: Self) -> bool {
        self.0 & all.0 == all.0
    }
}

impl BitOr for Rights {
    type Output = Self;

    fn bitor(self, more: Self) -> Self {
        Self(self.0 | more.0)
    }
}

impl BitAnd for Rights {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl fmt::Debug for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

/// What a token gives in one room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Who this is in the application, 1 to 128 bytes.
    pub account: Box<str>,
    /// The name to show, if the token says one.
    pub name: Option<Box<str>>,
    /// The colour to show, if the token says one.
    pub color: Option<Color>,
    /// What may be done in the room.
    pub rights: Rights,
    /// Until when, in seconds since 1970. The leeway comes after it.
    pub expires_at_s: u64,
}

/// Whether a pattern is a room's id, or a beginning and a `*`.
pub(super) fn is_pattern(pattern: &str) -> bool {
    let star = pattern.find('*');
    star.is_none_or(|at| at + 1 == pattern.len())
}

/// Whether a pattern stands for this room.
pub(super) fn stands_for(pattern: &str, room: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => room.starts_with(beginning),
        None => pattern == room,
    }
}
