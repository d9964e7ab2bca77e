//! Seats: dense ids, each the smallest that is free, kept while it can be resumed.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;

use mote_protocol::color::Color;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Resume, UserJoined};

use super::listeners::Listener;
use super::state::PersonState;

/// A person's place in the room.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) name: Arc<str>,
    pub(super) color: Color,
    pub(super) account: String,
    pub(super) resume: Resume,
    pub(super) line: Line,
    pub(super) state: PersonState,
}

/// Whether somebody is on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Connected.
    Up(Listener),
    /// Lost; the seat is kept until then.
    Lost { until: Instant },
}

impl Line {
    pub(super) const fn listener(self) -> Option<Listener> {
        match self {
            Self::Up(listener) => Some(listener),
            Self::Lost { .. } => None,
        }
    }
}

impl Seat {
    pub(super) fn as_joined(&self, user: u32) -> UserJoined<'_> {
        UserJoined {
            user,
            name: &self.name,
            color: self.color,
            account: &self.account,
        }
    }
}

/// Every seat of a room.
#[derive(Debug, Default)]
pub(super) struct Seats {
    seats: Vec<Option<Seat>>,
    free: BinaryHeap<Reverse<u32>>,
    by_resume: HashMap<Resume, u32>,
}

impl Seats {
    pub(super) fn len(&self) -> usize {
        self.by_resume.len()
    }

    /// How many are listed, as the wire says it.
    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.len()).expect("people_max is far below 2^32")
    }

    /// Ids are below this.
    pub(super) fn ids(&self) -> usize {
        self.seats.len()
    }

    /// Gives the smallest free id. O(log free).
    pub(super) fn insert(&mut self, seat: Seat) -> u32 {
        let resume = seat.resume;
        let user = if let Some(Reverse(user)) = self.free.pop() {
            self.seats[user as usize] = Some(seat);
            user
        } else {
            let user = u32::try_from(self.seats.len()).expect("people_max is far below 2^32");
            self.seats.push(Some(seat));
            user
        };
        self.by_resume.insert(resume, user);
        user
    }

    pub(super) fn remove(&mut self, user: u32) -> Option<Seat> {
        let seat = self.seats.get_mut(user as usize)?.take()?;
        self.by_resume.remove(&seat.resume);
        self.free.push(Reverse(user));
        Some(seat)
    }

    pub(super) fn find(&self, resume: &Resume) -> Option<u32> {
        self.by_resume.get(resume).copied()
    }

    pub(super) fn get(&self, user: u32) -> Option<&Seat> {
        self.seats.get(user as usize)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, user: u32) -> Option<&mut Seat> {
        self.seats.get_mut(user as usize)?.as_mut()
    }
}
