//! The own state: fields merged and kept, so that a rejoin finds them again.

use alloc::vec::Vec;

use crate::limits::STATE_BYTES_MAX;
use crate::wire::{Field, Fields, FieldsBuf, WireError, tag};

/// Fields in ascending order of tag; a removed field is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct OwnState {
    fields: Vec<(u8, Vec<u8>)>,
}

impl OwnState {
    /// The own state as a snapshot has it.
    pub(super) fn of(fields: Fields<'_>) -> Self {
        let fields = fields.iter().map(|field| (field.tag, field.body.to_vec()));
        Self {
            fields: fields.filter(|(_, body)| !body.is_empty()).collect(),
        }
    }

    pub(super) fn get(&self, tag: u8) -> &[u8] {
        self.fields
            .iter()
            .find(|(kept, _)| *kept == tag)
            .map_or(&[], |(_, body)| body)
    }

    /// Merges a field; whether it changed anything.
    ///
    /// # Errors
    /// The field breaks a rule of the wire, or the merged state would be over its limit. Nothing
    /// changed.
    pub(super) fn set(&mut self, field: Field<'_>) -> Result<bool, WireError> {
        FieldsBuf::new().push(field)?;
        if self.get(field.tag) == field.body {
            return Ok(false);
        }
        let mut merged = self.clone();
        merged.fields.retain(|(tag, _)| *tag != field.tag);
        if !field.body.is_empty() {
            let at = merged.fields.partition_point(|(tag, _)| *tag < field.tag);
            merged.fields.insert(at, (field.tag, field.body.to_vec()));
        }
        merged.unlike(&Self::default())?;
        *self = merged;
        Ok(true)
    }

    /// What the server must be told when it has `theirs`: what to remove, then what to set.
    ///
    /// A custom object that differs is removed and set anew, since on the wire it is a patch.
    pub(super) fn changes_from(&self, theirs: &Self) -> (FieldsBuf, FieldsBuf) {
        let mut removed = FieldsBuf::new();
        for (tag, body) in &theirs.fields {
            let own = self.get(*tag);
            if own.is_empty() || (*tag == tag::CUSTOM && own != body) {
                // Ascending, and a few bytes in all: within the limit.
                let _ = removed.push(Field {
                    tag: *tag,
                    body: &[],
                });
            }
        }
        // A part of a state that is within the limit.
        (removed, self.unlike(theirs).unwrap_or_default())
    }

    /// The fields that `theirs` has not or has otherwise.
    fn unlike(&self, theirs: &Self) -> Result<FieldsBuf, WireError> {
        let mut unlike = FieldsBuf::new();
        for (tag, body) in &self.fields {
            if theirs.get(*tag) != body {
                unlike.push(Field { tag: *tag, body })?;
            }
        }
        Ok(unlike)
    }
}

// Every tag's removal fits one State message.
const _: () = assert!(2 * 256 + 2 <= STATE_BYTES_MAX);

#[cfg(test)]
mod tests;
