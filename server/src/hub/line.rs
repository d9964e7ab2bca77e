//! The way to a socket that is open to every thread: whoever queues something writes it.

use std::fmt;
use std::io;

use mote_protocol::time::Instant;

use super::outbox::Outbox;
use bytes::Bytes;

/// A socket that takes bytes without waiting.
pub trait Line: fmt::Debug + Send + Sync {
    /// Writes as much as it takes now.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] when it takes nothing; any other when it is broken.
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize>;
}

/// What stands between an outbox and its socket.
#[derive(Debug, Default)]
pub(super) struct Writer {
    line: Option<Box<dyn Line>>,
    /// What the socket did not take of the last frame.
    rest: Bytes,
    /// It took less than it was given: its task waits until it takes more.
    is_blocked: bool,
    is_broken: bool,
}

impl Writer {
    pub(super) fn open(&mut self, line: Box<dyn Line>) {
        self.line = Some(line);
    }

    /// Lets go of the socket; what is left of the last frame, which must come before any other.
    pub(super) fn close(&mut self) -> Bytes {
        self.line = None;
        std::mem::take(&mut self.rest)
    }

    pub(super) fn is_blocked(&self) -> bool {
        self.is_blocked
    }

    pub(super) fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// Writes what waits, from any thread, as far as the socket takes it. Whether the socket's own
    /// task must see to the rest.
    pub(super) fn write_now(&mut self, now: Instant, outbox: &mut Outbox) -> bool {
        if self.is_blocked || self.is_broken {
            return false;
        }
        let Some(line) = self.line.take() else {
            return !outbox.is_empty();
        };
        self.write(now, outbox, |bytes| line.try_write(bytes));
        self.line = Some(line);
        self.is_blocked || self.is_broken
    }

    /// Writes what waits as far as `write` takes it.
    pub(super) fn write(
        &mut self,
        now: Instant,
        outbox: &mut Outbox,
        mut write: impl FnMut(&[u8]) -> io::Result<usize>,
    ) {
        self.is_blocked = false;
        loop {
            if self.rest.is_empty() {
                let Some(frame) = outbox.take() else { return };
                self.rest = frame.framed.into_bytes();
            }
            match write(&self.rest) {
                Ok(0) => {
                    self.is_broken = true;
                    return;
                }
                Ok(written) if written < self.rest.len() => {
                    self.rest = self.rest.slice(written..);
                    outbox.progressed(now);
                }
                Ok(_) => {
                    self.rest = Bytes::new();
                    outbox.written(now);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.is_blocked = true;
                    return;
                }
                Err(_) => {
                    self.is_broken = true;
                    return;
                }
            }
        }
    }
}
