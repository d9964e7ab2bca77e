//! Messages for one audience, joined.

use mote_protocol::wire::{Cursor, ServerMessage};

use super::broadcast::{self, append_cursors};
use super::output::{Audience, Encoded, Output};
use crate::limits::JOINED_BYTES_MAX;

/// Collects messages into as few [`Encoded`]s as fit a WebSocket message each.
#[derive(Debug, Default)]
pub(super) struct Messages {
    done: Vec<Encoded>,
    bytes: Vec<u8>,
    starts: Vec<u32>,
}

/// Where a message is among those that were finished.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Which [`Encoded`].
    pub(super) part: usize,
    /// Which of its messages.
    pub(super) message: usize,
}

impl Messages {
    /// One message that is encoded already; where it is found later.
    pub(super) fn push_encoded(&mut self, message: &[u8]) -> Place {
        self.extend(message, std::iter::once(0));
        Place {
            part: self.done.len(),
            message: self.starts.len() - 1,
        }
    }

    /// One message.
    pub(super) fn push(&mut self, message: &ServerMessage<'_>) {
        self.make_room(0);
        self.starts.push(offset(self.bytes.len()));
        broadcast::append(message, &mut self.bytes);
    }

    /// Cursors in ascending order of user.
    pub(super) fn push_cursors(&mut self, cursors: &[Cursor]) {
        self.make_room(0);
        append_cursors(cursors, &mut self.bytes, &mut self.starts);
    }

    /// Messages that begin at these offsets of `bytes`.
    pub(super) fn extend(&mut self, bytes: &[u8], starts: impl Iterator<Item = u32>) {
        self.make_room(bytes.len());
        let base = offset(self.bytes.len());
        self.bytes.extend_from_slice(bytes);
        self.starts.extend(starts.map(|start| base + start));
    }

    /// Bytes so far.
    pub(super) fn len(&self) -> usize {
        let done = self.done.iter().map(|encoded| encoded.bytes.len());
        done.sum::<usize>() + self.bytes.len()
    }

    /// As reliable messages.
    pub(super) fn outputs(self, audience: &Audience) -> impl Iterator<Item = Output> {
        self.finish().into_iter().map(|messages| Output::Reliable {
            audience: audience.clone(),
            messages,
        })
    }

    pub(super) fn finish(mut self) -> Vec<Encoded> {
        self.close();
        self.done
    }

    fn make_room(&mut self, bytes: usize) {
        if self.bytes.len() + bytes > JOINED_BYTES_MAX {
            self.close();
        }
    }

    fn close(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.bytes).into();
        self.done.push(Encoded::new(bytes, &self.starts));
        self.starts.clear();
    }
}

/// An offset into at most a few hundred KiB.
pub(super) fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).expect("what is joined is far below 4 GiB")
}
