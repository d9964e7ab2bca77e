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

use crate::limits::{
    FRAME_OVERHEAD_BYTES, IDLE_FRAMES_MAX, OUTBOX_CONGESTED_BYTES, PACK_BYTES_MAX,
};

/// One WebSocket frame to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outgoing {
    /// A binary message: protocol messages back to back.
    Message(Bytes),
    /// A WebSocket ping.
    Ping,
}

#[derive(Debug, Default)]
pub(super) struct Outbox {
    queue: VecDeque<Frame>,
    /// What waits, snapshots left out: a room bounds each, and who has not read gets no other.
    bytes: usize,
    snapshot_bytes: usize,
    lanes: Vec<Lane>,
    stalled_since: Option<Instant>,
}

#[derive(Debug)]
struct Frame {
    bytes: Bytes,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Reliable,
    Snapshot,
    Cursors(Channel),
    Ping,
}

/// The cursors of one channel.
#[derive(Clone, Debug, Default)]
struct Lane {
    /// Frames in the queue.
    queued: usize,
    /// The last flush that was queued.
    flush: u64,
    /// Flushes after this one were skipped.
    behind: Option<u64>,
}

impl Outbox {
    /// Queues one reliable message.
    pub(super) fn push(&mut self, now: Instant, bytes: Bytes) {
        self.push_frame(now, Kind::Reliable, bytes);
    }

    /// Queues a part of a snapshot.
    pub(super) fn push_snapshot(&mut self, now: Instant, bytes: Bytes) {
        self.push_frame(now, Kind::Snapshot, bytes);
    }

    /// Queues a ping, unless one waits.
    pub(super) fn push_ping(&mut self, now: Instant) {
        if !self.queue.iter().any(|frame| frame.kind == Kind::Ping) {
            self.push_frame(now, Kind::Ping, Bytes::new());
        }
    }

    /// Queues cursors of a flush, or marks the channel as behind.
    pub(super) fn push_cursors(
        &mut self,
        now: Instant,
        channel: Channel,
        flush: u64,
        bytes: Bytes,
    ) {
        let is_congested = self.is_congested();
        let lane = self.lane(channel);
        if lane.behind.is_some() {
            return;
        }
        let has_older = lane.queued > 0 && lane.flush != flush;
        let is_first_part = lane.queued == 0;
        if has_older || (is_first_part && is_congested) {
            lane.behind = Some(lane.flush.min(flush.saturating_sub(1)));
            return;
        }
        lane.flush = flush;
        lane.queued += 1;
        self.push_frame(now, Kind::Cursors(channel), bytes);
    }

    /// The channels that are behind and can catch up now.
    pub(super) fn ready_to_catch_up(&self) -> impl Iterator<Item = Channel> + '_ {
        let is_congested = self.is_congested();
        Channel::all()
            .zip(&self.lanes)
            .filter(move |(_, lane)| !is_congested && lane.queued == 0 && lane.behind.is_some())
            .map(|(channel, _)| channel)
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
        let Some(flush) = lane.behind.take() else {
            return;
        };
        let (flush, parts) = since(flush);
        lane.flush = flush;
        lane.queued += parts.len();
        for bytes in parts {
            self.push_frame(now, Kind::Cursors(channel), bytes);
        }
    }

    /// A room begins on this channel; its snapshot holds the flushes up to `flush`.
    pub(super) fn open(&mut self, channel: Channel, flush: u64) {
        self.forget(channel);
        self.lane(channel).flush = flush;
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
    pub(super) fn take(&mut self) -> Option<Outgoing> {
        let first = self.pop()?;
        if first.kind == Kind::Ping {
            return Some(Outgoing::Ping);
        }
        if !self.next_fits(first.bytes.len()) {
            return Some(Outgoing::Message(first.bytes));
        }
        let mut packed = first.bytes.to_vec();
        while self.next_fits(packed.len()) {
            let Some(next) = self.pop() else { break };
            packed.extend_from_slice(&next.bytes);
        }
        Some(Outgoing::Message(packed.into()))
    }

    /// What was taken is with the kernel.
    pub(super) fn written(&mut self, now: Instant) {
        self.stalled_since = (!self.queue.is_empty()).then_some(now);
        if self.queue.is_empty() {
            // A long queue was needed once, for a snapshot or a slow moment.
            self.queue.shrink_to(IDLE_FRAMES_MAX);
        }
    }

    /// Since when something waits and nothing was written.
    pub(super) fn stalled_since(&self) -> Option<Instant> {
        self.stalled_since
    }

    fn is_congested(&self) -> bool {
        self.bytes() > OUTBOX_CONGESTED_BYTES
    }

    fn next_fits(&self, packed_bytes: usize) -> bool {
        self.queue.front().is_some_and(|next| {
            next.kind != Kind::Ping && packed_bytes + next.bytes.len() <= PACK_BYTES_MAX
        })
    }

    fn push_frame(&mut self, now: Instant, kind: Kind, bytes: Bytes) {
        let frame = Frame { bytes, kind };
        match kind {
            Kind::Snapshot => self.snapshot_bytes += frame.cost(),
            _ => self.bytes += frame.cost(),
        }
        self.queue.push_back(frame);
        self.stalled_since.get_or_insert(now);
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

    /// Most connections have one room, so lanes are made up to the highest channel in use.
    fn lane(&mut self, channel: Channel) -> &mut Lane {
        let index = channel.index();
        if self.lanes.len() <= index {
            self.lanes.resize_with(index + 1, Lane::default);
        }
        &mut self.lanes[index]
    }
}

impl Frame {
    fn cost(&self) -> usize {
        self.bytes.len() + FRAME_OVERHEAD_BYTES
    }
}
