//! The room as it stands, collected aside until it is whole.

use super::notice::Notice;
use super::own_state::OwnState;
use super::records::Records;
use super::roster::Roster;
use crate::limits::NOTICE_BYTES_MAX;
use crate::wire::{Channel, Welcome};

/// Everything on a channel from Welcome to the first PresenceUpdate; live messages in between apply
/// to it as well. The application hears of the difference when it is whole.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    pub(super) is_resumed: bool,
    pub(super) roster: Roster,
    /// The own fields as the server has them.
    pub(super) theirs: OwnState,
    /// Custom presence and events, in order: nothing of the roster can stand for them.
    pub(super) staged: Records,
}

impl Snapshot {
    pub(super) fn new(welcome: Welcome, is_observer: bool) -> Self {
        Self {
            is_resumed: welcome.resumed,
            roster: Roster::of_snapshot((!is_observer).then_some(welcome.user)),
            theirs: OwnState::default(),
            staged: Records::default(),
        }
    }

    /// More is to be told at the end than may wait.
    pub(super) fn is_too_large(&self) -> bool {
        self.staged.len() > NOTICE_BYTES_MAX
    }

    /// It is whole: tells what differs from the roster that the application knows, leaves first.
    /// O(people × log).
    pub(super) fn finish(&mut self, known: &Roster, channel: Channel, out: &mut Records) {
        for old in known.people() {
            let user = old.user;
            if self.roster.get_same(old, known.is_own(user)).is_none() {
                out.tell(Notice::UserLeft { channel, user });
            }
        }
        self.roster.is_whole = true;
        let own = self.roster.own;
        for person in self.roster.people_mut() {
            let user = person.user;
            let is_own = own == Some(user);
            person.is_stated = true;
            let Some(old) = known.get_same(person, is_own) else {
                out.tell_person(channel, person, true);
                continue;
            };
            if !old.has_state_of(person) {
                person.is_update_told = true;
                out.tell(Notice::UserUpdated { channel, user });
            }
            if old.has_custom && !person.has_custom && !is_own {
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
            let sender = self.roster.get(record.number());
            // Not of somebody who left meanwhile, nor of who had the id before.
            if sender.is_some_and(|person| person.staged_from <= at) {
                out.pass_on(record);
            }
            at += record.len();
        }
    }
}
