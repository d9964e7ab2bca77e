//! The cursors of a room by cells of their surfaces, made anew from the spots when it is needed:
//! there is nothing to keep in step, and sorting ten thousand takes some 30 µs.

use std::ops::Range;

use super::interest::{Area, CELLS, Cells, cell};
use super::spots::{Spot, Spots};

/// Which bucket a cell of a surface is. A surface with few cursors is one bucket: all of them are
/// near each other.
#[derive(Debug)]
pub(super) struct Layout {
    surfaces: Vec<Buckets>,
    len: u32,
}

#[derive(Clone, Copy, Debug)]
struct Buckets {
    first: u32,
    is_one: bool,
}

impl Layout {
    /// For `surfaces` of them. One with at most `few` cursors is one bucket.
    pub(super) fn new(spots: &Spots, surfaces: usize, few: usize) -> Self {
        let mut counts = vec![0usize; surfaces];
        for (_, spot) in spots.standing() {
            counts[spot.surface as usize] += 1;
        }
        let mut len = 0;
        let surfaces = counts
            .into_iter()
            .map(|count| {
                let is_one = count <= few;
                let first = len;
                len += if is_one { 1 } else { CELLS };
                Buckets { first, is_one }
            })
            .collect();
        Self { surfaces, len }
    }

    /// The whole surface is one bucket.
    pub(super) fn is_one(&self, surface: u32) -> bool {
        self.surfaces[surface as usize].is_one
    }

    pub(super) fn bucket(&self, surface: u32, cell: u16) -> u32 {
        let Buckets { first, is_one } = self.surfaces[surface as usize];
        if is_one {
            first
        } else {
            first + u32::from(cell)
        }
    }

    /// The bucket of a cursor.
    pub(super) fn bucket_of(&self, spot: &Spot) -> u32 {
        self.bucket(spot.surface, cell(spot.point))
    }

    /// The buckets of an area, in ranges.
    pub(super) fn buckets(&self, area: Area) -> impl Iterator<Item = Range<usize>> {
        let Buckets { first, is_one } = self.surfaces[area.surface as usize];
        let one = is_one.then(|| first as usize..first as usize + 1);
        let rows = (!is_one).then(|| area.cells.rows()).into_iter().flatten();
        one.into_iter()
            .chain(rows.map(move |row| (first + row.start) as usize..(first + row.end) as usize))
    }

    /// The part of the surface that cells must tell of for one who looks at `core`.
    pub(super) fn within(&self, core: Area) -> Area {
        let cells = if self.is_one(core.surface) {
            Cells::ALL
        } else {
            core.cells
        };
        Area { cells, ..core }
    }

    /// The area around `core` in which there are at least `nearest` cursors besides those in it.
    pub(super) fn around(&self, core: Area, nearest: usize, standing: &Sorted) -> Area {
        let core = self.within(core);
        let count = |area| self.buckets(area).map(|range| standing.count(range)).sum();
        let own: usize = count(core);
        let mut area = core;
        while area.cells != Cells::ALL && count(area) < own + nearest {
            area.cells = area.cells.grown();
        }
        area
    }
}

/// Users by bucket, those of one bucket in ascending order.
#[derive(Debug)]
pub(super) struct Sorted {
    starts: Vec<u32>,
    users: Vec<u32>,
}

impl Sorted {
    /// Sorts pairs of a bucket and a user, given in ascending order of user. O(pairs + buckets).
    pub(super) fn new(layout: &Layout, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        // Starts of the buckets, one further on; filling moves each to where it belongs.
        let mut starts = vec![0u32; layout.len as usize + 2];
        for (bucket, _) in pairs.clone() {
            starts[bucket as usize + 2] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut users = vec![0; sum as usize];
        for (bucket, user) in pairs {
            let next = &mut starts[bucket as usize + 1];
            users[*next as usize] = user;
            *next += 1;
        }
        starts.pop();
        Self { starts, users }
    }

    /// Every cursor of a room.
    pub(super) fn standing(layout: &Layout, spots: &Spots) -> Self {
        let pairs = spots.standing();
        Self::new(
            layout,
            pairs.map(|(user, spot)| (layout.bucket_of(spot), user)),
        )
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    pub(super) fn count(&self, buckets: Range<usize>) -> usize {
        (self.starts[buckets.end] - self.starts[buckets.start]) as usize
    }

    pub(super) fn users(&self, buckets: Range<usize>) -> &[u32] {
        &self.users[self.starts[buckets.start] as usize..self.starts[buckets.end] as usize]
    }
}
