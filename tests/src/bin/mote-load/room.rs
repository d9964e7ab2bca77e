//! What was sent in a room and when, and what of it each client has seen.

use std::cmp::Ordering;
use std::time::{Duration, Instant};

/// The moves of one room, by the room's user ids.
#[derive(Debug, Default)]
pub(crate) struct Room {
    senders: Vec<Vec<Instant>>,
    /// By receiver, then by sender: how many of the sender's moves are behind the newest one seen.
    seen: Vec<Vec<usize>>,
}

/// Pairs of a receiver and a sender: how many there are, and how many have the newest position.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Finals {
    pub(crate) expected: usize,
    pub(crate) arrived: usize,
}

impl Finals {
    pub(crate) const fn missing(self) -> usize {
        self.expected - self.arrived
    }

    pub(crate) const fn plus(self, other: Self) -> Self {
        Self {
            expected: self.expected + other.expected,
            arrived: self.arrived + other.arrived,
        }
    }
}

impl Room {
    /// A client with this id takes part.
    pub(crate) fn add(&mut self, user: usize) {
        let count = self.senders.len().max(user + 1);
        self.senders.resize(count, Vec::new());
        self.seen.resize(count, Vec::new());
        for seen in &mut self.seen {
            seen.resize(count, 0);
        }
    }

    /// The position of a user's next move: its running number, which is written down with the time.
    pub(crate) fn next_move(&mut self, user: usize, now: Instant) -> (u16, u16) {
        let sent = &mut self.senders[user];
        let number = u32::try_from(sent.len()).unwrap_or(u32::MAX);
        sent.push(now);
        let [a, b, c, d] = number.to_be_bytes();
        (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]))
    }

    /// A receiver saw a position: how old it is, and how it compares with the newest one that this
    /// receiver had seen. `None` when nobody sent it.
    pub(crate) fn see(
        &mut self,
        receiver: usize,
        sender: usize,
        position: (u16, u16),
        now: Instant,
    ) -> Option<(Duration, Ordering)> {
        let number = (usize::from(position.0) << 16) + usize::from(position.1);
        let sent_at = *self.senders.get(sender)?.get(number)?;
        let seen = &mut self.seen[receiver][sender];
        let order = (number + 1).cmp(seen);
        *seen = (*seen).max(number + 1);
        Some((now.duration_since(sent_at), order))
    }

    /// Who has whose newest position.
    pub(crate) fn finals(&self) -> Finals {
        let mut finals = Finals::default();
        for (receiver, seen) in self.seen.iter().enumerate() {
            for (sender, seen) in seen
                .iter()
                .enumerate()
                .filter(|&(sender, _)| sender != receiver)
            {
                finals.expected += 1;
                finals.arrived += usize::from(*seen == self.senders[sender].len());
            }
        }
        finals
    }

    /// Deliveries if every move reached every other client.
    pub(crate) fn deliveries_possible(&self) -> usize {
        let moves: usize = self.senders.iter().map(Vec::len).sum();
        moves * self.senders.len().saturating_sub(1)
    }
}
