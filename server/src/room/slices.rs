//! Who listens, in slices that are served together.

use std::collections::BTreeMap;
use std::sync::Arc;

use mote_protocol::time::Instant;
use mote_protocol::wire::Viewport;

use super::budget::Tokens;
use super::interest::{Area, cell};
use super::listeners::{Listener, ListenerMap};
use super::output::Audience;
use super::snapshot::Joining;
use super::spots::Spots;
use crate::limits::{DENSE_IDS_MAX, WIDE_TURN_EVERY};

/// One listener.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) listener: Listener,
    /// Whose seat they have; observers have none.
    pub(super) user: Option<u32>,
    pub(super) viewport: Option<Viewport>,
    /// Where they know every cursor as well as their slice does.
    pub(super) seen: Option<Area>,
    /// The same of wide turns.
    pub(super) seen_wide: Option<Area>,
    /// Until they have the whole snapshot.
    pub(super) joining: Option<Box<Joining>>,
    /// They know the log up to here already, which is further than their slice.
    pub(super) ahead: Option<u64>,
}

impl Member {
    fn is_complete(&self) -> bool {
        self.joining.is_none()
    }
}

/// Listeners that are told the same things at the same time. In a small room there is one.
#[derive(Debug, Default)]
pub(super) struct Slice {
    pub(super) members: Vec<Member>,
    /// They know the log up to here.
    pub(super) log: u64,
    /// They know what is near them up to this flush.
    pub(super) served: u64,
    /// They know everything up to this flush.
    pub(super) swept: u64,
    /// They are told everything then, whatever it costs.
    pub(super) sweep_by: Instant,
    pub(super) tokens: Tokens,
    pub(super) told: Told,
    pub(super) wide: Wide,
    /// Those with the whole snapshot, while nobody comes, goes or completes it.
    pub(super) complete: Option<Arc<[Listener]>>,
}

/// The cell of every cursor as a slice was told it last.
#[derive(Debug, Default)]
pub(super) struct Told {
    cells: Vec<u16>,
    /// Of ids above [`DENSE_IDS_MAX`].
    far: BTreeMap<u32, u16>,
}

impl Told {
    /// Nothing was told: what was is not known.
    pub(super) fn is_empty(&self) -> bool {
        self.cells.is_empty() && self.far.is_empty()
    }

    pub(super) fn cell(&self, user: u32) -> Option<u16> {
        let dense = self.cells.get(user as usize);
        dense.or_else(|| self.far.get(&user)).copied()
    }

    /// The slice is told now of what changed after flush `after`.
    pub(super) fn keep(&mut self, spots: &Spots, after: u64) {
        let after = if self.is_empty() { 0 } else { after };
        for (user, spot) in spots.changed(after, spots.last()) {
            let index = user as usize;
            if user >= DENSE_IDS_MAX {
                self.far.insert(user, cell(spot.point));
                continue;
            }
            if index >= self.cells.len() {
                self.cells.resize(index + 1, 0);
            }
            self.cells[index] = cell(spot.point);
        }
        // Those who are gone are not many while their ids are given again.
        let has_spot = |user: &u32| spots.get(*user).is_some();
        self.far.retain(|user, _| has_spot(user));
    }
}

/// Turns that tell those with a viewport what is near it, too: one of some.
#[derive(Debug, Default)]
pub(super) struct Wide {
    /// Turns since the last one.
    turns: u32,
    /// The flush of the last one.
    pub(super) after: u64,
    pub(super) told: Told,
}

impl Wide {
    /// Whether the turn that begins is one.
    pub(super) fn is_due(&mut self) -> bool {
        self.turns += 1;
        self.turns >= WIDE_TURN_EVERY
    }

    /// One was served, or everything was told.
    pub(super) fn keep(&mut self, spots: &Spots) {
        self.turns = 0;
        self.told.keep(spots, self.after);
        self.after = spots.last();
    }
}

impl Slice {
    /// Those who have the whole snapshot.
    pub(super) fn complete(&mut self) -> Arc<[Listener]> {
        let members = &self.members;
        let complete = self.complete.get_or_insert_with(|| {
            let complete = members.iter().filter(|member| member.is_complete());
            complete.map(|member| member.listener).collect()
        });
        Arc::clone(complete)
    }

    /// Takes over another one that knows exactly as much.
    fn append(&mut self, other: &mut Self) {
        self.members.append(&mut other.members);
        self.complete = None;
    }
}

#[derive(Clone, Copy, Debug)]
struct Place {
    slice: usize,
    index: usize,
}

/// Every listener of a room.
#[derive(Debug)]
pub(super) struct Slices {
    slices: Vec<Slice>,
    places: ListenerMap<Place>,
    joining: usize,
}

impl Slices {
    pub(super) fn new() -> Self {
        Self {
            slices: vec![Slice::default()],
            places: ListenerMap::default(),
            joining: 0,
        }
    }

    /// Listeners.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// How many slices.
    pub(super) fn count(&self) -> usize {
        self.slices.len()
    }

    pub(super) fn is_large(&self) -> bool {
        self.slices.len() > 1
    }

    /// Somebody has no whole snapshot yet.
    pub(super) fn has_joining(&self) -> bool {
        self.joining > 0
    }

    /// Some of the listeners, and whose seat each has.
    pub(super) fn first(&self, max: usize) -> impl Iterator<Item = (Listener, Option<u32>)> {
        let members = self.slices.iter().flat_map(|slice| &slice.members);
        members
            .take(max)
            .map(|member| (member.listener, member.user))
    }

    pub(super) fn slice_mut(&mut self, index: usize) -> &mut Slice {
        &mut self.slices[index]
    }

    /// A slice with a place for one more, if there is one.
    pub(super) fn with_place(&self, listeners_max: usize) -> Option<usize> {
        let has_place = |slice: &Slice| slice.members.len() < listeners_max;
        self.slices.iter().rposition(has_place)
    }

    pub(super) fn open(&mut self, slice: Slice) -> usize {
        self.slices.push(slice);
        self.slices.len() - 1
    }

    pub(super) fn add(&mut self, slice: usize, member: Member) {
        let members = &mut self.slices[slice].members;
        let index = members.len();
        self.places.insert(member.listener, Place { slice, index });
        self.joining += usize::from(member.joining.is_some());
        members.push(member);
        self.slices[slice].complete = None;
    }

    pub(super) fn remove(&mut self, listener: Listener) -> Option<Member> {
        let Place { slice, index } = self.places.remove(listener)?;
        let slice = &mut self.slices[slice];
        let member = slice.members.swap_remove(index);
        if let Some(moved) = slice.members.get(index) {
            let place = self.places.get_mut(moved.listener);
            place.expect("a member has a place").index = index;
        }
        slice.complete = None;
        self.joining -= usize::from(member.joining.is_some());
        Some(member)
    }

    /// Takes out a slice that nobody is in, if there is one and it is not the only one.
    pub(super) fn drop_empty(&mut self) {
        let empty = self
            .slices
            .iter()
            .position(|slice| slice.members.is_empty());
        if let Some(empty) = empty.filter(|_| self.is_large()) {
            self.slices.swap_remove(empty);
            self.renumber(empty);
        }
    }

    /// All listeners would fit one slice if those that nobody is in went.
    pub(super) fn has_one_besides_empty(&self) -> bool {
        let used = self.slices.iter().filter(|slice| !slice.members.is_empty());
        used.count() <= 1
    }

    /// Puts the members of slice `from` into slice `to`, where both were just served everything.
    pub(super) fn merge(&mut self, from: usize, to: usize) {
        let mut members = std::mem::take(&mut self.slices[from]);
        self.slices[to].append(&mut members);
        self.renumber(to);
        self.drop_empty();
    }

    pub(super) fn slice_of(&self, listener: Listener) -> Option<&Slice> {
        let place = self.places.get(listener)?;
        self.slices.get(place.slice)
    }

    pub(super) fn get(&self, listener: Listener) -> Option<&Member> {
        let place = self.places.get(listener)?;
        self.slices.get(place.slice)?.members.get(place.index)
    }

    pub(super) fn get_mut(&mut self, listener: Listener) -> Option<&mut Member> {
        let place = self.places.get(listener)?;
        self.slices
            .get_mut(place.slice)?
            .members
            .get_mut(place.index)
    }

    /// They have the whole snapshot.
    pub(super) fn complete(&mut self, listener: Listener) {
        let Some(place) = self.places.get(listener) else {
            return;
        };
        let slice = &mut self.slices[place.slice];
        if slice.members[place.index].joining.take().is_some() {
            self.joining -= 1;
            slice.complete = None;
        }
    }

    /// In a small room, everybody with the whole snapshot but one.
    pub(super) fn others(&mut self, except: Option<Listener>) -> Audience {
        match except {
            _ if self.has_joining() => {
                let complete = self.slices[0].complete();
                match except {
                    Some(except) if complete.contains(&except) => {
                        let others = complete.iter().copied();
                        Audience::These(others.filter(|&one| one != except).collect())
                    }
                    _ => Audience::These(complete),
                }
            }
            Some(except) => Audience::AllBut(except),
            None => Audience::All,
        }
    }

    /// What every slice has got of the log.
    pub(super) fn log(&self) -> u64 {
        let positions = self.slices.iter().map(|slice| slice.log);
        positions.min().unwrap_or_default()
    }

    fn renumber(&mut self, slice: usize) {
        let Some(of) = self.slices.get(slice) else {
            return;
        };
        for (index, member) in of.members.iter().enumerate() {
            self.places.insert(member.listener, Place { slice, index });
        }
    }
}
