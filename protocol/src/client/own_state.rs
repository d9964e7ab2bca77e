//! The own state: fields merged and kept, so that a rejoin finds them again.

use crate::limits::STATE_BYTES_MAX;
use crate::wire::{Field, Fields, FieldsBuf, WireError, tag};

/// The fields that are set; a removed field is not there, or empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct OwnState {
    fields: FieldsBuf,
}

impl OwnState {
    /// The own state as a snapshot has it.
    pub(super) fn of(theirs: Fields<'_>) -> Self {
        let fields = theirs.into();
        Self { fields }
    }

    fn get(&self, tag: u8) -> &[u8] {
        self.fields.as_fields().get(tag).unwrap_or_default()
    }

    /// Merges a field; whether it changed anything.
    ///
    /// # Errors
    /// The field breaks a rule of the wire, or the merged state would be over its limit. Nothing
    /// changed.
    pub(super) fn set(&mut self, field: Field<'_>) -> Result<bool, WireError> {
        if self.get(field.tag) == field.body {
            return Ok(false);
        }
        let mut merged = FieldsBuf::new();
        for is_behind in [false, true] {
            if is_behind && !field.body.is_empty() {
                merged.push(field)?;
            }
            for kept in self.fields.as_fields().iter() {
                if kept.tag != field.tag && (kept.tag > field.tag) == is_behind {
                    merged.push(kept)?;
                }
            }
        }
        self.fields = merged;
        Ok(true)
    }

    /// What the server must be told when it has `theirs`: what to remove, then what to set.
    ///
    /// A custom object that differs is removed and set anew, since on the wire it is a patch. A cursor
    /// that `is_gone` is taken away by going to a surface that nobody has, and back: nothing else does.
    pub(super) fn changes_from(&self, theirs: &Self, is_gone: bool) -> [FieldsBuf; 2] {
        // Parts of states that are within the limit.
        let mut removed = FieldsBuf::new();
        for Field { tag, body } in theirs.fields.as_fields().iter() {
            let own = self.get(tag);
            if own.is_empty() || (tag == tag::CUSTOM && own != body) {
                let _ = removed.push(Field { tag, body: &[] });
            }
        }
        let mut set = FieldsBuf::new();
        for field in self.fields.as_fields().iter() {
            if theirs.get(field.tag) != field.body {
                let _ = set.push(field);
            }
        }
        if is_gone {
            // What says of the surface already does as well.
            let _ = removed.push(surface(b"\x01\0"));
            let _ = set.push(surface(self.get(tag::SURFACE)));
        }
        [removed, set]
    }
}

const fn surface(body: &[u8]) -> Field<'_> {
    let tag = tag::SURFACE;
    Field { tag, body }
}

// Every tag's removal fits one State message.
const _: () = assert!(2 * 256 + 2 <= STATE_BYTES_MAX);

#[cfg(test)]
mod tests;
