//! A room's record: a map that the engine keeps, from which a node that opens the room learns who
//! is there.
//!
//! | field | value |
//! |---|---|
//! | `u<user id>` | node u64, generation u32 (both big-endian: the engine compares them), resume value, UserJoined, and State where there is any |
//! | `c<node>` | the last cursors of the node's people, as Cursor or CursorBatch |
//! | `s<node>` | the revision of the node's last batch that changed the record, in decimal |
//!
//! A user id is in decimal, a node in sixteen hexadecimal digits.

use std::fmt::Write;

use ::bytes::Bytes;
use mote_protocol::limits::RESUME_BYTES;
use mote_protocol::wire::{Channel, Fields, Resume, ServerMessage, UserJoined, server_messages};

use super::NodeId;
use super::bytes::Parts;

/// A field's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// A person.
    User(u32),
    /// Where a node's people were last.
    Cursors(NodeId),
    /// How far the record has what a node said.
    Revision(NodeId),
}

impl Field {
    /// What the name of a field says; nothing for one that no node writes.
    #[must_use]
    pub fn parse(name: &[u8]) -> Option<Self> {
        let (kind, rest) = name.split_first()?;
        let rest = std::str::from_utf8(rest).ok()?;
        let node = || {
            let digits = (rest.len() == 16).then_some(rest)?;
            u64::from_str_radix(digits, 16).ok().map(NodeId)
        };
        let field = match kind {
            b'u' => Self::User(rest.parse().ok()?),
            b'c' => Self::Cursors(node()?),
            b's' => Self::Revision(node()?),
            _ => return None,
        };
        // A sign or a leading zero would make two names of one field.
        (field.name() == name).then_some(field)
    }

    /// The name.
    #[must_use]
    pub fn name(self) -> Bytes {
        let mut name = String::new();
        let written = match self {
            Self::User(user) => write!(name, "u{user}"),
            Self::Cursors(node) => write!(name, "c{node}"),
            Self::Revision(node) => write!(name, "s{node}"),
        };
        written.expect("a string takes everything");
        name.into()
    }
}

/// A person as other nodes know them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person<'a> {
    /// How often their seat went from one node to another.
    pub generation: u32,
    /// Takes the seat back, on whichever node.
    pub resume: Resume,
    /// Their id and looks.
    pub joined: UserJoined<'a>,
    /// Their whole state.
    pub fields: Fields<'a>,
}

impl<'a> Person<'a> {
    /// Reads what [`append`](Self::append) wrote; none if it is something else.
    #[must_use]
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut parts = Parts(bytes);
        let generation = parts.u32()?;
        let resume = parts.array::<RESUME_BYTES>()?;
        let mut messages = server_messages(parts.0);
        let Ok(ServerMessage::UserJoined { joined, .. }) = messages.next()? else {
            return None;
        };
        let fields = match messages.next() {
            None => Fields::EMPTY,
            Some(Ok(ServerMessage::State { user, fields, .. })) if user == joined.user => fields,
            Some(_) => return None,
        };
        messages.next().is_none().then_some(Self {
            generation,
            resume,
            joined,
            fields,
        })
    }

    /// Generation, resume value, UserJoined, and State where there is any.
    ///
    /// # Panics
    /// When the wire has no place for it: a room takes only what the wire allows.
    pub fn append(&self, out: &mut Vec<u8>) {
        let (channel, joined, fields) = (Channel::ZERO, self.joined, self.fields);
        out.extend_from_slice(&self.generation.to_be_bytes());
        out.extend_from_slice(&self.resume);
        let mut append = |message: &ServerMessage<'_>| {
            let encoded = message.encode(out);
            encoded.expect("names and states are checked when they come in");
        };
        append(&ServerMessage::UserJoined { channel, joined });
        if !fields.is_empty() {
            let user = joined.user;
            append(&ServerMessage::State {
                channel,
                user,
                fields,
            });
        }
    }

    /// The value of their field.
    #[must_use]
    pub fn value(&self, node: NodeId) -> Bytes {
        let mut value = node.0.to_be_bytes().to_vec();
        self.append(&mut value);
        value.into()
    }

    /// The node that has them, and who they are.
    #[must_use]
    pub fn of_value(value: &'a [u8]) -> Option<(NodeId, Self)> {
        let mut parts = Parts(value);
        let node = NodeId(parts.u64()?);
        Some((node, Self::parse(parts.0)?))
    }
}
