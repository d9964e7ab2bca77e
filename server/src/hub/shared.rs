//! Messages of a room for many receivers: encoded and framed once, at most once again for each
//! other channel.

use mote_protocol::limits::CHANNELS;
use mote_protocol::wire::Channel;

use crate::frame::{Framed, Opcode};
use crate::room::Encoded;

/// Messages on channel 0, and their copies on other channels as they are asked for.
pub(super) struct Shared {
    original: Encoded,
    framed: [Option<Framed>; CHANNELS],
}

impl Shared {
    pub(super) fn new(original: Encoded) -> Self {
        Self {
            original,
            framed: Default::default(),
        }
    }

    /// The messages on `channel`, the low nibble of each one's first byte.
    pub(super) fn on(&mut self, channel: Channel) -> Framed {
        let frame = || frame(&self.original, channel);
        self.framed[channel.index()]
            .get_or_insert_with(frame)
            .clone()
    }
}

fn frame(messages: &Encoded, channel: Channel) -> Framed {
    if channel == Channel::ZERO {
        return Framed::new(Opcode::Binary, &messages.bytes);
    }
    let mut copy = messages.bytes.to_vec();
    for start in messages.starts.iter() {
        if let Some(first) = copy.get_mut(start) {
            *first = (*first & 0xF0) | channel.number();
        }
    }
    Framed::new(Opcode::Binary, &copy)
}
