//! What the engine does for its nodes, each in one step.

use std::collections::BTreeSet;

use bytes::Bytes;
use mote_server::bus::{BusOutput, Change, NodeId, Record};

use super::{Engine, LEASE, Node, Request, Told};

impl Engine {
    /// The engine does what a node asks.
    pub(super) fn answer(&mut self, id: NodeId, request: Request) {
        match request {
            Request::Open(room) => {
                if let Some(node) = self.nodes.get_mut(&id) {
                    node.subscribed.insert(room.clone());
                }
                let blocks = self.blocks.entry(room.clone()).or_default();
                if !blocks.values().any(|owner| *owner == id) {
                    self.give_block(id, &room);
                }
                self.read(id, &room);
            }
            Request::Close(room, farewell) => {
                if let Some(node) = self.nodes.get_mut(&id) {
                    node.subscribed.remove(&room);
                }
                self.remove_node(&room, id);
                if let Some(blocks) = self.blocks.get_mut(&room) {
                    blocks.retain(|_, owner| *owner != id);
                }
                if let Some(farewell) = farewell {
                    self.publish(id, &room, &farewell);
                }
            }
            Request::Carry(room, BusOutput::Publish { batch, changes }) => {
                let is_refused = changes
                    .into_iter()
                    .any(|change| !self.change(id, &room, change));
                self.publish(id, &room, &batch);
                if is_refused {
                    self.read(id, &room);
                }
            }
            Request::Carry(room, BusOutput::WantIds) => {
                let block = self.give_block(id, &room);
                self.tell(id, Told::Ids(room, block));
            }
            Request::Carry(room, BusOutput::WantRecord) => self.read(id, &room),
            Request::Renew => {
                let lease = self.leases.insert(id, self.now + LEASE);
                let had_lapsed = lease.is_none_or(|until| until < self.now);
                let live = self.live();
                self.tell(id, Told::Leases { live, had_lapsed });
            }
            Request::Clean(gone) => {
                if !self.live().contains(&gone) {
                    for room in self.records.keys().cloned().collect::<Vec<_>>() {
                        self.remove_node(&room, gone);
                    }
                }
            }
        }
    }

    pub(super) fn live(&self) -> BTreeSet<NodeId> {
        let live = self.leases.iter().filter(|&(_, &until)| until >= self.now);
        live.map(|(&node, _)| node).collect()
    }

    fn give_block(&mut self, id: NodeId, room: &str) -> u32 {
        let blocks = self.blocks.entry(room.to_owned()).or_default();
        let free = (0..).find(|block| !blocks.contains_key(block));
        let block = free.unwrap_or(u32::MAX);
        blocks.insert(block, id);
        block
    }

    fn read(&mut self, id: NodeId, room: &str) {
        let fields = self.records.entry(room.to_owned()).or_default();
        let fields = fields.iter().map(|(k, v)| (k.clone(), v.clone()));
        let fields = fields.collect();
        let blocks = self.blocks.entry(room.to_owned()).or_default();
        let own = blocks.iter().filter(|&(_, &owner)| owner == id);
        let record = Record {
            fields,
            blocks: own.map(|(&block, _)| block).collect(),
            live_nodes: self.live().into_iter().collect(),
        };
        self.tell(id, Told::Opened(room.to_owned(), record));
    }

    fn publish(&mut self, from: NodeId, room: &str, batch: &Bytes) {
        self.published += 1;
        let is_heard = |node: &Node| node.subscribed.contains(room);
        let hearers: Vec<NodeId> = (self.nodes.iter())
            .filter(|&(&id, node)| (id != from || node.hearing_back > 0) && is_heard(node))
            .map(|(&id, _)| id)
            .collect();
        for id in hearers {
            let copies = match () {
                () if self.random.chance(self.drops_per_mille) => 0,
                () if self.random.chance(self.doubles_per_mille) => 2,
                () => 1,
            };
            self.dropped += u64::from(copies == 0);
            for _ in 0..copies {
                self.tell(id, Told::Batch(room.to_owned(), batch.clone()));
            }
        }
    }

    /// Whether it was done.
    fn change(&mut self, id: NodeId, room: &str, change: Change) -> bool {
        let record = self.records.entry(room.to_owned()).or_default();
        match change {
            Change::Set { field, value } => {
                let is_person = field.starts_with(b"u");
                let refused = |known: &Bytes| is_person && rank(known) > rank(&value);
                if record.get(&field).is_some_and(refused) {
                    return false;
                }
                record.insert(field, value);
                true
            }
            Change::Remove { field } => {
                let is_ours = |known: &Bytes| known.starts_with(&id.0.to_be_bytes());
                if !record.get(&field).is_none_or(is_ours) {
                    return false;
                }
                record.remove(&field);
                true
            }
        }
    }

    fn remove_node(&mut self, room: &str, node: NodeId) {
        let Some(record) = self.records.get_mut(room) else {
            return;
        };
        let name = node.to_string();
        record.retain(|field, value| match field.split_first() {
            Some((b'u', _)) => !value.starts_with(&node.0.to_be_bytes()),
            Some((_, rest)) => rest != name.as_bytes(),
            None => true,
        });
    }
}

/// What stands before a person's resume value: generation and node, as they are compared.
fn rank(value: &[u8]) -> (Option<&[u8]>, Option<&[u8]>) {
    (value.get(8..12), value.get(..8))
}
