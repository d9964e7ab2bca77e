//! How many WebSockets there may be, in all and from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mote_protocol::close::CloseCode;
use tokio::sync::Notify;

/// Places for WebSockets.
#[derive(Debug)]
pub(super) struct Places {
    max: usize,
    max_per_address: usize,
    taken: Mutex<Taken>,
    emptied: Notify,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A place, given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    address: Option<IpAddr>,
}

impl Places {
    pub(super) fn new(max: usize, max_per_address: usize) -> Self {
        Self {
            max,
            max_per_address,
            taken: Mutex::default(),
            emptied: Notify::new(),
        }
    }

    /// How many places are taken.
    pub(super) fn taken(&self) -> usize {
        self.lock().all
    }

    /// Waits until no place is taken.
    pub(super) async fn all_free(&self) {
        loop {
            // Made before the look, so that it hears of a change right after it.
            let emptied = self.emptied.notified();
            if self.lock().all == 0 {
                return;
            }
            emptied.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place, or says with which code to close.
    pub(super) fn take(self: &Arc<Self>, address: Option<IpAddr>) -> Result<Place, CloseCode> {
        let address = address.map(owner_of);
        let mut taken = self.lock();
        if taken.all >= self.max {
            return Err(CloseCode::TryAgainLater);
        }
        if let Some(address) = address {
            let own = taken.by_address.entry(address).or_default();
            if *own >= self.max_per_address {
                return Err(CloseCode::TooManyConnections);
            }
            *own += 1;
        }
        taken.all += 1;
        drop(taken);
        let places = Arc::clone(self);
        Ok(Place { places, address })
    }

    fn give_back(&self, address: Option<IpAddr>) {
        let mut taken = self.lock();
        taken.all -= 1;
        if let Some(address) = address
            && let Some(own) = taken.by_address.get_mut(&address)
        {
            *own -= 1;
            if *own == 0 {
                taken.by_address.remove(&address);
            }
        }
        if taken.all == 0 {
            self.emptied.notify_waiters();
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.give_back(self.address);
    }
}

/// Who counts as one: an IPv4 address, or the /64 of an IPv6 address, which is what one customer
/// has at the least.
fn owner_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            IpAddr::V6(network.into())
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn one_address_cannot_take_every_place() {
        let places = Arc::new(Places::new(3, 2));
        let _first = places.take(address("10.0.0.1")).unwrap();
        let second = places.take(address("10.0.0.1")).unwrap();
        let third = places.take(address("10.0.0.1"));
        assert_eq!(third.unwrap_err(), CloseCode::TooManyConnections);
        let _other = places.take(address("10.0.0.2")).unwrap();
        let full = places.take(address("10.0.0.3"));
        assert_eq!(full.unwrap_err(), CloseCode::TryAgainLater);
        drop(second);
        let _again = places.take(address("10.0.0.1")).unwrap();
    }

    #[test]
    fn the_addresses_of_one_ipv6_network_count_together() {
        let places = Arc::new(Places::new(9, 1));
        let _place = places.take(address("2001:db8:1:2::1")).unwrap();
        assert!(places.take(address("2001:db8:1:2:ffff::9")).is_err());
        assert!(places.take(address("2001:db8:1:3::1")).is_ok());
    }

    #[test]
    fn an_ipv4_address_is_the_same_when_it_comes_mapped() {
        let places = Arc::new(Places::new(9, 1));
        let _place = places.take(address("10.0.0.1")).unwrap();
        assert!(places.take(address("::ffff:10.0.0.1")).is_err());
    }

    #[test]
    fn an_address_without_connections_takes_no_memory() {
        let places = Arc::new(Places::new(9, 1));
        drop(places.take(address("10.0.0.1")));
        assert!(places.taken.lock().unwrap().by_address.is_empty());
    }
}
