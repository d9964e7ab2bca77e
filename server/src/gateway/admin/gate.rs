//! How much may be asked: a rate, and a number at one time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use mote_protocol::time::Instant;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::problem::Problem;
use crate::bucket::Bucket;
use crate::hub::lock;
use crate::limits::{
    ADMIN_REQUEST_BURST, ADMIN_REQUESTS_AT_ONCE_MAX, ADMIN_REQUESTS_PER_SECOND, Limit,
};

/// For those who may ask. Who may not does not come here, and so keeps nobody out.
#[derive(Debug)]
pub(super) struct Gate {
    places: Arc<Semaphore>,
    requests: Mutex<Bucket>,
}

/// A request that is being worked on.
#[derive(Debug)]
pub(super) struct Place(
    #[allow(dead_code, reason = "given back when dropped")] OwnedSemaphorePermit,
);

impl Gate {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            places: Arc::new(Semaphore::new(ADMIN_REQUESTS_AT_ONCE_MAX)),
            requests: Mutex::new(Bucket::new(now)),
        }
    }

    /// # Errors
    /// Which limit is hit, and what to tell.
    pub(super) fn enter(&self, now: Instant) -> Result<Place, (Limit, Problem)> {
        self.count(now)?;
        let place = Arc::clone(&self.places).try_acquire_owned();
        place.map(Place).map_err(|_| {
            let problem = Problem::unavailable(format!(
                "{ADMIN_REQUESTS_AT_ONCE_MAX} requests are being worked on: ask one after the other, or \
                 try again"
            ));
            (Limit::AdminRequestsAtOnce, problem)
        })
    }

    fn count(&self, now: Instant) -> Result<(), (Limit, Problem)> {
        let each = Duration::from_secs(1) / ADMIN_REQUESTS_PER_SECOND;
        if !lock(&self.requests).take_within(now, each, ADMIN_REQUEST_BURST) {
            let problem = Problem::too_many(format!(
                "more than {ADMIN_REQUESTS_PER_SECOND} requests a second: ask more seldom"
            ));
            return Err((Limit::AdminRequests, problem));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_what_is_over_the_rate_does_not_until_time_has_passed() {
        let gate = Gate::new(Instant::ZERO);
        let burst = u64::from(ADMIN_REQUESTS_PER_SECOND) * ADMIN_REQUEST_BURST.as_secs();
        for _ in 0..burst {
            drop(gate.enter(Instant::ZERO).unwrap());
        }
        assert!(gate.enter(Instant::ZERO).is_err());
        let later = Instant::ZERO + Duration::from_millis(1);
        assert!(gate.enter(later).is_ok());
        assert!(gate.enter(later).is_err());
    }

    #[test]
    fn only_so_many_are_worked_on_at_one_time() {
        let gate = Gate::new(Instant::ZERO);
        let places: Vec<_> = (0..ADMIN_REQUESTS_AT_ONCE_MAX)
            .map(|_| gate.enter(Instant::ZERO).unwrap())
            .collect();
        assert!(gate.enter(Instant::ZERO).is_err());
        drop(places);
        assert!(gate.enter(Instant::ZERO).is_ok());
    }
}
