//! Where clients reach the servers that are live.

use std::sync::{PoisonError, RwLock};

use mote_protocol::time::Instant;

use crate::bus::owner;
use crate::limits::{BUS_LEASE_TTL, BUS_NODES_MAX, NODE_ADDRESS_BYTES_MAX};

/// As the last renewal of this server's lease has shown them.
#[derive(Debug, Default)]
pub(super) struct Addresses(RwLock<Known>);

#[derive(Debug, Default)]
struct Known {
    at: Option<Instant>,
    addresses: Vec<Box<str>>,
}

impl Addresses {
    /// These are live now; who has none is passed over, and so is what is no address.
    pub(super) fn set(&self, now: Instant, addresses: impl Iterator<Item = Box<str>>) {
        let is_one = |address: &str| (1..=NODE_ADDRESS_BYTES_MAX).contains(&address.len());
        let known = Known {
            at: Some(now),
            addresses: addresses
                .filter(|one| is_one(one))
                .take(BUS_NODES_MAX)
                .collect(),
        };
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = known;
    }

    /// Who is to serve a room; none while this is not known well enough to send people away.
    pub(super) fn owner(&self, now: Instant, room: &str) -> Option<Box<str>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.at.filter(|at| now.since(*at) <= BUS_LEASE_TTL)?;
        owner::owner(room, known.addresses.iter().map(|address| &**address)).map(Box::from)
    }
}
