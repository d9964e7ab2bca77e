//! People who go from node to node while everybody talks: each hears each event once, in its order.

use std::collections::VecDeque;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::crowd::small_limits;
use super::*;
use crate::bus::{BusOutput, NodeId, Record};
use crate::limits::{HANDOVER_ANSWER_WAIT, HANDOVER_BYTES_MAX, HANDOVER_WAIT_MAX};
use mote_protocol::wire::Event;

const NODES: u64 = 3;

/// What is said is in the channel within this time, and heard by every node within as much again.
const LAG: Duration = Duration::from_millis(40);

/// A claim is said, heard and answered within this time. Nobody goes on to a third node before.
const SETTLED: Duration = Duration::from_millis(200);

/// Somebody, on whichever node.
struct Person {
    name: String,
    /// Their node, and what they are there; none while they are between two.
    place: Option<(usize, Joined)>,
    /// As they were last.
    seat: Joined,
    /// The node that they tried last, and when they first did.
    tried: (usize, Instant),
    /// From whom they heard which events.
    heard: Vec<(u32, u32)>,
}

/// Nodes, and the channel between them.
struct Play {
    nodes: Vec<World>,
    /// What each has said that is on its way to the channel.
    waiting: Vec<VecDeque<(Instant, Bytes)>>,
    channel: VecDeque<(Instant, Bytes)>,
    /// The position in the channel of its first batch.
    first: usize,
    /// How far each node has read.
    read: Vec<usize>,
    people: Vec<Person>,
    /// Who said which event.
    said: Vec<(u32, u32)>,
    payload: Vec<u8>,
    rng: StdRng,
}

impl Play {
    fn new(seed: u64, config: &RoomConfig, people: usize) -> Self {
        let mut play = Self {
            nodes: Vec::new(),
            waiting: Vec::new(),
            channel: VecDeque::new(),
            first: 0,
            read: Vec::new(),
            people: Vec::new(),
            said: Vec::new(),
            payload: Vec::new(),
            rng: StdRng::seed_from_u64(seed),
        };
        for id in 1..=NODES {
            let mut world = World::with(config.clone());
            let seed = [u8::try_from(id).unwrap(); 32];
            world.room = Room::shared(world.now, Arc::new(config.clone()), seed, NodeId(id));
            let first = u32::try_from(id - 1).unwrap() * 8;
            let record = Record {
                blocks: (first..first + 8).collect(),
                live_nodes: (1..=NODES).map(NodeId).collect(),
                ..Record::default()
            };
            world.room.handle_opened(world.now, &record);
            play.nodes.push(world);
            play.waiting.push(VecDeque::new());
            play.read.push(0);
        }
        for number in 0..people {
            let (node, name) = (number % play.nodes.len(), format!("p{number}"));
            let seat = play.nodes[node].join(&name);
            play.people.push(Person {
                name,
                place: Some((node, seat)),
                seat,
                tried: (node, Instant::ZERO),
                heard: Vec::new(),
            });
        }
        play.rest();
        play
    }

    /// All nodes stop, one after the other.
    fn draining(mut self) -> Self {
        for index in 0..self.nodes.len() {
            let now = self.now();
            self.nodes[index].room.handle_draining(now);
            self.take(index);
        }
        self.rest();
        self
    }

    fn now(&self) -> Instant {
        self.nodes[0].now
    }

    /// A few milliseconds, in which something gets on, and all that is old.
    fn pass(&mut self) {
        let span = Duration::from_micros(self.rng.random_range(0..4_000));
        for index in 0..self.nodes.len() {
            self.nodes[index].pass(span);
            self.take(index);
            let some = self.rng.random_range(0..3);
            self.publish(index, some);
            let some = self.rng.random_range(0..3);
            self.hear(index, some);
        }
    }

    /// The next of what a node has said comes into the channel: so many, and all that is old.
    fn publish(&mut self, index: usize, some: usize) {
        let now = self.now();
        let mut left = some;
        while let Some((said_at, _)) = self.waiting[index].front()
            && (left > 0 || *said_at + LAG <= now)
            && let Some((_, batch)) = self.waiting[index].pop_front()
        {
            left = left.saturating_sub(1);
            self.channel.push_back((now, batch));
        }
    }

    /// What a node says is on its way to the channel, and what its people hear to them.
    fn take(&mut self, index: usize) {
        let now = self.now();
        let node = &mut self.nodes[index];
        node.deliver();
        for output in std::mem::take(&mut node.others) {
            if let Output::Bus(BusOutput::Publish { batch, .. }) = output {
                self.waiting[index].push_back((now, batch));
            }
        }
        for person in &mut self.people {
            if let Some((at, joined)) = person.place
                && at == index
            {
                person.take_in(node.heard(joined));
            }
        }
    }

    /// A node hears the next of the channel: so many, and all that is old.
    fn hear(&mut self, index: usize, some: usize) {
        let mut left = some;
        while let Some((said_at, batch)) = self.channel.get(self.read[index] - self.first) {
            let is_old = *said_at + LAG <= self.now();
            if left == 0 && !is_old {
                return;
            }
            left = left.saturating_sub(1);
            self.read[index] += 1;
            let (now, batch) = (self.now(), batch.clone());
            self.nodes[index].room.handle_batch(now, &batch);
            self.take(index);
        }
        let read_by_all = self.read.iter().min().copied().unwrap();
        while self.first < read_by_all {
            self.channel.pop_front();
            self.first += 1;
        }
    }

    fn shout(&mut self, index: usize) {
        let Some((node, joined)) = self.people[index].place else {
            return;
        };
        let number = u32::try_from(self.said.len()).unwrap();
        self.said.push((joined.user.unwrap(), number));
        let (name, now) = (number.to_string(), self.now());
        let event = Event {
            name: &name,
            payload: &self.payload,
        };
        let room = &mut self.nodes[node].room;
        room.handle_event(now, joined.listener, event).unwrap();
        self.take(node);
    }

    /// A node closes somebody's line, because it stops.
    fn close(&mut self) {
        let index = self.rng.random_range(0..self.people.len());
        if self.people[index].tried.1 + SETTLED <= self.now() {
            self.close_line(index);
        }
    }

    fn close_line(&mut self, index: usize) {
        if let Some((node, joined)) = self.people[index].place.take() {
            // What was said before is written before the line ends.
            let now = self.now();
            self.nodes[node].room.handle_moving(now, joined.listener);
            self.nodes[node].ears.remove(&joined.listener);
            self.take(node);
        }
    }

    /// Somebody who is between two nodes tries one.
    fn come(&mut self, index: usize, node: usize) {
        let now = self.now();
        let person = &mut self.people[index];
        let (last, since) = person.tried;
        if last != node {
            if now < since + SETTLED {
                return;
            }
            person.tried = (node, now);
        }
        let resume = person.seat.resume;
        let is_ready = self.nodes[node].room.handle_claim(now, &resume, "");
        self.take(node);
        if is_ready {
            let person = &mut self.people[index];
            let joined = self.nodes[node].resume(person.seat);
            assert!(joined.resumed);
            assert_eq!(joined.user, person.seat.user);
            person.seat = joined;
            person.place = Some((node, joined));
            self.take(node);
        }
    }

    fn step(&mut self) {
        match self.rng.random_range(0..100) {
            0..35 => {
                let index = self.rng.random_range(0..self.people.len());
                self.shout(index);
            }
            35..40 => self.close(),
            40..60 => {
                let index = self.rng.random_range(0..self.people.len());
                // They stay with the node that they try: mostly.
                let other = self.rng.random_bool(0.1);
                let node = index + usize::from(other) + self.said.len() / 40;
                if self.people[index].place.is_none() {
                    self.come(index, node % self.nodes.len());
                }
            }
            _ => self.pass(),
        }
    }

    /// Everybody is somewhere, and everything is heard.
    fn rest(&mut self) {
        for _ in 0..400 {
            for index in 0..self.people.len() {
                if self.people[index].place.is_none() {
                    self.come(index, index % self.nodes.len());
                }
            }
            self.pass();
        }
    }

    fn check(&self) {
        for person in &self.people {
            let own = person.seat.user.unwrap();
            let mut senders: Vec<u32> = self.said.iter().map(|(user, _)| *user).collect();
            senders.sort_unstable();
            senders.dedup();
            for sender in senders.into_iter().filter(|&sender| sender != own) {
                let of_sender = |events: &[(u32, u32)]| -> Vec<u32> {
                    let theirs = events.iter().filter(|(user, _)| *user == sender);
                    theirs.map(|(_, number)| *number).collect()
                };
                assert_eq!(
                    of_sender(&person.heard),
                    of_sender(&self.said),
                    "what {} heard of {sender}",
                    person.name
                );
            }
            assert!(person.heard.iter().all(|(sender, _)| *sender != own));
        }
        assert!(self.nodes.iter().all(|node| node.room.between() == 0));
    }
}

impl Person {
    fn take_in(&mut self, heard: Vec<Heard>) {
        for heard in heard {
            if let Heard::Event(user, number) = heard {
                self.heard.push((user, number.parse().unwrap()));
            }
        }
    }
}

fn play(seeds: std::ops::Range<u64>, config: &RoomConfig, people: usize) {
    for seed in seeds {
        let mut play = Play::new(seed, config, people).draining();
        for _ in 0..1_000 {
            play.step();
        }
        play.rest();
        assert!(play.said.len() > 100);
        play.check();
    }
}

#[test]
fn who_goes_from_node_to_node_hears_each_event_once_and_in_its_order() {
    play(0..60, &RoomConfig::default(), 6);
}

#[test]
fn and_so_in_a_large_room_whose_slices_wait_for_their_turns() {
    play(0..30, &small_limits(), 24);
}

#[test]
fn a_node_that_does_not_answer_is_waited_for_as_long_as_an_answer_takes() {
    let mut play = Play::new(1, &RoomConfig::default(), 2).draining();
    let other = 1;
    play.close_line(0);
    play.hear(other, usize::MAX);
    let begin = play.now();
    play.come(0, other);
    assert!(play.people[0].place.is_none());
    while play.people[0].place.is_none() {
        for index in 0..play.nodes.len() {
            play.nodes[index].pass(Duration::from_millis(1));
        }
        play.take(other);
        play.publish(other, usize::MAX);
        play.hear(other, usize::MAX);
        play.come(0, other);
    }
    let waited = play.now().since(begin);
    assert!(waited >= HANDOVER_ANSWER_WAIT, "{waited:?}");
    assert!(waited < HANDOVER_WAIT_MAX / 2, "{waited:?}");
    // The answer comes after all, and is for nobody.
    play.rest();
    play.check();
}

#[test]
fn of_a_node_that_goes_on_nothing_is_awaited() {
    let mut play = Play::new(1, &RoomConfig::default(), 2);
    let (node, joined) = play.people[0].place.take().unwrap();
    play.nodes[node].lose(joined);
    play.come(0, node + 1);
    assert!(play.people[0].place.is_some());
    play.rest();
    play.check();
}

#[test]
fn of_too_much_the_newest_is_handed_over() {
    let mut play = Play::new(2, &RoomConfig::default(), 2).draining();
    play.payload = vec![0; 8 * 1024];
    play.close_line(0);
    for _ in 0..20 {
        play.shout(1);
        play.pass();
    }
    for index in 0..play.nodes.len() {
        play.hear(index, usize::MAX);
    }
    while play.people[0].place.is_none() {
        play.come(0, 2);
        play.pass();
    }
    let heard: Vec<u32> = play.people[0]
        .heard
        .iter()
        .map(|(_, number)| *number)
        .collect();
    // Each of the two nodes keeps so much.
    let fit = HANDOVER_BYTES_MAX / play.payload.len() - 1;
    assert!((fit..=2 * fit).contains(&heard.len()), "{heard:?}");
    let first = 20 - u32::try_from(heard.len()).unwrap();
    assert_eq!(heard, (first..20).collect::<Vec<_>>());
}
