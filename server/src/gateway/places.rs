//! How many connections there may be, in all and from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::access::owner_of;

/// Places for connections of one kind.
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

/// There is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// For anybody.
    All,
    /// For this address.
    Address,
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

    /// Takes a place, if there is one. Without an address only the total counts.
    pub(super) fn take(self: &Arc<Self>, address: Option<IpAddr>) -> Result<Place, Full> {
        let address = address.map(owner_of);
        let mut taken = self.lock();
        if taken.all >= self.max {
            return Err(Full::All);
        }
        if let Some(address) = address {
            let own = taken.by_address.entry(address).or_default();
            if *own >= self.max_per_address {
                return Err(Full::Address);
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
        assert_eq!(third.unwrap_err(), Full::Address);
        let _other = places.take(address("10.0.0.2")).unwrap();
        let full = places.take(address("10.0.0.3"));
        assert_eq!(full.unwrap_err(), Full::All);
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
