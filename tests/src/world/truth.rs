//! A room as the server would tell it to a newcomer now.

use std::collections::BTreeMap;

use mote_protocol::color::Color;
use mote_protocol::coords::Point;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Field, ServerMessage, server_messages};

use super::server::Server;

/// A person as the room lists them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Their name.
    pub name: String,
    /// Their colour.
    pub color: Color,
    /// Where their cursor is.
    pub cursor: Option<Point>,
    /// Their fields, the custom object among them.
    pub fields: BTreeMap<u8, Vec<u8>>,
}

/// A room by the ids of its people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Truth {
    /// Who is listed.
    pub people: BTreeMap<u32, Listed>,
    /// How many the room says it lists.
    pub count: u32,
}

impl Truth {
    /// Asks the server.
    ///
    /// # Panics
    /// When the snapshot breaks the wire.
    #[must_use]
    pub fn of(server: &Server, now: Instant, room: &str) -> Self {
        let snapshot = server.snapshot(now, room);
        let mut truth = Self::default();
        for message in server_messages(&snapshot) {
            truth.take_in(message.expect("the server keeps to the wire"));
        }
        truth
    }

    fn take_in(&mut self, message: ServerMessage<'_>) {
        match message {
            ServerMessage::UserJoined { joined, .. } => {
                let listed = Listed {
                    name: joined.name.to_owned(),
                    color: joined.color,
                    cursor: None,
                    fields: BTreeMap::new(),
                };
                self.people.insert(joined.user, listed);
            }
            ServerMessage::CursorBatch { cursors, .. } => {
                for cursor in cursors.iter() {
                    self.listed(cursor.user).cursor = Some(cursor.point);
                }
            }
            ServerMessage::State { user, fields, .. } => {
                let fields = fields
                    .iter()
                    .map(|Field { tag, body }| (tag, body.to_vec()));
                self.listed(user).fields = fields.collect();
            }
            ServerMessage::PresenceUpdate { count, .. } => self.count = count,
            _ => {}
        }
    }

    fn listed(&mut self, user: u32) -> &mut Listed {
        self.people
            .get_mut(&user)
            .expect("listed before anything is said of them")
    }
}
