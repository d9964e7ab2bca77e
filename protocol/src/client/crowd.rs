//! What a roster hears of its people, live or while a snapshot is collected.

use super::notice::Notice;
use super::records::Records;
use super::roster::{Joined, Roster};
use crate::time::Instant;
use crate::wire::{Channel, Cursor, Event, Fields, ServerMessage, tag};

/// What a message did to a roster, besides what is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Nothing,
    /// Somebody new is listed.
    Joined,
    /// A cursor moved, came or went.
    Moved,
}

impl Roster {
    /// Takes over a message about people and tells what it means, as far as the roster is whole;
    /// `drawn_at` where cursors are drawn smoothly.
    pub(super) fn hear(
        &mut self,
        channel: Channel,
        message: ServerMessage<'_>,
        drawn_at: Option<Instant>,
        told: &mut Records,
    ) -> Change {
        // About oneself, who knows better; a snapshot says what the server has.
        let echo = self.own.filter(|_| self.is_whole);
        let moved = |roster: &mut Self, Cursor { user, point }| {
            Some(user) != echo && roster.move_cursor(user, point, drawn_at)
        };
        let mut has_moved = false;
        match message {
            ServerMessage::UserJoined { joined, .. } => match self.join(joined) {
                Joined::New => {
                    let is_whole = self.is_whole;
                    if let Some(person) = self.get_mut(joined.user) {
                        person.staged_from = told.len();
                        if is_whole {
                            told.tell_person(channel, person, true);
                        }
                    }
                    return Change::Joined;
                }
                Joined::Changed => self.tell_update(channel, joined.user, told),
                Joined::Nothing => {}
            },
            ServerMessage::UserLeft { user, .. } => {
                if Some(user) != echo && self.leave(user) && self.is_whole {
                    told.tell(Notice::UserLeft { channel, user });
                    has_moved = true;
                }
            }
            ServerMessage::Cursor { cursor, .. } => has_moved = moved(self, cursor),
            ServerMessage::CursorBatch { cursors, .. } => {
                for cursor in cursors.iter() {
                    has_moved |= moved(self, cursor);
                }
            }
            ServerMessage::State { user, fields, .. } => {
                has_moved = Some(user) != echo && self.hear_state(channel, user, fields, told);
            }
            ServerMessage::Event { user, event, .. } => {
                if Some(user) != echo {
                    let Event { name, payload } = event;
                    told.tell(Notice::Event {
                        channel,
                        user,
                        name,
                        payload,
                    });
                }
            }
            ServerMessage::PresenceUpdate { .. }
            | ServerMessage::Heartbeat
            | ServerMessage::Welcome { .. }
            | ServerMessage::Control { .. } => {}
        }
        if has_moved {
            Change::Moved
        } else {
            Change::Nothing
        }
    }

    fn hear_state(
        &mut self,
        channel: Channel,
        user: u32,
        fields: Fields<'_>,
        told: &mut Records,
    ) -> bool {
        let Some(had_custom) = self.get(user).map(|person| person.has_custom) else {
            return false;
        };
        let is_update = self.set_fields(user, fields);
        if is_update {
            self.tell_update(channel, user, told);
        }
        if let Some(json) = fields.get(tag::CUSTOM)
            && !self.is_own(user)
        {
            told.tell(Notice::Custom {
                channel,
                user,
                json,
                // What comes first is a snapshot's, or a patch of nothing.
                is_whole: !had_custom || json.is_empty(),
            });
        }
        // A surface took their cursor, or they hid it.
        is_update
    }

    fn tell_update(&mut self, channel: Channel, user: u32, told: &mut Records) {
        if self.is_whole
            && let Some(person) = self.get_mut(user)
            && !core::mem::replace(&mut person.is_update_told, true)
        {
            told.tell(Notice::UserUpdated { channel, user });
        }
    }
}
