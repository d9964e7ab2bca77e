//! A large room's surface: where everybody looks and moves, and what of it was seen.

use std::time::Instant;

use crate::peer::Seen;
use crate::report::Tally;
use crate::schedule::Dice;

/// A viewport's width and height: a tenth of the surface.
const VIEW: u16 = 6553;

/// A mover walks line by line through a square of this side: so a place says its move's number.
const WALK: u16 = 256;

/// So many receivers are looked at in full; the others' frames are only counted, because the load
/// has one core.
const CHECKED_MAX: usize = 1000;

/// What was sent on the surface and seen by the receivers that are looked at.
pub(crate) struct Plane {
    /// By person: the corner of the viewport nearest to the origin.
    views: Vec<(u16, u16)>,
    /// By mover: when each of its moves was sent.
    sent: Vec<Vec<Instant>>,
    movers_by_id: Vec<Option<usize>>,
    /// Every so manyth person is looked at.
    step: usize,
    /// By checked receiver, then by mover.
    pairs: Vec<Pair>,
    /// By mover: how many checked receivers have its whole walk in view.
    viewers: Vec<u64>,
}

#[derive(Clone, Copy, Default)]
struct Pair {
    newest: u32,
    is_in_view: bool,
}

/// Pairs of a receiver and a mover whose newest position did not arrive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Missing {
    pub(crate) in_view: u64,
    pub(crate) beyond: u64,
}

impl Plane {
    pub(crate) fn new(people: usize, movers: usize, seed: u64) -> Self {
        let mut dice = Dice(seed);
        let places = u64::from(u16::MAX - VIEW);
        let mut place = || u16::try_from(dice.next() % places).expect("a place is below u16::MAX");
        let views: Vec<_> = (0..people).map(|_| (place(), place())).collect();
        let step = people.div_ceil(CHECKED_MAX);
        let mut plane = Self {
            sent: vec![Vec::new(); movers],
            movers_by_id: Vec::new(),
            step,
            pairs: Vec::new(),
            viewers: vec![0; movers],
            views,
        };
        for receiver in (0..people).step_by(step) {
            for mover in 0..movers {
                let is_in_view = receiver != mover && plane.sees(receiver, mover);
                plane.viewers[mover] += u64::from(is_in_view);
                let newest = 0;
                plane.pairs.push(Pair { newest, is_in_view });
            }
        }
        plane
    }

    /// x, y, width, height.
    pub(crate) fn viewport(&self, person: usize) -> [u16; 4] {
        let (x, y) = self.views[person];
        [x, y, VIEW, VIEW]
    }

    pub(crate) const fn is_checked(&self, person: usize) -> bool {
        person.is_multiple_of(self.step)
    }

    /// The server knows the mover under this id.
    pub(crate) fn know(&mut self, id: u32, mover: usize) {
        let index = id as usize;
        if self.movers_by_id.len() <= index {
            self.movers_by_id.resize(index + 1, None);
        }
        self.movers_by_id[index] = Some(mover);
    }

    /// The place of a mover's next move, as a client's position says it.
    pub(crate) fn next_move(&mut self, mover: usize, now: Instant) -> u32 {
        let (x, y) = self.home(mover);
        let walked = self.sent[mover].len() % usize::from(WALK).pow(2);
        let walked = u16::try_from(walked).expect("the square has as many places as a u16");
        self.sent[mover].push(now);
        u32::from(x + walked % WALK) << 16 | u32::from(y + walked / WALK)
    }

    /// A receiver that is looked at saw a position.
    pub(crate) fn see(
        &mut self,
        receiver: usize,
        seen: Seen,
        now: Instant,
        in_view: &mut Tally,
        beyond: &mut Tally,
    ) {
        let Some(Some(mover)) = self.movers_by_id.get(seen.id as usize).copied() else {
            beyond.unknown += 1;
            return;
        };
        if mover == receiver {
            return;
        }
        let (x, y) = self.home(mover);
        let walked = ((seen.number >> 16).checked_sub(u32::from(x)))
            .zip((seen.number & 0xFFFF).checked_sub(u32::from(y)))
            .filter(|(x, y)| *x < u32::from(WALK) && *y < u32::from(WALK))
            .map(|(x, y)| y * u32::from(WALK) + x);
        let sent_at = walked.and_then(|walked| self.sent[mover].get(walked as usize));
        let (Some(walked), Some(sent_at)) = (walked, sent_at) else {
            beyond.unknown += 1;
            return;
        };
        let movers = self.sent.len();
        let pair = &mut self.pairs[receiver / self.step * movers + mover];
        let tally = if pair.is_in_view { in_view } else { beyond };
        match (walked + 1).checked_sub(pair.newest) {
            None => tally.out_of_order += 1,
            Some(0) => tally.repeated += 1,
            Some(steps) => {
                pair.newest = walked + 1;
                tally.arrived += 1;
                tally.superseded += u64::from(steps - 1);
                tally.latencies.add(now.saturating_duration_since(*sent_at));
            }
        }
    }

    pub(crate) fn missing(&self) -> Missing {
        let mut missing = Missing::default();
        let movers = self.sent.len();
        for (index, pair) in self.pairs.iter().enumerate() {
            let (receiver, mover) = (index / movers * self.step, index % movers);
            if receiver != mover && pair.newest as usize != self.sent[mover].len() {
                missing.in_view += u64::from(pair.is_in_view);
                missing.beyond += u64::from(!pair.is_in_view);
            }
        }
        missing
    }

    /// Deliveries in view so far if every move reached its viewers at once.
    pub(crate) fn possible_in_view(&self) -> u64 {
        let moves = self.sent.iter().map(|sent| sent.len() as u64);
        moves
            .zip(&self.viewers)
            .map(|(moves, viewers)| moves * viewers)
            .sum()
    }

    /// The corner of the square that a mover walks through, in the middle of its own view.
    fn home(&self, mover: usize) -> (u16, u16) {
        let (x, y) = self.views[mover];
        let middle = (VIEW - WALK) / 2;
        (x + middle, y + middle)
    }

    /// The whole walk is within the viewport.
    fn sees(&self, receiver: usize, mover: usize) -> bool {
        let (left, top) = self.views[receiver];
        let (x, y) = self.home(mover);
        let within = |from: u16, at: u16| from <= at && at + WALK <= from + VIEW;
        within(left, x) && within(top, y)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::{Missing, Plane};
    use crate::peer::Seen;
    use crate::report::Tally;

    #[test]
    fn a_place_says_its_moves_number_and_whether_it_is_in_view() {
        let now = Instant::now();
        let mut plane = Plane::new(200, 100, 1);
        plane.know(40, 4);
        let places: Vec<_> = (0..300).map(|_| plane.next_move(4, now)).collect();
        let receiver = (0..200)
            .find(|it| *it != 4 && plane.sees(*it, 4))
            .expect("somebody near");
        let far = (0..200)
            .find(|it| !plane.sees(*it, 4))
            .expect("somebody far");
        let (mut in_view, mut beyond) = (Tally::default(), Tally::default());
        for number in [places[9], places[299], places[298]] {
            let seen = Seen { id: 40, number };
            plane.see(receiver, seen, now, &mut in_view, &mut beyond);
        }
        assert_eq!(
            (in_view.arrived, in_view.superseded, in_view.out_of_order),
            (2, 298, 1)
        );
        let viewers = plane.viewers[4];
        let missing = Missing {
            in_view: viewers - 1,
            beyond: 199 - viewers,
        };
        assert_eq!(plane.missing(), missing);
        assert_eq!(plane.possible_in_view(), 300 * viewers);
        let number = places[299] + 1;
        plane.see(far, Seen { id: 40, number }, now, &mut in_view, &mut beyond);
        assert_eq!((beyond.arrived, beyond.unknown), (0, 1));
    }
}
