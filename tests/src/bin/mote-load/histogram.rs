//! Latencies in buckets of equal width: exact counts, a fixed size.

use std::time::Duration;

const BUCKET: Duration = Duration::from_micros(20);
const BUCKETS: usize = 500_000;

/// How often each latency was seen; all over ten seconds count as ten seconds.
#[derive(Debug)]
pub(crate) struct Histogram {
    counts: Vec<u64>,
    total: u64,
    max: Duration,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            counts: vec![0; BUCKETS],
            total: 0,
            max: Duration::ZERO,
        }
    }
}

impl Histogram {
    pub(crate) fn add(&mut self, latency: Duration) {
        let bucket = usize::try_from(latency.as_micros() / BUCKET.as_micros()).unwrap_or(BUCKETS);
        self.counts[bucket.min(BUCKETS - 1)] += 1;
        self.total += 1;
        self.max = self.max.max(latency);
    }

    pub(crate) const fn max(&self) -> Duration {
        self.max
    }

    /// The latency that `per_mille` of a thousand did not exceed, rounded up to a bucket's edge.
    pub(crate) fn quantile(&self, per_mille: u64) -> Duration {
        let rank = (self.total * per_mille).div_ceil(1000);
        let mut below = 0;
        for (edge, count) in (1u32..).zip(&self.counts) {
            below += count;
            if below >= rank {
                return (BUCKET * edge).min(self.max);
            }
        }
        self.max
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Histogram;

    #[test]
    fn quantiles_are_those_of_the_latencies_added() {
        let mut histogram = Histogram::default();
        for millis in 1..=100 {
            histogram.add(Duration::from_millis(millis) - Duration::from_micros(1));
        }
        assert_eq!(histogram.quantile(500), Duration::from_millis(50));
        assert_eq!(histogram.quantile(990), Duration::from_millis(99));
        assert_eq!(histogram.max(), Duration::from_micros(99_999));
    }
}
