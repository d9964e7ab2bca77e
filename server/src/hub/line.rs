//! The way to a socket that is open to every thread: whoever queues something writes it.

use std::fmt;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use mote_protocol::time::Instant;

use super::outbox::Outbox;
use crate::metrics::Metrics;

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
    line: Option<Arc<dyn Line>>,
    /// What the socket did not take of the last frame.
    rest: Bytes,
    /// It took less than it was given: its task waits until it takes more.
    is_blocked: bool,
    is_broken: bool,
}

impl Writer {
    pub(super) fn open(&mut self, line: Arc<dyn Line>) {
        self.line = Some(line);
    }

    /// Lets go of the socket; what is left of the last frame, which must come before any other.
    pub(super) fn close(&mut self) -> Bytes {
        self.line = None;
        std::mem::take(&mut self.rest)
    }

    /// What is left of the last frame, in bytes.
    pub(super) fn rest_bytes(&self) -> usize {
        self.rest.len()
    }

    pub(super) fn is_blocked(&self) -> bool {
        self.is_blocked
    }

    pub(super) fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// A frame would go to the socket before anything else, if nothing waits in the outbox.
    pub(super) fn is_ready(&self) -> bool {
        self.line.is_some() && self.rest.is_empty() && !self.is_blocked && !self.is_broken
    }

    /// Writes a frame, from any thread, when it [`is_ready`](Self::is_ready). Whether the socket's
    /// own task must see to the rest.
    pub(super) fn write_frame(&mut self, now: Instant, frame: Bytes, outbox: &mut Outbox) -> bool {
        let Some(line) = &self.line else {
            return false;
        };
        match line.try_write(&frame) {
            Ok(written) if written == frame.len() => false,
            Ok(0) => {
                self.is_broken = true;
                true
            }
            Ok(written) => {
                self.wait_with(now, frame.slice(written..), outbox);
                true
            }
            Err(error) if is_for_later(&error) => {
                self.wait_with(now, frame, outbox);
                true
            }
            Err(_) => {
                self.is_broken = true;
                true
            }
        }
    }

    fn wait_with(&mut self, now: Instant, rest: Bytes, outbox: &mut Outbox) {
        self.rest = rest;
        self.is_blocked = true;
        outbox.progressed(now);
    }

    /// Writes what waits, from any thread, as far as the socket takes it. Whether the socket's own
    /// task must see to the rest.
    pub(super) fn write_now(
        &mut self,
        now: Instant,
        outbox: &mut Outbox,
        metrics: &Metrics,
    ) -> bool {
        if self.is_blocked || self.is_broken {
            return false;
        }
        let Some(line) = self.line.take() else {
            return !outbox.is_empty();
        };
        self.write(now, outbox, metrics, |bytes| line.try_write(bytes));
        self.line = Some(line);
        self.is_blocked || self.is_broken
    }

    /// Writes what waits as far as `write` takes it.
    pub(super) fn write(
        &mut self,
        now: Instant,
        outbox: &mut Outbox,
        metrics: &Metrics,
        mut write: impl FnMut(&[u8]) -> io::Result<usize>,
    ) {
        self.is_blocked = false;
        loop {
            if self.rest.is_empty() {
                let Some(frame) = outbox.take() else { return };
                // What is queued and written within one call did not wait.
                if frame.since < now {
                    metrics.waited(now - frame.since);
                }
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
                Err(error) if is_for_later(&error) => {
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

/// Nothing is wrong: the socket is full, or a signal came.
fn is_for_later(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
    )
}
