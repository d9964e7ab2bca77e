//! Which ids this node may give.

use std::collections::BTreeSet;

use crate::bus::NodeId;
use crate::limits::{
    BLOCKS_WANTED_MAX, FAR_IDS_FIRST, FAR_IDS_PER_NODE, FAR_STRIPES, IDS_FREE_MIN, IDS_PER_BLOCK,
};

/// The node's blocks, and what is free of them.
#[derive(Debug)]
pub(super) struct Ids {
    blocks: BTreeSet<u32>,
    free: BTreeSet<u32>,
    /// Blocks that were asked for and have not come.
    asked: usize,
    /// The first of those that are this node's without asking.
    far_first: u32,
    /// None below is free.
    far_next: u32,
}

impl Ids {
    pub(super) fn new(node: NodeId) -> Self {
        let stripe = u32::try_from(node.0 % u64::from(FAR_STRIPES)).unwrap_or_default();
        let far_first = FAR_IDS_FIRST + stripe * FAR_IDS_PER_NODE;
        Self {
            blocks: BTreeSet::new(),
            free: BTreeSet::new(),
            asked: 0,
            far_first,
            far_next: far_first,
        }
    }

    pub(super) fn has_free(&self) -> bool {
        !self.free.is_empty()
    }

    /// These blocks and no others are the node's.
    pub(super) fn set_blocks(&mut self, blocks: &[u32], is_free: impl Fn(u32) -> bool + Copy) {
        self.blocks.clear();
        self.free.clear();
        self.asked = 0;
        for &block in blocks {
            self.add_block(block, is_free);
        }
    }

    pub(super) fn add_block(&mut self, block: u32, is_free: impl Fn(u32) -> bool) {
        if block < FAR_IDS_FIRST / IDS_PER_BLOCK && self.blocks.insert(block) {
            let first = block * IDS_PER_BLOCK;
            let ids = (first..first + IDS_PER_BLOCK).filter(|&id| is_free(id));
            self.free.extend(ids);
        }
    }

    /// A block that was asked for has come.
    pub(super) fn answered(&mut self) {
        self.asked = self.asked.saturating_sub(1);
    }

    /// How many blocks to ask for now, for this many people here.
    pub(super) fn want(&mut self, people: usize) -> usize {
        let enough = IDS_FREE_MIN.max(people / 4);
        let missing = enough.saturating_sub(self.free.len());
        let blocks = missing.div_ceil(IDS_PER_BLOCK as usize);
        let more = blocks.min(BLOCKS_WANTED_MAX).saturating_sub(self.asked);
        self.asked += more;
        more
    }

    /// The smallest free one of the blocks; where there is none, one that nobody else takes. None
    /// when even these are used up.
    pub(super) fn take(&mut self, is_free: impl Fn(u32) -> bool) -> Option<u32> {
        while let Some(id) = self.free.pop_first() {
            // Somebody may have it from a node that had the block before.
            if is_free(id) {
                return Some(id);
            }
        }
        let end = self.far_first + FAR_IDS_PER_NODE;
        let id = (self.far_next..end).find(|&id| is_free(id))?;
        self.far_next = id + 1;
        Some(id)
    }

    /// Nobody has it any more, whichever node gave it.
    pub(super) fn give_back(&mut self, id: u32) {
        if self.blocks.contains(&(id / IDS_PER_BLOCK)) {
            self.free.insert(id);
        } else if (self.far_first..self.far_next).contains(&id) {
            self.far_next = id;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODE: NodeId = NodeId(3);

    fn nobody(_: u32) -> bool {
        true
    }

    #[test]
    fn the_smallest_free_id_is_given_and_given_again() {
        let mut ids = Ids::new(NODE);
        ids.set_blocks(&[2, 0], nobody);
        let taken: Vec<_> = (0..17).map(|_| ids.take(nobody).unwrap()).collect();
        let expected: Vec<_> = (0..16).chain([32]).collect();
        assert_eq!(taken, expected);
        ids.give_back(5);
        ids.give_back(99);
        assert_eq!(ids.take(nobody), Some(5));
        assert_eq!(ids.take(nobody), Some(33));
    }

    #[test]
    fn an_id_that_somebody_has_from_another_node_is_not_given() {
        let mut ids = Ids::new(NODE);
        ids.set_blocks(&[0], |id| id != 0);
        assert_eq!(ids.take(|id| id != 1), Some(2));
        ids.give_back(0);
        assert_eq!(ids.take(nobody), Some(0));
    }

    #[test]
    fn without_a_block_two_nodes_give_different_ids() {
        let (mut one, mut other) = (Ids::new(NODE), Ids::new(NodeId(4)));
        let first = one.take(nobody).unwrap();
        assert!(first >= FAR_IDS_FIRST);
        assert_eq!(one.take(nobody), Some(first + 1));
        assert!(other.take(nobody).unwrap().abs_diff(first) >= FAR_IDS_PER_NODE);
        one.give_back(first);
        assert_eq!(one.take(nobody), Some(first));
        assert_eq!(one.take(|id| id != first + 1), Some(first + 2));
    }

    #[test]
    fn ids_run_out_only_when_a_whole_stripe_is_taken() {
        let mut ids = Ids::new(NodeId(u64::MAX));
        for _ in 0..FAR_IDS_PER_NODE {
            assert!(ids.take(nobody).is_some());
        }
        assert_eq!(ids.take(nobody), None);
    }

    #[test]
    fn more_is_asked_for_before_the_last_one_is_given_and_not_twice() {
        let mut ids = Ids::new(NODE);
        assert_eq!(ids.want(0), 1);
        assert_eq!(ids.want(0), 0);
        ids.add_block(7, nobody);
        ids.answered();
        assert_eq!(ids.want(0), 0);
        for _ in 0..11 {
            ids.take(nobody);
        }
        assert_eq!(ids.want(11), 1);
        assert_eq!(ids.want(400), 5);
        assert_eq!(ids.want(1_000_000), BLOCKS_WANTED_MAX - 6);
    }

    #[test]
    fn a_block_that_cannot_be_is_not_taken() {
        let mut ids = Ids::new(NODE);
        ids.set_blocks(&[u32::MAX, FAR_IDS_FIRST / IDS_PER_BLOCK], nobody);
        assert!(!ids.has_free());
    }
}
