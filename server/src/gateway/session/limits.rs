//! What keeps a Join out though nothing is wrong with it: there is too much of something.

use std::net::IpAddr;
use std::sync::Arc;

use mote_protocol::close::CloseCode;
use mote_protocol::time::Instant;

use super::Session;
use super::shares::{AccountPlace, Shares};
use crate::access::owner_of;
use crate::auth::Grant;
use crate::hub::Close;
use crate::limits::Limit;

/// Where a session's connection comes from, and what it is limited in together with others.
#[derive(Debug)]
pub(super) struct Place {
    shares: Arc<Shares>,
    /// With all that count as one.
    address: Option<IpAddr>,
}

impl Session {
    /// From now on it is limited together with those of the same account, and of the same address where
    /// that is known.
    pub fn share_limits(&mut self, shares: Arc<Shares>, address: Option<IpAddr>) {
        self.place = Some(Place {
            shares,
            address: address.map(owner_of),
        });
    }

    /// Counts, and gives back, why a socket is closed.
    pub(super) fn over(&self, limit: Limit, close: Close) -> Close {
        self.hub.hits().count(limit);
        close
    }

    /// Why one more room may not be joined now.
    pub(super) fn join_refusal(&self, now: Instant) -> Option<Close> {
        if self.connection.rooms() >= self.config.rooms_max {
            let close = Close {
                code: CloseCode::TooManyMessages,
                reason: "this connection is in as many rooms as it may".into(),
            };
            return Some(self.over(Limit::RoomsPerConnection, close));
        }
        if self.hub.budget().refuses_joins() {
            let close = Close::from(CloseCode::TryAgainLater);
            return Some(self.over(Limit::QueueTotalJoins, close));
        }
        let Place { shares, address } = self.place.as_ref()?;
        let is_over = address.is_some_and(|address| !shares.take_join(now, address));
        is_over.then(|| {
            let close = Close {
                code: CloseCode::TooManyMessages,
                reason: "too many joins from this address".into(),
            };
            self.over(Limit::JoinsPerIp, close)
        })
    }

    /// A place for this connection among those of its account; none where that is not limited.
    pub(super) fn account_place(
        &self,
        grant: Option<&Grant>,
    ) -> Result<Option<Arc<AccountPlace>>, Close> {
        let (Some(grant), Some(passes), Some(place)) = (grant, &self.passes, &self.place) else {
            return Ok(None);
        };
        // However many rooms it is in, it is one connection.
        let place = passes
            .account_place(&grant.account)
            .or_else(|| place.shares.take_account(&grant.account));
        place.map(Some).ok_or_else(|| {
            let close = Close {
                code: CloseCode::TooManyConnections,
                reason: "too many connections of this account".into(),
            };
            self.over(Limit::ConnectionsPerAccount, close)
        })
    }
}
