//! What waits to be polled: commands to the transport first, then notices.

use alloc::vec::Vec;

use super::notice::{Notice, Output};
use crate::limits::{MESSAGE_BYTES_MAX, NOTICE_BYTES_MAX, OUTBOUND_BYTES_MAX};
use crate::wire::{Channel, ClientMessage};

/// The machine's outputs. What was said in one go leaves in as few WebSocket messages as possible.
#[derive(Clone, Debug, Default)]
pub(super) struct Outbox {
    /// WebSocket messages for the socket that is open.
    transmits: Vec<Vec<u8>>,
    transmit_bytes: usize,
    has_sent: bool,
    /// Ends the socket that is open; after the transmits.
    disconnect: Option<u16>,
    /// Begins the next socket; after the disconnect.
    connect: bool,
    /// Told and not polled, the newest last.
    notices: Vec<Notice>,
    /// Of the notices before those, what is not polled, the oldest last.
    polled: Vec<Notice>,
    notice_bytes: usize,
    /// A bit for each channel whose cursors moved.
    moved: u16,
    /// A bit for each channel whose count changed.
    counted: u16,
}

impl Outbox {
    /// Sends messages, which all go into one WebSocket message; together they are under 64 KiB.
    pub(super) fn send(&mut self, messages: &[ClientMessage<'_>]) {
        let mut bytes = Vec::new();
        for message in messages {
            // Everything was checked against the wire's limits when it came from the application.
            let _ = message.encode(&mut bytes);
        }
        self.has_sent = true;
        self.transmit_bytes += bytes.len();
        match self.transmits.last_mut() {
            Some(open) if open.len() + bytes.len() <= MESSAGE_BYTES_MAX => {
                open.extend_from_slice(&bytes);
            }
            _ => self.transmits.push(bytes),
        }
    }

    /// Whether anything was sent since the last call.
    pub(super) fn take_sent(&mut self) -> bool {
        core::mem::take(&mut self.has_sent)
    }

    /// The transport does not take what is to be sent.
    pub(super) const fn is_choked(&self) -> bool {
        self.transmit_bytes > OUTBOUND_BYTES_MAX
    }

    pub(super) const fn connect(&mut self) {
        self.connect = true;
    }

    /// Ends the socket after what was to be sent.
    pub(super) const fn disconnect(&mut self, code: u16) {
        if self.connect {
            // Nobody has heard of that socket.
            self.connect = false;
        } else {
            self.disconnect = Some(code);
        }
    }

    /// The socket is gone, and with it what was to be sent.
    pub(super) fn discard(&mut self) {
        self.transmits.clear();
        self.transmit_bytes = 0;
        self.connect = false;
    }

    /// Tells the application; bounded because the machine stops reading when it is backlogged, and
    /// because what the application's own calls bring about is conflated or dropped here.
    pub(super) fn tell(&mut self, notice: Notice) {
        if self.is_backlogged() && matches!(notice, Notice::Error { .. }) {
            return;
        }
        if let (Notice::Status(_), Some(last @ Notice::Status(_))) =
            (&notice, self.notices.last_mut())
        {
            *last = notice;
            return;
        }
        self.notice_bytes += notice.bytes();
        self.notices.push(notice);
    }

    pub(super) const fn tell_moved(&mut self, channel: Channel) {
        self.moved |= 1 << channel.number();
    }

    pub(super) const fn tell_count(&mut self, channel: Channel) {
        self.counted |= 1 << channel.number();
    }

    /// Nothing more of a room that was left is told.
    pub(super) fn forget(&mut self, channel: Channel) {
        self.moved &= !(1 << channel.number());
        self.counted &= !(1 << channel.number());
        let mut bytes = 0;
        for notices in [&mut self.polled, &mut self.notices] {
            notices.retain(|notice| {
                let is_other = notice.channel() != Some(channel);
                bytes += if is_other { notice.bytes() } else { 0 };
                is_other
            });
        }
        self.notice_bytes = bytes;
    }

    /// The application does not take what it is told.
    pub(super) const fn is_backlogged(&self) -> bool {
        self.notice_bytes > NOTICE_BYTES_MAX
    }

    pub(super) fn poll(&mut self, count_of: impl Fn(Channel) -> u32) -> Option<Output> {
        if !self.transmits.is_empty() {
            // A few at most: each but the last is of some 64 KiB.
            let bytes = self.transmits.remove(0);
            self.transmit_bytes -= bytes.len();
            return Some(Output::Transmit(bytes));
        }
        if let Some(code) = self.disconnect.take() {
            return Some(Output::Disconnect { code });
        }
        if core::mem::take(&mut self.connect) {
            return Some(Output::Connect);
        }
        self.poll_notice(count_of).map(Output::Notice)
    }

    fn poll_notice(&mut self, count_of: impl Fn(Channel) -> u32) -> Option<Notice> {
        if self.polled.is_empty() {
            core::mem::swap(&mut self.polled, &mut self.notices);
            self.polled.reverse();
        }
        if let Some(notice) = self.polled.pop() {
            self.notice_bytes -= notice.bytes();
            return Some(notice);
        }
        if let Some(channel) = take_lowest(&mut self.counted) {
            let count = count_of(channel);
            return Some(Notice::Count { channel, count });
        }
        take_lowest(&mut self.moved).map(|channel| Notice::CursorsMoved { channel })
    }
}

/// Takes the lowest bit of a set of channels.
fn take_lowest(set: &mut u16) -> Option<Channel> {
    let lowest = u8::try_from(set.trailing_zeros()).ok()?;
    *set &= set.wrapping_sub(1);
    Channel::new(lowest)
}

#[cfg(test)]
mod tests;
