//! What the other nodes and the engine between them tell, room by room.

use std::sync::Arc;

use bytes::Bytes;
use mote_protocol::time::Instant;

use super::cell::RoomCell;
use super::registry::Hub;
use crate::bus::record::Person;
use crate::bus::{BusEvents, NodeId, Record};
use crate::room::{Fact, Room, Who};

impl Hub {
    fn tell(&self, now: Instant, room: &str, tell: impl FnOnce(&mut Room)) {
        if let Some(cell) = self.find(room) {
            self.tell_cell(now, &cell, tell);
        }
    }

    fn tell_fact(&self, room: &str, node: Option<NodeId>, fact: Fact) {
        if let Some(facts) = &self.config().facts {
            facts.tell(room, node, fact);
        }
    }

    fn tell_cell(&self, now: Instant, cell: &Arc<RoomCell>, tell: impl FnOnce(&mut Room)) {
        if cell.handle_bus(now, tell) {
            self.forget(cell);
        }
    }
}

impl BusEvents for Hub {
    fn opened(&self, now: Instant, room: &str, record: &Record) {
        self.tell(now, room, |room| room.handle_opened(now, record));
    }

    fn ids(&self, now: Instant, room: &str, block: u32) {
        self.tell(now, room, |room| room.handle_ids(now, block));
    }

    fn batch(&self, now: Instant, room: &str, batch: &Bytes) {
        self.tell(now, room, |room| room.handle_batch(now, batch));
    }

    fn node_gone(&self, now: Instant, node: NodeId) {
        for cell in self.cells() {
            self.tell_cell(now, &cell, |room| room.handle_node_gone(now, node));
        }
    }

    fn unavailable(&self, now: Instant, room: &str) {
        self.tell(now, room, |room| room.handle_unavailable(now));
    }

    fn began(&self, room: &str) {
        self.tell_fact(room, None, Fact::Opened);
    }

    fn ended(&self, room: &str) {
        self.tell_fact(room, None, Fact::Closed);
    }

    fn cleared(&self, room: &str, node: NodeId, people: &[(u32, Bytes)]) {
        for (user, value) in people {
            if let Some((_, person)) = Person::of_value(value) {
                let who = Who {
                    user: *user,
                    account: person.joined.account.into(),
                    name: person.joined.name.into(),
                };
                self.tell_fact(room, Some(node), Fact::Left(who));
            }
        }
    }
}
