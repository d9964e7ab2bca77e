//! The cursors of one turn for those whom they are near: each cell encoded once, in the order of
//! cells, so that an area's are a few ranges of the same bytes.

use mote_protocol::wire::Cursor;

use super::broadcast::append_cursors;
use super::grid::{Layout, Sorted};
use super::interest::Area;
use super::messages::{Messages, offset};
use super::slices::Told;
use super::spots::Spots;

/// What changed, by cell.
#[derive(Debug)]
pub(super) struct Near {
    layout: Layout,
    standing: Sorted,
    nearest: usize,
    bytes: Vec<u8>,
    /// Where each bucket's messages begin in `bytes`, and in `starts`.
    offsets: Vec<(u32, u32)>,
    starts: Vec<u32>,
}

impl Near {
    /// What changed after flush `after` for those who were told the cells in `told`: a cursor that
    /// changed its cell is in the one that it left, too. O(people + cells).
    pub(super) fn new(
        spots: &Spots,
        surfaces: usize,
        nearest: usize,
        after: u64,
        told: &Told,
    ) -> Self {
        let layout = Layout::new(spots, surfaces, nearest);
        let standing = Sorted::standing(&layout, spots);
        let pairs = spots.changed(after, spots.last()).flat_map(|(user, spot)| {
            let bucket = layout.bucket_of(spot);
            let left = told.cell(user).filter(|_| spot.stood_at(after));
            let left = left.map(|cell| layout.bucket(spot.surface, cell));
            let left = left.filter(|&left| left != bucket);
            std::iter::once(bucket)
                .chain(left)
                .map(move |bucket| (bucket, user))
        });
        let changed = Sorted::new(&layout, pairs);
        let mut near = Self {
            layout,
            standing,
            nearest,
            bytes: Vec::new(),
            offsets: Vec::with_capacity(changed.len() + 1),
            starts: Vec::new(),
        };
        near.encode(&changed, spots);
        near
    }

    fn encode(&mut self, changed: &Sorted, spots: &Spots) {
        let mut cursors = Vec::new();
        for bucket in 0..changed.len() {
            self.close_bucket();
            cursors.clear();
            collect(changed.users(bucket..bucket + 1), spots, &mut cursors);
            append_cursors(&cursors, &mut self.bytes, &mut self.starts);
        }
        self.close_bucket();
    }

    fn close_bucket(&mut self) {
        let ends = (offset(self.bytes.len()), offset(self.starts.len()));
        self.offsets.push(ends);
    }

    /// What somebody sees who looks at `core`.
    pub(super) fn within(&self, core: Area) -> Area {
        self.layout.within(core)
    }

    /// That, and what is near it.
    pub(super) fn around(&self, core: Area) -> Area {
        self.layout.around(core, self.nearest, &self.standing)
    }

    /// What changed in an area.
    pub(super) fn push_changed(&self, area: Area, out: &mut Messages) {
        for buckets in self.layout.buckets(area) {
            let (first, first_start) = self.offsets[buckets.start];
            let (end, end_start) = self.offsets[buckets.end];
            if first == end {
                continue;
            }
            let bytes = &self.bytes[first as usize..end as usize];
            let starts = &self.starts[first_start as usize..end_start as usize];
            out.extend(bytes, starts.iter().map(|start| start - first));
        }
    }

    /// Every cursor of an area, but those in `seen`.
    pub(super) fn push_standing(
        &self,
        area: Area,
        seen: Option<Area>,
        spots: &Spots,
        out: &mut Messages,
    ) {
        let mut cursors = Vec::new();
        for buckets in self.layout.buckets(area) {
            collect(self.standing.users(buckets), spots, &mut cursors);
        }
        if let Some(seen) = seen {
            let is_new = |cursor: &Cursor| {
                let cell = super::interest::cell(cursor.point);
                !seen.contains(area.surface, cell)
            };
            cursors.retain(is_new);
        }
        cursors.sort_unstable_by_key(|cursor| cursor.user);
        out.push_cursors(&cursors);
    }
}

fn collect(users: &[u32], spots: &Spots, cursors: &mut Vec<Cursor>) {
    let cursor = |&user| {
        let point = spots.point(user)?;
        Some(Cursor { user, point })
    };
    cursors.extend(users.iter().filter_map(cursor));
}
