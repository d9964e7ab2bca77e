//! What waits for one connection: one ordered queue, and for each channel a mark where it
//! is behind.
//!
//! A flush of cursors is queued only when its channel has none queued and the queue is not
//! congested; else the channel is marked, and when the reader has caught up it gets one batch of
//! every cursor that changed meanwhile. Cursors stand in the same queue as everything else, so
//! nothing of a person is seen after their UserLeft, and no old position on a new surface.

use std::collections::VecDeque;

use bytes::Bytes;
use mote_protocol::time::Instant;
use mote_protocol::wire::Channel;

use crate::frame::{Framed, Opcode};
use crate::limits::{
    FRAME_OVERHEAD_BYTES, IDLE_FRAMES_MAX, OUTBOX_CONGESTED_BYTES, PACK_BYTES_MAX,
};

#[derive(Debug, Default)]
pub(super) struct Outbox {
    queue: VecDeque<Frame>,
    /// What waits, snapshots left out: a room bounds each, and who has not read gets no other.
    bytes: usize,
    snapshot_bytes: usize,
    lanes: Lanes,
    stalled_since: Option<Instant>,
    waiting_since: Option<Instant>,
}

#[derive(Debug)]
pub(super) struct Frame {
    pub(super) framed: Framed,
    pub(super) kind: Kind,
    /// Of several in one: since when the first waits.
    pub(super) since: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Reliable,
    Snapshot,
    Cursors(Channel),
    Ping,
    Pong,
}

/// One channel.
#[derive(Clone, Debug, Default)]
struct Lane {
    /// Frames of cursors in the queue.
    queued: usize,
    /// The flush that they belong to.
    flush: u64,
    /// Every cursor is known as of this flush, when all that is queued is read.
    whole: u64,
    /// A flush was skipped.
    is_behind: bool,
    /// The room has more of its snapshot to tell.
    is_in_snapshot: bool,
}

impl Outbox {
    /// Queues reliable messages.
    pub(super) fn push(&mut self, now: Instant, framed: Framed) {
        self.push_frame(now, Kind::Reliable, framed);
    }

    /// Queues a part of a snapshot.
    pub(super) fn push_snapshot(
        &mut self,
        now: Instant,
        channel: Channel,
        framed: Framed,
        is_last: bool,
    ) {
        let lane = self.lane(channel);
        // Cursors that moved while it was told in parts are caught up with.
        lane.is_behind |= lane.is_in_snapshot && is_last;
        lane.is_in_snapshot = !is_last;
        self.push_frame(now, Kind::Snapshot, framed);
    }

    /// Queues a ping, unless one waits.
    pub(super) fn push_ping(&mut self, now: Instant) {
        if !self.queue.iter().any(|frame| frame.kind == Kind::Ping) {
            self.push_frame(now, Kind::Ping, Framed::new(Opcode::Ping, &[]));
        }
    }

    /// Queues the answer to a ping. Of several that wait only the newest is sent (RFC 6455, 5.5.3).
    pub(super) fn push_pong(&mut self, now: Instant, payload: &[u8]) {
        let kind = Kind::Pong;
        let waiting = self.queue.iter().filter(|frame| frame.kind == kind);
        self.bytes -= waiting.map(Frame::cost).sum::<usize>();
        self.queue.retain(|frame| frame.kind != kind);
        self.push_frame(now, kind, Framed::new(Opcode::Pong, payload));
    }

    /// Queues cursors of a flush, or marks the channel as behind. After a flush that `is_whole` the
    /// receiver knows every cursor of the room as of then. Whether they are queued.
    pub(super) fn push_cursors(
        &mut self,
        now: Instant,
        channel: Channel,
        flush: u64,
        is_whole: bool,
        framed: Framed,
    ) -> bool {
        let takes = self.takes_cursors(channel, flush, is_whole);
        if takes {
            self.lane(channel).queued += 1;
            self.push_frame(now, Kind::Cursors(channel), framed);
        }
        takes
    }

    /// Whether cursors of a flush may be sent or queued now; if not the channel is marked.
    pub(super) fn takes_cursors(&mut self, channel: Channel, flush: u64, is_whole: bool) -> bool {
        let is_congested = self.is_congested();
        let lane = self.lane(channel);
        if lane.is_behind {
            return false;
        }
        let has_older = lane.queued > 0 && lane.flush != flush;
        let is_first_part = lane.queued == 0;
        if has_older || (is_first_part && is_congested) {
            lane.skip(flush);
            return false;
        }
        lane.flush = flush;
        if is_whole {
            lane.whole = flush;
        }
        true
    }

    /// Marks a channel as behind instead of queueing cursors of this flush.
    pub(super) fn skip_cursors(&mut self, channel: Channel, flush: u64) {
        self.lane(channel).skip(flush);
    }

    /// The channels that are behind, or have not heard all of a snapshot, and can take more now.
    pub(super) fn ready_for_more(&self) -> impl Iterator<Item = Channel> + '_ {
        let is_congested = self.is_congested();
        let wants_more = move |lane: &Lane| {
            !is_congested && (lane.is_in_snapshot || (lane.is_behind && lane.queued == 0))
        };
        Channel::all()
            .zip(self.lanes.iter())
            .filter(move |(_, lane)| wants_more(lane))
            .map(|(channel, _)| channel)
    }

    /// The room on this channel has more of its snapshot to tell.
    pub(super) fn is_in_snapshot(&mut self, channel: Channel) -> bool {
        self.lane(channel).is_in_snapshot
    }

    /// Queues what a channel that is behind has missed: `since(flush)` gives the room's last flush
    /// and the cursors that changed after `flush`.
    pub(super) fn catch_up(
        &mut self,
        now: Instant,
        channel: Channel,
        since: impl FnOnce(u64) -> (u64, Vec<Bytes>),
    ) {
        let lane = self.lane(channel);
        if !std::mem::take(&mut lane.is_behind) {
            return;
        }
        let (flush, parts) = since(lane.whole);
        lane.whole = flush;
        lane.flush = flush;
        lane.queued += parts.len();
        for bytes in parts {
            let framed = Framed::new(Opcode::Binary, &bytes);
            self.push_frame(now, Kind::Cursors(channel), framed);
        }
    }

    /// A room begins on this channel; its snapshot holds the flushes up to `flush`.
    pub(super) fn open(&mut self, channel: Channel, flush: u64) {
        self.forget(channel);
        let lane = self.lane(channel);
        lane.flush = flush;
        lane.whole = flush;
    }

    /// The room on this channel is over: its cursors are not sent any more.
    pub(super) fn forget(&mut self, channel: Channel) {
        let kind = Kind::Cursors(channel);
        let gone = self.queue.iter().filter(|frame| frame.kind == kind);
        self.bytes -= gone.map(Frame::cost).sum::<usize>();
        self.queue.retain(|frame| frame.kind != kind);
        *self.lane(channel) = Lane::default();
    }

    /// Drops everything that waits.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// What waits costs this much, snapshots left out.
    pub(super) fn bytes_without_snapshots(&self) -> usize {
        self.bytes
    }

    /// What waits costs this much.
    pub(super) fn bytes(&self) -> usize {
        self.bytes + self.snapshot_bytes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// The next WebSocket frame; small messages are packed. Say [`written`](Self::written) when it
    /// is with the kernel.
    pub(super) fn take(&mut self) -> Option<Frame> {
        let frames = self.packable();
        if frames < 2 {
            return self.pop();
        }
        let parts = self
            .queue
            .iter()
            .take(frames)
            .map(|frame| frame.framed.payload());
        let framed = Framed::of_parts(Opcode::Binary, parts);
        let Frame {
            mut kind, since, ..
        } = self.pop()?;
        for _ in 1..frames {
            kind = self.pop().map_or(kind, |frame| frame.kind);
        }
        Some(Frame {
            framed,
            kind,
            since,
        })
    }

    /// What was taken is with the kernel.
    pub(super) fn written(&mut self, now: Instant) {
        if self.queue.is_empty() {
            self.stalled_since = None;
            self.waiting_since = None;
            // A long queue was needed once, for a snapshot or a slow moment.
            if self.queue.capacity() > IDLE_FRAMES_MAX {
                self.queue.shrink_to(IDLE_FRAMES_MAX);
            }
        } else {
            self.stalled_since = Some(now);
        }
    }

    /// A part of what was taken is with the kernel, and the rest waits.
    pub(super) fn progressed(&mut self, now: Instant) {
        self.stalled_since = Some(now);
        self.waiting_since.get_or_insert(now);
    }

    /// Since when something waits and nothing was written.
    pub(super) fn stalled_since(&self) -> Option<Instant> {
        self.stalled_since
    }

    /// Since when there is always something that waits.
    pub(super) fn waiting_since(&self) -> Option<Instant> {
        self.waiting_since
    }

    fn is_congested(&self) -> bool {
        self.bytes() > OUTBOX_CONGESTED_BYTES
    }

    /// How many of the next frames go into one.
    fn packable(&self) -> usize {
        let mut bytes = 0;
        let fits = |frame: &&Frame| {
            bytes += frame.framed.payload_bytes();
            !matches!(frame.kind, Kind::Ping | Kind::Pong) && bytes <= PACK_BYTES_MAX
        };
        self.queue.iter().take_while(fits).count()
    }

    fn push_frame(&mut self, now: Instant, kind: Kind, framed: Framed) {
        let since = now;
        let frame = Frame {
            framed,
            kind,
            since,
        };
        match kind {
            Kind::Snapshot => self.snapshot_bytes += frame.cost(),
            _ => self.bytes += frame.cost(),
        }
        self.queue.push_back(frame);
        self.stalled_since.get_or_insert(now);
        self.waiting_since.get_or_insert(now);
    }

    fn pop(&mut self) -> Option<Frame> {
        let frame = self.queue.pop_front()?;
        match frame.kind {
            Kind::Snapshot => self.snapshot_bytes -= frame.cost(),
            _ => self.bytes -= frame.cost(),
        }
        if let Kind::Cursors(channel) = frame.kind {
            self.lane(channel).queued -= 1;
        }
        Some(frame)
    }

    fn lane(&mut self, channel: Channel) -> &mut Lane {
        self.lanes.get(channel)
    }
}

/// A lane for each channel up to the highest in use. Most connections have one room, on channel 0,
/// whose lane is at hand.
#[derive(Debug, Default)]
struct Lanes {
    zero: Lane,
    others: Vec<Lane>,
}

impl Lanes {
    fn get(&mut self, channel: Channel) -> &mut Lane {
        let Some(index) = channel.index().checked_sub(1) else {
            return &mut self.zero;
        };
        if self.others.len() <= index {
            self.others.resize_with(index + 1, Lane::default);
        }
        &mut self.others[index]
    }

    fn iter(&self) -> impl Iterator<Item = &Lane> {
        std::iter::once(&self.zero).chain(&self.others)
    }
}

impl Lane {
    fn skip(&mut self, flush: u64) {
        self.is_behind = true;
        self.whole = self.whole.min(flush.saturating_sub(1));
    }
}

impl Frame {
    fn cost(&self) -> usize {
        self.framed.payload_bytes() + FRAME_OVERHEAD_BYTES
    }
}
