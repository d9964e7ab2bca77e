//! The room machine alone.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use mote_protocol::coords::Point;
use mote_protocol::time::Instant;
use mote_server::room::{JoinRequest, Listener, Room, RoomConfig};

use super::Turn;

/// From turn to turn: over a flush's period and under two, so that a room is never quiet, in which
/// the first move goes out alone.
pub(super) const STEP: Duration = Duration::from_millis(20);

/// Everybody moves, and one flush goes out.
pub(super) fn moves<const PEOPLE: usize>() -> Turn {
    let mut room = Room::new(Arc::new(RoomConfig::default()), [7; 32]);
    let mut now = Instant::ZERO;
    let people: Vec<Listener> = (0..PEOPLE)
        .map(|_| {
            let joined = room.handle_join(now, JoinRequest::default());
            drain(&mut room);
            joined.expect("a place").listener
        })
        .collect();
    let mut at = 0_u16;
    Box::new(move || {
        at = at.wrapping_add(1);
        for &listener in &people {
            let point = Point { x: at, y: !at };
            let moved = room.handle_cursor(now, listener, point);
            moved.expect("people may move");
            drain(&mut room);
        }
        now = now + STEP;
        room.handle_timeout(now);
        drain(&mut room);
    })
}

fn drain(room: &mut Room) {
    while let Some(output) = room.poll_output() {
        black_box(output);
    }
    black_box(room.poll_timeout());
}
