//! Messages that cannot be handled yet, and all that comes after them.

use std::collections::VecDeque;
use std::time::Duration;

use mote_protocol::close::CloseCode;
use mote_protocol::time::Instant;
use mote_protocol::wire::ClientMessage;

use crate::auth::{Admission, Awaited};
use crate::hub::{Claim, Close};
use crate::limits::{
    ASK_WAIT_MAX, HANDOVER_WAIT_MAX, HELD_BYTES_MAX, JWKS_WAIT_MAX, OPEN_WAIT_MAX,
};

/// What a message waits for.
#[derive(Debug)]
pub(super) enum Awaits {
    /// A Join, for its room to be opened, where other nodes serve it, too, and for its seat. They are
    /// let in.
    Room {
        room: Box<str>,
        claim: Option<Claim>,
        admission: Option<Admission>,
    },
    /// A token, for this.
    Token(Awaited),
}

impl Awaits {
    /// What a token has waited for.
    pub(super) fn of_token(self) -> Option<Awaited> {
        match self {
            Self::Room { .. } => None,
            Self::Token(awaited) => Some(awaited),
        }
    }

    fn time_max(&self) -> Duration {
        match self {
            Self::Room { claim: None, .. } => OPEN_WAIT_MAX,
            Self::Room { .. } => OPEN_WAIT_MAX + HANDOVER_WAIT_MAX,
            Self::Token(Awaited::Keys { .. }) => JWKS_WAIT_MAX,
            Self::Token(Awaited::Answer { .. }) => ASK_WAIT_MAX,
        }
    }
}

/// A message that waits, and all that came after it.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) awaits: Awaits,
    /// Then it is handled all the same.
    pub(super) until: Instant,
    pub(super) messages: VecDeque<Vec<u8>>,
}

impl Held {
    /// `first` was to be handled now; `rest` came with it.
    pub(super) fn new(
        now: Instant,
        awaits: Awaits,
        first: &ClientMessage<'_>,
        rest: &[u8],
    ) -> Self {
        let mut message = Vec::new();
        let encoded = first.encode(&mut message);
        encoded.expect("what was read can be written");
        message.extend_from_slice(rest);
        Self {
            until: now + awaits.time_max(),
            awaits,
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
