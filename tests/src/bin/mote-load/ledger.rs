//! What was sent in a room and when, and what of it each client has seen.

use std::time::Instant;

use crate::report::Tally;

/// The moves of one room. People are counted from 0 in the order in which they were taken in; the
/// first `movers` of them move.
#[derive(Debug)]
pub(crate) struct Ledger {
    /// By mover: when each of its moves was sent, the first one under number 1.
    sent: Vec<Vec<Instant>>,
    /// By receiver, then by mover: the newest move seen, 0 for none.
    newest: Vec<u32>,
    people: usize,
    /// By the server's id of a person.
    movers_by_id: Vec<Option<u32>>,
}

impl Ledger {
    pub(crate) fn new(people: usize, movers: usize) -> Self {
        Self {
            sent: vec![Vec::new(); movers],
            newest: vec![0; people * movers],
            people,
            movers_by_id: Vec::new(),
        }
    }

    /// The server knows the mover under this id.
    pub(crate) fn know(&mut self, id: u32, mover: usize) {
        let index = id as usize;
        if self.movers_by_id.len() <= index {
            self.movers_by_id.resize(index + 1, None);
        }
        self.movers_by_id[index] = u32::try_from(mover).ok();
    }

    /// The number of a mover's next move, which is written down with the time.
    pub(crate) fn next_move(&mut self, mover: usize, now: Instant) -> u32 {
        let sent = &mut self.sent[mover];
        sent.push(now);
        u32::try_from(sent.len()).expect("a run ends before four billion moves")
    }

    /// A receiver saw a move of the person with this id.
    pub(crate) fn see(
        &mut self,
        receiver: usize,
        id: u32,
        number: u32,
        now: Instant,
        tally: &mut Tally,
    ) {
        let Some(Some(mover)) = self.movers_by_id.get(id as usize).copied() else {
            tally.unknown += 1;
            return;
        };
        let mover = mover as usize;
        if mover == receiver {
            return;
        }
        let sent_at = number
            .checked_sub(1)
            .and_then(|index| self.sent[mover].get(index as usize));
        let Some(&sent_at) = sent_at else {
            tally.unknown += 1;
            return;
        };
        let newest = &mut self.newest[receiver * self.sent.len() + mover];
        match number.checked_sub(*newest) {
            None => tally.out_of_order += 1,
            Some(0) => tally.repeated += 1,
            Some(steps) => {
                *newest = number;
                tally.arrived += 1;
                tally.superseded += u64::from(steps - 1);
                tally.latencies.add(now.saturating_duration_since(sent_at));
            }
        }
    }

    /// Pairs of a receiver and a mover where the mover's newest position did not arrive.
    pub(crate) fn missing(&self) -> usize {
        let movers = self.sent.len();
        let pairs = (0..self.people).flat_map(|receiver| (0..movers).map(move |it| (receiver, it)));
        pairs
            .filter(|(receiver, mover)| receiver != mover)
            .filter(|(receiver, mover)| {
                self.newest[receiver * movers + mover] as usize != self.sent[*mover].len()
            })
            .count()
    }

    /// Deliveries so far if every move reached every other client at once.
    pub(crate) fn possible(&self) -> u64 {
        let moves: usize = self.sent.iter().map(Vec::len).sum();
        (moves * self.people.saturating_sub(1)) as u64
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::Ledger;
    use crate::report::Tally;

    fn ledger() -> (Ledger, Instant) {
        let now = Instant::now();
        let mut ledger = Ledger::new(2, 2);
        ledger.know(7, 0);
        ledger.know(9, 1);
        for number in 1..=3 {
            assert_eq!(ledger.next_move(0, now), number);
        }
        (ledger, now)
    }

    #[test]
    fn a_skipped_position_is_superseded_by_the_newer_one_that_arrived() {
        let (mut ledger, now) = ledger();
        let mut tally = Tally::default();
        ledger.see(1, 7, 1, now, &mut tally);
        assert_eq!(ledger.missing(), 1);
        ledger.see(1, 7, 3, now, &mut tally);
        assert_eq!((tally.arrived, tally.superseded), (2, 1));
        assert_eq!(ledger.missing(), 0);
        assert_eq!(ledger.possible(), 3);
        assert_eq!((tally.out_of_order, tally.unknown), (0, 0));
    }

    #[test]
    fn an_older_position_after_a_newer_one_is_wrong() {
        let (mut ledger, now) = ledger();
        let mut tally = Tally::default();
        ledger.see(1, 7, 2, now, &mut tally);
        ledger.see(1, 7, 2, now, &mut tally);
        assert_eq!(tally.out_of_order, 0);
        ledger.see(1, 7, 1, now, &mut tally);
        assert_eq!((tally.repeated, tally.out_of_order), (1, 1));
    }

    #[test]
    fn a_position_that_nobody_sent_is_wrong_and_ones_own_does_not_count() {
        let (mut ledger, now) = ledger();
        let mut tally = Tally::default();
        ledger.see(0, 7, 2, now, &mut tally);
        for (id, number) in [(8, 1), (7, 4), (7, 0)] {
            ledger.see(1, id, number, now, &mut tally);
        }
        assert_eq!((tally.unknown, tally.arrived), (3, 0));
    }
}
