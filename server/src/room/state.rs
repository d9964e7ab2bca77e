//! A person's merged state: the last body of each tag, the custom object merged.

use std::collections::BTreeMap;

use mote_protocol::limits::STATE_BYTES_MAX;
use mote_protocol::wire::{Field, Fields, FieldsBuf, Viewport, WireError, tag};

use super::custom;
use crate::limits::Limit;

/// A message cannot be applied. Nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageError {
    /// It breaks the wire: close 4000.
    Protocol(&'static str),
    /// It is well-formed and not theirs to say: Control Error.
    Refused(&'static str),
    /// It is too much: Control Error with these words.
    Over(Limit, &'static str),
}

/// Fields by tag; none of them is empty.
#[derive(Clone, Debug, Default)]
pub(super) struct PersonState {
    fields: BTreeMap<u8, Vec<u8>>,
    encoded_bytes: usize,
}

impl PersonState {
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    pub(super) fn fields(&self) -> &BTreeMap<u8, Vec<u8>> {
        &self.fields
    }

    /// About what the whole takes in a message, in bytes; 0 when empty.
    pub(super) fn encoded_bytes(&self) -> usize {
        self.encoded_bytes
    }

    /// What the cursor's coordinates are fractions of; empty for the room's own surface.
    pub(super) fn surface(&self) -> &[u8] {
        let body = self.fields.get(&tag::SURFACE);
        body.map_or(&[], |body| body.get(1..).unwrap_or_default())
    }

    /// What the person sees of the surface, as far as it is known.
    pub(super) fn viewport(&self) -> Option<Viewport> {
        let body = self.fields.get(&tag::VIEWPORT)?;
        Viewport::parse(body).ok()
    }

    /// This state with `changes` applied. O(size of the state).
    pub(super) fn merged(&self, changes: Fields<'_>) -> Result<Self, MessageError> {
        let mut fields = self.fields.clone();
        for Field { tag, body } in changes.iter() {
            if body.is_empty() {
                fields.remove(&tag);
            } else if tag == tag::CUSTOM {
                let whole = fields.get(&tag).map_or(&[][..], Vec::as_slice);
                let merged = custom::merge(whole, body).map_err(|custom::NotAnObject| {
                    MessageError::Protocol("custom is not a JSON object")
                })?;
                fields.insert(tag, merged);
            } else {
                fields.insert(tag, body.to_vec());
            }
        }
        let mut merged = Self {
            fields,
            encoded_bytes: 0,
        };
        merged.encoded_bytes = merged.measure()?;
        Ok(merged)
    }

    pub(super) fn to_fields(&self) -> FieldsBuf {
        self.build()
            .expect("a state is kept only after it was built once")
    }

    fn measure(&self) -> Result<usize, MessageError> {
        if self.fields.is_empty() {
            return Ok(0);
        }
        let text = "your merged state would be over 16 KiB";
        let too_large = MessageError::Over(Limit::PersonState, text);
        self.build().map_err(|_| too_large)?;
        // Per field a tag and a length of at most three bytes; the sum is for the room's total.
        let bodies: usize = self.fields.values().map(|body| body.len() + 4).sum();
        Ok(bodies.min(STATE_BYTES_MAX))
    }

    fn build(&self) -> Result<FieldsBuf, WireError> {
        let mut fields = FieldsBuf::new();
        for (&tag, body) in &self.fields {
            fields.push(Field { tag, body })?;
        }
        Ok(fields)
    }
}
