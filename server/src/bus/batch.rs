//! A batch: what one node says in one room at one flush.
//!
//! | part | bytes | |
//! |---|---|---|
//! | version | 1 | [`VERSION`]; another one is not read |
//! | node | 8 | who says it, big-endian |
//! | flags | 1 | 1: it changes the record · 2: it is complete · 4: the record is to be read instead · 8: it is the node's last · 16: the node stops, and keeps what happens for those whose lines it closes; others are ignored |
//! | sequence | varint | one more than that of the node's last batch in this room |
//! | revision | varint | one more than the last one's where it changes the record, else the same |
//! | items | | in the order in which they happened, cursors last |
//!
//! An item is a message to clients in the wire's own encoding on channel 0 (State as a patch, Event,
//! UserLeft, Cursor, CursorBatch), or `0xF0, length varint, kind u8, body`, which a reader that does not
//! know the kind skips. The wire keeps 0xF free.
//!
//! | kind | body | |
//! |---|---|---|
//! | 1 | [`Person`] | as they are now: they came, look different, or are somebody else's no longer |
//! | 2 | user varint, resume value, text | a [`Kick`]: whoever has this seat frees it |
//! | 3 | text | the room is closed: every node sends its own people away |
//! | 4 | user varint, resume value, batch varint, Events | a [`Handover`]: what was kept for somebody whose seat another node has claimed |

use ::bytes::Bytes;
use mote_protocol::limits::{CONTROL_TEXT_BYTES_MAX, RESUME_BYTES};
use mote_protocol::wire::{Channel, Cursor, Resume, ServerMessage, server_messages};

use super::NodeId;
use super::bytes::{Parts, push_varint};
use super::record::Person;

/// The version that is written and read.
pub const VERSION: u8 = 1;

const CHANGES_RECORD: u8 = 1;
const COMPLETE: u8 = 2;
const REREAD: u8 = 4;
const LAST: u8 = 8;
const LEAVING: u8 = 16;

const OWN_ITEM: u8 = 0xF0;
const KIND_PERSON: u64 = 1;
const KIND_KICK: u64 = 2;
const KIND_CLOSE: u64 = 3;
const KIND_HANDOVER: u64 = 4;

/// What stands before the items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Who says it.
    pub node: NodeId,
    /// Which of the node's batches in this room it is.
    pub sequence: u64,
    /// How many of them, this one included, have changed the record.
    pub revision: u64,
    /// The record was changed in the same step.
    pub changes_record: bool,
    /// The persons in it are all that the node has in the room, and the first of its batches for
    /// whoever reads it.
    pub is_complete: bool,
    /// It would be too large: the record says it.
    pub is_in_record: bool,
    /// The node does not serve the room any more.
    pub is_last: bool,
    /// The node stops: for those whose lines it closes it keeps what happens, and hands it over.
    pub is_leaving: bool,
}

/// A batch that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadBatch {
    /// It is of another version.
    Version(u8),
    /// It is nothing that a node writes.
    Malformed,
}

/// One thing said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// Somebody as they are now.
    Person(Person<'a>),
    /// A message, and its bytes.
    Message(ServerMessage<'a>, &'a [u8]),
    /// Somebody is to go.
    Kick(Kick<'a>),
    /// Everybody is to go, with these words.
    Close(&'a str),
    /// Somebody goes on with another node.
    Handover(Handover<'a>),
}

/// Somebody whose seat another node has is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kick<'a> {
    /// Their id.
    pub user: u32,
    /// Of their seat, so that it is nobody else who was given the id.
    pub resume: Resume,
    /// What they are told.
    pub text: &'a str,
}

/// What happened since the line of somebody was closed, for the node that has their seat now. It is the
/// answer to each claim of a seat that a node had, and may be nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handover<'a> {
    /// Their id.
    pub user: u32,
    /// Of their seat.
    pub resume: Resume,
    /// They have heard what the node said in its batches up to this one, which may come after the claim.
    pub told: u64,
    /// Events on channel 0, in their order.
    pub events: &'a [u8],
}

impl<'a> Handover<'a> {
    fn parse(mut body: Parts<'a>) -> Option<Self> {
        Some(Self {
            user: u32::try_from(body.varint()?).ok()?,
            resume: body.array::<RESUME_BYTES>()?,
            told: body.varint()?,
            events: body.0,
        })
    }
}

impl<'a> Kick<'a> {
    fn parse(mut body: Parts<'a>) -> Option<Self> {
        Some(Self {
            user: u32::try_from(body.varint()?).ok()?,
            resume: body.array::<RESUME_BYTES>()?,
            text: text(body)?,
        })
    }
}

/// What a person is told.
fn text(body: Parts<'_>) -> Option<&str> {
    let text = std::str::from_utf8(body.0).ok();
    text.filter(|text| text.len() <= CONTROL_TEXT_BYTES_MAX)
}

/// Takes the header off.
///
/// # Errors
/// It is not this version's.
pub fn parse(batch: &[u8]) -> Result<(Header, Items<'_>), BadBatch> {
    let mut parts = Parts(batch);
    match parts.u8() {
        Some(VERSION) => {}
        Some(other) => return Err(BadBatch::Version(other)),
        None => return Err(BadBatch::Malformed),
    }
    parse_rest(parts).ok_or(BadBatch::Malformed)
}

fn parse_rest(mut parts: Parts<'_>) -> Option<(Header, Items<'_>)> {
    let node = NodeId(parts.u64()?);
    let flags = parts.u8()?;
    let header = Header {
        node,
        sequence: parts.varint()?,
        revision: parts.varint()?,
        changes_record: flags & CHANGES_RECORD != 0,
        is_complete: flags & COMPLETE != 0,
        is_in_record: flags & REREAD != 0,
        is_last: flags & LAST != 0,
        is_leaving: flags & LEAVING != 0,
    };
    Some((header, Items { rest: parts.0 }))
}

/// What a batch says, in order; ends after the first error.
#[derive(Clone, Copy, Debug)]
pub struct Items<'a> {
    rest: &'a [u8],
}

impl<'a> Items<'a> {
    fn own(&mut self) -> Option<Option<Item<'a>>> {
        let mut parts = Parts(self.rest.get(1..)?);
        let length = usize::try_from(parts.varint()?).ok()?;
        let mut body = Parts(parts.take(length)?);
        self.rest = parts.0;
        let item = match body.varint()? {
            KIND_PERSON => Item::Person(Person::parse(body.0)?),
            KIND_KICK => Item::Kick(Kick::parse(body)?),
            KIND_CLOSE => Item::Close(text(body)?),
            KIND_HANDOVER => Item::Handover(Handover::parse(body)?),
            _ => return Some(None),
        };
        Some(Some(item))
    }

    fn message(&mut self) -> Option<Item<'a>> {
        let mut messages = server_messages(self.rest);
        let message = messages.next()?.ok()?;
        let length = self.rest.len() - messages.rest().len();
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        let first = bytes.first()?;
        (Channel::of_first_byte(*first) == Channel::ZERO).then_some(Item::Message(message, bytes))
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Result<Item<'a>, BadBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let item = match self.rest.first()? {
                &OWN_ITEM => match self.own() {
                    Some(None) => continue,
                    Some(item) => item,
                    None => None,
                },
                _ => self.message(),
            };
            if item.is_none() {
                self.rest = &[];
            }
            return Some(item.ok_or(BadBatch::Malformed));
        }
    }
}

/// Collects what is said until the next flush.
#[derive(Debug, Default)]
pub struct BatchBuf {
    items: Vec<u8>,
}

impl BatchBuf {
    /// Bytes so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Forgets what was said.
    pub fn clear(&mut self) {
        self.items.clear();
    }

    /// Takes over what another one has.
    pub fn append(&mut self, other: &mut Self) {
        self.items.append(&mut other.items);
    }

    /// Whole messages, encoded on channel 0.
    pub fn push_messages(&mut self, messages: &[u8]) {
        self.items.extend_from_slice(messages);
    }

    /// Somebody as they are now.
    pub fn push_person(&mut self, person: &Person<'_>) {
        self.push_own(KIND_PERSON, |body| person.append(body));
    }

    /// Somebody of another node is to go.
    pub fn push_kick(&mut self, kick: &Kick<'_>) {
        self.push_own(KIND_KICK, |body| {
            push_varint(kick.user.into(), body);
            body.extend_from_slice(&kick.resume);
            body.extend_from_slice(kick.text.as_bytes());
        });
    }

    /// What was kept for somebody.
    pub fn push_handover(&mut self, handover: &Handover<'_>) {
        self.push_own(KIND_HANDOVER, |body| {
            push_varint(handover.user.into(), body);
            body.extend_from_slice(&handover.resume);
            push_varint(handover.told, body);
            body.extend_from_slice(handover.events);
        });
    }

    /// Everybody is to go, with these words.
    pub fn push_close(&mut self, text: &str) {
        self.push_own(KIND_CLOSE, |body| body.extend_from_slice(text.as_bytes()));
    }

    fn push_own(&mut self, kind: u64, append: impl FnOnce(&mut Vec<u8>)) {
        let mut body = Vec::new();
        push_varint(kind, &mut body);
        append(&mut body);
        self.items.push(OWN_ITEM);
        push_varint(body.len() as u64, &mut self.items);
        self.items.extend_from_slice(&body);
    }

    /// The batch; what was said so far is in it, and nothing is left.
    pub fn take(&mut self, header: Header) -> Bytes {
        let mut batch = Vec::with_capacity(self.items.len() + 24);
        batch.push(VERSION);
        batch.extend_from_slice(&header.node.0.to_be_bytes());
        let flags = [
            (header.changes_record, CHANGES_RECORD),
            (header.is_complete, COMPLETE),
            (header.is_in_record, REREAD),
            (header.is_last, LAST),
            (header.is_leaving, LEAVING),
        ];
        let set = flags.iter().filter(|(is_set, _)| *is_set);
        batch.push(set.fold(0, |flags, (_, flag)| flags | flag));
        push_varint(header.sequence, &mut batch);
        push_varint(header.revision, &mut batch);
        batch.append(&mut self.items);
        batch.into()
    }
}

/// The cursors of messages as they stand in a record, as far as they can be read.
pub fn cursors_of(messages: &[u8]) -> impl Iterator<Item = Cursor> {
    let read = server_messages(messages).map_while(Result::ok);
    read.flat_map(|message| {
        let (one, many) = match message {
            ServerMessage::Cursor { cursor, .. } => (Some(cursor), None),
            ServerMessage::CursorBatch { cursors, .. } => (None, Some(cursors)),
            _ => (None, None),
        };
        let many = many.into_iter().flat_map(|cursors| cursors.iter());
        one.into_iter().chain(many)
    })
}
