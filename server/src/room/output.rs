//! What a room wants delivered, and to whom.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

use super::fact::Fact;
use super::listeners::Listener;
use crate::bus::BusOutput;

/// Who gets something. Those whom the deliverer does not know any more are passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Every listener.
    All,
    /// Every listener but the one that it comes from.
    AllBut(Listener),
    /// This one.
    One(Listener),
    /// These, each once.
    These(Arc<[Listener]>),
}

/// Messages on channel 0, encoded once for many. For a receiver on another channel the low nibble
/// of each message's first byte is its channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// One or more whole messages, back to back.
    pub bytes: Bytes,
    /// Where each begins.
    pub starts: Starts,
}

impl Encoded {
    /// Exactly one message.
    #[must_use]
    pub const fn one(bytes: Bytes) -> Self {
        let starts = Starts { of_several: None };
        Self { bytes, starts }
    }

    /// Messages that begin at these offsets, the first of which is 0.
    pub(super) fn new(bytes: Bytes, starts: &[u32]) -> Self {
        let of_several = (starts.len() > 1).then(|| Several {
            range: 0..starts.len(),
            starts: starts.into(),
        });
        let starts = Starts { of_several };
        Self { bytes, starts }
    }

    /// These of the messages, by number; the bytes are shared. None where there are none.
    pub(super) fn messages(&self, numbers: Range<usize>) -> Option<Self> {
        if numbers.is_empty() {
            return None;
        }
        let Some(several) = &self.starts.of_several else {
            return Some(self.clone());
        };
        let starts = &several.starts;
        let range = several.range.start + numbers.start..several.range.start + numbers.end;
        let offset = |number: usize| (starts[number] - starts[several.range.start]) as usize;
        let end = if range.end < several.range.end {
            offset(range.end)
        } else {
            self.bytes.len()
        };
        let bytes = self.bytes.slice(offset(range.start)..end);
        let starts = Arc::clone(starts);
        let of_several = (range.len() > 1).then_some(Several { starts, range });
        let starts = Starts { of_several };
        Some(Self { bytes, starts })
    }
}

/// Offsets of messages. A single one begins at 0, which takes no memory to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Starts {
    of_several: Option<Several>,
}

/// A range of offsets, of which the first is where the bytes begin.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Several {
    starts: Arc<[u32]>,
    range: Range<usize>,
}

impl Starts {
    /// How many messages.
    #[must_use]
    pub fn len(&self) -> usize {
        let several = self.of_several.as_ref();
        several.map_or(1, |several| several.range.len())
    }

    /// There always is one.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        false
    }

    /// Every offset, ascending; the first is 0.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        let starts = match &self.of_several {
            Some(several) => &several.starts[several.range.clone()],
            None => &[0],
        };
        let base = starts[0];
        starts.iter().map(move |start| (start - base) as usize)
    }
}

/// Something to deliver. Deliver in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Several messages of a joiner's snapshot, already on that joiner's channel.
    Snapshot {
        /// The joiner.
        listener: Listener,
        /// Whole messages, back to back.
        bytes: Bytes,
        /// The snapshot is complete. Until then the joiner gets nothing of the room but through
        /// [`Room::handle_drained`](super::Room::handle_drained) and reliable messages.
        is_last: bool,
    },
    /// Reliable messages: State, Event, who came and went.
    Reliable {
        /// Who gets them.
        audience: Audience,
        /// One message; in a large room several.
        messages: Encoded,
    },
    /// Cursors. A receiver that cannot take them now may skip them and ask
    /// [`Room::cursors_since`](super::Room::cursors_since) later.
    Cursors {
        /// The flush that they belong to.
        flush: u64,
        /// The receiver then knows every change up to `flush`, its own left out. If not, these are
        /// the cursors near it, and what it knows for sure is as old as before.
        is_whole: bool,
        /// Who gets them.
        audience: Audience,
        /// One message; of near cursors several.
        messages: Encoded,
    },
    /// For the other nodes.
    Bus(BusOutput),
    /// For an application that wants to know, where [`RoomConfig::facts`](super::RoomConfig) says so.
    Fact(Fact),
    /// This listener is to come again, for another seat. The room has forgotten it already.
    Close {
        /// Who.
        listener: Listener,
    },
    /// This listener is out: tell it so, and deliver nothing more to it.
    Kick {
        /// Who. The room has forgotten it already.
        listener: Listener,
        /// One message, on channel 0, that says why.
        bytes: Bytes,
    },
}
