//! Appends fields to a caller's buffer, under the same limits as the reader.

use alloc::vec::Vec;

use super::error::WireError;
use super::part::Part;

/// Appends one message's fields.
pub(crate) struct Writer<'a> {
    out: &'a mut Vec<u8>,
}

impl<'a> Writer<'a> {
    /// Runs `write`; when it fails the buffer is as it was.
    pub(crate) fn message(
        out: &'a mut Vec<u8>,
        write: impl FnOnce(&mut Writer<'_>) -> Result<(), WireError>,
    ) -> Result<(), WireError> {
        let start = out.len();
        let result = write(&mut Writer { out });
        if result.is_err() {
            out.truncate(start);
        }
        result
    }

    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out }
    }

    pub(crate) fn u8(&mut self, value: u8) {
        self.out.push(value);
    }

    pub(crate) fn u16(&mut self, value: u16) {
        self.bytes(&value.to_be_bytes());
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// Unsigned LEB128 in its shortest form.
    pub(crate) fn varint(&mut self, mut value: u32) {
        loop {
            let [low, ..] = value.to_le_bytes();
            value >>= 7;
            if value == 0 {
                self.out.push(low & 0x7F);
                return;
            }
            self.out.push(low | 0x80);
        }
    }

    /// A length and those bytes.
    pub(crate) fn blob(&mut self, bytes: &[u8], field: Part) -> Result<(), WireError> {
        let length = u32::try_from(bytes.len())
            .ok()
            .filter(|_| bytes.len() <= field.max());
        self.varint(length.ok_or(WireError::TooLong { field })?);
        self.bytes(bytes);
        Ok(())
    }
}
