//! The people of a room.

use alloc::vec::Vec;

use super::person::Person;
use crate::coords::Point;
use crate::limits::{ROSTER_PEOPLE_MAX, ROSTER_STATE_BYTES_MAX};
use crate::time::Instant;
use crate::wire::{Field, Fields, UserJoined, tag};

/// The listed people, in ascending order of id. Ids are dense, so a sorted vector is small and
/// quick.
#[derive(Clone, Debug, Default)]
pub(super) struct Roster {
    people: Vec<Person>,
    /// The sum of everybody's [`Person::state_bytes`].
    state_bytes: usize,
    /// The own id; none for an observer.
    pub(super) own: Option<u32>,
    /// No part of its snapshot is to come: what changes now is told.
    pub(super) is_whole: bool,
}

/// What a UserJoined did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joined {
    /// Somebody new is listed.
    New,
    /// Somebody who was listed has another name, colour or account.
    Changed,
    /// Nothing: known and equal, or the roster is full.
    Nothing,
}

impl Roster {
    /// An empty one, of which parts are to come.
    pub(super) fn of_snapshot(own: Option<u32>) -> Self {
        Self {
            own,
            ..Self::default()
        }
    }

    pub(super) fn people(&self) -> &[Person] {
        &self.people
    }

    pub(super) fn people_mut(&mut self) -> &mut [Person] {
        &mut self.people
    }

    pub(super) fn get(&self, user: u32) -> Option<&Person> {
        self.people.get(self.find(user).ok()?)
    }

    pub(super) fn get_mut(&mut self, user: u32) -> Option<&mut Person> {
        let at = self.find(user).ok()?;
        self.people.get_mut(at)
    }

    pub(super) fn is_own(&self, user: u32) -> bool {
        self.own == Some(user)
    }

    /// The own person.
    pub(super) fn own_person(&self) -> Option<&Person> {
        self.get(self.own?)
    }

    /// Somebody besides oneself is listed.
    pub(super) fn has_others(&self) -> bool {
        self.people.iter().any(|person| !self.is_own(person.user))
    }

    /// The same person as one of another roster, where they are the own one or not: an id alone may
    /// have been given anew.
    pub(super) fn get_same(&self, other: &Person, is_own: bool) -> Option<&Person> {
        let person = self.get(other.user)?;
        let is_same = person.looks() == other.looks() && self.is_own(person.user) == is_own;
        is_same.then_some(person)
    }

    pub(super) fn join(&mut self, joined: UserJoined<'_>) -> Joined {
        match self.find(joined.user) {
            Ok(at) => match self.people.get_mut(at) {
                Some(known) if known.looks() != joined => {
                    known.set_looks(joined);
                    Joined::Changed
                }
                _ => Joined::Nothing,
            },
            Err(_) if self.people.len() >= ROSTER_PEOPLE_MAX => Joined::Nothing,
            Err(at) => {
                let mut person = Person::new(joined);
                person.is_stated = self.is_whole;
                self.people.insert(at, person);
                Joined::New
            }
        }
    }

    /// Whether they were listed.
    pub(super) fn leave(&mut self, user: u32) -> bool {
        let Ok(at) = self.find(user) else {
            return false;
        };
        self.state_bytes -= self.people.remove(at).state_bytes();
        true
    }

    /// Whether they are listed and the position is another one; `drawn_at` where it is drawn
    /// smoothly.
    pub(super) fn move_cursor(
        &mut self,
        user: u32,
        point: Point,
        drawn_at: Option<Instant>,
    ) -> bool {
        self.get_mut(user)
            .is_some_and(|person| person.move_to(point, drawn_at))
    }

    /// Applies a listed person's fields; whether one of them is told as an update. A snapshot's
    /// cursors come before its states and are of the surfaces that these name: only a later State
    /// takes the cursor away.
    pub(super) fn set_fields(&mut self, user: u32, fields: Fields<'_>) -> bool {
        let Ok(at) = self.find(user) else {
            return false;
        };
        let Some(person) = self.people.get_mut(at) else {
            return false;
        };
        let bytes_of_others = self.state_bytes - person.state_bytes();
        let kept_cursor = person.cursor.filter(|_| !person.is_stated);
        person.is_stated = true;
        let mut is_update = false;
        for field in fields.iter() {
            is_update |= person.set(field);
        }
        if bytes_of_others + person.state_bytes() > ROSTER_STATE_BYTES_MAX {
            for tag in [tag::SELECTION, tag::SURFACE] {
                person.set(Field { tag, body: &[] });
            }
        }
        person.cursor = kept_cursor.or(person.cursor);
        self.state_bytes = bytes_of_others + person.state_bytes();
        is_update
    }

    fn find(&self, user: u32) -> Result<usize, usize> {
        // Joins and snapshots come in ascending order: look at the end first.
        if self.people.last().is_none_or(|last| last.user < user) {
            return Err(self.people.len());
        }
        self.people
            .binary_search_by_key(&user, |person| person.user)
    }
}

#[cfg(test)]
mod tests;
