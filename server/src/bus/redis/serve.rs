//! What a lane does while it has a connection: one pipeline at a time, with all that has come up since
//! the one before. So order is kept, what is under way is bounded, and a slow engine gets fewer and
//! larger pipelines.

use std::collections::VecDeque;
use std::time::Duration;

use mote_protocol::time::Instant;

use super::answers;
use super::failure::Failure;
use super::lane::Lane;
use super::link::Link;
use super::queue::{Notice, Order};
use super::requests::{Requests, Words};
use super::rooms::Clearing;
use crate::bus::{BusOutput, NodeId};
use crate::limits::{
    BUS_CLEAR_MARGIN, BUS_LEASE_RENEW, BUS_PIPELINE_BYTES_MAX, BUS_READS_PER_PIPELINE_MAX,
    BUS_RENEW_GAP, BUS_STALE_RETRY, BUS_TOUCH_EVERY,
};

/// What is due when.
#[derive(Default)]
pub(super) struct Serving {
    /// To renew the lease, or to make sure of the connection.
    renew_at: Instant,
    renewed_at: Instant,
    /// To read every room a second time after our own lease had lapsed: another node may have cleared
    /// our people because it did not know of our return yet.
    look_again_at: Option<Instant>,
    /// To read rooms whose record the engine did not take.
    stale_at: Option<Instant>,
    /// To make keys live on.
    touch_at: Option<Instant>,
    touches: VecDeque<Box<str>>,
    /// In order of time: each waits for as long.
    clearings: VecDeque<Clearing>,
}

impl Serving {
    /// Until the connection ends: why.
    pub(super) async fn serve(&mut self, lane: &Lane, mut link: Link) -> Failure {
        let words = Words::new(lane.context.source.is_cluster());
        self.renew_at = lane.context.now();
        loop {
            if let Some(failure) = link.failure() {
                return failure;
            }
            if lane.queue.has_overflowed() {
                return Failure::new("it takes less than is published");
            }
            let requests = self.requests(lane, &link, &words);
            let Requests {
                pipeline, asked, ..
            } = requests;
            if asked.is_empty() {
                self.rest(lane, &link).await;
                continue;
            }
            let counts = &lane.context.front.counts;
            counts.requests.add(asked.len() as u64);
            let sent_at = lane.context.now();
            let answers = match link.send(&pipeline).await {
                Ok(answers) => answers,
                Err(failure) => return failure,
            };
            counts.round_trip.observe(lane.context.now() - sent_at);
            for (asked, answer) in asked.into_iter().zip(answers) {
                if let Err(failure) = answers::handle(self, lane, asked, answer) {
                    return failure;
                }
            }
        }
    }

    /// Until there is something to do.
    async fn rest(&self, lane: &Lane, link: &Link) {
        let now = lane.context.now();
        let clearing = self.clearings.front().map(|clearing| clearing.at);
        let others = [self.look_again_at, self.stale_at, self.touch_at, clearing];
        let due = others
            .into_iter()
            .flatten()
            .fold(self.renew_at, Instant::min);
        tokio::select! {
            () = tokio::time::sleep(due.since(now)) => {}
            () = lane.queue.woken() => {}
            // Looked at by who waits for this.
            () = link.ended() => {}
        }
    }

    fn requests<'a>(&mut self, lane: &'a Lane, link: &'a Link, words: &'a Words) -> Requests<'a> {
        let mut requests = Requests::new(&lane.context, words, &link.scripts);
        let now = lane.context.now();
        if self.renew_at <= now {
            self.renewed_at = now;
            self.renew_at = now + BUS_LEASE_RENEW;
            if lane.has_leases {
                requests.renew();
                if lane
                    .context
                    .leases()
                    .live(lane.context.front.node)
                    .is_none()
                {
                    // Who is live decides which ids are free: know that first.
                    return requests;
                }
            } else {
                requests.ping();
            }
        }
        for notice in lane.queue.take_notices() {
            self.handle_notice(now, lane, notice);
        }
        self.handle_due(now, lane);
        self.add_orders(lane, link, &mut requests);
        self.add_chores(now, lane, &mut requests);
        add_reads(lane, &mut requests);
        requests
    }

    fn handle_notice(&mut self, now: Instant, lane: &Lane, notice: Notice) {
        let mut rooms = lane.rooms();
        match notice {
            Notice::Gone(node) => {
                for channel in rooms.with_node(node) {
                    self.clear_later(now, lane.context.grace, channel, node);
                }
            }
            // Which rooms had people of it may be forgotten already.
            Notice::Back => rooms.want_all_read(),
            Notice::OwnLapsed => {
                rooms.want_all_read();
                self.look_again_at = Some(now + BUS_LEASE_RENEW * 2);
            }
            // A renewal tells of it, sooner than it would; not at each of many batches.
            Notice::Heard => self.renew_at = self.renew_at.min(self.renewed_at + BUS_RENEW_GAP),
        }
    }

    /// The people of a node may come back elsewhere until then.
    pub(super) fn clear_later(
        &mut self,
        now: Instant,
        grace: Duration,
        channel: Box<str>,
        node: NodeId,
    ) {
        let at = now + grace + BUS_CLEAR_MARGIN;
        self.clearings.push_back(Clearing { at, channel, node });
    }

    /// The engine did not take a change of a record.
    pub(super) fn handle_stale(&mut self, now: Instant) {
        self.stale_at.get_or_insert(now + BUS_STALE_RETRY);
    }

    fn handle_due(&mut self, now: Instant, lane: &Lane) {
        let is_due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        let mut rooms = lane.rooms();
        if is_due(self.look_again_at) {
            self.look_again_at = None;
            rooms.want_all_read();
        }
        if is_due(self.stale_at) {
            self.stale_at = None;
            rooms.want_stale_read();
        }
        if is_due(self.touch_at) {
            self.touches = rooms.channels().into();
        }
        if self.touch_at.is_none_or(|at| at <= now) {
            self.touch_at = Some(now + BUS_TOUCH_EVERY);
        }
    }

    fn add_orders(&mut self, lane: &Lane, link: &Link, requests: &mut Requests<'_>) {
        for (room, order) in lane.queue.take(BUS_PIPELINE_BYTES_MAX) {
            let channel = lane.context.front.keys.channel(&room);
            let mut rooms = lane.rooms();
            match order {
                Order::Open => rooms.open(&channel, &room),
                Order::Close { farewell } => {
                    if rooms
                        .close(&channel)
                        .is_some_and(|entry| entry.is_subscribed)
                    {
                        link.expect_unsubscribe();
                        requests.unsubscribe(&channel);
                    }
                    requests.leave(&channel, &farewell.unwrap_or_default());
                }
                Order::Output(BusOutput::Publish { batch, changes }) => {
                    requests.publish(&channel, &batch, &changes);
                    let counts = &lane.context.front.counts;
                    counts.batches_out.count();
                    counts.bytes_out.add(batch.len() as u64);
                }
                Order::Output(BusOutput::WantIds) => {
                    if let Some(entry) = rooms.get_mut(&channel) {
                        requests.take_block(&channel, entry.serial);
                    }
                }
                Order::Output(BusOutput::WantRecord) => rooms.want_read(&channel),
            }
        }
    }

    /// What is done by the way: traces of ours and of others removed, keys kept.
    fn add_chores(&mut self, now: Instant, lane: &Lane, requests: &mut Requests<'_>) {
        let mut rooms = lane.rooms();
        while requests.bytes < BUS_PIPELINE_BYTES_MAX
            && let Some((channel, farewell)) = rooms.next_closed()
        {
            requests.leave(&channel, &farewell);
        }
        while requests.bytes < BUS_PIPELINE_BYTES_MAX
            && self.clearings.front().is_some_and(|next| next.at <= now)
            && let Some(Clearing { channel, node, .. }) = self.clearings.pop_front()
        {
            if lane.context.leases().is_gone(node) {
                // Also of a room that nobody is in here any more: who else knows of it?
                if let Some(entry) = rooms.get_mut(&channel) {
                    entry.forget(node);
                }
                requests.clear(&channel, node);
            }
        }
        while requests.bytes < BUS_PIPELINE_BYTES_MAX
            && let Some(channel) = self.touches.pop_front()
        {
            if rooms.get_mut(&channel).is_some() {
                requests.touch(&channel);
            }
        }
    }
}

/// Subscribes first, so that nothing is missed between the record and the batches after it.
fn add_reads(lane: &Lane, requests: &mut Requests<'_>) {
    let mut rooms = lane.rooms();
    for _ in 0..BUS_READS_PER_PIPELINE_MAX {
        let Some((channel, entry)) = rooms.next_read() else {
            return;
        };
        let counts = &lane.context.front.counts;
        if entry.is_subscribed {
            counts.reads_again.count();
        } else {
            entry.is_subscribed = true;
            requests.subscribe(&channel);
            counts.reads_at_opening.count();
        }
        requests.read(&channel, entry.serial, &entry.blocks);
    }
}
