//! How much one connection may send. Cursors over their rate are merged, never punished: the newest
//! of each channel is held and goes in when there is place. Other messages over theirs are warned
//! of, and handled, up to twice the burst; then the socket is closed. Nothing is lost in silence.

use std::time::Duration;

use mote_protocol::close::CloseCode;
use mote_protocol::coords::Point;
use mote_protocol::time::Instant;
use mote_protocol::wire::Channel;

use crate::bucket::Bucket;
use crate::hub::Close;
use crate::limits::{self, CURSOR_BURST, Limit, MESSAGE_BURST, WARN_EVERY};

/// What a connection may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Cursors a second, of all rooms together. Default 2,000.
    pub cursors: u32,
    /// Other messages a second; three times as many at once. Default 100.
    pub messages: u32,
    /// Bytes of other messages a second; three times as many at once. Default 128 KiB.
    pub bytes: u32,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            cursors: limits::MAX_CURSOR_RATE_DEFAULT,
            messages: limits::MAX_MESSAGE_RATE_DEFAULT,
            bytes: limits::MAX_BYTE_RATE_DEFAULT,
        }
    }
}

/// What became of a message that was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Fine,
    /// Tell the client so.
    Warn(Limit, String),
    Close(Limit, Close),
}

/// What became of a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arrival {
    /// It may go in now; else it is held.
    pub(super) goes_in: bool,
    /// An older one was held, which is forgotten.
    pub(super) replaces_one: bool,
}

#[derive(Debug)]
pub(super) struct Inbound {
    rates: Rates,
    cursors: Bucket,
    messages: Bucket,
    bytes: Bucket,
    warned_at: Option<Instant>,
    /// The newest cursor of each channel that has come too soon: at most one a channel.
    held: Vec<(Channel, Point)>,
}

impl Inbound {
    pub(super) fn new(now: Instant, rates: Rates) -> Self {
        Self {
            rates,
            cursors: Bucket::new(now),
            messages: Bucket::new(now),
            bytes: Bucket::new(now),
            warned_at: None,
            held: Vec::new(),
        }
    }

    /// A cursor came, which takes the place of one that is held.
    pub(super) fn cursor(&mut self, now: Instant, channel: Channel, point: Point) -> Arrival {
        let replaces_one = self.forget(channel);
        // Who waits goes first.
        let goes_in = self.held.is_empty() && self.cursors_free_at() <= now;
        if goes_in {
            self.cursors.take(now, self.cursor_cost());
        } else {
            self.held.push((channel, point));
        }
        Arrival {
            goes_in,
            replaces_one,
        }
    }

    /// A held cursor that may go in now.
    pub(super) fn due(&mut self, now: Instant) -> Option<(Channel, Point)> {
        if self.held.is_empty() || self.cursors_free_at() > now {
            return None;
        }
        self.cursors.take(now, self.cursor_cost());
        Some(self.held.remove(0))
    }

    /// When a held cursor may go in.
    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        (!self.held.is_empty()).then(|| self.cursors_free_at())
    }

    /// The held cursor of a channel, which now goes in before the next message of that channel.
    pub(super) fn take_held(&mut self, channel: Channel) -> Option<Point> {
        let index = self.held.iter().position(|(held, _)| *held == channel)?;
        Some(self.held.remove(index).1)
    }

    /// Every held cursor: nothing more comes.
    pub(super) fn take_all_held(&mut self) -> Vec<(Channel, Point)> {
        std::mem::take(&mut self.held)
    }

    /// The room on this channel is another one now, or none. Whether a cursor was held for it.
    pub(super) fn forget(&mut self, channel: Channel) -> bool {
        self.take_held(channel).is_some()
    }

    /// A message that is not a cursor.
    pub(super) fn message(&mut self, now: Instant) -> Verdict {
        let cost = Duration::from_secs(1) / self.rates.messages;
        let ahead = self.messages.take(now, cost);
        self.judge(now, Limit::MessageRate, ahead, |rates| {
            format!("more than {} messages a second", rates.messages)
        })
    }

    /// The bytes of messages that are not cursors.
    pub(super) fn bytes(&mut self, now: Instant, bytes: usize) -> Verdict {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let cost = Duration::from_secs(1) * bytes / self.rates.bytes;
        let ahead = self.bytes.take(now, cost);
        self.judge(now, Limit::ByteRate, ahead, |rates| {
            format!("more than {} bytes a second", rates.bytes)
        })
    }

    fn judge(
        &mut self,
        now: Instant,
        limit: Limit,
        ahead: Duration,
        too_much: impl FnOnce(&Rates) -> String,
    ) -> Verdict {
        if ahead <= MESSAGE_BURST {
            return Verdict::Fine;
        }
        let too_much = too_much(&self.rates);
        if ahead > 2 * MESSAGE_BURST {
            let close = Close {
                code: CloseCode::TooManyMessages,
                reason: too_much.into(),
            };
            return Verdict::Close(limit, close);
        }
        let is_told = |at| now < at + WARN_EVERY;
        if self.warned_at.is_some_and(is_told) {
            return Verdict::Fine;
        }
        self.warned_at = Some(now);
        let text = format!("{too_much}: send less often, or this connection is closed");
        Verdict::Warn(limit, text)
    }

    fn cursor_cost(&self) -> Duration {
        Duration::from_secs(1) / self.rates.cursors
    }

    fn cursors_free_at(&self) -> Instant {
        self.cursors.free_at(self.cursor_cost(), CURSOR_BURST)
    }
}
