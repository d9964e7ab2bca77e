//! The one place where bytes are sliced.

use super::error::WireError;
use super::part::Part;

/// Reads parts off the front of a slice; every read names its part.
///
/// The first error stays, and from there on there is nothing to read: parts are then zero or empty,
/// and what was read of them is to be thrown away.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    error: Option<WireError>,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            error: None,
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// What was read, unless something was wrong with it.
    pub(crate) fn finish<T>(&self, read: T) -> Result<T, WireError> {
        self.error.map_or(Ok(read), Err)
    }

    /// Nothing more may follow.
    pub(crate) fn end(&mut self, field: Part) {
        if !self.rest.is_empty() {
            self.fail(WireError::BadValue { field });
        }
    }

    /// Not inlined: there are many calls, and none of them is to be fast.
    #[inline(never)]
    pub(crate) fn fail(&mut self, error: WireError) {
        self.error.get_or_insert(error);
        self.rest = &[];
    }

    pub(crate) fn check(&mut self, checked: Result<(), WireError>) {
        if let Err(error) = checked {
            self.fail(error);
        }
    }

    pub(crate) fn bytes(&mut self, count: usize, field: Part) -> &'a [u8] {
        let Some((head, tail)) = self.rest.split_at_checked(count) else {
            self.fail(WireError::Truncated { field });
            return &[];
        };
        self.rest = tail;
        head
    }

    pub(crate) fn array<const N: usize>(&mut self, field: Part) -> [u8; N] {
        self.bytes(N, field).try_into().unwrap_or([0; N])
    }

    pub(crate) fn u8(&mut self, field: Part) -> u8 {
        let [byte] = self.array(field);
        byte
    }

    pub(crate) fn u16(&mut self, field: Part) -> u16 {
        u16::from_be_bytes(self.array(field))
    }

    /// Unsigned LEB128, at most 32 bits, shortest form only.
    pub(crate) fn varint(&mut self, field: Part) -> u32 {
        let mut value = 0u32;
        let mut shift = 0;
        loop {
            let byte = self.u8(field);
            if shift == 28 && byte > 0x0F {
                self.fail(WireError::HugeVarint { field });
                return 0;
            }
            value |= u32::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                if byte == 0 && shift > 0 {
                    self.fail(WireError::LongVarint { field });
                }
                return value;
            }
            shift += 7;
        }
    }

    /// A varint that counts bytes or items.
    pub(crate) fn length(&mut self, field: Part) -> usize {
        let length = self.varint(field) as usize;
        if length > field.max() {
            self.fail(WireError::TooLong { field });
            return 0;
        }
        length
    }

    /// A length and that many bytes.
    pub(crate) fn blob(&mut self, field: Part) -> &'a [u8] {
        let length = self.length(field);
        self.bytes(length, field)
    }

    /// A length and that many bytes of UTF-8.
    pub(crate) fn text(&mut self, field: Part) -> &'a str {
        let length = self.length(field);
        self.utf8(length, field)
    }

    /// So many bytes of UTF-8.
    pub(crate) fn utf8(&mut self, count: usize, field: Part) -> &'a str {
        let bytes = self.bytes(count, field);
        core::str::from_utf8(bytes).unwrap_or_else(|_| {
            self.fail(WireError::BadUtf8 { field });
            ""
        })
    }
}
