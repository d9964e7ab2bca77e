//! The three ways in: as an observer, on a new seat, on a seat of one's own.

use std::sync::Arc;

use bytes::Bytes;
use mote_protocol::limits::RESUME_BYTES;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Channel, Control, Resume, ServerMessage, Welcome};
use rand::Rng;

use super::broadcast::{SHARED, encode};
use super::engine::{Due, Room};
use super::interest::Area;
use super::join::{JoinRequest, Joined, Refused};
use super::listeners::Listener;
use super::output::{Audience, Output};
use super::seat::{Line, Seat};
use super::slices::Member;
use super::snapshot::{Joining, Standing};
use super::state::PersonState;
use super::{names, serve, surfaces};

impl Room {
    pub(super) fn join_observer(
        &mut self,
        now: Instant,
        request: JoinRequest<'_>,
    ) -> Result<Joined, Refused> {
        if self.observers >= self.config.observers_max {
            return Err(Refused::ObserversFull);
        }
        let listener = self.names.take();
        self.new_listener(now, listener, request.channel, None);
        self.observers += 1;
        let joined = Joined {
            listener,
            user: None,
            resumed: false,
            resume: [0; RESUME_BYTES],
            flush: self.spots.last(),
        };
        self.begin_snapshot(joined);
        self.is_up_to_date(listener);
        Ok(joined)
    }

    pub(super) fn join_new(
        &mut self,
        now: Instant,
        request: JoinRequest<'_>,
    ) -> Result<Joined, Refused> {
        let listener = self.names.take();
        let (user, resume) = match self.add_seat(Line::Up(listener), request) {
            Ok(seated) => seated,
            Err(refused) => {
                self.names.give_back(listener);
                return Err(refused);
            }
        };
        self.new_listener(now, listener, request.channel, Some(user));
        let joined = Joined {
            listener,
            user: Some(user),
            resumed: false,
            resume,
            flush: self.spots.last(),
        };
        self.begin_snapshot(joined);
        self.share_person(now, user);
        self.say_joined(now, Some(listener), user);
        self.say_count(Some(listener));
        self.tell_joined(user);
        self.is_up_to_date(listener);
        Ok(joined)
    }

    /// Somebody has a seat from now on, of which nobody was told.
    pub(super) fn add_seat(
        &mut self,
        line: Line,
        request: JoinRequest<'_>,
    ) -> Result<(u32, Resume), Refused> {
        if self.seats.len() >= self.config.people_max {
            return Err(Refused::RoomFull);
        }
        let Some(id) = self.free_id() else {
            return Err(Refused::RoomFull);
        };
        let mut resume = [0; RESUME_BYTES];
        self.rng.fill_bytes(&mut resume);
        let name = request.name.and_then(names::clean);
        let name: Arc<str> = name
            .unwrap_or_else(|| self.looks.anonymous(&mut self.rng))
            .into();
        let color = (request.color).unwrap_or_else(|| self.looks.color(&mut self.rng));
        self.looks.add(&name, color);
        let seat = Seat {
            name,
            color,
            account: request.account.to_owned(),
            resume,
            line,
            state: PersonState::default(),
        };
        let user = match id {
            Id::Smallest => self.seats.insert(seat),
            Id::This(user) => {
                self.seats.insert_at(user, seat);
                user
            }
        };
        self.spots.clear(user, surfaces::OWN);
        Ok((user, resume))
    }

    /// An id for one more person. None when this node has none to give.
    fn free_id(&mut self) -> Option<Id> {
        let Self { sharing, seats, .. } = self;
        let Some(sharing) = sharing else {
            return Some(Id::Smallest);
        };
        let id = sharing.take_id(|user| seats.get(user).is_none());
        self.want_ids();
        id.map(Id::This)
    }

    pub(super) fn join_resumed(
        &mut self,
        now: Instant,
        user: u32,
        request: JoinRequest<'_>,
    ) -> Joined {
        let listener = self.names.take();
        self.new_listener(now, listener, request.channel, Some(user));
        let has_changed = self.take_seat(now, user, Line::Up(listener), request);
        let resume = self.seats.get(user).map(|seat| seat.resume);
        let resume = resume.expect("found by its resume value");
        let joined = Joined {
            listener,
            user: Some(user),
            resumed: true,
            resume,
            flush: self.spots.last(),
        };
        self.begin_snapshot(joined);
        if has_changed {
            self.say_joined(now, Some(listener), user);
        }
        self.is_up_to_date(listener);
        self.tell_kept(listener, user);
        joined
    }

    /// A seat is on this line from now on, under the name and the colour that are asked for. Whether
    /// that is another look, of which nobody was told.
    pub(super) fn take_seat(
        &mut self,
        now: Instant,
        user: u32,
        line: Line,
        request: JoinRequest<'_>,
    ) -> bool {
        let Some(seat) = self.seats.get_mut(user) else {
            return false;
        };
        let line = std::mem::replace(&mut seat.line, line);
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
            Line::Up(former) => self.kick(
                now,
                former,
                "your seat was taken over by another connection",
            ),
            Line::Lost { until } => {
                self.timers.remove(&(until, Due::Grace(user)));
            }
            Line::Away(_) => {}
            Line::Orphaned { until, .. } => {
                self.timers.remove(&(until, Due::Orphan(user)));
            }
        }
        if !line.is_own() {
            self.take_over(now, user);
        } else if has_changed {
            self.share_person(now, user);
        }
        has_changed
    }

    /// The seat of one who is no listener from now on.
    pub(super) fn remove_listener(&mut self, now: Instant, listener: Listener) -> Option<u32> {
        let member = self.slices.remove(listener)?;
        self.names.give_back(listener);
        self.observers -= usize::from(member.user.is_none());
        let few = self.config.large.slice_listeners_max / 2;
        if self.slices.is_large()
            && (self.slices.len() <= few || self.slices.has_one_besides_empty())
        {
            self.collapse(now);
        } else {
            self.slices.drop_empty();
        }
        member.user
    }

    fn new_listener(
        &mut self,
        now: Instant,
        listener: Listener,
        channel: Channel,
        user: Option<u32>,
    ) {
        let listeners_max = self.config.large.slice_listeners_max.max(1);
        let slice = self.slices.with_place(listeners_max);
        let slice = slice.unwrap_or_else(|| self.open_slice(now));
        let seat = user.and_then(|user| self.seats.get(user));
        let member = Member {
            listener,
            user,
            viewport: seat.and_then(|seat| seat.state.viewport()),
            seen: None,
            seen_wide: None,
            joining: Some(Box::new(Joining::new(channel, user))),
            ahead: None,
        };
        self.slices.add(slice, member);
    }

    fn begin_snapshot(&mut self, joined: Joined) {
        let welcome = Welcome {
            user: joined.user.unwrap_or(0),
            tick_hz: self.config.tick_hz,
            heartbeat_s: self.config.heartbeat_s,
            resumed: joined.resumed,
            resume: joined.resume,
        };
        self.send_block(joined.listener, |joining, _, room| {
            joining.first_block(welcome, room)
        });
    }

    /// The next part of a snapshot, for one who can take it. What was said in a large room before
    /// it must come before it: it may be about people whom this part tells of as they are now.
    pub(super) fn continue_snapshot(&mut self, listener: Listener) {
        let Some(slice_log) = self.slices.slice_of(listener).map(|slice| slice.log) else {
            return;
        };
        let Some(member) = self.slices.get_mut(listener) else {
            return;
        };
        let from = member.ahead.unwrap_or(slice_log);
        let Some(joining) = &mut member.joining else {
            return;
        };
        if self.log.end() > from {
            let room = Standing {
                seats: &self.seats,
                spots: &self.spots,
                block_bytes: self.config.large.snapshot_block_bytes,
            };
            let heard = joining.hear(listener, self.log.since(from), room);
            self.outputs.extend(heard.outputs(&Audience::One(listener)));
        }
        self.send_block(listener, Joining::next_block);
        self.is_up_to_date(listener);
    }

    fn send_block(
        &mut self,
        listener: Listener,
        block: impl FnOnce(&mut Joining, Option<Area>, Standing<'_>) -> (Bytes, bool),
    ) {
        let Some(member) = self.slices.get_mut(listener) else {
            return;
        };
        let core = serve::core(member, &self.spots);
        let room = Standing {
            seats: &self.seats,
            spots: &self.spots,
            block_bytes: self.config.large.snapshot_block_bytes,
        };
        let Some(joining) = &mut member.joining else {
            return;
        };
        let (bytes, is_last) = block(joining, core, room);
        self.outputs.push_back(Output::Snapshot {
            listener,
            bytes,
            is_last,
        });
        if is_last {
            self.slices.complete(listener);
            self.tell_pace(listener);
        }
    }

    /// They know everything that was said until now.
    fn is_up_to_date(&mut self, listener: Listener) {
        let end = self.log.end();
        let is_large = self.slices.is_large();
        if let Some(member) = self.slices.get_mut(listener) {
            member.ahead = is_large.then_some(end);
        }
    }

    pub(super) fn kick(&mut self, now: Instant, listener: Listener, text: &str) {
        self.remove_listener(now, listener);
        let control = Control::Kicked { text };
        let bytes = encode(&ServerMessage::Control {
            channel: SHARED,
            control,
        });
        self.outputs.push_back(Output::Kick { listener, bytes });
    }
}

/// Which id somebody gets.
enum Id {
    /// The smallest that is free in the room.
    Smallest,
    /// One of this node's, where others give ids as well.
    This(u32),
}
