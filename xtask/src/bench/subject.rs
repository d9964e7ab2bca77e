//! The servers that are measured.

use std::fmt;

use clap::ValueEnum;

use super::case::{Case, SMALL};

/// A server under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Subject {
    /// This project's server, flushing 60 times a second
    Mote,
    /// The same, flushing 30 times a second
    #[value(name = "mote-30")]
    Mote30,
    /// A bare loop that writes the same bytes: the least that any server can do
    Floor,
    /// Bun's publish and subscribe
    Bun,
    /// A relay on Node's `ws`
    Ws,
    /// Socket.IO with its default parser
    SocketIo,
    /// `@y/websocket-server`, awareness
    Yjs,
    /// The development server of Liveblocks, presence
    Liveblocks,
}

impl Subject {
    /// All but the variant, which comes with its main form.
    pub(super) const ALL: [Self; 7] = [
        Self::Mote,
        Self::Floor,
        Self::Bun,
        Self::Ws,
        Self::SocketIo,
        Self::Yjs,
        Self::Liveblocks,
    ];

    /// It comes from the npm registry.
    pub(super) const fn is_npm(self) -> bool {
        !matches!(self, Self::Mote | Self::Mote30 | Self::Floor)
    }

    /// The load's name for what it speaks.
    pub(super) const fn protocol(self) -> &'static str {
        match self {
            Self::Mote | Self::Mote30 => "mote",
            Self::Floor => "floor",
            Self::Bun | Self::Ws => "relay",
            Self::SocketIo => "socket-io",
            Self::Yjs => "yjs",
            Self::Liveblocks => "liveblocks",
        }
    }

    /// In small rooms the period of the flush is what is left to choose, so both are measured.
    pub(super) fn with_variants(self, case: &Case) -> Vec<Self> {
        match self {
            Self::Mote if *case == SMALL => vec![Self::Mote, Self::Mote30],
            other => vec![other],
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Mote => "Mote",
            Self::Mote30 => "Mote at 30 Hz",
            Self::Floor => "floor",
            Self::Bun => "Bun publish",
            Self::Ws => "ws relay",
            Self::SocketIo => "Socket.IO",
            Self::Yjs => "Yjs awareness",
            Self::Liveblocks => "Liveblocks dev",
        })
    }
}
