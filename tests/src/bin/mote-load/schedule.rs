//! Who moves when: every client once a period, their phases spread at random.

use std::time::{Duration, Instant};

/// The moves of all clients in the order of their moments, without end.
#[derive(Debug)]
pub(crate) struct Schedule {
    start: Instant,
    period: Duration,
    /// When in each period, and which client; in that order.
    phases: Vec<(Duration, usize)>,
    next: usize,
    round: u32,
}

impl Schedule {
    /// `clients` move once a `period` from `start` on.
    pub(crate) fn new(
        start: Instant,
        period: Duration,
        clients: impl Iterator<Item = usize>,
        seed: u64,
    ) -> Self {
        let mut dice = Dice(seed);
        let mut phases: Vec<_> = clients
            .map(|client| (period.mul_f64(dice.fraction()), client))
            .collect();
        phases.sort_unstable();
        Self {
            start,
            period,
            phases,
            next: 0,
            round: 0,
        }
    }

    /// When the next move is due; `None` when nobody moves.
    pub(crate) fn due_at(&self) -> Option<Instant> {
        let (phase, _) = self.phases.get(self.next)?;
        Some(self.start + self.period * self.round + *phase)
    }

    /// The client of the move that is due, and how late it is.
    pub(crate) fn take_due(&mut self, now: Instant) -> Option<(usize, Duration)> {
        let due_at = self.due_at().filter(|due_at| *due_at <= now)?;
        let (_, client) = self.phases[self.next];
        self.next += 1;
        if self.next == self.phases.len() {
            self.next = 0;
            self.round += 1;
        }
        Some((client, now.duration_since(due_at)))
    }
}

/// Random numbers from a seed: SplitMix64 (Steele, Lea, Flood 2014).
#[derive(Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to below 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Schedule;

    #[test]
    fn everybody_moves_once_a_period_and_nobody_before_time() {
        let start = Instant::now();
        let period = Duration::from_millis(50);
        let mut schedule = Schedule::new(start, period, 0..100, 7);
        assert_eq!(schedule.take_due(start - Duration::from_millis(1)), None);
        for round in 1..=3 {
            let end = start + period * round - Duration::from_nanos(1);
            let mut moved: Vec<_> = std::iter::from_fn(|| schedule.take_due(end))
                .map(|(client, _)| client)
                .collect();
            moved.sort_unstable();
            assert_eq!(moved, (0..100).collect::<Vec<_>>());
        }
    }
}
