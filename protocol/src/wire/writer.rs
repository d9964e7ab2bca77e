//! Appends fields to a caller's buffer, under the same limits as the reader.

use alloc::vec::Vec;

use super::error::WireError;
use super::part::Part;

/// Appends one message's parts. The first error stays; what is written then is taken back.
pub(crate) struct Writer<'a> {
    out: &'a mut Vec<u8>,
    error: Option<WireError>,
}

impl<'a> Writer<'a> {
    /// Runs `write`; when it fails the buffer is as it was.
    pub(crate) fn message(
        out: &'a mut Vec<u8>,
        write: impl FnOnce(&mut Writer<'_>),
    ) -> Result<(), WireError> {
        let start = out.len();
        let mut writer = Writer::new(out);
        write(&mut writer);
        let error = writer.error;
        if error.is_some() {
            out.truncate(start);
        }
        error.map_or(Ok(()), Err)
    }

    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, error: None }
    }

    pub(crate) fn check(&mut self, checked: Result<(), WireError>) {
        self.error = self.error.or(checked.err());
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
    pub(crate) fn blob(&mut self, bytes: &[u8], field: Part) {
        match u32::try_from(bytes.len()) {
            Ok(length) if bytes.len() <= field.max() => {
                self.varint(length);
                self.bytes(bytes);
            }
            _ => self.check(Err(WireError::TooLong { field })),
        }
    }
}
