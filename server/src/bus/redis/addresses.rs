//! Where clients reach the servers that are live.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use mote_protocol::time::Instant;

use crate::bus::{NodeId, owner};
use crate::limits::{BUS_LEASE_TTL, BUS_NODES_MAX, NODE_ADDRESS_BYTES_MAX};

/// As the last renewal of this server's lease has shown them.
#[derive(Debug, Default)]
pub(super) struct Addresses(RwLock<Known>);

#[derive(Debug, Default)]
struct Known {
    at: Option<Instant>,
    nodes: Vec<(NodeId, Box<str>)>,
}

impl Addresses {
    /// These are live now. One without an address, or with what is none, serves all the same.
    pub(super) fn set(&self, now: Instant, nodes: impl Iterator<Item = (NodeId, Box<str>)>) {
        let nodes = nodes.map(|(node, address)| {
            let is_one = address.len() <= NODE_ADDRESS_BYTES_MAX;
            (node, if is_one { address } else { "".into() })
        });
        let known = Known {
            at: Some(now),
            nodes: nodes.take(BUS_NODES_MAX).collect(),
        };
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = known;
    }

    /// Who is to serve a room; none while this is not known well enough to send people away.
    pub(super) fn owner(&self, now: Instant, room: &str) -> Option<Box<str>> {
        let known = self.known();
        known.at.filter(|at| now.since(*at) <= BUS_LEASE_TTL)?;
        let addresses = known.nodes.iter().map(|(_, address)| &**address);
        owner::owner(room, addresses.filter(|address| !address.is_empty())).map(Box::from)
    }

    /// Every node that was live at the last renewal; an address is empty where there is none.
    pub(super) fn nodes(&self) -> Vec<(NodeId, Box<str>)> {
        self.known().nodes.clone()
    }

    fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}
