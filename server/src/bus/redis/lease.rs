//! Which nodes are there: what follows from each renewal of this node's own lease.

use std::collections::BTreeMap;

use mote_protocol::time::Instant;

use crate::bus::NodeId;
use crate::limits::{BUS_LEASE_RENEW, BUS_LEASE_TTL, BUS_NODE_BLOCKS_KEPT, BUS_NODES_MAX};

/// What this node knows of leases.
#[derive(Debug, Default)]
pub(super) struct Leases {
    nodes: BTreeMap<NodeId, Standing>,
    /// Whether it was ever told which nodes are live.
    known: bool,
    /// Nobody is declared gone before: while the engine was away nobody could renew.
    settled_at: Instant,
    /// When our own lease was renewed last.
    renewed_at: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Live,
    /// Live at last, and not in the list; too early to say.
    Missing,
    Gone(Instant),
}

/// What a renewal has shown.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct News {
    /// Their leases have lapsed.
    pub(super) gone: Vec<NodeId>,
    /// They were gone, and are back.
    pub(super) back: Vec<NodeId>,
    /// This node's own lease had lapsed: the others may have let its people go, or the engine has
    /// lost all it knew.
    pub(super) own_lapsed: bool,
}

impl Leases {
    /// The engine can be reached (again): everybody needs time to renew.
    pub(super) fn handle_link(&mut self, now: Instant) {
        self.settled_at = now + BUS_LEASE_TTL + BUS_LEASE_RENEW;
    }

    /// The engine answered a renewal of `own` lease with the nodes that are live.
    pub(super) fn handle_renewed(
        &mut self,
        now: Instant,
        own: NodeId,
        had_lease: bool,
        live: &[NodeId],
    ) -> News {
        // A renewal sent before a line was cut may arrive when it is mended, ahead of this one: so our
        // own clock counts as well.
        let is_late = |at: Instant| now.since(at) > BUS_LEASE_TTL;
        let mut news = News {
            own_lapsed: self.renewed_at.is_some_and(|at| !had_lease || is_late(at)),
            ..News::default()
        };
        self.renewed_at = Some(now);
        self.known = true;
        for node in live.iter().filter(|node| **node != own) {
            let is_known = self.nodes.contains_key(node);
            if !is_known && self.nodes.len() >= BUS_NODES_MAX {
                continue;
            }
            if let Some(Standing::Gone(_)) = self.nodes.insert(*node, Standing::Live) {
                news.back.push(*node);
            }
        }
        if news.own_lapsed {
            self.handle_link(now);
        }
        for (node, standing) in &mut self.nodes {
            let is_missing = !matches!(standing, Standing::Gone(_)) && !live.contains(node);
            if is_missing && now < self.settled_at {
                *standing = Standing::Missing;
            } else if is_missing {
                *standing = Standing::Gone(now);
                news.gone.push(*node);
            }
        }
        self.forget_old(now);
        news
    }

    /// A record speaks of this node. Whether it is news that it is gone.
    pub(super) fn handle_mention(&mut self, now: Instant, own: NodeId, node: NodeId) -> bool {
        let is_full = self.nodes.len() >= BUS_NODES_MAX;
        if node == own || is_full || self.nodes.contains_key(&node) {
            return false;
        }
        let is_gone = self.known && now >= self.settled_at;
        let standing = if is_gone {
            Standing::Gone(now)
        } else {
            Standing::Missing
        };
        self.nodes.insert(node, standing);
        is_gone
    }

    /// Whether it is known to have no lease.
    pub(super) fn is_gone(&self, node: NodeId) -> bool {
        matches!(self.nodes.get(&node), Some(Standing::Gone(_)))
    }

    /// The nodes that count as live, `own` included; none while nothing is known.
    pub(super) fn live(&self, own: NodeId) -> Option<Vec<NodeId>> {
        let others = self.nodes.iter();
        let others = others.filter(|(_, standing)| !matches!(standing, Standing::Gone(_)));
        let live = std::iter::once(own).chain(others.map(|(node, _)| *node));
        self.known.then(|| live.collect())
    }

    /// Who was gone for long enough comes back as somebody new.
    fn forget_old(&mut self, now: Instant) {
        self.nodes.retain(|_, standing| match standing {
            Standing::Gone(since) => now.since(*since) < BUS_NODE_BLOCKS_KEPT,
            Standing::Live | Standing::Missing => true,
        });
    }
}

#[cfg(test)]
mod tests {
    //! Who is declared gone, when, and how often.

    use super::*;
    use std::time::Duration;

    const OWN: NodeId = NodeId(1);
    const A: NodeId = NodeId(2);
    const B: NodeId = NodeId(3);

    fn at(seconds: u64) -> Instant {
        Instant::ZERO + Duration::from_secs(seconds)
    }

    fn gone(node: NodeId) -> News {
        News {
            gone: vec![node],
            ..News::default()
        }
    }

    #[test]
    fn a_lapsed_node_is_declared_gone_once_and_its_return_once() {
        let mut leases = Leases::default();
        assert_eq!(leases.live(OWN), None);
        leases.handle_renewed(at(10), OWN, false, &[OWN, A, B]);
        assert_eq!(leases.live(OWN), Some(vec![OWN, A, B]));
        let news = leases.handle_renewed(at(12), OWN, true, &[OWN, B]);
        assert_eq!(news, gone(A));
        let news = leases.handle_renewed(at(14), OWN, true, &[OWN, B]);
        assert_eq!(news, News::default());
        let news = leases.handle_renewed(at(16), OWN, true, &[OWN, A, B]);
        assert_eq!(news.back, [A]);
    }

    #[test]
    fn after_an_outage_everybody_has_time_to_renew() {
        let mut leases = Leases::default();
        leases.handle_link(at(0));
        leases.handle_renewed(at(0), OWN, false, &[OWN, A]);
        leases.handle_link(at(100));
        let news = leases.handle_renewed(at(100), OWN, false, &[OWN]);
        assert!(news.own_lapsed && news.gone.is_empty());
        assert_eq!(leases.live(OWN), Some(vec![OWN, A]));
        let news = leases.handle_renewed(at(104), OWN, true, &[OWN]);
        assert_eq!(news, News::default());
        assert_eq!(leases.handle_renewed(at(108), OWN, true, &[OWN]), gone(A));
    }

    #[test]
    fn a_renewal_that_comes_too_late_is_a_lapse_whatever_the_engine_says() {
        let mut leases = Leases::default();
        leases.handle_renewed(at(10), OWN, false, &[OWN]);
        assert!(!leases.handle_renewed(at(12), OWN, true, &[OWN]).own_lapsed);
        assert!(leases.handle_renewed(at(20), OWN, true, &[OWN]).own_lapsed);
    }

    #[test]
    fn a_node_whose_own_lease_had_lapsed_does_not_judge_the_others_at_once() {
        let mut leases = Leases::default();
        leases.handle_renewed(at(10), OWN, false, &[OWN, A]);
        // The engine was flushed: A has not renewed yet.
        let news = leases.handle_renewed(at(12), OWN, false, &[OWN]);
        assert!(news.own_lapsed && news.gone.is_empty());
    }

    #[test]
    fn a_node_that_only_a_record_knows_is_gone_and_that_is_news_once() {
        let mut leases = Leases::default();
        leases.handle_renewed(at(10), OWN, false, &[OWN, B]);
        assert!(leases.handle_mention(at(10), OWN, A));
        assert!(!leases.handle_mention(at(11), OWN, A));
        assert!(!leases.handle_mention(at(11), OWN, B));
        assert!(leases.is_gone(A) && !leases.is_gone(B));
    }

    #[test]
    fn a_node_that_a_record_knows_too_early_is_judged_later() {
        let mut leases = Leases::default();
        assert!(
            !leases.handle_mention(at(0), OWN, A),
            "nothing is known yet"
        );
        assert_eq!(leases.handle_renewed(at(10), OWN, false, &[OWN]), gone(A));
    }

    #[test]
    fn what_is_known_of_nodes_is_bounded_in_number_and_time() {
        let mut leases = Leases::default();
        let many: Vec<_> = (10..10 + 2 * BUS_NODES_MAX as u64).map(NodeId).collect();
        leases.handle_renewed(at(10), OWN, false, &many);
        assert_eq!(leases.nodes.len(), BUS_NODES_MAX);
        leases.handle_renewed(at(14), OWN, true, &[OWN]);
        leases.handle_renewed(at(14) + BUS_NODE_BLOCKS_KEPT, OWN, true, &[OWN]);
        assert!(leases.nodes.is_empty());
    }
}
