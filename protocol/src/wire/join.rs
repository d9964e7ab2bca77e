//! Join: a client asks for a room on a channel.

use super::error::WireError;
use super::part::Part;
use super::reader::Reader;
use super::writer::Writer;
use crate::color::Color;
use crate::limits::{NAME_CHARS_MAX, RESUME_BYTES};

/// A secret that takes a seat back after the line was lost.
pub type Resume = [u8; RESUME_BYTES];

/// A request to join a room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Join<'a> {
    /// The room's id, 1–128 bytes.
    pub room: &'a str,
    /// A JWT, at most 8 KiB.
    pub token: Option<&'a str>,
    /// The name to be shown, 1–32 characters. Without one the server gives an anonymous name.
    pub name: Option<&'a str>,
    /// The colour to be shown. Without one the server gives one from its palette.
    pub color: Option<Color>,
    /// The resume value of an earlier Welcome, to take that seat back.
    pub resume: Option<Resume>,
    /// Receive everything, be neither listed nor counted.
    pub observer: bool,
}

const TOKEN: u8 = 1 << 0;
const NAME: u8 = 1 << 1;
const COLOR: u8 = 1 << 2;
const RESUME: u8 = 1 << 3;
const OBSERVER: u8 = 1 << 4;
const DEFINED: u8 = TOKEN | NAME | COLOR | RESUME | OBSERVER;

impl<'a> Join<'a> {
    pub(crate) fn read(reader: &mut Reader<'a>) -> Self {
        let flags = reader.u8(Part::JoinFlags);
        if flags & !DEFINED != 0 {
            let field = Part::JoinFlags;
            reader.fail(WireError::BadValue { field });
        }
        let has = |flag: u8| flags & flag != 0;
        let join = Self {
            room: reader.text(Part::Room),
            token: has(TOKEN).then(|| reader.text(Part::Token)),
            name: has(NAME).then(|| reader.text(Part::Name)),
            color: has(COLOR).then(|| read_color(reader)),
            resume: has(RESUME).then(|| reader.array(Part::Resume)),
            observer: has(OBSERVER),
        };
        reader.check(join.check());
        join
    }

    pub(crate) fn write(&self, writer: &mut Writer<'_>) {
        writer.check(self.check());
        let flag = |present: bool, flag: u8| if present { flag } else { 0 };
        writer.u8(flag(self.token.is_some(), TOKEN)
            | flag(self.name.is_some(), NAME)
            | flag(self.color.is_some(), COLOR)
            | flag(self.resume.is_some(), RESUME)
            | flag(self.observer, OBSERVER));
        writer.blob(self.room.as_bytes(), Part::Room);
        if let Some(token) = self.token {
            writer.blob(token.as_bytes(), Part::Token);
        }
        if let Some(name) = self.name {
            writer.blob(name.as_bytes(), Part::Name);
        }
        if let Some(color) = self.color {
            write_color(color, writer);
        }
        if let Some(resume) = self.resume {
            writer.bytes(&resume);
        }
    }

    fn check(&self) -> Result<(), WireError> {
        if self.room.is_empty() {
            return Err(WireError::TooShort { field: Part::Room });
        }
        self.name.map_or(Ok(()), check_name)
    }
}

/// A name has 1–32 characters (Unicode scalar values).
pub(crate) fn check_name(name: &str) -> Result<(), WireError> {
    match name.chars().count() {
        0 => Err(WireError::TooShort { field: Part::Name }),
        1..=NAME_CHARS_MAX => Ok(()),
        _ => Err(WireError::TooLong {
            field: Part::NameChars,
        }),
    }
}

pub(crate) fn read_color(reader: &mut Reader<'_>) -> Color {
    let [r, g, b] = reader.array(Part::Colour);
    Color { r, g, b }
}

pub(crate) fn write_color(color: Color, writer: &mut Writer<'_>) {
    writer.bytes(&[color.r, color.g, color.b]);
}
