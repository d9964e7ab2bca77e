//! Bytes of a room for many receivers: encoded once, copied at most once for each other channel.

use bytes::Bytes;
use mote_protocol::limits::CHANNELS;
use mote_protocol::wire::Channel;

/// One message on channel 0, and its copies on other channels as they are asked for.
pub(super) struct Shared {
    original: Bytes,
    copies: [Option<Bytes>; CHANNELS],
}

impl Shared {
    pub(super) fn new(original: Bytes) -> Self {
        Self {
            original,
            copies: Default::default(),
        }
    }

    /// The message on `channel`, the low nibble of its first byte.
    pub(super) fn on(&mut self, channel: Channel) -> Bytes {
        if channel == Channel::ZERO {
            return self.original.clone();
        }
        let copy = || on_channel(&self.original, channel);
        self.copies[channel.index()]
            .get_or_insert_with(copy)
            .clone()
    }
}

fn on_channel(message: &[u8], channel: Channel) -> Bytes {
    let mut copy = message.to_vec();
    if let Some(first) = copy.first_mut() {
        *first = (*first & 0xF0) | channel.number();
    }
    copy.into()
}
