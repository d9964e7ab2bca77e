//! A room and its listeners' ears.

mod admin;
mod crowd;
mod cursors;
mod handover;
mod joining;
mod large;
mod model;
mod near;
mod parts;
mod sharing;
mod states;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use mote_protocol::coords::Point;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Field, FieldsBuf};

use super::*;
use crate::heard::{Heard, heard};

const GRACE: Duration = Duration::from_secs(10);

struct World {
    room: Room,
    now: Instant,
    ears: BTreeMap<Listener, Vec<Bytes>>,
    flushes: Vec<u64>,
    /// What is for no listener.
    others: Vec<Output>,
}

impl World {
    fn new() -> Self {
        Self::with(RoomConfig::default())
    }

    fn with(config: RoomConfig) -> Self {
        Self {
            room: Room::new(Arc::new(config), [1; 32]),
            now: Instant::from_millis(5_000),
            ears: BTreeMap::new(),
            flushes: Vec::new(),
            others: Vec::new(),
        }
    }

    fn pass(&mut self, span: Duration) {
        self.now = self.now + span;
        self.room.handle_timeout(self.now);
        self.deliver();
    }

    fn try_join(&mut self, request: JoinRequest<'_>) -> Result<Joined, Refused> {
        let joined = self.room.handle_join(self.now, request)?;
        self.ears.insert(joined.listener, Vec::new());
        self.deliver();
        Ok(joined)
    }

    fn join(&mut self, name: &str) -> Joined {
        let name = Some(name);
        self.try_join(JoinRequest {
            name,
            ..JoinRequest::default()
        })
        .unwrap()
    }

    fn observe(&mut self) -> Joined {
        self.try_join(JoinRequest {
            observer: true,
            ..JoinRequest::default()
        })
        .unwrap()
    }

    fn resume(&mut self, seat: Joined) -> Joined {
        let resume = Some(seat.resume);
        self.try_join(JoinRequest {
            resume,
            ..JoinRequest::default()
        })
        .unwrap()
    }

    fn leave(&mut self, who: Joined) {
        self.ears.remove(&who.listener);
        self.room.handle_leave(self.now, who.listener);
        self.deliver();
    }

    fn lose(&mut self, who: Joined) {
        self.ears.remove(&who.listener);
        self.room.handle_lost(self.now, who.listener);
        self.deliver();
    }

    fn move_to(&mut self, who: Joined, x: u16, y: u16) {
        let point = Point { x, y };
        self.room
            .handle_cursor(self.now, who.listener, point)
            .unwrap();
        self.deliver();
    }

    fn state(&mut self, who: Joined, fields: &[(u8, &[u8])]) -> Result<(), MessageError> {
        let mut buffer = FieldsBuf::new();
        for &(tag, body) in fields {
            buffer.push(Field { tag, body }).unwrap();
        }
        let result = self
            .room
            .handle_state(self.now, who.listener, buffer.as_fields());
        self.deliver();
        result
    }

    fn deliver(&mut self) {
        while let Some(output) = self.room.poll_output() {
            match output {
                Output::Bus(_) | Output::Fact(_) | Output::Close { .. } => self.others.push(output),
                Output::Snapshot {
                    listener,
                    bytes,
                    is_last,
                } => {
                    self.give(listener, &bytes);
                    if !is_last {
                        self.room.handle_drained(self.now, listener);
                    }
                }
                Output::Kick { listener, bytes } => self.give(listener, &bytes),
                Output::Reliable { audience, messages } => self.give_all(&audience, &messages),
                Output::Cursors {
                    flush,
                    audience,
                    messages,
                    ..
                } => {
                    self.flushes.push(flush);
                    self.give_all(&audience, &messages);
                }
            }
        }
    }

    fn give(&mut self, listener: Listener, bytes: &Bytes) {
        self.ears.get_mut(&listener).unwrap().push(bytes.clone());
    }

    fn give_all(&mut self, audience: &Audience, messages: &Encoded) {
        for (&listener, ear) in &mut self.ears {
            let is_meant = match audience {
                Audience::All => true,
                Audience::AllBut(sender) => listener != *sender,
                Audience::One(one) => listener == *one,
                Audience::These(these) => these.contains(&listener),
            };
            if is_meant {
                ear.push(messages.bytes.clone());
            }
        }
    }

    /// The bytes that somebody heard since the last time.
    fn raw(&mut self, who: Joined) -> Vec<Bytes> {
        std::mem::take(self.ears.get_mut(&who.listener).unwrap())
    }

    /// What somebody heard since the last time.
    fn heard(&mut self, who: Joined) -> Vec<Heard> {
        self.raw(who)
            .iter()
            .flat_map(|bytes| heard(bytes))
            .collect()
    }

    fn forget_heard(&mut self) {
        self.ears.values_mut().for_each(Vec::clear);
    }
}
