//! Messages that wait for a room to be opened, where other nodes serve it, too.

use std::collections::VecDeque;

use mote_protocol::close::CloseCode;
use mote_protocol::time::Instant;
use mote_protocol::wire::ClientMessage;

use crate::hub::Close;
use crate::limits::{HELD_BYTES_MAX, OPEN_WAIT_MAX};

/// A Join that waits, and all that came after it.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) room: Box<str>,
    /// Then it is handled all the same.
    pub(super) until: Instant,
    pub(super) messages: VecDeque<Vec<u8>>,
}

impl Held {
    /// `join` was to be handled now; `rest` came with it.
    pub(super) fn new(now: Instant, room: &str, join: &ClientMessage<'_>, rest: &[u8]) -> Self {
        let mut message = Vec::new();
        let encoded = join.encode(&mut message);
        encoded.expect("what was read can be written");
        message.extend_from_slice(rest);
        Self {
            room: room.into(),
            until: now + OPEN_WAIT_MAX,
            messages: VecDeque::from([message]),
        }
    }

    /// A further message came.
    pub(super) fn push(&mut self, message: &[u8]) -> Result<(), Close> {
        let waiting: usize = self.messages.iter().map(Vec::len).sum();
        if waiting + message.len() > HELD_BYTES_MAX {
            return Err(Close {
                code: CloseCode::TooManyMessages,
                reason: "too much is sent before the room is joined".into(),
            });
        }
        self.messages.push_back(message.to_vec());
        Ok(())
    }
}
