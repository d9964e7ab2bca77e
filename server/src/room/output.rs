//! What a room wants delivered, and to whom.

use bytes::Bytes;

/// A connected receiver of one room: a person's socket or an observer. Never given out twice, so a
/// late call with an old one reaches nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Listener(pub(super) u64);

/// Who gets cursors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Every listener.
    All,
    /// Every listener but the one that moved.
    AllBut(Listener),
    /// This one.
    One(Listener),
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
    },
    /// One reliable message, on channel 0.
    ToAll {
        /// Its sender, who knows already.
        except: Option<Listener>,
        /// One message.
        bytes: Bytes,
    },
    /// One message of cursors, on channel 0. A receiver that cannot take it now may skip it and
    /// ask [`Room::cursors_since`](super::Room::cursors_since) later.
    Cursors {
        /// The flush that it belongs to.
        flush: u64,
        /// Who gets it.
        audience: Audience,
        /// One message.
        bytes: Bytes,
    },
    /// This listener is out: tell it so, and deliver nothing more to it.
    Kick {
        /// Who. The room has forgotten it already.
        listener: Listener,
        /// One message, on channel 0, that says why.
        bytes: Bytes,
    },
}
