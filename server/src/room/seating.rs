//! The three ways in: as an observer, on a new seat, on a seat of one's own.

use std::sync::Arc;

use mote_protocol::limits::RESUME_BYTES;
use mote_protocol::wire::{Control, ServerMessage};
use rand::Rng;

use super::broadcast::{SHARED, encode};
use super::engine::Room;
use super::join::{JoinRequest, Joined, Refused};
use super::names;
use super::output::{Audience, Listener, Output};
use super::seat::{Line, Seat};
use super::state::PersonState;

impl Room {
    pub(super) fn join_observer(&mut self, request: JoinRequest<'_>) -> Result<Joined, Refused> {
        if self.observers >= self.config.observers_max {
            return Err(Refused::ObserversFull);
        }
        let listener = self.new_listener(None);
        self.observers += 1;
        let joined = Joined {
            listener,
            user: None,
            resumed: false,
            resume: [0; RESUME_BYTES],
            flush: self.pacer.last(),
        };
        self.send_snapshot(request, joined);
        Ok(joined)
    }

    pub(super) fn join_new(&mut self, request: JoinRequest<'_>) -> Result<Joined, Refused> {
        if self.seats.len() >= self.config.people_max {
            return Err(Refused::RoomFull);
        }
        let mut resume = [0; RESUME_BYTES];
        self.rng.fill_bytes(&mut resume);
        let name = request.name.and_then(names::clean);
        let name: Arc<str> = name
            .unwrap_or_else(|| self.looks.anonymous(&mut self.rng))
            .into();
        let color = (request.color).unwrap_or_else(|| self.looks.color(&mut self.rng));
        self.looks.add(&name, color);
        let listener = Listener(self.next_listener);
        let user = self.seats.insert(Seat {
            name,
            color,
            account: request.account.to_owned(),
            resume,
            line: Line::Up(listener),
            cursor: None,
            state: PersonState::default(),
        });
        self.new_listener(Some(user));
        let joined = Joined {
            listener,
            user: Some(user),
            resumed: false,
            resume,
            flush: self.pacer.last(),
        };
        self.send_snapshot(request, joined);
        self.tell_of_person(listener, user);
        self.tell_count(Audience::AllBut(listener));
        Ok(joined)
    }

    pub(super) fn join_resumed(&mut self, user: u32, request: JoinRequest<'_>) -> Joined {
        let listener = self.new_listener(Some(user));
        let seat = self.seats.get_mut(user).expect("found by its resume value");
        let resume = seat.resume;
        let line = std::mem::replace(&mut seat.line, Line::Up(listener));
        let name = request.name.and_then(names::clean);
        let name = name.filter(|name| **name != *seat.name);
        let color = request.color.filter(|&color| color != seat.color);
        let has_changed = name.is_some() || color.is_some();
        self.looks.remove(&seat.name, seat.color);
        if let Some(name) = name {
            seat.name = name.into();
        }
        seat.color = color.unwrap_or(seat.color);
        self.looks.add(&seat.name, seat.color);
        match line {
            Line::Up(former) => self.kick(former, "your seat was taken over by another connection"),
            Line::Lost { until } => {
                self.grace.remove(&(until, user));
            }
        }
        let joined = Joined {
            listener,
            user: Some(user),
            resumed: true,
            resume,
            flush: self.pacer.last(),
        };
        self.send_snapshot(request, joined);
        if has_changed {
            self.tell_of_person(listener, user);
        }
        joined
    }

    fn new_listener(&mut self, user: Option<u32>) -> Listener {
        let listener = Listener(self.next_listener);
        self.next_listener += 1;
        self.listeners.insert(listener, user);
        listener
    }

    fn kick(&mut self, listener: Listener, text: &str) {
        self.listeners.remove(&listener);
        let control = Control::Kicked { text };
        let bytes = encode(&ServerMessage::Control {
            channel: SHARED,
            control,
        });
        self.outputs.push_back(Output::Kick { listener, bytes });
    }
}
