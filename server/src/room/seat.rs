//! Seats: dense ids, each the smallest that is free, kept while it can be resumed.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::sync::Arc;

use mote_protocol::color::Color;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Resume, UserJoined};

use super::listeners::Listener;
use super::state::PersonState;
use crate::bus::NodeId;
use crate::limits::DENSE_IDS_MAX;

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
    /// Nobody is: the seat is kept until then. So is an agent's, who never is.
    Lost { until: Instant },
    /// With another node.
    Away(NodeId),
    /// With a node that is gone, or said nothing of them; the seat is kept until then.
    Orphaned { node: NodeId, until: Instant },
}

impl Line {
    pub(super) const fn listener(self) -> Option<Listener> {
        match self {
            Self::Up(listener) => Some(listener),
            Self::Lost { .. } | Self::Away(_) | Self::Orphaned { .. } => None,
        }
    }

    /// Whether the seat is this other node's, or was until it was heard of no more.
    pub(super) fn is_of(self, other: NodeId) -> bool {
        match self {
            Self::Up(_) | Self::Lost { .. } => false,
            Self::Away(node) | Self::Orphaned { node, .. } => node == other,
        }
    }

    /// Whether the seat is this node's.
    pub(super) const fn is_own(self) -> bool {
        matches!(self, Self::Up(_) | Self::Lost { .. })
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
    /// Those above [`DENSE_IDS_MAX`].
    far: BTreeMap<u32, Seat>,
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

    /// Seats somebody whose id was given elsewhere and is free here.
    pub(super) fn insert_at(&mut self, user: u32, seat: Seat) {
        self.by_resume.insert(seat.resume, user);
        if user >= DENSE_IDS_MAX {
            self.far.insert(user, seat);
            return;
        }
        let index = user as usize;
        if index >= self.seats.len() {
            self.seats.resize_with(index + 1, || None);
        }
        self.seats[index] = Some(seat);
    }

    pub(super) fn remove(&mut self, user: u32) -> Option<Seat> {
        let seat = self.take(user)?;
        self.by_resume.remove(&seat.resume);
        Some(seat)
    }

    /// Their id may be given to another by [`insert`](Self::insert).
    pub(super) fn give_back(&mut self, user: u32) {
        self.free.push(Reverse(user));
    }

    fn take(&mut self, user: u32) -> Option<Seat> {
        match self.seats.get_mut(user as usize) {
            Some(seat) => seat.take(),
            None => self.far.remove(&user),
        }
    }

    pub(super) fn find(&self, resume: &Resume) -> Option<u32> {
        self.by_resume.get(resume).copied()
    }

    pub(super) fn get(&self, user: u32) -> Option<&Seat> {
        match self.seats.get(user as usize) {
            Some(seat) => seat.as_ref(),
            None => self.far.get(&user),
        }
    }

    pub(super) fn get_mut(&mut self, user: u32) -> Option<&mut Seat> {
        match self.seats.get_mut(user as usize) {
            Some(seat) => seat.as_mut(),
            None => self.far.get_mut(&user),
        }
    }

    /// Every seat from this id on, in ascending order.
    pub(super) fn since(&self, user: u32) -> impl Iterator<Item = (u32, &Seat)> {
        let dense = self.seats.get(user as usize..).unwrap_or_default();
        // In this order nothing is counted beyond the last.
        let dense = dense.iter().zip(user..);
        let dense = dense.filter_map(|(seat, user)| Some((user, seat.as_ref()?)));
        let far = self.far.range(user..);
        dense.chain(far.map(|(&user, seat)| (user, seat)))
    }
}
