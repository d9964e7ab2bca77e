//! Which part of a surface is near somebody, in cells of a grid.

use mote_protocol::coords::Point;
use mote_protocol::wire::Viewport;

use crate::limits::GRID_SIDE;

const CELL_SHIFT: u32 = 16 - GRID_SIDE.ilog2();
const LAST: u8 = GRID_SIDE - 1;

/// Cells of a surface, row by row.
pub(super) const CELLS: u32 = GRID_SIDE as u32 * GRID_SIDE as u32;

/// The cell that a point is in, by number.
pub(super) fn cell(point: Point) -> u16 {
    let (column, row) = (column(point.x), column(point.y));
    u16::from(row) * u16::from(GRID_SIDE) + u16::from(column)
}

fn column(coordinate: u16) -> u8 {
    let column = coordinate >> CELL_SHIFT;
    u8::try_from(column).unwrap_or(LAST)
}

/// Cells from one corner to the opposite one, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cells {
    pub(super) left: u8,
    pub(super) top: u8,
    pub(super) right: u8,
    pub(super) bottom: u8,
}

impl Cells {
    /// A whole surface.
    pub(super) const ALL: Self = Self {
        left: 0,
        top: 0,
        right: LAST,
        bottom: LAST,
    };

    /// The cells that a viewport overlaps.
    pub(super) fn of_viewport(viewport: Viewport) -> Self {
        let Viewport { x, y, w, h } = viewport;
        Self {
            left: column(x),
            top: column(y),
            right: column(x.saturating_add(w)),
            bottom: column(y.saturating_add(h)),
        }
    }

    /// The cell of a point.
    pub(super) fn of_point(point: Point) -> Self {
        let Point { x, y } = point;
        Self::of_viewport(Viewport { x, y, w: 0, h: 0 })
    }

    /// These and a ring around them, as far as the surface goes.
    pub(super) fn grown(self) -> Self {
        Self {
            left: self.left.saturating_sub(1),
            top: self.top.saturating_sub(1),
            right: (self.right + 1).min(LAST),
            bottom: (self.bottom + 1).min(LAST),
        }
    }

    pub(super) fn contains(self, cell: u16) -> bool {
        self.distance(cell) == 0
    }

    /// How many rings away a cell is; 0 for one of these.
    pub(super) fn distance(self, cell: u16) -> u8 {
        let side = u16::from(GRID_SIDE);
        let column = u8::try_from(cell % side).unwrap_or(LAST);
        let row = u8::try_from(cell / side).unwrap_or(LAST);
        let outside =
            |at: u8, first: u8, last: u8| first.saturating_sub(at).max(at.saturating_sub(last));
        outside(column, self.left, self.right).max(outside(row, self.top, self.bottom))
    }

    /// The numbers of the cells, a range for each row.
    pub(super) fn rows(self) -> impl Iterator<Item = std::ops::Range<u32>> {
        let side = u32::from(GRID_SIDE);
        (self.top..=self.bottom).map(move |row| {
            let start = u32::from(row) * side;
            start + u32::from(self.left)..start + u32::from(self.right) + 1
        })
    }
}

/// A part of one surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Area {
    pub(super) surface: u32,
    pub(super) cells: Cells,
}

impl Area {
    pub(super) fn contains(self, surface: u32, cell: u16) -> bool {
        self.surface == surface && self.cells.contains(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_viewport_covers_every_cell_that_it_overlaps() {
        let viewport = Viewport {
            x: 2_047,
            y: 2_048,
            w: 1,
            h: 0,
        };
        let cells = Cells::of_viewport(viewport);
        assert_eq!((cells.left, cells.right), (0, 1));
        assert_eq!((cells.top, cells.bottom), (1, 1));
        let whole = Viewport {
            x: 0,
            y: 0,
            w: u16::MAX,
            h: u16::MAX,
        };
        assert_eq!(Cells::of_viewport(whole), Cells::ALL);
    }

    #[test]
    fn rings_end_where_the_surface_ends() {
        let corner = Cells::of_point(Point { x: 0, y: u16::MAX });
        let grown = corner.grown();
        assert_eq!((grown.left, grown.right), (0, 1));
        assert_eq!((grown.top, grown.bottom), (30, 31));
    }

    #[test]
    fn a_cell_is_as_far_as_rings_are_needed_to_reach_it() {
        let mut cells = Cells::of_point(Point {
            x: 30_000,
            y: 40_000,
        });
        let far = cell(Point { x: 65_535, y: 0 });
        let rings = cells.distance(far);
        for _ in 0..rings {
            assert!(!cells.contains(far));
            cells = cells.grown();
        }
        assert!(cells.contains(far));
        let listed: Vec<u32> = cells.rows().flatten().collect();
        assert!(listed.contains(&u32::from(far)));
    }
}
