//! A room to be read.

use super::notice::Status;
use super::person::Person;
use super::room::Room;
use crate::wire::Resume;

/// A room as it stands.
#[derive(Clone, Copy, Debug)]
pub struct RoomView<'a> {
    room: &'a Room,
}

impl<'a> RoomView<'a> {
    pub(super) const fn new(room: &'a Room) -> Self {
        Self { room }
    }

    /// How the room stands; connected means joined.
    #[must_use]
    pub const fn status(&self) -> Status {
        self.room.status()
    }

    /// The room's id.
    #[must_use]
    pub fn id(&self) -> &'a str {
        &self.room.entry.room
    }

    /// The own id of the last join; none before it, and for an observer.
    #[must_use]
    pub const fn user(&self) -> Option<u32> {
        self.room.roster.own
    }

    /// Takes the seat back on another socket or page; none before the first Welcome, and for an
    /// observer. A secret.
    #[must_use]
    pub const fn resume(&self) -> Option<Resume> {
        self.room.entry.resume
    }

    /// How many people the room lists, self included.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.room.count
    }

    /// The listed people in ascending order of id, self included; as of the last joined moment.
    #[must_use]
    pub fn people(&self) -> &'a [Person] {
        self.room.roster.people()
    }

    /// A listed person.
    #[must_use]
    pub fn person(&self, user: u32) -> Option<&'a Person> {
        self.room.roster.get(user)
    }
}
