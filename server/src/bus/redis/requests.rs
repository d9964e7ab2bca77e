//! Requests to the engine, sent as one pipeline, and what to do with each answer.

use redis::{Cmd, Pipeline};

use super::keys;
use super::scripts::Scripts;
use super::shared::Context;
use crate::bus::{Change, NodeId};
use crate::limits::{
    BUS_KEYS_TTL, BUS_LEASE_TTL, BUS_NODE_BLOCKS_KEPT, BUS_ORDER_OVERHEAD_BYTES,
    BUS_RECORD_BYTES_MAX, BUS_RECORD_FIELDS_MAX,
};

/// What an answer is for.
#[derive(Debug)]
pub(super) enum Asked {
    /// Only an error says something.
    Nothing,
    /// That messages will come.
    Subscription,
    /// Whether the record was changed.
    Changes { channel: Box<str> },
    /// Whether nobody is left now that we have left.
    Left { channel: Box<str> },
    /// Whom this node, which is gone, left behind.
    Cleared { channel: Box<str>, node: NodeId },
    /// The record of this very opening.
    Read { channel: Box<str>, serial: u64 },
    /// A block of ids for this very opening.
    Ids { channel: Box<str>, serial: u64 },
    /// The leases.
    Renewal,
}

/// The names of commands: a Cluster has channels in slots.
pub(super) struct Words {
    publish: &'static str,
    subscribe: &'static str,
    unsubscribe: &'static str,
}

impl Words {
    pub(super) fn new(is_cluster: bool) -> Self {
        if is_cluster {
            Self {
                publish: "SPUBLISH",
                subscribe: "SSUBSCRIBE",
                unsubscribe: "SUNSUBSCRIBE",
            }
        } else {
            Self {
                publish: "PUBLISH",
                subscribe: "SUBSCRIBE",
                unsubscribe: "UNSUBSCRIBE",
            }
        }
    }
}

/// A pipeline under construction.
pub(super) struct Requests<'a> {
    context: &'a Context,
    words: &'a Words,
    scripts: &'a Scripts,
    pub(super) pipeline: Pipeline,
    pub(super) asked: Vec<Asked>,
    /// About how large it is.
    pub(super) bytes: usize,
}

impl<'a> Requests<'a> {
    pub(super) fn new(context: &'a Context, words: &'a Words, scripts: &'a Scripts) -> Self {
        Self {
            context,
            words,
            scripts,
            pipeline: Pipeline::new(),
            asked: Vec::new(),
            bytes: 0,
        }
    }

    pub(super) fn renew(&mut self) {
        let (front, ttl) = (&self.context.front, BUS_LEASE_TTL.as_millis().to_string());
        let keys = [front.keys.nodes(), front.keys.lease(front.node)];
        let mut command = script(&self.scripts.renew, &keys);
        command.arg(front.node.to_string()).arg(ttl);
        command.arg(self.context.address());
        self.add(command, Asked::Renewal);
    }

    pub(super) fn ping(&mut self) {
        self.add(redis::cmd("PING"), Asked::Nothing);
    }

    pub(super) fn subscribe(&mut self, channel: &str) {
        let mut command = redis::cmd(self.words.subscribe);
        command.arg(channel);
        self.add(command, Asked::Subscription);
    }

    pub(super) fn unsubscribe(&mut self, channel: &str) {
        let mut command = redis::cmd(self.words.unsubscribe);
        command.arg(channel);
        self.add(command, Asked::Nothing);
    }

    /// Claims the blocks that the room had, takes one if it has none, and reads the record.
    pub(super) fn read(&mut self, channel: &str, serial: u64, had: &[u32]) {
        let keys = [keys::record(channel), keys::ids(channel)];
        let mut command = script(&self.scripts.open, &keys);
        command.arg(self.context.front.node.to_string());
        command.arg(BUS_NODE_BLOCKS_KEPT.as_millis().to_string());
        command.arg(BUS_KEYS_TTL.as_secs());
        command.arg(BUS_RECORD_FIELDS_MAX).arg(BUS_RECORD_BYTES_MAX);
        command.arg(had.len()).arg(had);
        self.add_live(&mut command);
        let channel = channel.into();
        self.add(command, Asked::Read { channel, serial });
    }

    pub(super) fn take_block(&mut self, channel: &str, serial: u64) {
        let mut command = script(&self.scripts.take, &[keys::ids(channel)]);
        command.arg(self.context.front.node.to_string());
        command.arg(BUS_NODE_BLOCKS_KEPT.as_millis().to_string());
        command.arg(BUS_KEYS_TTL.as_secs());
        self.add_live(&mut command);
        let channel = channel.into();
        self.add(command, Asked::Ids { channel, serial });
    }

    /// A batch, and what it changes of the record.
    pub(super) fn publish(&mut self, channel: &str, batch: &[u8], changes: &[Change]) {
        if changes.is_empty() {
            let mut command = redis::cmd(self.words.publish);
            command.arg(channel).arg(batch);
            return self.add(command, Asked::Nothing);
        }
        let keys = [keys::record(channel), channel.to_owned()];
        let mut command = script(&self.scripts.publish, &keys);
        command.arg(self.words.publish).arg(batch);
        command.arg(&self.context.front.node.0.to_be_bytes()[..]);
        command.arg(BUS_KEYS_TTL.as_secs());
        for change in changes {
            match change {
                Change::Set { field, value } => command.arg("S").arg(&field[..]).arg(&value[..]),
                Change::Remove { field } => command.arg("R").arg(&field[..]).arg(""),
            };
        }
        let channel = channel.into();
        self.add(command, Asked::Changes { channel });
    }

    /// Nobody of the room is here any more.
    pub(super) fn leave(&mut self, channel: &str, farewell: &[u8]) {
        let mut command = self.clear_command(channel, self.context.front.node, None);
        command.arg(self.words.publish).arg(farewell);
        let channel = channel.into();
        self.add(command, Asked::Left { channel });
    }

    /// Removes what a node that is gone left in the record.
    pub(super) fn clear(&mut self, channel: &str, node: NodeId) {
        // In a Cluster leases are elsewhere: there a node that comes back looks again a little later.
        let is_near = !self.context.source.is_cluster();
        let lease = is_near.then(|| self.context.front.keys.lease(node));
        let command = self.clear_command(channel, node, lease);
        let channel = channel.into();
        self.add(command, Asked::Cleared { channel, node });
    }

    /// The room is still open: its keys live on.
    pub(super) fn touch(&mut self, channel: &str) {
        for key in [keys::record(channel), keys::ids(channel)] {
            let mut command = redis::cmd("EXPIRE");
            command.arg(key).arg(BUS_KEYS_TTL.as_secs());
            self.add(command, Asked::Nothing);
        }
    }

    fn clear_command(&self, channel: &str, node: NodeId, lease: Option<String>) -> Cmd {
        let mut keys = vec![
            keys::record(channel),
            keys::ids(channel),
            channel.to_owned(),
        ];
        keys.extend(lease);
        let mut command = script(&self.scripts.clear, &keys);
        command.arg(node.to_string()).arg(&node.0.to_be_bytes()[..]);
        command
    }

    fn add_live(&self, command: &mut Cmd) {
        match self.context.leases().live(self.context.front.node) {
            Some(live) => live.iter().for_each(|node| {
                command.arg(node.to_string());
            }),
            None => {
                command.arg("?");
            }
        }
    }

    fn add(&mut self, command: Cmd, asked: Asked) {
        let args = command.args_iter().map(|arg| match arg {
            redis::Arg::Simple(bytes) => bytes.len(),
            _ => 0,
        });
        self.bytes += BUS_ORDER_OVERHEAD_BYTES + args.sum::<usize>();
        self.pipeline.add_command(command);
        self.asked.push(asked);
    }
}

fn script(hash: &str, keys: &[String]) -> Cmd {
    let mut command = redis::cmd("EVALSHA");
    command.arg(hash).arg(keys.len()).arg(keys);
    command
}
