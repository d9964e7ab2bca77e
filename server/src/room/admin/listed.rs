//! Who is here, for somebody who is not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mote_protocol::color::Color;
use mote_protocol::coords::Point;

use super::super::engine::Room;
use super::super::seat::{Line, Seat};
use crate::bus::NodeId;

/// A room in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// People listed, those of other nodes included.
    pub people: usize,
    /// Observers on this node.
    pub observers: usize,
    /// Other nodes that serve it.
    pub others: BTreeSet<NodeId>,
    /// What other nodes have is known, as far as there are such.
    pub is_whole: bool,
}

impl Summary {
    /// Nobody is here, on any node.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        self.people == 0 && self.observers == 0 && self.others.is_empty()
    }
}

/// Somebody listed, as they are now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Their id.
    pub user: u32,
    /// The name that is shown.
    pub name: Arc<str>,
    /// The colour that is shown.
    pub color: Color,
    /// Empty where there is none.
    pub account: String,
    /// The other node that they are on, or were until it was heard of no more; none: this one.
    pub node: Option<NodeId>,
    /// Where their cursor is, if they have one.
    pub point: Option<Point>,
    /// Their state: bodies by tag, none empty.
    pub fields: BTreeMap<u8, Vec<u8>>,
}

impl Room {
    /// The room in numbers. O(nodes).
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary {
            people: self.seats.len(),
            observers: self.observers,
            others: self.other_nodes().collect(),
            is_whole: self.hears_others(),
        }
    }

    /// People with ids from `first` on, at most `max`. O(ids in between + their states).
    #[must_use]
    pub fn listed(&self, first: u32, max: usize) -> Vec<Listed> {
        let seats = self.seats.since(first).take(max);
        seats.map(|(user, seat)| self.list(user, seat)).collect()
    }

    /// One of them.
    #[must_use]
    pub fn listed_one(&self, user: u32) -> Option<Listed> {
        Some(self.list(user, self.seats.get(user)?))
    }

    fn list(&self, user: u32, seat: &Seat) -> Listed {
        Listed {
            user,
            name: Arc::clone(&seat.name),
            color: seat.color,
            account: seat.account.clone(),
            node: match seat.line {
                Line::Up(_) | Line::Lost { .. } => None,
                Line::Away(node) | Line::Orphaned { node, .. } => Some(node),
            },
            point: self.spots.point(user),
            fields: seat.state.fields().clone(),
        }
    }
}
