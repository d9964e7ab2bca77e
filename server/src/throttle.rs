//! Tells of what happens often, but not each time.

use std::time::Duration;

use mote_protocol::time::Instant;

/// Says at most once in a time that something happens, and how often it did.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    quiet_until: Instant,
    untold: u64,
}

impl Throttle {
    /// It happened. When it is to be told: how often it did since it was told last.
    pub(crate) fn note(&mut self, now: Instant, every: Duration) -> Option<u64> {
        self.untold += 1;
        if now < self.quiet_until {
            return None;
        }
        self.quiet_until = now + every;
        Some(std::mem::take(&mut self.untold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_told_at_once_and_a_flood_with_its_number() {
        let (mut throttle, every) = (Throttle::default(), Duration::from_secs(10));
        let at = |ms| Instant::ZERO + Duration::from_millis(ms);
        assert_eq!(throttle.note(at(0), every), Some(1));
        for ms in 1..10_000 {
            assert_eq!(throttle.note(at(ms), every), None);
        }
        assert_eq!(throttle.note(at(10_000), every), Some(10_000));
        assert_eq!(throttle.note(at(60_000), every), Some(1));
    }
}
