//! Who is told of what happens in the rooms.

use std::fmt;

use crate::bus::NodeId;
use crate::room::Fact;

/// Wants to know who came and left. Called with a lock held: it must neither block nor call the hub, and
/// what it holds must be bounded.
pub trait Facts: fmt::Debug + Send + Sync {
    /// This is so in a room from now on. Of whom it is told belongs to `node`, or to this one.
    fn tell(&self, room: &str, node: Option<NodeId>, fact: Fact);
}
