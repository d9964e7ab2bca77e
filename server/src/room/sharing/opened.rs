//! The record was read: who is there, and what of us it lacks.

use std::collections::{BTreeMap, BTreeSet};

use mote_protocol::time::Instant;

use super::super::engine::{Due, Room};
use super::super::seat::Line;
use super::known::Known;
use super::{Engine, Sharing};
use crate::bus::batch::cursors_of;
use crate::bus::record::{Field, Person};
use crate::bus::{NodeId, Record};
use crate::limits::UNSURE_GRACE;

/// What a record says, by node.
#[derive(Default)]
struct Read<'a> {
    persons: BTreeMap<u32, (NodeId, Person<'a>)>,
    /// The whole value of each of ours.
    own: BTreeMap<u32, &'a [u8]>,
    cursors: Vec<(NodeId, &'a [u8])>,
    revisions: BTreeMap<NodeId, u64>,
}

impl<'a> Read<'a> {
    /// Whatever is no field of a node's is passed over.
    fn new(record: &'a Record, own: NodeId) -> Self {
        let mut read = Self::default();
        for (name, value) in &record.fields {
            match Field::parse(name) {
                Some(Field::User(user)) => match Person::of_value(value) {
                    Some((node, _)) if node == own => {
                        read.own.insert(user, value);
                    }
                    Some((node, person)) if person.joined.user == user => {
                        read.persons.insert(user, (node, person));
                    }
                    _ => {}
                },
                Some(Field::Cursors(node)) => read.cursors.push((node, value)),
                Some(Field::Revision(node)) => {
                    let digits = std::str::from_utf8(value).ok();
                    let revision = digits.and_then(|digits| digits.parse().ok());
                    read.revisions
                        .extend(revision.map(|revision| (node, revision)));
                }
                None => {}
            }
        }
        read
    }
}

impl Room {
    /// The engine has read the record, which is newer than every batch so far. O(people).
    pub fn handle_opened(&mut self, now: Instant, record: &Record) {
        self.handle_timeout(now);
        let Self { sharing, seats, .. } = self;
        let Some(sharing) = sharing else {
            return;
        };
        let was_open = std::mem::replace(&mut sharing.engine, Engine::Open) == Engine::Open;
        if let Some(due) = sharing.alone_due.take() {
            self.timers.remove(&(due, Due::Alone));
        }
        let is_free = |user| seats.get(user).is_none();
        sharing.ids.set_blocks(&record.blocks, is_free);
        let read = Read::new(record, sharing.node);
        let live: BTreeSet<NodeId> = record.live_nodes.iter().copied().collect();
        self.take_positions(&read, &live);
        self.take_persons(now, &read, &live);
        self.take_cursors(now, &read);
        self.orphan_of_others(now, &read, &live);
        self.say_count_if_due();
        self.flush_if_due(now);
        self.register(now, &read, was_open);
        self.greet_at_opening(now);
        self.want_ids();
    }

    /// Who serves the room already is to know that we do.
    fn greet_at_opening(&mut self, now: Instant) {
        let sharing = self.sharing.as_ref();
        if sharing.is_some_and(|sharing| !sharing.is_introduced && sharing.has_others()) {
            self.greet(now);
            self.publish_if_due(now);
        }
    }

    /// How far each node is known from now on: what was missed is in the record.
    fn take_positions(&mut self, read: &Read<'_>, live: &BTreeSet<NodeId>) {
        let Some(sharing) = &mut self.sharing else {
            return;
        };
        // A node that is not there says everything anew, or is read of, when it is back.
        let has_forgotten = has_forgotten(sharing, read);
        let own = sharing.node;
        let is_there = |node: &NodeId| live.contains(node) && *node != own;
        let is_recorded = |node: &NodeId| read.revisions.contains_key(node) || has_forgotten;
        sharing
            .known
            .retain(|node, _| is_there(node) && is_recorded(node));
        for (&node, &revision) in read.revisions.iter().filter(|(node, _)| is_there(node)) {
            let known = Known::of_record(sharing.known.get(&node), revision);
            sharing.known.insert(node, known);
        }
    }

    fn take_persons(&mut self, now: Instant, read: &Read<'_>, live: &BTreeSet<NodeId>) {
        for (&user, (node, person)) in &read.persons {
            let line = self.seats.get(user).map(|seat| seat.line);
            // The grace of those who are orphans already is not begun anew.
            if live.contains(node) || !matches!(line, Some(Line::Orphaned { .. })) {
                self.hear_person(now, *node, person);
            }
        }
    }

    /// Where everybody was last, or a second before: who moved since is told again by their node.
    fn take_cursors(&mut self, now: Instant, read: &Read<'_>) {
        let mut standing = BTreeSet::new();
        for &(node, cursors) in &read.cursors {
            for cursor in cursors_of(cursors) {
                standing.insert(cursor.user);
                self.hear_cursor(now, node, cursor);
            }
        }
        for (&user, (node, _)) in &read.persons {
            let is_gone = !standing.contains(&user) && self.is_with(*node, user);
            if is_gone && self.spots.point(user).is_some() {
                self.forget_cursor(now, user);
            }
        }
    }

    /// Whom a node that is gone had, and whom the record does not know.
    fn orphan_of_others(&mut self, now: Instant, read: &Read<'_>, live: &BTreeSet<NodeId>) {
        let grace = now + self.config.resume_grace;
        let sharing = self.sharing.as_ref();
        let has_forgotten = sharing.is_some_and(|sharing| has_forgotten(sharing, read));
        let mut gone = Vec::new();
        for user in self.users_of(|line| !line.is_own()) {
            let line = self.seats.get(user).map(|seat| seat.line);
            let Some(Line::Away(node) | Line::Orphaned { node, .. }) = line else {
                continue;
            };
            let is_recorded = (read.persons.get(&user)).is_some_and(|(owner, _)| *owner == node);
            if !live.contains(&node) {
                self.orphan(user, grace);
            } else if is_recorded {
                continue;
            } else if read.revisions.contains_key(&node) && !has_forgotten {
                gone.push(user);
            } else {
                // The engine forgot everything, or the node closed the room when we did not hear it.
                self.orphan(user, now + UNSURE_GRACE);
            }
        }
        self.remove_seats(now, &gone);
    }

    /// Publishes what of our people the record does not have.
    fn register(&mut self, now: Instant, read: &Read<'_>, was_open: bool) {
        let own = self.users_of(Line::is_own);
        let mut lacking = Vec::new();
        let mut stale = Vec::new();
        for &user in &own {
            let recorded = read.own.get(&user);
            let value = self.value_of(user);
            if recorded.is_none_or(|recorded| **recorded != *value) {
                lacking.push(user);
            }
            let is_other = |recorded: &&[u8]| {
                let person = Person::of_value(recorded);
                let seat = self.seats.get(user);
                person.map(|(_, person)| person.resume) != seat.map(|seat| seat.resume)
            };
            if recorded.is_some_and(is_other) {
                stale.push(user);
            }
        }
        stale.extend(
            read.own
                .keys()
                .filter(|user| own.binary_search(user).is_err()),
        );
        let cursors = self.cursors_value();
        let sharing = self.sharing.as_ref();
        if sharing.is_some_and(|sharing| has_forgotten(sharing, read)) {
            // Another node may have said that they left.
            own.iter().for_each(|&user| self.tell_joined(user));
        }
        let Some(sharing) = &mut self.sharing else {
            return;
        };
        let recorded = read.cursors.iter().find(|(of, _)| *of == sharing.node);
        let recorded = recorded.map_or(&[][..], |(_, value)| value);
        if *recorded != *cursors {
            // Others may have read it.
            sharing.is_record_stale = true;
            sharing.recorded = 0;
        }
        sharing.is_all_due |= has_forgotten(sharing, read);
        sharing.is_all_due |= !lacking.is_empty() || !stale.is_empty();
        sharing.dirty.extend(lacking);
        sharing.stale.extend(stale);
        sharing.is_record_stale |= sharing.is_all_due;
        if !was_open {
            // Nobody heard of the moves meanwhile.
            sharing.told = 0;
            sharing.recorded = 0;
        }
        let is_right = !sharing.is_all_due && sharing.dirty.is_empty() && !sharing.is_record_stale;
        if !is_right || (!was_open && !own.is_empty()) {
            self.publish(now);
        }
    }
}

/// Where the record has lost what we told it, it has lost what the others did, too.
fn has_forgotten(sharing: &Sharing, read: &Read<'_>) -> bool {
    sharing.is_introduced && !read.revisions.contains_key(&sharing.node)
}
