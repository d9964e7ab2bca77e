//! What a room wants delivered, and to whom.

use std::sync::Arc;

use bytes::Bytes;

/// A connected receiver of one room: a person's socket or an observer. Never given out twice, so a
/// late call with an old one reaches nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Listener(pub(super) u64);

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
        let starts = Starts(None);
        Self { bytes, starts }
    }
}

/// Offsets of messages: the first begins at 0, which takes no memory to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Starts(Option<Arc<[u32]>>);

impl Starts {
    /// Of messages that begin at these offsets, the first of which is 0.
    pub(super) fn of(starts: &[u32]) -> Self {
        let further = starts.get(1..).filter(|further| !further.is_empty());
        Self(further.map(Arc::from))
    }

    /// Every offset, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        let further = self.0.as_deref().unwrap_or_default();
        std::iter::once(0).chain(further.iter().map(|&start| start as usize))
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
    /// This listener is out: tell it so, and deliver nothing more to it.
    Kick {
        /// Who. The room has forgotten it already.
        listener: Listener,
        /// One message, on channel 0, that says why.
        bytes: Bytes,
    },
}
