//! Between the rooms of one node and those of the others: what is said, and to what.
//!
//! Nothing in here opens a socket. A room decides what its bus is told ([`BusOutput`]) and makes of
//! what the others say; an engine behind [`Bus`] carries it. People of a room are in a [`Record`]
//! that the engine keeps, and each change of it travels as a [`batch`] as well.

pub mod batch;
mod bytes;
pub mod owner;
pub mod record;
pub mod redis;

use std::fmt;

use ::bytes::Bytes;
use mote_protocol::time::Instant;

/// One start of a server: a random number, another one at the next start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u64);

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// What a room tells its bus, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BusOutput {
    /// Publish this batch and change the record, both in one step where the engine can.
    Publish {
        /// See [`batch`].
        batch: Bytes,
        /// What of the record is different now; often nothing.
        changes: Vec<Change>,
    },
    /// One more block of ids is needed.
    WantIds,
    /// Batches are missing: the record is to be read again.
    WantRecord,
}

/// A change of a room's record. Fields are named as [`record`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The field has this value. Refused for a person whom another node has taken over since.
    Set {
        /// Its name.
        field: Bytes,
        /// Its value.
        value: Bytes,
    },
    /// The field is gone. Refused for a person of another node.
    Remove {
        /// Its name.
        field: Bytes,
    },
}

/// What the engine knows of a room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Names and values as they were read, which may be anything.
    pub fields: Vec<(Bytes, Bytes)>,
    /// The blocks of ids that are this node's.
    pub blocks: Vec<u32>,
    /// The nodes that have a lease now.
    pub live_nodes: Vec<NodeId>,
}

/// An engine as rooms see it. Called with a lock held: it must neither block nor call
/// [`BusEvents`] from within, and what it holds must be bounded.
pub trait Bus: fmt::Debug + Send + Sync {
    /// This node.
    fn node(&self) -> NodeId;

    /// A room was made here: subscribe, take a block of ids, read the record. Answered by
    /// [`BusEvents::opened`] or [`BusEvents::unavailable`].
    fn open(&self, room: &str);

    /// Nobody of the room is here any more: unsubscribe, take all of this node out of the record,
    /// give its blocks back, publish `farewell`. While the engine is away this is done later.
    fn close(&self, room: &str, farewell: Option<Bytes>);

    /// Where the server that is to serve this room is reached; none where it is this one, or not
    /// known.
    fn owner(&self, _now: Instant, _room: &str) -> Option<Box<str>> {
        None
    }

    /// A room wants to hear its own batches as well as those of the others, where they stand among these; or
    /// it does not any more.
    fn hear_back(&self, _is_wanted: bool) {}

    /// What the room says.
    fn carry_out(&self, room: &str, output: BusOutput);
}

/// What an engine tells.
pub trait BusEvents: Send + Sync {
    /// The record of a room as it is, newer than every batch so far. After the first opening, on
    /// [`BusOutput::WantRecord`], and when the engine is back.
    fn opened(&self, now: Instant, room: &str, record: &Record);

    /// One more block of ids.
    fn ids(&self, now: Instant, room: &str, block: u32);

    /// Another node published this, or this one, where a room wants to [hear it](Bus::hear_back).
    fn batch(&self, now: Instant, room: &str, batch: &Bytes);

    /// The lease of a node has lapsed.
    fn node_gone(&self, now: Instant, node: NodeId);

    /// The engine of a room is away: the room goes on alone, until it is `opened` again.
    fn unavailable(&self, now: Instant, room: &str);

    /// The engine knows of somebody in a room where nobody was, on any node. One node is told, the one
    /// that they came to.
    fn began(&self, _room: &str) {}

    /// Nobody is left in a room, on any node. One node is told, the one that was the last.
    fn ended(&self, _room: &str) {}

    /// These, whose fields of the record are given, were on a node that is gone, and did not come back.
    /// One node is told.
    fn cleared(&self, _room: &str, _node: NodeId, _people: &[(u32, Bytes)]) {}
}

#[cfg(test)]
mod tests;
