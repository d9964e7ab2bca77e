//! Messages of a room for many receivers: encoded and framed once, at most once again for each
//! other channel.

use mote_protocol::wire::Channel;

use crate::frame::{Framed, Opcode};
use crate::room::Encoded;

/// Messages on channel 0, and their frames as they are asked for: nearly everybody has one room,
/// on channel 0.
pub(super) struct Shared<'a> {
    original: &'a Encoded,
    zero: Option<Framed>,
    others: Vec<(Channel, Framed)>,
}

impl<'a> Shared<'a> {
    pub(super) fn new(original: &'a Encoded) -> Self {
        Self {
            original,
            zero: None,
            others: Vec::new(),
        }
    }

    /// The messages on `channel`, the low nibble of each one's first byte.
    pub(super) fn on(&mut self, channel: Channel) -> Framed {
        if channel == Channel::ZERO {
            let frame = || frame(self.original, channel);
            return self.zero.get_or_insert_with(frame).clone();
        }
        if let Some((_, framed)) = self.others.iter().find(|(known, _)| *known == channel) {
            return framed.clone();
        }
        let framed = frame(self.original, channel);
        self.others.push((channel, framed.clone()));
        framed
    }
}

/// The frame of messages for one receiver, on their channel.
pub(super) fn frame(messages: &Encoded, channel: Channel) -> Framed {
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
