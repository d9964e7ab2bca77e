//! People of other nodes on their seats, and whose a seat is.

use std::sync::Arc;

use mote_protocol::time::Instant;
use mote_protocol::wire::{Field, FieldsBuf, ServerMessage, tag};

use super::super::broadcast::{SHARED, encode};
use super::super::engine::{Due, Room};
use super::super::log::About;
use super::super::output::Output;
use super::super::seat::{Line, Seat};
use super::super::state::PersonState;
use super::super::surfaces;
use super::diff::differences;
use crate::bus::NodeId;
use crate::bus::record::Person;
use crate::limits::REMOTE_EXCESS;

const TAKEN_OVER: &str = "your seat was taken over by another connection";

impl Room {
    /// Another node says that this person is its own, and how they are now.
    pub(super) fn hear_person(&mut self, now: Instant, node: NodeId, person: &Person<'_>) {
        let user = person.joined.user;
        let Some(seat) = self.seats.get(user) else {
            self.seat_other(now, node, person);
            return;
        };
        let (is_same, is_own) = (seat.resume == person.resume, seat.line.is_own());
        let Some(sharing) = &self.sharing else {
            return;
        };
        let owner = match seat.line {
            Line::Up(_) | Line::Lost { .. } => sharing.node,
            Line::Away(owner) => owner,
            // Whoever says that they have them has them.
            Line::Orphaned { .. } => NodeId(0),
        };
        // The engine compares them in the same way.
        let is_better = (person.generation, node) >= (sharing.generation(user), owner);
        if is_own && !is_better {
            // They do not know it yet.
            self.share_person(now, user);
        } else if is_same {
            if is_better {
                self.give_seat(now, node, person);
            }
        } else {
            if is_own {
                self.send_away(now, node, user);
            }
            self.remove_seat_uncounted(now, user);
            self.count_is_due = true;
            self.seat_other(now, node, person);
        }
    }

    /// Seats somebody of another node, on an id that is free.
    fn seat_other(&mut self, now: Instant, node: NodeId, person: &Person<'_>) {
        let user = person.joined.user;
        let is_full = self.seats.len() >= self.config.people_max * REMOTE_EXCESS;
        // An id that no node gives, or one person on two seats, is nothing that a node says.
        if is_full || user > u32::MAX / 2 || self.seats.find(&person.resume).is_some() {
            return;
        }
        let name: Arc<str> = person.joined.name.into();
        self.looks.add(&name, person.joined.color);
        let seat = Seat {
            name,
            color: person.joined.color,
            account: person.joined.account.to_owned(),
            resume: person.resume,
            line: Line::Away(node),
            state: PersonState::default(),
        };
        self.seats.insert_at(user, seat);
        self.spots.clear(user, surfaces::OWN);
        self.note_generation(user, person.generation);
        if let Ok(state) = PersonState::default().merged(person.fields)
            && self.has_place_for(0, &state)
        {
            self.set_state(user, state);
        }
        self.say_joined(now, None, user);
        self.count_is_due = true;
    }

    /// A seat is this node's from now on. Whoever had it here is told; nobody else notices.
    fn give_seat(&mut self, now: Instant, node: NodeId, person: &Person<'_>) {
        let user = person.joined.user;
        let Some(seat) = self.seats.get_mut(user) else {
            return;
        };
        match std::mem::replace(&mut seat.line, Line::Away(node)) {
            Line::Up(listener) => {
                self.kick(now, listener, TAKEN_OVER);
                self.hand_over(now, user, person.resume);
            }
            Line::Lost { until } => {
                self.timers.remove(&(until, Due::Grace(user)));
                self.hand_over(now, user, person.resume);
            }
            Line::Orphaned { until, .. } => {
                self.timers.remove(&(until, Due::Orphan(user)));
            }
            Line::Away(_) => {}
        }
        self.note_generation(user, person.generation);
        self.take_looks(now, person);
        self.take_state(now, person);
    }

    fn take_looks(&mut self, now: Instant, person: &Person<'_>) {
        let (user, name, color) = (person.joined.user, person.joined.name, person.joined.color);
        let Some(seat) = self.seats.get_mut(user) else {
            return;
        };
        if *seat.name == *name && seat.color == color && seat.account == person.joined.account {
            return;
        }
        self.looks.remove(&seat.name, seat.color);
        seat.name = name.into();
        seat.color = color;
        person.joined.account.clone_into(&mut seat.account);
        self.looks.add(&seat.name, color);
        self.say_joined(now, None, user);
    }

    /// The whole state of somebody who is seated: what is different is told.
    fn take_state(&mut self, now: Instant, person: &Person<'_>) {
        let user = person.joined.user;
        let Ok(state) = PersonState::default().merged(person.fields) else {
            return;
        };
        let Some(seat) = self.seats.get(user) else {
            return;
        };
        let told = differences(&seat.state, &state);
        if told.is_empty() || !self.has_place_for(seat.state.encoded_bytes(), &state) {
            return;
        }
        self.set_state(user, state);
        for fields in told {
            let fields = fields.as_fields();
            let has_surface = fields.get(tag::SURFACE).is_some();
            let message = ServerMessage::State {
                channel: SHARED,
                user,
                fields,
            };
            let about = About::State { user, has_surface };
            self.say(now, about, None, encode(&message));
        }
    }

    /// They have no cursor any more, and it was not heard how that came: two changes of surface say it.
    pub(super) fn forget_cursor(&mut self, now: Instant, user: u32) {
        let (Some(seat), Some(spot)) = (self.seats.get(user), self.spots.get(user)) else {
            return;
        };
        let surface = spot.surface;
        let fields = seat.state.fields();
        let own = fields.get(&tag::SURFACE).cloned().unwrap_or_default();
        let other: &[u8] = if own.is_empty() { b"\x01-" } else { b"" };
        for body in [other, &own] {
            let mut fields = FieldsBuf::new();
            let tag = tag::SURFACE;
            let pushed = fields.push(Field { tag, body });
            pushed.expect("a surface that was taken in already, or a short one");
            let message = ServerMessage::State {
                channel: SHARED,
                user,
                fields: fields.as_fields(),
            };
            let has_surface = true;
            let about = About::State { user, has_surface };
            self.say(now, about, None, encode(&message));
        }
        self.spots.clear(user, surface);
    }

    /// Each node keeps to the room's limit, but several may come near it at the same moment.
    pub(super) fn has_place_for(&self, former_bytes: usize, state: &PersonState) -> bool {
        let total = self.state_bytes - former_bytes + state.encoded_bytes();
        total <= self.config.state_bytes_max * REMOTE_EXCESS
    }

    fn note_generation(&mut self, user: u32, generation: u32) {
        if let Some(sharing) = &mut self.sharing
            && (generation > 0 || sharing.generations.contains_key(&user))
        {
            sharing.generations.insert(user, generation);
        }
    }

    /// Somebody here takes the seat of one who was with another node.
    pub(in super::super) fn take_over(&mut self, now: Instant, user: u32) {
        if let Some(sharing) = &mut self.sharing {
            let generation = sharing.generations.entry(user).or_default();
            *generation = generation.saturating_add(1);
            sharing.note_cursor_gone();
            self.share_person(now, user);
        }
    }

    /// Two nodes gave the same id while they could not know of each other, and the other one's
    /// claim is better: our person comes again, for another id.
    fn send_away(&mut self, now: Instant, node: NodeId, user: u32) {
        self.tell_left(user);
        let line = self.seats.get(user).map(|seat| seat.line);
        if let Some(Line::Up(listener)) = line {
            self.remove_listener(now, listener);
            self.outputs.push_back(Output::Close { listener });
        }
        // From here on what the seat's end is, is theirs to tell.
        if let Some(seat) = self.seats.get_mut(user)
            && let Line::Lost { until } = std::mem::replace(&mut seat.line, Line::Away(node))
        {
            self.timers.remove(&(until, Due::Grace(user)));
        }
    }

    /// Nobody answers for somebody: until then they may come back.
    pub(super) fn orphan(&mut self, user: u32, until: Instant) {
        if let Some(seat) = self.seats.get_mut(user)
            && let Line::Away(node) = seat.line
        {
            seat.line = Line::Orphaned { node, until };
            self.timers.insert((until, Due::Orphan(user)));
        }
    }

    /// These are gone, and the count is told once.
    pub(in super::super) fn remove_seats(&mut self, now: Instant, users: &[u32]) {
        for &user in users {
            self.remove_seat_uncounted(now, user);
        }
        self.count_is_due |= !users.is_empty();
        self.say_count_if_due();
    }

    /// How many are listed, if that changed and was not told.
    pub(in super::super) fn say_count_if_due(&mut self) {
        if std::mem::take(&mut self.count_is_due) {
            self.say_count(None);
        }
    }
}
