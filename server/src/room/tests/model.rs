//! Whatever happens in a room of hundreds, in the end everybody knows the truth.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::crowd::{Crowd, small_limits};
use super::*;
use mote_protocol::wire::tag;

const STEPS: usize = 1_500;
const SURFACES: [&[u8]; 4] = [b"\x01a", b"\x01b", b"\x05board", b"\x02xy"];

struct Play {
    crowd: Crowd,
    rng: StdRng,
    people: Vec<Joined>,
    lost: Vec<(Instant, Joined)>,
    /// What was shouted, and who had to hear it.
    shouts: Vec<(String, u32, Vec<Listener>)>,
}

impl Play {
    fn new(seed: u64, config: RoomConfig) -> Self {
        Self {
            crowd: Crowd::new(config),
            rng: StdRng::seed_from_u64(seed),
            people: Vec::new(),
            lost: Vec::new(),
            shouts: Vec::new(),
        }
    }

    /// `coming` of a hundred steps are joins, about as many are leaves.
    fn step(&mut self, coming: u32, going: u32) {
        self.forget_lost();
        let roll = self.rng.random_range(0..100);
        if self.people.is_empty() || roll < coming {
            return self.come();
        }
        let index = self.rng.random_range(0..self.people.len());
        let who = self.people[index];
        match roll - coming {
            at if at < going => {
                self.people.swap_remove(index);
                if self.rng.random_bool(0.4) {
                    self.crowd.lose(who);
                    self.lost.push((self.crowd.now, who));
                } else {
                    self.crowd.leave(who);
                }
            }
            at if at < going + 8 => self.change(who),
            at if at < going + 12 => self.shout(who),
            at if at < going + 20 => self.crowd.drain(who.listener),
            at if at < going + 24 => self.stick_or_unstick(who),
            at if at < going + 45 => {
                let millis = self.rng.random_range(0..30);
                self.crowd.pass(Duration::from_millis(millis));
            }
            _ => {
                let (x, y) = (self.rng.random(), self.rng.random());
                self.crowd.move_to(who, x, y);
            }
        }
    }

    fn come(&mut self) {
        let comes_back = self.rng.random_bool(0.5);
        let back = self.lost.pop_if(|_| comes_back);
        self.people
            .push(self.crowd.begin_join(back.map(|(_, seat)| seat)));
    }

    /// Who did not come back in time is no part of the truth.
    fn forget_lost(&mut self) {
        let now = self.crowd.now;
        let truth = &mut self.crowd.truth;
        let is_back = |seat: &Joined| self.people.iter().any(|one| one.user == seat.user);
        self.lost.retain(|(at, seat)| {
            let is_over = *at + GRACE <= now;
            if is_over && !is_back(seat) {
                truth.remove(&seat.user.unwrap());
            }
            !is_over
        });
    }

    fn change(&mut self, who: Joined) {
        match self.rng.random_range(0..3) {
            0 => {
                let surface = SURFACES[self.rng.random_range(0..SURFACES.len())];
                self.crowd.state(who, tag::SURFACE, surface);
            }
            1 => {
                let (x, y) = (self.rng.random(), self.rng.random());
                self.crowd.look_at(who, x, y, 6_000);
            }
            _ => {
                let body = self.rng.random::<[u8; 3]>();
                self.crowd.state(who, 200, &body);
            }
        }
    }

    fn shout(&mut self, who: Joined) {
        let name = format!("e{}", self.shouts.len());
        let ears = self.crowd.ears.iter();
        let others = ears.filter(|&(listener, ear)| ear.is_complete && *listener != who.listener);
        let others = others.map(|(&listener, _)| listener).collect();
        self.crowd.shout(who, &name).unwrap();
        self.shouts.push((name, who.user.unwrap(), others));
    }

    fn stick_or_unstick(&mut self, who: Joined) {
        if self.crowd.ear(who).is_stuck {
            self.crowd.unstick(who.listener);
        } else {
            self.crowd.ear(who).is_stuck = true;
        }
    }

    fn end(&mut self) {
        for who in self.people.clone() {
            self.crowd.finish_snapshot(who.listener);
            self.crowd.unstick(who.listener);
        }
        self.crowd.pass(2 * GRACE);
        self.forget_lost();
        self.crowd.settle();
        self.crowd.assert_true();
        for (name, sender, listeners) in &self.shouts {
            for ear in listeners.iter().filter_map(|one| self.crowd.ears.get(one)) {
                let times = ear.events.iter().filter(|event| event.1 == *name).count();
                assert_eq!(times, 1, "{name} of {sender}");
            }
        }
        for ear in self.crowd.ears.values() {
            let number = |event: &(u32, String)| event.1[1..].parse::<u32>().unwrap();
            assert!(ear.events.is_sorted_by_key(number), "in order");
        }
    }
}

fn play(seed: u64, config: RoomConfig) {
    let mut play = Play::new(seed, config);
    let phases = [(60, 5), (8, 8), (15, 30), (5, 50), (50, 5)];
    for (coming, going) in phases {
        for _ in 0..STEPS / phases.len() {
            play.step(coming, going);
        }
    }
    play.end();
}

/// R-ORD-2, R-ORD-3, R-ORD-4, R-SNAP-1, R-SNAP-2.
#[test]
fn whatever_happens_in_a_large_room_everybody_knows_the_truth_in_the_end() {
    for seed in 0..6 {
        play(seed, small_limits());
    }
}

#[test]
fn the_same_holds_with_bytes_enough_for_everything_at_once() {
    for seed in 6..9 {
        let mut config = small_limits();
        config.large.bytes_per_second = 100_000_000;
        play(seed, config);
    }
}

#[test]
fn and_in_a_room_that_is_small() {
    for seed in 9..12 {
        let mut config = small_limits();
        config.large.slice_listeners_max = 1_000;
        play(seed, config);
    }
}
