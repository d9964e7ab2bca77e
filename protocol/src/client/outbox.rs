//! What waits to be polled: commands to the transport, and records.

use alloc::vec::Vec;

use super::notice::{Notice, Output};
use super::records::Records;
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
    /// Told and not polled.
    pub(super) records: Records,
}

impl Outbox {
    pub(super) fn send(&mut self, message: &ClientMessage<'_>) {
        let mut bytes = Vec::new();
        // Everything was checked against the wire's limits when it came from the application.
        let _ = message.encode(&mut bytes);
        self.send_encoded(bytes);
    }

    /// Sends messages that are bytes already; all of them go into one WebSocket message.
    pub(super) fn send_encoded(&mut self, bytes: Vec<u8>) {
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
    /// because what the application's own calls bring about is read when it is polled, or dropped.
    #[expect(clippy::inline_always, reason = "see `Records::tell`")]
    #[inline(always)]
    pub(super) fn tell(&mut self, notice: Notice<'_>) {
        self.records.tell(notice);
    }

    /// Tells what went wrong, unless the application does not listen.
    pub(super) fn tell_error(&mut self, channel: Option<Channel>, text: &str) {
        if !self.is_backlogged() {
            self.tell(Notice::Error { channel, text });
        }
    }

    /// Nothing more of a room that was left is told.
    pub(super) fn forget(&mut self, channel: Channel) {
        let told = core::mem::take(&mut self.records);
        for record in told
            .iter()
            .filter(|record| record.channel() != Some(channel))
        {
            self.records.pass_on(record);
        }
    }

    /// The application does not take what it is told.
    pub(super) fn is_backlogged(&self) -> bool {
        self.records.len() > NOTICE_BYTES_MAX
    }

    pub(super) fn poll(&mut self) -> Option<Output> {
        if !self.transmits.is_empty() {
            // A few at most: each but the last is of some 64 KiB.
            let bytes = self.transmits.remove(0);
            self.transmit_bytes -= bytes.len();
            return Some(Output::Transmit(bytes));
        }
        if let Some(code) = self.disconnect.take() {
            return Some(Output::Disconnect { code });
        }
        core::mem::take(&mut self.connect).then_some(Output::Connect)
    }
}

#[cfg(test)]
mod tests;
