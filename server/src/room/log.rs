//! What was said in a room and waits for the turns of its slices.

use std::collections::VecDeque;

use bytes::Bytes;

use super::listeners::Listener;

/// What a reliable message is about, for those who do not know everybody yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// Somebody is listed, or looks different.
    Joined(u32),
    Left(u32),
    State {
        user: u32,
        has_surface: bool,
    },
    Event(u32),
    /// How often to send cursors.
    Pace,
}

/// One reliable message, encoded on channel 0.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) about: About,
    /// Who knows already.
    pub(super) source: Option<Listener>,
    pub(super) message: Bytes,
}

impl Entry {
    /// Whether the count has to be told after it.
    pub(super) fn changes_count(&self) -> bool {
        matches!(self.about, About::Joined(_) | About::Left(_))
    }
}

/// The entries that some slice has not been served yet, by position.
#[derive(Debug, Default)]
pub(super) struct Log {
    first: u64,
    entries: VecDeque<Entry>,
    bytes: usize,
}

impl Log {
    /// The position after the last entry.
    pub(super) fn end(&self) -> u64 {
        self.first + self.entries.len() as u64
    }

    /// What waits, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn push(&mut self, entry: Entry) {
        self.bytes += entry.message.len();
        self.entries.push_back(entry);
    }

    /// The entries from `position` on.
    pub(super) fn since(&self, position: u64) -> impl Iterator<Item = &Entry> + Clone {
        let skipped = position.saturating_sub(self.first);
        let start = usize::try_from(skipped).unwrap_or(usize::MAX);
        self.entries.range(start.min(self.entries.len())..)
    }

    /// Every slice has got the entries before `position`.
    pub(super) fn trim(&mut self, position: u64) {
        while self.first < position
            && let Some(entry) = self.entries.pop_front()
        {
            self.first += 1;
            self.bytes -= entry.message.len();
        }
    }
}
