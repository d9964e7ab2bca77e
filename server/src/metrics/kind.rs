//! Kinds of messages: the high nibble of a message's first byte, and their names in protocol/SPEC.md.

/// A kind of message in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind(u8);

/// As many as a nibble has values.
pub(super) const KINDS: usize = 16;

/// What clients send.
pub(crate) const RECEIVED: [(Kind, &str); 7] = [
    (Kind(0x1), "cursor_update"),
    (Kind(0x3), "join"),
    (Kind(0x4), "leave"),
    (Kind(0x8), "heartbeat"),
    (Kind(0xB), "state"),
    (Kind(0xC), "event"),
    (Kind(0xE), "token"),
];

/// What the server sends. A snapshot is one of its blocks: Welcome, who is there, their cursors and States.
pub(crate) const SENT: [(Kind, &str); 10] = [
    (Kind(0x2), "cursor_broadcast"),
    (Kind(0x5), "user_joined"),
    (Kind(0x6), "user_left"),
    (Kind(0x7), "presence_update"),
    (Kind(0x8), "heartbeat"),
    (Kind(0x9), "cursor_batch"),
    (Kind::SNAPSHOT, "snapshot"),
    (Kind(0xB), "state"),
    (Kind(0xC), "event"),
    (Kind(0xE), "control"),
];

impl Kind {
    /// Welcome, which every snapshot begins with and nothing else does.
    pub(crate) const SNAPSHOT: Self = Self(0xA);

    /// Of a message that is whole.
    pub(crate) fn of(message: &[u8]) -> Self {
        Self(message.first().map_or(0, |first| first >> 4))
    }

    pub(super) fn index(self) -> usize {
        usize::from(self.0 & 0xF)
    }
}
