//! The rooms of a client, by channel.

use alloc::boxed::Box;

use super::room::Room;
use crate::limits::CHANNELS;
use crate::wire::Channel;

/// A place for each channel.
#[derive(Clone, Debug, Default)]
pub(super) struct Rooms {
    by_channel: [Option<Box<Room>>; CHANNELS],
}

impl Rooms {
    pub(super) fn get(&self, channel: Channel) -> Option<&Room> {
        self.by_channel.get(channel.index())?.as_deref()
    }

    pub(super) fn get_mut(&mut self, channel: Channel) -> Option<&mut Room> {
        self.by_channel.get_mut(channel.index())?.as_deref_mut()
    }

    /// Puts a room on its channel, or nothing; the one that had it.
    pub(super) fn replace(
        &mut self,
        channel: Channel,
        room: Option<Box<Room>>,
    ) -> Option<Box<Room>> {
        let place = self.by_channel.get_mut(channel.index())?;
        core::mem::replace(place, room)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Room> {
        self.by_channel.iter().filter_map(Option::as_deref)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Room> {
        self.by_channel.iter_mut().filter_map(Option::as_deref_mut)
    }

    /// How many are not over.
    pub(super) fn count_live(&self) -> usize {
        self.iter().filter(|room| room.is_live()).count()
    }
}
