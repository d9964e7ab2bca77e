//! Event: something that just happened, relayed and never stored.

use super::error::WireError;
use super::part::Part;
use super::reader::Reader;
use super::writer::Writer;
use crate::limits::{EVENT_NAME_BYTES_MAX, EVENT_PAYLOAD_BYTES_MAX};

/// Whose event it is that the application itself broadcasts, from its backend: an id that nobody has.
pub const SERVER: u32 = u32::MAX;

/// A named event with opaque bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// What kind, 1–64 bytes.
    pub name: &'a str,
    /// Anything, at most 16 KiB.
    pub payload: &'a [u8],
}

impl<'a> Event<'a> {
    pub(crate) fn read(reader: &mut Reader<'a>) -> Self {
        let event = Self {
            name: reader.text(Part::EventName),
            payload: reader.blob(Part::EventPayload),
        };
        reader.check(event.check());
        event
    }

    pub(crate) fn write(&self, writer: &mut Writer<'_>) {
        writer.check(self.check());
        writer.blob(self.name.as_bytes(), Part::EventName);
        writer.blob(self.payload, Part::EventPayload);
    }

    /// Whether the event can be sent, without sending it.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn check(&self) -> Result<(), WireError> {
        if self.name.is_empty() {
            return Err(WireError::TooShort {
                field: Part::EventName,
            });
        }
        if self.name.len() > EVENT_NAME_BYTES_MAX {
            return Err(WireError::TooLong {
                field: Part::EventName,
            });
        }
        if self.payload.len() > EVENT_PAYLOAD_BYTES_MAX {
            return Err(WireError::TooLong {
                field: Part::EventPayload,
            });
        }
        Ok(())
    }
}
