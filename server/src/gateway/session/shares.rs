//! What the connections of one server are limited in together: those of one account, and the joins of one
//! address.

mod accounts;
mod joins;

pub(super) use accounts::AccountPlace;

use std::net::IpAddr;
use std::sync::Arc;

use mote_protocol::time::Instant;

use accounts::Accounts;
use joins::Joins;

/// Of one server; its sessions share it.
#[derive(Debug)]
pub struct Shares {
    accounts: Arc<Accounts>,
    joins: Joins,
}

impl Shares {
    /// `per_account`: connections of one account. `joins_per_address`: joins of one address in
    /// [`JOINS_PER_IP_WITHIN`](crate::limits::JOINS_PER_IP_WITHIN).
    #[must_use]
    pub fn new(per_account: usize, joins_per_address: u32) -> Self {
        Self {
            accounts: Arc::new(Accounts::new(per_account)),
            joins: Joins::new(joins_per_address),
        }
    }

    /// A place for one more connection of an account, if there is one.
    pub(super) fn take_account(&self, account: &str) -> Option<Arc<AccountPlace>> {
        Accounts::take(&self.accounts, account).map(Arc::new)
    }

    /// Whether one more join of an address may go in now.
    pub(super) fn take_join(&self, now: Instant, address: IpAddr) -> bool {
        self.joins.take(now, address)
    }
}
