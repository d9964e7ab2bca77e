//! The one place where bytes are sliced.

use super::error::WireError;
use super::part::Part;

/// Reads fields off the front of a slice; every read names its field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) fn bytes(&mut self, count: usize, field: Part) -> Result<&'a [u8], WireError> {
        let (head, tail) = self
            .rest
            .split_at_checked(count)
            .ok_or(WireError::Truncated { field })?;
        self.rest = tail;
        Ok(head)
    }

    pub(crate) fn array<const N: usize>(&mut self, field: Part) -> Result<[u8; N], WireError> {
        let (head, tail) = self
            .rest
            .split_first_chunk()
            .ok_or(WireError::Truncated { field })?;
        self.rest = tail;
        Ok(*head)
    }

    pub(crate) fn u8(&mut self, field: Part) -> Result<u8, WireError> {
        self.array::<1>(field).map(|[byte]| byte)
    }

    pub(crate) fn u16(&mut self, field: Part) -> Result<u16, WireError> {
        self.array(field).map(u16::from_be_bytes)
    }

    /// Unsigned LEB128, at most 32 bits, shortest form only.
    pub(crate) fn varint(&mut self, field: Part) -> Result<u32, WireError> {
        let mut value = 0u32;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.u8(field)?;
            let bits = u32::from(byte & 0x7F);
            if shift == 28 && byte > 0x0F {
                return Err(WireError::HugeVarint { field });
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                let is_shortest = byte != 0 || shift == 0;
                return if is_shortest {
                    Ok(value)
                } else {
                    Err(WireError::LongVarint { field })
                };
            }
        }
        Err(WireError::HugeVarint { field })
    }

    /// A varint that counts bytes or items.
    pub(crate) fn length(&mut self, field: Part) -> Result<usize, WireError> {
        let length = self.varint(field)? as usize;
        if length > field.max() {
            Err(WireError::TooLong { field })
        } else {
            Ok(length)
        }
    }

    /// A length and that many bytes.
    pub(crate) fn blob(&mut self, field: Part) -> Result<&'a [u8], WireError> {
        let length = self.length(field)?;
        self.bytes(length, field)
    }

    /// A length and that many bytes of UTF-8.
    pub(crate) fn text(&mut self, field: Part) -> Result<&'a str, WireError> {
        let bytes = self.blob(field)?;
        core::str::from_utf8(bytes).map_err(|_| WireError::BadUtf8 { field })
    }
}
