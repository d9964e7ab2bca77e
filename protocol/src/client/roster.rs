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

    /// Somebody besides `own` is listed.
    pub(super) fn has_others(&self, own: Option<u32>) -> bool {
        self.people.iter().any(|person| Some(person.user) != own)
    }

    pub(super) fn join(&mut self, joined: UserJoined<'_>) -> Joined {
        let person = Person::new(joined);
        match self.find(joined.user) {
            Ok(at) => match self.people.get_mut(at) {
                Some(known) if !known.is_same_as(&person) => {
                    known.name = person.name;
                    known.color = person.color;
                    known.account = person.account;
                    Joined::Changed
                }
                _ => Joined::Nothing,
            },
            Err(_) if self.people.len() >= ROSTER_PEOPLE_MAX => Joined::Nothing,
            Err(at) => {
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

    /// Applies a listed person's fields; whether one of them is told as an update.
    pub(super) fn set_fields(&mut self, user: u32, fields: Fields<'_>) -> bool {
        let room_left = ROSTER_STATE_BYTES_MAX.saturating_sub(self.state_bytes);
        let Some(person) = self.get_mut(user) else {
            return false;
        };
        let before = person.state_bytes();
        let mut is_update = false;
        for field in fields.iter() {
            is_update |= person.set(field);
            if field.tag == tag::CUSTOM {
                person.has_custom = !field.body.is_empty();
            }
        }
        if person.state_bytes() > before + room_left {
            for tag in [tag::SELECTION, tag::SURFACE] {
                person.set(Field { tag, body: &[] });
            }
        }
        let after = person.state_bytes();
        self.state_bytes = self.state_bytes + after - before;
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
