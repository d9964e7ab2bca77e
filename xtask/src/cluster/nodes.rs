//! The nodes: started, killed and started again.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Child;

use super::{free_address, part};
use crate::kit::Kit;
use crate::run::{Failure, Result};

/// Every node of the cluster; the first one is number 1.
pub(super) struct Nodes<'a> {
    kit: &'a Kit,
    server: PathBuf,
    page: Option<PathBuf>,
    redis: SocketAddr,
    nodes: Vec<Node>,
}

struct Node {
    address: SocketAddr,
    process: Option<Child>,
}

/// What is told of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State {
    pub(super) address: SocketAddr,
    pub(super) is_running: bool,
}

impl<'a> Nodes<'a> {
    /// Starts as many; each serves the page, if there is one.
    pub(super) fn start(
        kit: &'a Kit,
        count: usize,
        server: PathBuf,
        page: Option<PathBuf>,
        redis: SocketAddr,
    ) -> Result<Self> {
        let nodes = (0..count).map(|_| {
            let address = free_address()?;
            let process = None;
            Ok(Node { address, process })
        });
        let mut all = Self {
            kit,
            server,
            page,
            redis,
            nodes: nodes.collect::<Result<_>>()?,
        };
        for number in 1..=count {
            all.revive(number)?;
        }
        Ok(all)
    }

    pub(super) fn addresses(&self) -> Vec<SocketAddr> {
        self.nodes.iter().map(|node| node.address).collect()
    }

    /// As they are now.
    pub(super) fn states(&mut self) -> Vec<State> {
        let state = |node: &mut Node| State {
            address: node.address,
            is_running: node.is_running(),
        };
        self.nodes.iter_mut().map(state).collect()
    }

    /// Ends a node at once, as a power cut does. Whether there is such a node.
    pub(super) fn kill(&mut self, number: usize) -> bool {
        let Some(node) = self.get(number) else {
            return false;
        };
        if let Some(process) = &mut node.process {
            // One that has ended by itself is as dead.
            let _ = process.kill();
            let _ = process.wait();
            println!("  node {number} was killed");
        }
        node.process = None;
        true
    }

    /// Starts a node where it was, if it does not run. Whether there is such a node.
    pub(super) fn revive(&mut self, number: usize) -> Result<bool> {
        let mut command = part(self.kit, &self.server)?;
        command.args(["--redis", &format!("redis://{}", self.redis)]);
        command.args(["--log", "warn"]);
        if let Some(page) = &self.page {
            command.env("MOTE_DEMO_DIR", page);
        }
        let Some(node) = self.get(number) else {
            return Ok(false);
        };
        if node.is_running() {
            return Ok(true);
        }
        let address = node.address;
        command.args(["--listen", &address.to_string()]);
        let process = command.spawn().map_err(|error| {
            Failure::new(format!("node {number} could not be started: {error}."))
        })?;
        node.process = Some(process);
        println!("  node {number} runs on {address}");
        Ok(true)
    }

    fn get(&mut self, number: usize) -> Option<&mut Node> {
        self.nodes.get_mut(number.checked_sub(1)?)
    }
}

impl Node {
    fn is_running(&mut self) -> bool {
        let ended = self.process.as_mut().map(Child::try_wait);
        matches!(ended, Some(Ok(None)))
    }
}

impl Drop for Nodes<'_> {
    fn drop(&mut self) {
        for number in 1..=self.nodes.len() {
            self.kill(number);
        }
    }
}
