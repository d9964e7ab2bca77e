//! How many joins come from each address: for each the instant at which all are forgiven (a token bucket,
//! see `bucket.rs`), and nothing for those whose joins are.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Duration;

use mote_protocol::time::Instant;

use crate::bucket::Bucket;
use crate::hub::lock;
use crate::limits::{JOIN_ADDRESSES_MAX, JOIN_ADDRESSES_SWEPT_EVERY, JOINS_PER_IP_WITHIN};

#[derive(Debug)]
pub(super) struct Joins {
    cost: Duration,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    by_address: HashMap<IpAddr, Bucket>,
    /// When those who are forgiven were forgotten last.
    swept_at: Option<Instant>,
}

impl Joins {
    pub(super) fn new(max: u32) -> Self {
        Self {
            cost: JOINS_PER_IP_WITHIN / max.max(1),
            known: Mutex::default(),
        }
    }

    /// One that may not go in costs nothing, so who waits gets in again. O(1), and once a second
    /// O(addresses).
    pub(super) fn take(&self, now: Instant, address: IpAddr) -> bool {
        let mut known = lock(&self.known);
        known.make_place(now);
        let is_full = known.by_address.len() >= JOIN_ADDRESSES_MAX;
        let bucket = match known.by_address.get_mut(&address) {
            Some(bucket) => bucket,
            None if is_full => return true,
            None => known.by_address.entry(address).or_insert(Bucket::new(now)),
        };
        bucket.take_within(now, self.cost, JOINS_PER_IP_WITHIN)
    }
}

impl Known {
    fn make_place(&mut self, now: Instant) {
        let is_fresh = |swept_at| now < swept_at + JOIN_ADDRESSES_SWEPT_EVERY;
        if !self.swept_at.is_some_and(is_fresh) {
            self.swept_at = Some(now);
            self.by_address.retain(|_, bucket| !bucket.is_forgiven(now));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(number: u32) -> IpAddr {
        std::net::Ipv4Addr::from(number).into()
    }

    #[test]
    fn an_address_has_its_joins_of_a_minute_at_once_and_then_one_by_one() {
        let joins = Joins::new(60);
        let start = Instant::from_millis(5_000);
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!((0..60).all(|_| joins.take(start, address(1))));
        assert!(!joins.take(start, address(1)));
        assert!(joins.take(start, address(2)), "another has its own");
        assert!(joins.take(at(1), address(1)));
        assert!(!joins.take(at(1), address(1)));
        let after = at(3_600);
        assert!((0..60).all(|_| joins.take(after, address(1))));
        assert!(!joins.take(after, address(1)));
    }

    #[test]
    fn addresses_are_forgotten_when_their_joins_are_and_there_are_never_too_many() {
        let joins = Joins::new(60);
        let mut now = Instant::from_millis(0);
        let known = || lock(&joins.known).by_address.len();
        let most = u32::try_from(JOIN_ADDRESSES_MAX).unwrap();
        for number in 0..most + 10 {
            assert!(joins.take(now, address(number)));
        }
        assert_eq!(known(), JOIN_ADDRESSES_MAX);
        now = now + Duration::from_secs(2);
        assert!(joins.take(now, address(0)));
        assert_eq!(known(), 1);
    }
}
