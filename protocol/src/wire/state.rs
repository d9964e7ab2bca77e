//! State: tagged fields of a person's presence.

use alloc::vec::Vec;

use super::error::WireError;
use super::part::Part;
use super::reader::Reader;
use super::writer::Writer;
use crate::limits::STATE_BYTES_MAX;

/// Tags that this version knows; others are kept and relayed as they are.
pub mod tag {
    /// A typed position: defined by a later version, relayed by this one.
    pub const POSITION: u8 = 1;
    /// Ids of selected things: n varint, n × str.
    pub const SELECTION: u8 = 2;
    /// The part of the surface in view: x, y, w, h as u16 fractions.
    pub const VIEWPORT: u8 = 3;
    /// One byte: 0 active, 1 idle, 2 away.
    pub const ACTIVITY: u8 = 4;
    /// UTF-8 JSON: live a merge patch (RFC 7386) of the custom presence object, whole in a snapshot.
    pub const CUSTOM: u8 = 5;
    /// One byte 1 while the cursor is hidden.
    pub const CURSOR_HIDDEN: u8 = 6;
    /// A str: what the cursor's coordinates are fractions of.
    pub const SURFACE: u8 = 7;
}

/// One field; an empty body removes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// Which.
    pub tag: u8,
    /// Its value, as its tag says.
    pub body: &'a [u8],
}

/// Fields in ascending order of tag, as they lie on the wire (validated).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fields<'a> {
    count: u16,
    entries: &'a [u8],
}

impl<'a> Fields<'a> {
    /// No field at all.
    pub const EMPTY: Fields<'static> = Fields {
        count: 0,
        entries: &[],
    };

    /// How many.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count as usize
    }

    /// None.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The fields, in ascending order of tag.
    pub fn iter(&self) -> impl Iterator<Item = Field<'a>> + use<'a> {
        let mut reader = Reader::new(self.entries);
        core::iter::from_fn(move || (!reader.is_empty()).then(|| read_field(&mut reader)))
    }

    /// The body of a field, where it is given; empty when the field is removed.
    #[must_use]
    pub fn get(&self, tag: u8) -> Option<&'a [u8]> {
        self.iter()
            .find(|field| field.tag == tag)
            .map(|field| field.body)
    }

    pub(crate) fn read(reader: &mut Reader<'a>) -> Self {
        let before = reader.rest();
        let count = reader.length(Part::StateFields);
        let entries = reader.rest();
        let mut last_tag = None;
        for _ in 0..count {
            let field = read_field(reader);
            if last_tag.is_some_and(|last| field.tag <= last) {
                let field = Part::StateTags;
                reader.fail(WireError::NotAscending { field });
            }
            last_tag = Some(field.tag);
            reader.check(check_field(field));
        }
        let rest = reader.rest().len();
        if before.len() - rest > STATE_BYTES_MAX {
            reader.fail(WireError::TooLong { field: Part::State });
        }
        let used = entries.len() - rest;
        // Tags are bytes and ascend, so there are at most 256.
        let count = u16::try_from(count).unwrap_or(u16::MAX);
        Self {
            count,
            entries: entries.get(..used).unwrap_or_default(),
        }
    }

    pub(crate) fn write(&self, writer: &mut Writer<'_>) {
        writer.varint(u32::from(self.count));
        writer.bytes(self.entries);
    }
}

fn read_field<'a>(reader: &mut Reader<'a>) -> Field<'a> {
    Field {
        tag: reader.u8(Part::StateTag),
        body: reader.blob(Part::StateField),
    }
}

/// A known tag's body is what its tag says; an empty one and an unknown tag's are always right.
fn check_field(field: Field<'_>) -> Result<(), WireError> {
    let mut reader = Reader::new(field.body);
    if field.body.is_empty() {
        return Ok(());
    }
    let part = match field.tag {
        tag::SELECTION => {
            read_selection(&mut reader);
            Part::Selection
        }
        tag::VIEWPORT => {
            reader.bytes(VIEWPORT_BYTES, Part::Viewport);
            Part::Viewport
        }
        tag::ACTIVITY => return Activity::parse(field.body).map(drop),
        tag::CUSTOM => {
            reader.utf8(field.body.len(), Part::Custom);
            Part::Custom
        }
        tag::CURSOR_HIDDEN if field.body != [1] => {
            return Err(WireError::BadValue {
                field: Part::CursorHidden,
            });
        }
        tag::SURFACE => {
            reader.text(Part::Surface);
            Part::Surface
        }
        _ => return Ok(()),
    };
    reader.end(part);
    reader.finish(())
}

/// Builds [`Fields`], under the same rules as reading them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldsBuf {
    count: u16,
    last_tag: Option<u8>,
    entries: Vec<u8>,
}

impl FieldsBuf {
    /// No field yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            count: 0,
            last_tag: None,
            entries: Vec::new(),
        }
    }

    /// Adds a field.
    ///
    /// # Errors
    /// The rule that it breaks: tags ascend, a known tag's body is well-formed, the whole stays
    /// within [`STATE_BYTES_MAX`]. Nothing was added.
    pub fn push(&mut self, field: Field<'_>) -> Result<(), WireError> {
        if self.last_tag.is_some_and(|last| field.tag <= last) {
            return Err(WireError::NotAscending {
                field: Part::StateTags,
            });
        }
        check_field(field)?;
        let start = self.entries.len();
        let body_bytes = field.body.len();
        let mut writer = Writer::new(&mut self.entries);
        writer.u8(field.tag);
        writer.blob(field.body, Part::StateField);
        // The count takes two bytes from 128 fields on.
        let count_bytes = if self.count + 1 < 128 { 1 } else { 2 };
        if body_bytes.max(count_bytes + self.entries.len()) > STATE_BYTES_MAX {
            self.entries.truncate(start);
            return Err(WireError::TooLong { field: Part::State });
        }
        self.last_tag = Some(field.tag);
        self.count += 1;
        Ok(())
    }

    /// The fields so far, ready for a message.
    #[must_use]
    pub fn as_fields(&self) -> Fields<'_> {
        Fields {
            count: self.count,
            entries: &self.entries,
        }
    }
}

impl From<Fields<'_>> for FieldsBuf {
    fn from(fields: Fields<'_>) -> Self {
        Self {
            count: fields.count,
            last_tag: fields.iter().last().map(|field| field.tag),
            entries: fields.entries.to_vec(),
        }
    }
}

/// The ids of selected things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection<'a> {
    ids: &'a [u8],
}

impl<'a> Selection<'a> {
    /// Reads a Selection field's body.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn parse(body: &'a [u8]) -> Result<Self, WireError> {
        let mut reader = Reader::new(body);
        let ids = read_selection(&mut reader);
        reader.end(Part::Selection);
        reader.finish(Self { ids })
    }

    /// The ids, in the sender's order.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let mut reader = Reader::new(self.ids);
        core::iter::from_fn(move || {
            let is_more = !reader.is_empty();
            is_more.then(|| reader.text(Part::SelectedId))
        })
    }

    /// Appends the body of a Selection field.
    ///
    /// # Errors
    /// An id over [`STATE_BYTES_MAX`] or more than that many of them.
    pub fn encode(ids: &[&str], out: &mut Vec<u8>) -> Result<(), WireError> {
        Writer::message(out, |writer| {
            let field = Part::Selection;
            let count = u32::try_from(ids.len()).unwrap_or(u32::MAX);
            if ids.len() > field.max() {
                writer.check(Err(WireError::TooLong { field }));
            }
            writer.varint(count);
            for id in ids {
                writer.blob(id.as_bytes(), Part::SelectedId);
            }
        })
    }
}

/// The ids, as they lie behind their count.
fn read_selection<'a>(reader: &mut Reader<'a>) -> &'a [u8] {
    let count = reader.length(Part::Selection);
    let ids = reader.rest();
    for _ in 0..count {
        reader.text(Part::SelectedId);
    }
    ids
}

/// The part of the surface that somebody sees, in 1/65535 of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewport {
    /// Left edge.
    pub x: u16,
    /// Top edge.
    pub y: u16,
    /// Width.
    pub w: u16,
    /// Height.
    pub h: u16,
}

const VIEWPORT_BYTES: usize = 8;

impl Viewport {
    /// Reads a Viewport field's body.
    ///
    /// # Errors
    /// A body that is not eight bytes.
    pub fn parse(body: &[u8]) -> Result<Self, WireError> {
        let mut reader = Reader::new(body);
        let mut side = || reader.u16(Part::Viewport);
        let viewport = Self {
            x: side(),
            y: side(),
            w: side(),
            h: side(),
        };
        reader.end(Part::Viewport);
        reader.finish(viewport)
    }

    /// The body of a Viewport field.
    #[must_use]
    pub fn encode(self) -> [u8; VIEWPORT_BYTES] {
        let mut body = [0; VIEWPORT_BYTES];
        for (pair, side) in body
            .chunks_exact_mut(2)
            .zip([self.x, self.y, self.w, self.h])
        {
            pair.copy_from_slice(&side.to_be_bytes());
        }
        body
    }
}

/// Whether somebody is at it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Activity {
    /// Did something a moment ago; also what a person without the field is.
    #[default]
    Active = 0,
    /// Did nothing for a while.
    Idle = 1,
    /// Looks at something else.
    Away = 2,
}

impl Activity {
    /// Reads an Activity field's body.
    ///
    /// # Errors
    /// A body that is not one byte from 0 to 2.
    pub const fn parse(body: &[u8]) -> Result<Self, WireError> {
        match body {
            [0] => Ok(Self::Active),
            [1] => Ok(Self::Idle),
            [2] => Ok(Self::Away),
            _ => Err(WireError::BadValue {
                field: Part::Activity,
            }),
        }
    }
}

/// Reads a Surface field's body.
pub(crate) fn parse_surface(body: &[u8]) -> Result<&str, WireError> {
    let mut reader = Reader::new(body);
    let surface = reader.text(Part::Surface);
    reader.end(Part::Surface);
    reader.finish(surface)
}
