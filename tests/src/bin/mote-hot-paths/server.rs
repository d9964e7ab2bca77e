//! The whole server between two system calls: sessions, hub, room, outboxes, frames.

use std::hint::black_box;
use std::io;
use std::sync::Arc;

use mote_protocol::time::Instant;
use mote_protocol::wire::{Channel, ClientMessage, Join};
use mote_server::gateway::session::{Session, SessionConfig};
use mote_server::hub::{Hub, HubConfig, Line};

use super::Turn;
use super::codec::update;
use super::room::STEP;

/// A socket that takes everything and costs nothing.
#[derive(Debug)]
struct Sink;

impl Line for Sink {
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        Ok(black_box(bytes).len())
    }
}

/// Everybody moves, and what the flush brings is written to everybody's line.
pub(super) fn moves<const PEOPLE: usize>() -> Turn {
    let hub = Arc::new(Hub::new(HubConfig::default(), [7; 32]));
    let mut now = Instant::ZERO;
    let mut sessions: Vec<Session> = (0..PEOPLE)
        .map(|_| {
            let mut session = Session::new(Arc::clone(&hub), SessionConfig::default(), now);
            session.connection().open_line(Arc::new(Sink));
            session.handle_message(now, &join()).expect("a place");
            session
        })
        .collect();
    let mut at = 0_u16;
    Box::new(move || {
        at = at.wrapping_add(1);
        let bytes = update(at);
        for session in &mut sessions {
            let moved = session.handle_message(now, black_box(&bytes));
            moved.expect("people may move");
        }
        now = now + STEP;
        hub.handle_timeout(now);
    })
}

fn join() -> Vec<u8> {
    let join = Join {
        room: "plan",
        ..Join::default()
    };
    let channel = Channel::ZERO;
    let mut bytes = Vec::new();
    let encoded = ClientMessage::Join { channel, join }.encode(&mut bytes);
    encoded.expect("within the limits");
    bytes
}
