//! A large room, and what each of its listeners makes of what it hears.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use mote_protocol::coords::Point;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Event, Field, FieldsBuf, Viewport, tag};

use super::super::*;
use crate::heard::{Heard, heard};

/// A few thousand cells of which a room of hundreds is large in every way.
pub(super) fn small_limits() -> RoomConfig {
    RoomConfig {
        tick_hz: 20,
        large: LargeRooms {
            slice_listeners_max: 8,
            bytes_per_second: 1_000,
            nearest_cursors: 5,
            snapshot_block_bytes: 300,
            ..LargeRooms::default()
        },
        ..RoomConfig::default()
    }
}

/// A person as somebody knows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) name: String,
    pub(super) cursor: Option<(u16, u16)>,
    pub(super) state: BTreeMap<u8, Vec<u8>>,
    is_stated: bool,
}

/// One listener.
#[derive(Debug, Default)]
pub(super) struct Ear {
    own: Option<u32>,
    pub(super) people: BTreeMap<u32, Known>,
    pub(super) count: u32,
    pub(super) is_complete: bool,
    /// It takes no cursors at the moment, and missed some.
    pub(super) is_stuck: bool,
    is_behind: bool,
    flush: u64,
    pub(super) events: Vec<(u32, String)>,
    pub(super) heard: Vec<Heard>,
}

impl Ear {
    fn hear(&mut self, bytes: &[u8]) {
        for heard in heard(bytes) {
            self.take(&heard);
            self.heard.push(heard);
        }
    }

    fn take(&mut self, heard: &Heard) {
        match heard {
            Heard::Joined(user, name) => self.people.entry(*user).or_default().name = name.clone(),
            Heard::Left(user) => {
                assert!(self.people.remove(user).is_some(), "{user} was not listed");
            }
            Heard::Count(count) => self.count = *count,
            Heard::Cursor(user, at) => self.move_cursor(*user, *at),
            Heard::Batch(cursors) => {
                for &(user, at) in cursors {
                    self.move_cursor(user, at);
                }
            }
            Heard::State(user, fields) => self.change(*user, fields),
            Heard::Event(user, name) => {
                assert!(self.people.contains_key(user), "an event of nobody");
                assert_ne!(Some(*user), self.own, "an own event");
                self.events.push((*user, name.clone()));
            }
            Heard::Welcome { .. } | Heard::Pace(_) => {}
            other => panic!("unexpected: {other:?}"),
        }
    }

    fn move_cursor(&mut self, user: u32, at: (u16, u16)) {
        let person = self.people.get_mut(&user);
        person.expect("a cursor of nobody").cursor = Some(at);
    }

    fn change(&mut self, user: u32, fields: &[(u8, Vec<u8>)]) {
        let is_complete = self.is_complete;
        assert!(!is_complete || self.own != Some(user), "an own State");
        let person = self.people.get_mut(&user).expect("a state of nobody");
        let surface = person.state.get(&tag::SURFACE).cloned();
        for (tag, body) in fields {
            if body.is_empty() {
                person.state.remove(tag);
            } else {
                person.state.insert(*tag, body.clone());
            }
        }
        let is_snapshots = !is_complete && !std::mem::replace(&mut person.is_stated, true);
        if !is_snapshots && surface != person.state.get(&tag::SURFACE).cloned() {
            person.cursor = None;
        }
    }
}

/// What a large room passes on: not what somebody sees.
fn relayed(known: &Known) -> BTreeMap<u8, Vec<u8>> {
    let mut state = known.state.clone();
    state.remove(&tag::VIEWPORT);
    state
}

/// A room, its listeners, and the truth.
pub(super) struct Crowd {
    pub(super) room: Room,
    pub(super) now: Instant,
    pub(super) ears: BTreeMap<Listener, Ear>,
    pub(super) truth: BTreeMap<u32, Known>,
    /// Outputs of cursors: those who got them, and whether they were everything.
    pub(super) served: Vec<(Vec<Listener>, bool)>,
}

impl Crowd {
    pub(super) fn new(config: RoomConfig) -> Self {
        Self {
            room: Room::new(Arc::new(config), [5; 32]),
            now: Instant::from_millis(10_000),
            ears: BTreeMap::new(),
            truth: BTreeMap::new(),
            served: Vec::new(),
        }
    }

    /// So many people, each with the whole snapshot.
    pub(super) fn of(config: RoomConfig, people: u32) -> (Self, Vec<Joined>) {
        let mut crowd = Self::new(config);
        let people = (0..people).map(|_| crowd.join()).collect();
        crowd.settle();
        (crowd, people)
    }

    pub(super) fn join(&mut self) -> Joined {
        let joined = self.begin_join(None);
        self.finish_snapshot(joined.listener);
        joined
    }

    /// Joins and reads the first part of the snapshot.
    pub(super) fn begin_join(&mut self, resume: Option<Joined>) -> Joined {
        let resume = resume.map(|seat| seat.resume);
        let request = JoinRequest {
            resume,
            ..JoinRequest::default()
        };
        let joined = self.room.handle_join(self.now, request).unwrap();
        let ear = Ear {
            own: joined.user,
            flush: joined.flush,
            ..Ear::default()
        };
        self.ears.insert(joined.listener, ear);
        if !joined.resumed {
            self.truth.insert(joined.user.unwrap(), Known::default());
        }
        self.deliver();
        let name = &self.ears[&joined.listener].people[&joined.user.unwrap()].name;
        let name = name.clone();
        self.known(joined).name = name;
        joined
    }

    pub(super) fn drain(&mut self, listener: Listener) {
        self.room.handle_drained(self.now, listener);
        self.deliver();
    }

    pub(super) fn finish_snapshot(&mut self, listener: Listener) {
        while !self.ears[&listener].is_complete {
            self.drain(listener);
        }
    }

    pub(super) fn leave(&mut self, who: Joined) {
        self.ears.remove(&who.listener);
        self.truth.remove(&who.user.unwrap());
        self.room.handle_leave(self.now, who.listener);
        self.deliver();
    }

    pub(super) fn lose(&mut self, who: Joined) {
        self.ears.remove(&who.listener);
        self.room.handle_lost(self.now, who.listener);
        self.deliver();
    }

    pub(super) fn move_to(&mut self, who: Joined, x: u16, y: u16) {
        let point = Point { x, y };
        self.room
            .handle_cursor(self.now, who.listener, point)
            .unwrap();
        self.known(who).cursor = Some((x, y));
        self.deliver();
    }

    pub(super) fn state(&mut self, who: Joined, tag: u8, body: &[u8]) {
        let mut fields = FieldsBuf::new();
        fields.push(Field { tag, body }).unwrap();
        let fields = fields.as_fields();
        self.room
            .handle_state(self.now, who.listener, fields)
            .unwrap();
        let known = self.known(who);
        let before = known.state.insert(tag, body.to_vec());
        if tag == tag::SURFACE && before.as_deref() != Some(body) {
            known.cursor = None;
        }
        self.deliver();
    }

    pub(super) fn look_at(&mut self, who: Joined, x: u16, y: u16, size: u16) {
        let (w, h) = (size, size);
        self.state(who, tag::VIEWPORT, &Viewport { x, y, w, h }.encode());
    }

    pub(super) fn shout(&mut self, who: Joined, name: &str) -> Result<(), MessageError> {
        let payload = &[];
        let event = Event { name, payload };
        let result = self.room.handle_event(self.now, who.listener, event);
        self.deliver();
        result
    }

    /// Lets time pass, calling the room whenever it wants to be called.
    pub(super) fn pass(&mut self, span: Duration) {
        let until = self.now + span;
        while let Some(due) = self.room.poll_timeout().filter(|&due| due <= until) {
            self.now = self.now.max(due);
            self.room.handle_timeout(self.now);
            self.deliver();
        }
        self.now = until;
    }

    /// Lets the room tell everybody everything.
    pub(super) fn settle(&mut self) {
        self.pass(Duration::from_secs(3));
        assert_eq!(self.room.poll_timeout(), None, "something is left to tell");
    }

    pub(super) fn ear(&mut self, who: Joined) -> &mut Ear {
        self.ears.get_mut(&who.listener).unwrap()
    }

    pub(super) fn forget_heard(&mut self) {
        self.ears.values_mut().for_each(|ear| ear.heard.clear());
        self.served.clear();
    }

    /// Somebody takes cursors again, and gets what it missed.
    pub(super) fn unstick(&mut self, listener: Listener) {
        let ear = self.ears.get_mut(&listener).unwrap();
        ear.is_stuck = false;
        if std::mem::take(&mut ear.is_behind) {
            self.catch_up(listener);
        }
    }

    /// Everybody knows exactly the truth, but for their own cursor and state.
    pub(super) fn assert_true(&self) {
        let count = u32::try_from(self.truth.len()).unwrap();
        for (listener, ear) in &self.ears {
            assert!(ear.is_complete, "{listener:?} has no whole snapshot");
            assert_eq!(ear.count, count, "count of {listener:?}");
            let names = |people: &BTreeMap<u32, Known>| {
                let names = people
                    .iter()
                    .map(|(user, known)| (*user, known.name.clone()));
                names.collect::<Vec<_>>()
            };
            assert_eq!(names(&ear.people), names(&self.truth), "{listener:?}");
            for (user, known) in ear
                .people
                .iter()
                .filter(|&(user, _)| ear.own != Some(*user))
            {
                let truth = &self.truth[user];
                assert_eq!(known.cursor, truth.cursor, "{listener:?} of {user}");
                assert_eq!(relayed(known), relayed(truth), "{listener:?} of {user}");
            }
        }
    }

    fn known(&mut self, who: Joined) -> &mut Known {
        self.truth.get_mut(&who.user.unwrap()).unwrap()
    }

    pub(super) fn deliver(&mut self) {
        while let Some(output) = self.room.poll_output() {
            match output {
                Output::Bus(_) | Output::Close { .. } => unreachable!("one node alone"),
                Output::Snapshot {
                    listener,
                    bytes,
                    is_last,
                } => self.snapshot(listener, &bytes, is_last),
                Output::Reliable { audience, messages } => {
                    let channels = messages
                        .starts
                        .iter()
                        .map(|start| messages.bytes[start] & 15);
                    assert!(channels.into_iter().all(|channel| channel == 0));
                    assert_eq!(messages.starts.iter().count(), heard(&messages.bytes).len());
                    for listener in self.meant(&audience) {
                        self.ears.get_mut(&listener).unwrap().hear(&messages.bytes);
                    }
                }
                Output::Cursors {
                    flush,
                    is_whole,
                    audience,
                    messages,
                } => {
                    assert_eq!(messages.starts.iter().count(), heard(&messages.bytes).len());
                    self.cursors(flush, is_whole, &audience, &messages.bytes);
                }
                Output::Kick { listener, .. } => drop(self.ears.remove(&listener)),
                Output::Fact(fact) => panic!("nobody asked for {fact:?}"),
            }
        }
    }

    fn snapshot(&mut self, listener: Listener, bytes: &Bytes, is_last: bool) {
        let ear = self.ears.get_mut(&listener).unwrap();
        assert!(!ear.is_complete);
        ear.hear(bytes);
        ear.is_complete = is_last;
        if is_last {
            self.catch_up(listener);
        }
    }

    fn cursors(&mut self, flush: u64, is_whole: bool, audience: &Audience, bytes: &Bytes) {
        let meant = self.meant(audience);
        for listener in &meant {
            let ear = self.ears.get_mut(listener).unwrap();
            assert!(ear.is_complete, "cursors before the end of the snapshot");
            ear.is_behind |= ear.is_stuck;
            if !ear.is_behind {
                ear.hear(bytes);
                ear.flush = if is_whole { flush } else { ear.flush };
            }
        }
        self.served.push((meant, is_whole));
    }

    fn catch_up(&mut self, listener: Listener) {
        let ear = self.ears.get_mut(&listener).unwrap();
        let (flush, parts) = self.room.cursors_since(ear.flush, listener);
        ear.flush = flush;
        parts.iter().for_each(|part| ear.hear(part));
    }

    fn meant(&self, audience: &Audience) -> Vec<Listener> {
        let all = self.ears.keys().copied();
        match audience {
            Audience::All => all.collect(),
            Audience::AllBut(but) => all.filter(|one| one != but).collect(),
            Audience::One(one) => all.filter(|other| other == one).collect(),
            Audience::These(these) => {
                let distinct: BTreeSet<_> = these.iter().copied().collect();
                assert_eq!(distinct.len(), these.len(), "somebody would get it twice");
                all.filter(|one| these.contains(one)).collect()
            }
        }
    }
}
