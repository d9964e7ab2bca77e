//! The time of the room machine: moves with their flush, joins, a service of a large room.
//! `cargo xtask bench --micro`, or `cargo bench -p mote-server`.

use std::sync::Arc;
use std::time::Duration;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use mote_protocol::coords::Point;
use mote_protocol::time::Instant;
use mote_server::room::{JoinRequest, Listener, Output, Room, RoomConfig};

/// A room, who is in it, and its clock.
struct Filled {
    room: Room,
    people: Vec<Listener>,
    now: Instant,
    turn: u16,
}

impl Filled {
    fn new(people: usize) -> Self {
        let mut filled = Self {
            room: Room::new(Arc::new(RoomConfig::default()), [7; 32]),
            people: Vec::new(),
            now: Instant::ZERO,
            turn: 0,
        };
        for _ in 0..people {
            filled.join();
        }
        for person in 0..people {
            filled.move_person(person);
        }
        filled.pass(Duration::from_secs(5));
        filled
    }

    fn join(&mut self) {
        let joined = self.room.handle_join(self.now, JoinRequest::default());
        self.people.push(joined.expect("a place").listener);
        self.drain();
    }

    fn move_person(&mut self, person: usize) {
        self.turn = self.turn.wrapping_add(7_919);
        let (x, y) = (self.turn, self.turn.rotate_left(5));
        let listener = self.people[person];
        let moved = self.room.handle_cursor(self.now, listener, Point { x, y });
        moved.expect("a person moves");
        self.drain();
    }

    /// Everything that becomes due within this time is done in time.
    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(due) = self.room.poll_timeout().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.room.handle_timeout(self.now);
            self.drain();
        }
        self.now = end;
    }

    fn drain(&mut self) {
        while let Some(output) = self.room.poll_output() {
            if let Output::Snapshot {
                listener,
                is_last: false,
                ..
            } = output
            {
                self.room.handle_drained(self.now, listener);
            }
            black_box(output);
        }
    }
}

/// One person moves in a quiet room, so that the flush follows at once.
#[divan::bench(args = [5, 50, 100])]
fn move_and_flush(bencher: Bencher<'_, '_>, people: usize) {
    let mut filled = Filled::new(people);
    bencher.bench_local(|| {
        filled.move_person(0);
        filled.pass(Duration::from_secs(1));
    });
}

/// Everybody moves, then one flush; the time of each move with its share.
#[divan::bench(args = [5, 50, 100])]
fn everybody_moves_and_flush(bencher: Bencher<'_, '_>, people: usize) {
    let mut filled = Filled::new(people);
    bencher.counter(ItemsCount::new(people)).bench_local(|| {
        for person in 0..people {
            filled.move_person(person);
        }
        filled.pass(Duration::from_millis(20));
    });
}

/// The newcomer's snapshot, and what the others are told.
#[divan::bench(args = [100, 1_000, 5_000])]
fn join_a_room_of(bencher: Bencher<'_, '_>, people: usize) {
    let filled = || Filled::new(people);
    bencher.with_inputs(filled).bench_local_refs(Filled::join);
}

/// A tenth of a large room moves, and everybody is served once; the time of each who is served.
#[divan::bench(args = [1_000, 10_000])]
fn service_of_a_room_of(bencher: Bencher<'_, '_>, people: usize) {
    let mut filled = Filled::new(people);
    bencher.counter(ItemsCount::new(people)).bench_local(|| {
        for person in 0..people / 10 {
            filled.move_person(person);
        }
        filled.pass(Duration::from_millis(100));
    });
}

fn main() {
    divan::main();
}
