//! The room as it stands, collected aside until it is whole.

use super::notice::Notice;
use super::own_state::OwnState;
use super::person::Person;
use super::records::Records;
use super::roster::{Joined, Roster};
use crate::limits::NOTICE_BYTES_MAX;
use crate::wire::{Channel, Event, Fields, ServerMessage, Welcome, tag};

/// Everything on a channel from Welcome to the first PresenceUpdate; live messages in between apply
/// to it as well. The application hears of the difference when it is whole.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    /// The own id; none for an observer.
    pub(super) user: Option<u32>,
    pub(super) is_resumed: bool,
    pub(super) roster: Roster,
    /// The own fields as the server has them.
    pub(super) theirs: OwnState,
    /// Custom presence and events, in order: nothing of the roster can stand for them.
    staged: Records,
}

impl Snapshot {
    pub(super) fn new(welcome: Welcome, is_observer: bool) -> Self {
        Self {
            user: (!is_observer).then_some(welcome.user),
            is_resumed: welcome.resumed,
            roster: Roster::default(),
            theirs: OwnState::default(),
            staged: Records::default(),
        }
    }

    /// More is to be told at the end than may wait.
    pub(super) fn is_too_large(&self) -> bool {
        self.staged.len() > NOTICE_BYTES_MAX
    }

    /// Takes over one message; whether it brought somebody new.
    pub(super) fn take_over(&mut self, channel: Channel, message: ServerMessage<'_>) -> bool {
        match message {
            ServerMessage::UserJoined { joined, .. } => {
                let is_new = self.roster.join(joined) == Joined::New;
                if let Some(person) = self.roster.get_mut(joined.user).filter(|_| is_new) {
                    person.staged_from = self.staged.len();
                }
                return is_new;
            }
            ServerMessage::UserLeft { user, .. } => {
                self.roster.leave(user);
            }
            ServerMessage::Cursor { cursor, .. } => {
                self.roster.move_cursor(cursor.user, cursor.point, None);
            }
            ServerMessage::CursorBatch { cursors, .. } => {
                for cursor in cursors.iter() {
                    self.roster.move_cursor(cursor.user, cursor.point, None);
                }
            }
            ServerMessage::State { user, fields, .. } => {
                self.take_over_state(channel, user, fields);
            }
            ServerMessage::Event { user, event, .. } => {
                if self.roster.get(user).is_some() && Some(user) != self.user {
                    let Event { name, payload } = event;
                    self.staged.tell(Notice::Event {
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
        false
    }

    /// Tells what differs from the roster that the application knows, leaves first. O(people ×
    /// log).
    pub(super) fn tell_changes(
        &mut self,
        known: &Roster,
        former: Option<u32>,
        channel: Channel,
        out: &mut Records,
    ) {
        let own = self.user;
        // Whoever has the own former id now is somebody else, and so was who had the present one.
        let is_other = |user| (former == Some(user)) != (own == Some(user));
        for old in known.people() {
            let user = old.user;
            if self.same(old).is_some() && !is_other(user) {
                continue;
            }
            out.tell(Notice::UserLeft { channel, user });
        }
        for person in self.roster.people_mut() {
            let user = person.user;
            let same = |old: &&Person| !is_other(user) && old.is_same_as(person);
            let Some(old) = known.get(user).filter(same) else {
                out.tell_person(channel, person, true);
                continue;
            };
            if !old.looks_like(person) {
                person.is_update_told = true;
                out.tell(Notice::UserUpdated { channel, user });
            }
            if old.has_custom && !person.has_custom && Some(user) != own {
                out.tell(Notice::Custom {
                    channel,
                    user,
                    json: &[],
                    is_whole: true,
                });
            }
        }
        let mut at = 0;
        for record in self.staged.iter() {
            let sender = self.roster.get(record.number);
            // Not of somebody who left meanwhile, nor of who had the id before.
            if sender.is_some_and(|person| person.staged_from <= at) {
                out.pass_on(record);
            }
            at += record.bytes.len();
        }
    }

    fn take_over_state(&mut self, channel: Channel, user: u32, fields: Fields<'_>) {
        let Some(had_custom) = self.roster.get(user).map(|person| person.has_custom) else {
            return;
        };
        self.set_fields(user, fields);
        if Some(user) == self.user {
            self.theirs = OwnState::of(fields);
        } else if let Some(json) = fields.get(tag::CUSTOM) {
            self.staged.tell(Notice::Custom {
                channel,
                user,
                json,
                // What comes first is the snapshot's, or a patch of nothing.
                is_whole: !had_custom || json.is_empty(),
            });
        }
    }

    /// A snapshot's cursors come before its states and are of the surfaces that these name: only a
    /// later State takes the cursor away.
    fn set_fields(&mut self, user: u32, fields: Fields<'_>) {
        let cursor = self.roster.get_mut(user).and_then(|person| {
            let is_later = core::mem::replace(&mut person.is_stated, true);
            person.cursor.filter(|_| !is_later)
        });
        self.roster.set_fields(user, fields);
        if let Some(person) = self.roster.get_mut(user)
            && cursor.is_some()
        {
            person.cursor = cursor;
        }
    }

    /// The same person, if they are still listed: an id alone may have been given anew.
    fn same(&self, old: &Person) -> Option<&Person> {
        self.roster
            .get(old.user)
            .filter(|person| person.is_same_as(old))
    }
}
