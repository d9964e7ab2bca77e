//! What an application may want to be told of a room: nothing that anybody on the wire hears.

use std::sync::Arc;

use mote_protocol::time::Instant;

use super::engine::Room;
use super::output::Output;
use super::seat::Seat;

/// Somebody came or left, or the room began or ended. Of a person their own node says so, and what is
/// no news to the others in the room is no fact either: a line that is lost and found again, a seat
/// that goes from node to node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The first person comes. Where other nodes serve the room too, its engine says so and not the room.
    Opened,
    /// Somebody is listed who was not.
    Joined(Who),
    /// Somebody left, or did not come back within their grace.
    Left(Who),
    /// Nobody is left, and no seat is kept. As with [`Opened`](Self::Opened).
    Closed,
}

/// A person, as the others see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// Their id in the room, which another person may have after them.
    pub user: u32,
    /// Who this is in the application; empty where nobody knows.
    pub account: Box<str>,
    /// The name to show.
    pub name: Arc<str>,
}

impl Who {
    fn of(user: u32, seat: &Seat) -> Self {
        Self {
            user,
            account: seat.account.as_str().into(),
            name: Arc::clone(&seat.name),
        }
    }
}

impl Room {
    /// The room is empty, and nobody comes in any more.
    pub fn handle_gone(&mut self) {
        if std::mem::take(&mut self.is_opened) {
            self.outputs.push_back(Output::Fact(Fact::Closed));
        }
    }

    /// The server ends: nobody comes back to a seat.
    pub fn handle_end(&mut self, now: Instant) {
        let seats = self.seats.since(0);
        let seats: Vec<_> = seats.map(|(user, seat)| (user, seat.line)).collect();
        for (user, line) in seats {
            match line.listener() {
                Some(listener) => self.handle_leave(now, listener),
                None => self.remove_seat_uncounted(now, user),
            }
        }
    }

    /// Somebody has a seat now who had none, or of whom it may be forgotten.
    pub(super) fn tell_joined(&mut self, user: u32) {
        if self.config.facts && self.sharing.is_none() && !self.is_opened {
            self.is_opened = true;
            self.outputs.push_back(Output::Fact(Fact::Opened));
        }
        self.tell_own(user, Fact::Joined);
    }

    /// Somebody is to have no seat any more.
    pub(super) fn tell_left(&mut self, user: u32) {
        self.tell_own(user, Fact::Left);
    }

    fn tell_own(&mut self, user: u32, fact: impl FnOnce(Who) -> Fact) {
        if self.config.facts
            && let Some(seat) = self.seats.get(user)
            && seat.line.is_own()
        {
            let fact = fact(Who::of(user, seat));
            self.outputs.push_back(Output::Fact(fact));
        }
    }
}
