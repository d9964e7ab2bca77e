//! The room machine: people come, act, stall, are lost and come back, in any order. Nobody is told
//! nonsense meanwhile, and in the end everybody knows the same.

mod ear;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ear::Ear;
use mote_protocol::coords::Point;
use mote_protocol::limits::MESSAGE_BYTES_MAX;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Event, Field, FieldsBuf, Viewport, tag};
use mote_server::room::{
    Audience, JoinRequest, Joined, LargeRooms, Listener, MessageError, Output, Room, RoomConfig,
};

use crate::Target;
use crate::input::Input;

pub(crate) const TARGET: Target = Target {
    name: "room",
    bytes_max: 600,
    run,
    seeds,
};

const GRACE: Duration = Duration::from_secs(10);

fn run(data: &[u8]) {
    let mut input = Input(data);
    let mut play = Play::new(input.u8());
    while !input.is_empty() {
        play.step(&mut input);
    }
    play.end();
}

/// A small room, one whose few people make it large, or one that is large and short of everything.
fn config(kind: u8) -> RoomConfig {
    let small = RoomConfig {
        tick_hz: 20,
        resume_grace: GRACE,
        people_max: 30,
        observers_max: 4,
        state_bytes_max: 4_000,
        ..RoomConfig::default()
    };
    let bytes_per_second = match kind % 3 {
        0 => return small,
        1 => 100_000_000,
        _ => 1_000,
    };
    RoomConfig {
        large: LargeRooms {
            slice_listeners_max: 4,
            bytes_per_second,
            nearest_cursors: 3,
            snapshot_block_bytes: 300,
            ..LargeRooms::default()
        },
        ..small
    }
}

struct Play {
    room: Room,
    now: Instant,
    ears: BTreeMap<Listener, Ear>,
    /// Who was given a seat, for coming back to it.
    seats: Vec<Joined>,
}

impl Play {
    fn new(kind: u8) -> Self {
        Self {
            room: Room::new(Arc::new(config(kind)), [5; 32]),
            now: Instant::from_millis(10_000),
            ears: BTreeMap::new(),
            seats: Vec::new(),
        }
    }

    fn step(&mut self, input: &mut Input<'_>) {
        let operation = input.below(16);
        if operation < 3 || self.ears.is_empty() {
            return self.join(input);
        }
        let index = input.below(self.ears.len());
        let Some(who) = self.ears.keys().nth(index).copied() else {
            return;
        };
        match operation {
            3 => {
                self.ears.remove(&who);
                self.room.handle_leave(self.now, who);
            }
            4 => {
                self.ears.remove(&who);
                self.room.handle_lost(self.now, who);
            }
            5 => self.state(
                who,
                tag::SURFACE,
                [&b"\x01a"[..], b"\x02xy", b""][input.below(3)],
            ),
            6 => self.state(who, tag::CUSTOM, input.some_bytes()),
            7 => {
                let (tag, body) = (input.u8(), input.some_bytes());
                self.state(who, tag, body);
            }
            8 => {
                let (x, y, w, h) = (input.u16(), input.u16(), input.u16(), input.u16());
                self.state(who, tag::VIEWPORT, &Viewport { x, y, w, h }.encode());
            }
            9 => {
                let (name, payload) = ("e", input.some_bytes());
                let event = Event { name, payload };
                heeded(self.room.handle_event(self.now, who, event));
            }
            10 => self.room.handle_drained(self.now, who),
            11 => self.stick_or_unstick(who),
            12 => return self.pass(Duration::from_millis(4 * u64::from(input.u8()))),
            13 => return self.pass(Duration::from_millis(64 * u64::from(input.u8()))),
            _ => {
                let (x, y) = (input.u16(), input.u16());
                heeded(self.room.handle_cursor(self.now, who, Point { x, y }));
            }
        }
        self.deliver();
    }

    fn join(&mut self, input: &mut Input<'_>) {
        let how = input.u8();
        let back = self.seats.get(usize::from(how >> 2));
        let request = JoinRequest {
            observer: how & 3 == 1,
            resume: back.filter(|_| how & 3 == 2).map(|seat| seat.resume),
            ..JoinRequest::default()
        };
        if let Ok(joined) = self.room.handle_join(self.now, request) {
            let ear = Ear::new(joined.user, joined.flush);
            assert!(self.ears.insert(joined.listener, ear).is_none());
            self.seats.push(joined);
        }
        self.deliver();
    }

    fn state(&mut self, who: Listener, tag: u8, body: &[u8]) {
        let mut fields = FieldsBuf::new();
        if fields.push(Field { tag, body }).is_ok() {
            heeded(self.room.handle_state(self.now, who, fields.as_fields()));
        }
    }

    fn stick_or_unstick(&mut self, who: Listener) {
        let Some(ear) = self.ears.get_mut(&who) else {
            return;
        };
        ear.is_stuck = !ear.is_stuck;
        if !ear.is_stuck && std::mem::take(&mut ear.is_behind) {
            self.catch_up(who);
        }
    }

    fn pass(&mut self, span: Duration) {
        let until = self.now + span;
        while let Some(due) = self.room.poll_timeout().filter(|&due| due <= until) {
            self.now = self.now.max(due);
            self.room.handle_timeout(self.now);
            self.deliver();
            let next = self.room.poll_timeout();
            assert!(next.is_none_or(|next| next > self.now), "it spins");
        }
        self.now = until;
    }

    fn end(mut self) {
        let listeners: Vec<_> = self.ears.keys().copied().collect();
        for who in &listeners {
            while self.ears.get(who).is_some_and(|ear| !ear.is_complete) {
                self.room.handle_drained(self.now, *who);
                self.deliver();
            }
            if self.ears.get(who).is_some_and(|ear| ear.is_stuck) {
                self.stick_or_unstick(*who);
            }
        }
        self.pass(2 * GRACE);
        assert_eq!(self.room.poll_timeout(), None, "something is left to tell");
        let mut ears = self.ears.values();
        if let Some(first) = ears.next() {
            ears.for_each(|other| first.agrees_with(other));
        }
        for who in listeners {
            self.room.handle_lost(self.now, who);
        }
        self.ears.clear();
        self.pass(2 * GRACE);
        assert!(self.room.is_empty() && self.room.people() == 0);
    }

    fn deliver(&mut self) {
        while let Some(output) = self.room.poll_output() {
            match output {
                Output::Bus(_) | Output::Close { .. } => unreachable!("one node alone"),
                // For the application alone.
                Output::Fact(_) => {}
                Output::Snapshot {
                    listener,
                    bytes,
                    is_last,
                } => self.snapshot(listener, &bytes, is_last),
                Output::Reliable { audience, messages } => {
                    assert!(messages.bytes.len() <= MESSAGE_BYTES_MAX);
                    for listener in self.meant(&audience) {
                        if let Some(ear) = self.ears.get_mut(&listener) {
                            ear.hear(&messages.bytes);
                        }
                    }
                }
                Output::Cursors {
                    flush,
                    is_whole,
                    audience,
                    messages,
                } => {
                    for listener in self.meant(&audience) {
                        if let Some(ear) = self.ears.get_mut(&listener) {
                            ear.hear_cursors(flush, is_whole, &messages.bytes);
                        }
                    }
                }
                Output::Kick { listener, .. } => {
                    self.ears.remove(&listener).expect("who is out was in");
                }
            }
        }
    }

    fn snapshot(&mut self, listener: Listener, bytes: &[u8], is_last: bool) {
        assert!(bytes.len() <= MESSAGE_BYTES_MAX);
        let ear = self.ears.get_mut(&listener).expect("somebody who is in");
        assert!(!ear.is_complete, "a snapshot has one end");
        ear.hear(bytes);
        ear.is_complete = is_last;
        if is_last {
            self.catch_up(listener);
        }
    }

    fn catch_up(&mut self, listener: Listener) {
        if let Some(ear) = self.ears.get_mut(&listener) {
            let (flush, parts) = self.room.cursors_since(ear.flush, listener);
            ear.flush = flush;
            parts.iter().for_each(|part| ear.hear(part));
        }
    }

    fn meant(&self, audience: &Audience) -> Vec<Listener> {
        let all = self.ears.keys().copied();
        match audience {
            Audience::All => all.collect(),
            Audience::AllBut(but) => all.filter(|one| one != but).collect(),
            Audience::One(one) => all.filter(|other| other == one).collect(),
            Audience::These(these) => all.filter(|one| these.contains(one)).collect(),
        }
    }
}

/// What is refused changes nothing, and both are answers.
fn heeded(result: Result<(), MessageError>) {
    let _ = result;
}

fn seeds() -> Vec<Vec<u8>> {
    let come = |count: usize| [0, 0].repeat(count);
    let mut all = Vec::new();
    for kind in 0..3 {
        let people = [vec![kind], come(9)].concat();
        let tails: [&[u8]; 6] = [
            // A cursor, an event, some time.
            &[15, 0, 1, 2, 3, 4, 9, 1, 3, b'a', b'b', b'c', 12, 0, 20],
            // Surfaces and custom objects.
            &[
                5, 0, 0, 15, 0, 9, 9, 9, 9, 6, 1, 7, b'{', b'"', b'a', b'"', b':', b'1', b'}', 13,
                0, 9,
            ],
            // Lost and back, stuck and behind, left.
            &[
                4, 0, 0, 2, 11, 2, 15, 3, 1, 1, 1, 1, 12, 0, 50, 11, 2, 3, 1, 13, 0, 200,
            ],
            // An observer, a snapshot in parts.
            &[0, 1, 10, 9, 10, 9, 10, 9, 12, 0, 60],
            // What somebody sees.
            &[
                8, 0, 0, 0, 0, 0, 0x40, 0, 0x40, 0, 15, 1, 0x10, 0, 0x10, 0, 12, 0, 60,
            ],
            // Opaque fields.
            &[7, 3, 200, 3, 1, 2, 3, 7, 3, 200, 0, 12, 0, 5],
        ];
        all.extend(tails.map(|tail| [&people, tail].concat()));
    }
    all
}
