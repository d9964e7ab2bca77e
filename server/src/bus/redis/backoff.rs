//! How long to wait before the next attempt: full jitter, so that nodes do not come back in step.

use std::time::Duration;

use rand::Rng;

use crate::limits::{BUS_RETRY_BASE, BUS_RETRY_MAX};

/// Doubles with each failure in a row, up to a bound.
#[derive(Debug, Default)]
pub(super) struct BackOff {
    failures: u32,
}

impl BackOff {
    /// A random part of what the failures so far have made of the base.
    pub(super) fn next(&mut self, random: &mut impl Rng) -> Duration {
        let most = BUS_RETRY_BASE
            .saturating_mul(1 << self.failures.min(16))
            .min(BUS_RETRY_MAX);
        self.failures = self.failures.saturating_add(1);
        let part = f64::from(random.next_u32()) / f64::from(u32::MAX);
        most.mul_f64(part)
    }

    /// It has worked.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    //! Waits are spread and bounded.

    use super::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    #[test]
    fn waits_grow_to_the_bound_and_are_spread_over_all_of_it() {
        let mut random = StdRng::seed_from_u64(1);
        let mut back_off = BackOff::default();
        assert!(back_off.next(&mut random) <= BUS_RETRY_BASE);
        let waits: Vec<_> = (0..1_000).map(|_| back_off.next(&mut random)).collect();
        assert!(waits.iter().all(|wait| *wait <= BUS_RETRY_MAX));
        let late = &waits[100..];
        assert!(late.iter().any(|wait| *wait < BUS_RETRY_MAX / 10));
        assert!(late.iter().any(|wait| *wait > BUS_RETRY_MAX.mul_f64(0.9)));
        back_off.reset();
        assert!(back_off.next(&mut random) <= BUS_RETRY_BASE);
    }
}
