//! CursorBatch: many cursors, five bytes each.

use alloc::vec::Vec;

use super::error::WireError;
use super::part::Part;
use super::reader::Reader;
use super::writer::Writer;
use crate::coords::Point;
use crate::limits::BATCH_CURSORS_MAX;

/// Somebody's cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Whose, by the room's dense ids.
    pub user: u32,
    /// Where.
    pub point: Point,
}

/// Cursors in ascending order of user, as they lie on the wire (validated).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursors<'a> {
    count: u32,
    entries: &'a [u8],
}

impl<'a> Cursors<'a> {
    /// How many.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count as usize
    }

    /// Nobody's.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The cursors, in ascending order of user.
    pub fn iter(&self) -> impl Iterator<Item = Cursor> + use<'a> {
        let mut reader = Reader::new(self.entries);
        let mut next_user = 0u32;
        core::iter::from_fn(move || {
            let is_more = !reader.is_empty();
            is_more.then(|| read_entry(&mut reader, &mut next_user))
        })
    }

    pub(crate) fn read(reader: &mut Reader<'a>) -> Self {
        let count = reader.length(Part::CursorCount);
        let entries = reader.rest();
        let mut next_user = 0u32;
        for _ in 0..count {
            read_entry(reader, &mut next_user);
        }
        let used = entries.len() - reader.rest().len();
        let count = u32::try_from(count).unwrap_or(0);
        Self {
            count,
            entries: entries.get(..used).unwrap_or_default(),
        }
    }

    pub(crate) fn write(&self, writer: &mut Writer<'_>) {
        writer.varint(self.count);
        writer.bytes(self.entries);
    }
}

/// One past the largest id would be no number.
const PAST_LAST_USER: WireError = WireError::TooLong {
    field: Part::CursorUser,
};

/// Reads one entry. `next_user` is the id that a gap of 0 names; it saturates one past the largest
/// id, where any further gap is refused.
#[inline]
fn read_entry(reader: &mut Reader<'_>, next_user: &mut u32) -> Cursor {
    let gap = reader.varint(Part::CursorGap);
    let user = next_user.saturating_add(gap);
    if user == u32::MAX {
        reader.fail(PAST_LAST_USER);
    }
    *next_user = user.saturating_add(1);
    let point = read_point(reader);
    Cursor { user, point }
}

/// An entry whose gap is under 128.
const ENTRY_BYTES: usize = 5;

/// Builds a [`Cursors`]; reusable, so that a flush allocates nothing.
#[derive(Clone, Debug, Default)]
pub struct CursorsBuf {
    count: u32,
    next_user: u32,
    entries: Vec<u8>,
}

impl CursorsBuf {
    /// An empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            count: 0,
            next_user: 0,
            entries: Vec::new(),
        }
    }

    /// Takes memory for so many more cursors at once.
    pub fn reserve(&mut self, cursors: usize) {
        self.entries
            .reserve(cursors.min(BATCH_CURSORS_MAX) * ENTRY_BYTES);
    }

    /// Adds a cursor.
    ///
    /// # Errors
    /// [`WireError::NotAscending`] when its user is not above the last one's,
    /// [`WireError::TooLong`] when the batch is full; nothing was added.
    pub fn push(&mut self, cursor: Cursor) -> Result<(), WireError> {
        if self.count as usize >= BATCH_CURSORS_MAX {
            return Err(WireError::TooLong {
                field: Part::CursorCount,
            });
        }
        if cursor.user == u32::MAX {
            return Err(PAST_LAST_USER);
        }
        let gap = cursor
            .user
            .checked_sub(self.next_user)
            .ok_or(WireError::NotAscending {
                field: Part::CursorUsers,
            })?;
        let mut writer = Writer::new(&mut self.entries);
        writer.varint(gap);
        write_point(cursor.point, &mut writer);
        self.next_user = cursor.user + 1;
        self.count += 1;
        Ok(())
    }

    /// The cursors so far, ready for a message.
    #[must_use]
    pub fn as_cursors(&self) -> Cursors<'_> {
        Cursors {
            count: self.count,
            entries: &self.entries,
        }
    }

    /// Empties it and keeps its memory.
    pub fn clear(&mut self) {
        self.count = 0;
        self.next_user = 0;
        self.entries.clear();
    }
}

pub(crate) fn read_point(reader: &mut Reader<'_>) -> Point {
    Point {
        x: reader.u16(Part::X),
        y: reader.u16(Part::Y),
    }
}

pub(crate) fn write_point(point: Point, writer: &mut Writer<'_>) {
    writer.u16(point.x);
    writer.u16(point.y);
}
