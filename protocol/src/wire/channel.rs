//! A channel: one room joined on a socket.

use crate::limits::CHANNELS;

/// A number from 0 to 15 that the client picks for a room in Join: the low nibble of every
/// message's first byte. Connection-level messages use channel 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Channel(u8);

impl Channel {
    /// The channel of connection-level messages, and of the first room.
    pub const ZERO: Self = Self(0);

    /// The last channel.
    pub const LAST: Self = Self(15);

    /// The channel with this number, if it is under 16.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if (number as usize) < CHANNELS {
            Some(Self(number))
        } else {
            None
        }
    }

    /// The channel in the low nibble of a message's first byte.
    #[must_use]
    pub const fn of_first_byte(first: u8) -> Self {
        Self(first & 0x0F)
    }

    /// Every channel, ascending.
    pub fn all() -> impl Iterator<Item = Self> + Clone {
        (0..16).map(Self)
    }

    /// The channel after this one; after the last, the first.
    pub(crate) const fn next(self) -> Self {
        Self((self.0 + 1) & 0x0F)
    }

    /// The number, 0–15.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The number as an index, 0–15.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The first byte of a message of this type on this channel.
    pub(crate) const fn first_byte(self, kind: u8) -> u8 {
        kind << 4 | self.0
    }
}
