//! Messages of a room for many receivers: encoded once, copied at most once for each other channel.

use bytes::Bytes;
use mote_protocol::limits::CHANNELS;
use mote_protocol::wire::Channel;

use crate::room::Encoded;

/// Messages on channel 0, and their copies on other channels as they are asked for.
pub(super) struct Shared {
    original: Encoded,
    copies: [Option<Bytes>; CHANNELS],
}

impl Shared {
    pub(super) fn new(original: Encoded) -> Self {
        Self {
            original,
            copies: Default::default(),
        }
    }

    /// The messages on `channel`, the low nibble of each one's first byte.
    pub(super) fn on(&mut self, channel: Channel) -> Bytes {
        if channel == Channel::ZERO {
            return self.original.bytes.clone();
        }
        let copy = || on_channel(&self.original, channel);
        self.copies[channel.index()]
            .get_or_insert_with(copy)
            .clone()
    }
}

fn on_channel(messages: &Encoded, channel: Channel) -> Bytes {
    let mut copy = messages.bytes.to_vec();
    for start in messages.starts.iter() {
        if let Some(first) = copy.get_mut(start) {
            *first = (*first & 0xF0) | channel.number();
        }
    }
    copy.into()
}
