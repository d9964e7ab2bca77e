//! Where everybody's cursor is: small entries side by side, so that a look at all of a large room's
//! takes microseconds.

use std::collections::BTreeMap;

use mote_protocol::coords::Point;

use crate::limits::DENSE_IDS_MAX;

/// One person's.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spot {
    /// Where, if `flush` is not 0.
    pub(super) point: Point,
    /// What it is a position on: a number of [`Surfaces`](super::surfaces::Surfaces).
    pub(super) surface: u32,
    /// The flush that tells of the last move; 0 for one who has no cursor.
    flush: u64,
    /// The flush that told of the first one on this surface.
    since: u64,
    /// The second of the last move.
    second: u64,
}

impl Spot {
    /// Whether those who were told of flush `flush` know an earlier position on this surface.
    pub(super) fn stood_at(&self, flush: u64) -> bool {
        self.since <= flush
    }
}

/// What a move is besides a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moved {
    /// The person's first one that the next flush tells of.
    pub(super) is_first_of_flush: bool,
    /// The person's first one in this second.
    pub(super) is_first_of_second: bool,
}

/// Everybody's, by user id, and the number of the last flush.
#[derive(Debug, Default)]
pub(super) struct Spots {
    spots: Vec<Spot>,
    /// Of ids above [`DENSE_IDS_MAX`].
    far: BTreeMap<u32, Spot>,
    last: u64,
    newest: u64,
}

impl Spots {
    /// The last flush.
    pub(super) fn last(&self) -> u64 {
        self.last
    }

    /// There are moves that the last flush did not tell of.
    pub(super) fn has_newer_than(&self, flush: u64) -> bool {
        self.newest > flush
    }

    /// Moves from now on belong to another flush. The number of the one that ends.
    pub(super) fn close_flush(&mut self) -> u64 {
        self.last = self.last.max(self.newest);
        self.last
    }

    /// The person is on this surface and has no cursor.
    pub(super) fn clear(&mut self, user: u32, surface: u32) {
        let spot = Spot {
            surface,
            ..Spot::default()
        };
        if user >= DENSE_IDS_MAX {
            self.far.insert(user, spot);
            return;
        }
        let index = user as usize;
        if index >= self.spots.len() {
            self.spots.resize(index + 1, Spot::default());
        }
        self.spots[index] = spot;
    }

    /// The person is gone.
    pub(super) fn remove(&mut self, user: u32, surface: u32) {
        self.clear(user, surface);
        self.far.remove(&user);
    }

    /// The person's cursor is here in this second since the beginning of time.
    pub(super) fn set(&mut self, user: u32, point: Point, second: u64) -> Moved {
        let flush = self.last + 1;
        let dense = self.spots.get_mut(user as usize);
        let Some(spot) = dense.or_else(|| self.far.get_mut(&user)) else {
            unreachable!("a seat has a spot");
        };
        let moved = Moved {
            is_first_of_flush: spot.flush != flush,
            is_first_of_second: spot.flush == 0 || spot.second != second,
        };
        if spot.flush == 0 {
            spot.since = flush;
        }
        spot.point = point;
        spot.flush = flush;
        spot.second = second;
        self.newest = flush;
        moved
    }

    pub(super) fn get(&self, user: u32) -> Option<&Spot> {
        let dense = self.spots.get(user as usize);
        dense.or_else(|| self.far.get(&user))
    }

    /// The person's cursor, if there is one.
    pub(super) fn point(&self, user: u32) -> Option<Point> {
        let spot = self.get(user).filter(|spot| spot.flush > 0)?;
        Some(spot.point)
    }

    /// Every cursor, in ascending order of user.
    pub(super) fn standing(&self) -> impl Iterator<Item = (u32, &Spot)> + Clone {
        self.changed(0, u64::MAX)
    }

    /// The cursors that a flush after `after` and up to `up_to` told of last, in ascending order of
    /// user.
    pub(super) fn changed(
        &self,
        after: u64,
        up_to: u64,
    ) -> impl Iterator<Item = (u32, &Spot)> + Clone {
        let far = self.far.iter().map(|(&user, spot)| (user, spot));
        (0u32..)
            .zip(&self.spots)
            .chain(far)
            .filter(move |(_, spot)| after < spot.flush && spot.flush <= up_to)
    }
}
