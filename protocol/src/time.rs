//! An instant: microseconds since a zero that the caller chooses.

use core::ops::{Add, Sub};
use core::time::Duration;

/// A moment, in microseconds since a zero chosen by the caller (process start, page load, the
/// beginning of a simulated world). Instants of different callers do not compare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    micros: u64,
}

impl Instant {
    /// The caller's zero.
    pub const ZERO: Self = Self { micros: 0 };

    /// A moment that does not come.
    pub const NEVER: Self = Self { micros: u64::MAX };

    /// The moment `micros` microseconds after zero.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self { micros }
    }

    /// The moment `millis` milliseconds after zero.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self {
            micros: millis.saturating_mul(1_000),
        }
    }

    /// So many microseconds later; saturates at the end of time (584,942 years).
    #[must_use]
    pub const fn plus_micros(self, micros: u64) -> Self {
        Self {
            micros: self.micros.saturating_add(micros),
        }
    }

    /// So many milliseconds later.
    #[must_use]
    pub const fn plus_millis(self, millis: u32) -> Self {
        self.plus_micros(millis as u64 * 1_000)
    }

    /// Microseconds since zero.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        self.micros
    }

    /// Time passed since `earlier`; zero when `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.micros.saturating_sub(earlier.micros))
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        // Not `as_micros`, which has 128 bits.
        let whole_micros = span.as_secs().saturating_mul(1_000_000);
        self.plus_micros(whole_micros.saturating_add(u64::from(span.subsec_micros())))
    }
}

impl Sub<Instant> for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.since(earlier)
    }
}
