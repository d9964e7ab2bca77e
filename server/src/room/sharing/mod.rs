//! A room that several nodes serve: what it knows besides, and how that goes out and comes in.
//!
//! Each person belongs to one node. Their node alone says what they do; the others seat them as
//! [`Line::Away`](super::seat::Line::Away). What the people of this node do is collected and published once
//! at each flush (`say`), batches of the others are taken in by `hear`, the record by `opened`;
//! `persons` seats those of others, settles whose a seat is, and takes seats over; `handover` sees that
//! who goes from node to node misses nothing.
//!
//! Nobody is removed because of silence alone: a person whose node is gone, or says nothing of them,
//! is orphaned for a grace, in which they may come back on any node.

mod diff;
mod handover;
mod hear;
mod ids;
mod kept;
mod known;
mod opened;
mod persons;
mod say;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mote_protocol::time::Instant;

use super::config::RoomConfig;
use super::engine::{Due, Room};
use super::output::Output;
use super::seat::Line;
use crate::bus::batch::BatchBuf;
use crate::bus::{BusOutput, NodeId};
use crate::limits::{AWAITED_ROOM_KEPT, REMOTE_KEPT, REREAD_EVERY};
pub(super) use diff::differences;
use ids::Ids;
use kept::Handovers;
use known::Known;

/// Whether the engine has the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    /// Its record is awaited.
    Opening,
    Open,
    /// The room goes on alone.
    Away,
}

/// What a room knows of the nodes that serve it.
#[derive(Debug)]
pub(super) struct Sharing {
    node: NodeId,
    engine: Engine,
    ids: Ids,
    /// How often a seat went from node to node, where it did.
    generations: BTreeMap<u32, u32>,
    known: BTreeMap<NodeId, Known>,
    handovers: Handovers,
    /// What our people did since the last batch.
    said: BatchBuf,
    /// Those whose field in the record is different now.
    dirty: BTreeSet<u32>,
    /// Fields that are not ours any more and must go before they are set anew.
    stale: BTreeSet<u32>,
    /// Of our last batch.
    sequence: u64,
    revision: u64,
    /// This node stops.
    is_leaving: bool,
    /// The others have had a batch of us.
    is_introduced: bool,
    /// They must be told everything anew.
    is_all_due: bool,
    /// A node is there that has not heard of us.
    is_greeting_due: bool,
    /// Cursors up to this flush were published, and are in the record.
    told: u64,
    recorded: u64,
    recorded_at: Option<Instant>,
    /// The record has cursors that stand no more, or lacks some that do.
    is_record_stale: bool,
    published_at: Option<Instant>,
    publish_due: Option<Instant>,
    settle_due: Option<Instant>,
    alone_due: Option<Instant>,
    awaited_until: Option<Instant>,
    reread_at: Option<Instant>,
}

impl Sharing {
    fn new(now: Instant, node: NodeId) -> Self {
        // Above those of a room of this name that this node had before.
        let first = now.as_micros();
        Self {
            node,
            engine: Engine::Opening,
            ids: Ids::new(node),
            generations: BTreeMap::new(),
            known: BTreeMap::new(),
            handovers: Handovers::default(),
            said: BatchBuf::default(),
            dirty: BTreeSet::new(),
            stale: BTreeSet::new(),
            sequence: first,
            revision: first,
            is_leaving: false,
            is_introduced: false,
            is_all_due: false,
            is_greeting_due: false,
            told: 0,
            recorded: 0,
            recorded_at: None,
            is_record_stale: false,
            published_at: None,
            publish_due: None,
            settle_due: None,
            alone_due: None,
            awaited_until: None,
            reread_at: None,
        }
    }

    fn generation(&self, user: u32) -> u32 {
        self.generations.get(&user).copied().unwrap_or_default()
    }

    /// A cursor of ours stands no more, or one became ours: what the record says of it is wrong.
    pub(super) fn note_cursor_gone(&mut self) {
        self.is_record_stale = true;
    }

    /// An id for somebody, if there is one.
    pub(super) fn take_id(&mut self, is_free: impl Fn(u32) -> bool) -> Option<u32> {
        self.ids.take(is_free)
    }

    /// Nobody has this id any more.
    pub(super) fn forget(&mut self, user: u32) {
        self.generations.remove(&user);
        self.handovers.forget(user);
        self.ids.give_back(user);
    }
}

impl Room {
    /// An empty room that other nodes serve as well. It lists their people once
    /// [`handle_opened`](Self::handle_opened) has told of them.
    #[must_use]
    pub fn shared(now: Instant, config: Arc<RoomConfig>, seed: [u8; 32], node: NodeId) -> Self {
        let sharing = Sharing::new(now, node);
        Self {
            sharing: Some(Box::new(sharing)),
            ..Self::new(config, seed)
        }
    }

    /// Whether somebody can come in now and know everybody: the record was read and there is an id
    /// to give, or the engine is away.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        match &self.sharing {
            None => true,
            Some(sharing) => match sharing.engine {
                Engine::Opening => false,
                Engine::Open => sharing.ids.has_free(),
                Engine::Away => true,
            },
        }
    }

    /// Whether what other nodes have is known, and they hear what is said here.
    #[must_use]
    pub fn hears_others(&self) -> bool {
        let sharing = self.sharing.as_ref();
        sharing.is_none_or(|sharing| sharing.engine == Engine::Open)
    }

    /// The other nodes that serve the room.
    pub(super) fn other_nodes(&self) -> impl Iterator<Item = NodeId> {
        let sharing = self.sharing.as_ref();
        sharing
            .into_iter()
            .flat_map(|sharing| sharing.known.keys().copied())
    }

    /// Somebody waits for the room to be ready: it is not empty for a while.
    pub fn handle_awaited(&mut self, now: Instant) {
        let Some(sharing) = &mut self.sharing else {
            return;
        };
        if sharing.awaited_until.is_none() {
            let until = now + AWAITED_ROOM_KEPT;
            sharing.awaited_until = Some(until);
            self.timers.insert((until, Due::Awaited));
        }
    }

    /// A block of ids is this node's.
    pub fn handle_ids(&mut self, _now: Instant, block: u32) {
        let Self { sharing, seats, .. } = self;
        if let Some(sharing) = sharing {
            let is_free = |user| seats.get(user).is_none();
            sharing.ids.add_block(block, is_free);
            sharing.ids.answered();
        }
        self.want_ids();
    }

    /// The lease of a node has lapsed: its people may come back on another one for the grace of the
    /// room.
    pub fn handle_node_gone(&mut self, now: Instant, node: NodeId) {
        let Some(sharing) = &mut self.sharing else {
            return;
        };
        sharing.known.remove(&node);
        let until = now + self.config.resume_grace;
        for user in self.users_of(|line| line == Line::Away(node)) {
            self.orphan(user, until);
        }
    }

    /// The engine is away: the room goes on alone. People of other nodes stay as they are for a
    /// while, because most engines are back soon.
    pub fn handle_unavailable(&mut self, now: Instant) {
        let Some(sharing) = &mut self.sharing else {
            return;
        };
        sharing.engine = Engine::Away;
        sharing.said.clear();
        sharing.dirty.clear();
        if sharing.alone_due.is_none() {
            let due = now + REMOTE_KEPT;
            sharing.alone_due = Some(due);
            self.timers.insert((due, Due::Alone));
        }
    }

    pub(super) fn handle_sharing_due(&mut self, now: Instant, due: Due) {
        let Some(sharing) = &mut self.sharing else {
            return;
        };
        match due {
            Due::Awaited => sharing.awaited_until = None,
            Due::Publish => {
                sharing.publish_due = None;
                // Moves of the same instant go into the same batch.
                self.flush_if_due(now);
                self.publish_pending(now);
            }
            Due::Settle => {
                sharing.settle_due = None;
                self.settle(now);
            }
            Due::Alone => {
                sharing.alone_due = None;
                let others = self.users_of(|line| matches!(line, Line::Away(_)));
                self.remove_seats(now, &others);
            }
            Due::Handover(user) => self.give_up_answer(now, user),
            Due::Grace(_) | Due::Orphan(_) | Due::Close => {}
        }
    }

    /// Asks for ids while there are few.
    pub(super) fn want_ids(&mut self) {
        let Some(sharing) = &mut self.sharing else {
            return;
        };
        if sharing.engine == Engine::Open {
            for _ in 0..sharing.ids.want(self.slices.len()) {
                self.outputs.push_back(Output::Bus(BusOutput::WantIds));
            }
        }
    }

    /// The record is to be read again, if that was not asked for just now.
    fn want_record(&mut self, now: Instant) {
        let Some(sharing) = &mut self.sharing else {
            return;
        };
        let is_asked = sharing
            .reread_at
            .is_some_and(|asked| now < asked + REREAD_EVERY);
        if !is_asked {
            sharing.reread_at = Some(now);
            self.outputs.push_back(Output::Bus(BusOutput::WantRecord));
        }
    }

    /// Everybody whose line is such.
    pub(super) fn users_of(&self, is_such: impl Fn(Line) -> bool) -> Vec<u32> {
        let seats = self.seats.since(0);
        let such = seats.filter(|(_, seat)| is_such(seat.line));
        such.map(|(user, _)| user).collect()
    }
}
