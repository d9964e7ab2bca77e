//! What the application says in a room: cursor, state, events.

use alloc::vec::Vec;

use super::Client;
use super::room::Room;
use crate::coords::Point;
use crate::time::Instant;
use crate::wire::{Channel, ClientMessage, Event, Field, FieldsBuf, Part, WireError, tag};

impl Client {
    /// The own cursor is here now. Sent at most `cursor_hz` times a second, newest wins, the last
    /// one always; not sent while nobody else is in the room.
    pub fn update_cursor(&mut self, now: Instant, channel: Channel, point: Point) {
        if let Some(room) = self.own_room(channel) {
            room.throttle.move_to(point);
            if let Some(user) = room.roster.own {
                room.roster.move_cursor(user, point, None);
            }
        }
        self.settle(now);
    }

    /// Sets a field of the own state, or removes it with an empty body; every tag but
    /// [`tag::CUSTOM`]. Kept for every rejoin. A new surface takes the cursor with it.
    ///
    /// # Errors
    /// The body is not what the tag says, or the merged state would be over its limit. Nothing
    /// changed.
    pub fn set_field(
        &mut self,
        now: Instant,
        channel: Channel,
        tag: u8,
        body: &[u8],
    ) -> Result<(), WireError> {
        if tag == tag::CUSTOM {
            return Err(WireError::BadValue {
                field: Part::StateTag,
            });
        }
        let field = Field { tag, body };
        self.change_state(now, channel, field, body)
    }

    /// Changes the own custom presence: `patch` (a JSON Merge Patch, RFC 7386) is sent when joined,
    /// `whole` (the object after it; empty removes it) is kept for every rejoin. Neither is parsed.
    ///
    /// # Errors
    /// Either is over its limit, or an empty patch stands for an object. Nothing changed.
    pub fn update_custom(
        &mut self,
        now: Instant,
        channel: Channel,
        patch: &str,
        whole: &str,
    ) -> Result<(), WireError> {
        if patch.is_empty() && !whole.is_empty() {
            return Err(WireError::TooShort {
                field: Part::Custom,
            });
        }
        let sent = if whole.is_empty() { whole } else { patch };
        let field = Field {
            tag: tag::CUSTOM,
            body: whole.as_bytes(),
        };
        self.change_state(now, channel, field, sent.as_bytes())
    }

    /// Sends an event to the others in the room. While the room is not joined it waits in a bounded
    /// queue; what is dropped there is told.
    ///
    /// # Errors
    /// The name or the payload is over its limit. Nothing is sent.
    pub fn broadcast_event(
        &mut self,
        now: Instant,
        channel: Channel,
        name: &str,
        payload: &[u8],
    ) -> Result<(), WireError> {
        let mut bytes = Vec::new();
        let event = Event { name, payload };
        ClientMessage::Event { channel, event }.encode(&mut bytes)?;
        let room = self.rooms.get_mut(channel);
        match room.filter(|room| room.is_live()) {
            None => {}
            Some(room) if room.is_observer => self
                .out
                .tell_error(Some(channel), "an observer has no seat to send events from"),
            Some(room) if room.is_joined() && !self.is_leaving => self.out.send_encoded(bytes),
            Some(room) => room.queue.push(bytes),
        }
        self.settle(now);
        Ok(())
    }

    fn change_state(
        &mut self,
        now: Instant,
        channel: Channel,
        merged: Field<'_>,
        sent: &[u8],
    ) -> Result<(), WireError> {
        let mut fields = FieldsBuf::new();
        fields.push(Field {
            body: sent,
            ..merged
        })?;
        let room = self.rooms.get_mut(channel);
        if let Some(room) = room.filter(|room| room.is_live())
            && room.own.set(merged)?
        {
            if merged.tag == tag::SURFACE {
                room.throttle.clear();
            }
            room.send_state(fields.as_fields(), &mut self.out);
        }
        self.settle(now);
        Ok(())
    }

    fn own_room(&mut self, channel: Channel) -> Option<&mut Room> {
        let room = self.rooms.get_mut(channel)?;
        (room.is_live() && !room.is_observer).then_some(room)
    }
}
