//! What the application calls: rooms, tokens, hints. What it says in a room is in `say.rs`.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::time::Duration;

use super::Client;
use super::connection::Connection;
use super::enter::{Enter, EnterError, Entry};
use super::room::{CursorNews, Room, Stage};
use crate::close::CloseCode;
use crate::limits::{BACKOFF_CAP_MS, CHANNELS, TOKEN_BYTES_MAX};
use crate::time::Instant;
use crate::wire::{Channel, ClientMessage};

impl Client {
    /// Enters a room: from now on the machine keeps it joined. With the first room it connects.
    ///
    /// # Errors
    /// Why it cannot be entered; nothing changed.
    pub fn enter_room(&mut self, now: Instant, options: Enter<'_>) -> Result<Channel, EnterError> {
        if matches!(self.connection, Connection::Closed) {
            return Err(EnterError::Closed);
        }
        let trial = ClientMessage::Join {
            channel: Channel::ZERO,
            join: options,
        };
        trial.encode(&mut Vec::new()).map_err(EnterError::Invalid)?;
        let channel = self.pick_channel(options.room)?;
        self.out.forget(channel);
        let hz = self.config.clamped_cursor_hz();
        let was_live = self.has_live_room();
        let mut room = Box::new(Room::new(channel, Entry::new(options), hz));
        if self.config.has_tokens && options.token.is_none() {
            room.ask_token(&mut self.out);
        }
        match &mut self.connection {
            Connection::Idle | Connection::Stopped => {
                self.connection = Connection::Waiting { until: now };
            }
            Connection::Open { end_at, .. } => {
                if !was_live {
                    *end_at = Instant::NEVER;
                }
                room.join(now, &mut self.out);
            }
            _ => {}
        }
        self.rooms.replace(channel, Some(room));
        self.last_channel = channel;
        self.settle(now);
        Ok(channel)
    }

    /// Leaves a room and frees its channel; nothing more is told of it. With the last room the
    /// socket closes.
    pub fn leave_room(&mut self, now: Instant, channel: Channel) {
        if let Some(room) = self.rooms.replace(channel, None) {
            self.say_leave(&room);
            self.out.forget(channel);
        }
        self.settle(now);
    }

    /// A token for this room, fresh or asked for by [`Notice::TokenNeeded`]; at most 8 KiB.
    pub fn set_token(&mut self, now: Instant, channel: Channel, token: &str) {
        if token.len() > TOKEN_BYTES_MAX {
            self.out
                .tell_error(Some(channel), "the token is over 8 KiB");
        } else if let Some(room) = self.rooms.get_mut(channel) {
            room.entry.token = Some(token.to_owned());
            room.needs_token = false;
            match (&room.stage, &self.connection) {
                (Stage::Snapshot { .. } | Stage::Joined, _) => {
                    self.out.send(&ClientMessage::Token { channel, token });
                }
                (Stage::Away, Connection::Open { .. }) => room.join(now, &mut self.out),
                _ => {}
            }
        }
        self.settle(now);
    }

    /// The page is back, visible or online: ends the back-off's wait, or finds out quickly whether
    /// the open socket still lives.
    pub fn reconnect_now(&mut self, now: Instant) {
        match &mut self.connection {
            Connection::Waiting { .. } => self.connect(now),
            Connection::NeedsToken { until } => *until = now,
            _ => {}
        }
        self.probe(now);
        self.settle(now);
    }

    /// The browser says that there is no network: waits longer, or finds out quickly whether the
    /// open socket still lives. Only a hint, since browsers err.
    pub fn set_offline(&mut self, now: Instant) {
        if let Connection::Waiting { until } = &mut self.connection {
            *until = (*until).max(now + Duration::from_millis(u64::from(BACKOFF_CAP_MS)));
        }
        self.probe(now);
        self.settle(now);
    }

    /// Leaves every room, closes the socket and stops for good.
    pub fn close(&mut self, now: Instant) {
        let rooms = core::mem::take(&mut self.rooms);
        for room in rooms.iter() {
            self.say_leave(room);
        }
        if self.has_socket() {
            self.out.disconnect(CloseCode::Normal.code());
        }
        self.connection = Connection::Closed;
        self.settle(now);
    }

    /// Tells where the others' shown cursors are to be drawn, in ascending order of id: who, and
    /// fractions of their surface. Whether one moves on by itself: if none does, they stay until the
    /// next [`Notice::CursorsMoved`](super::Notice::CursorsMoved), which is told anew after this call.
    ///
    /// With `now` each glides through the positions that came, a little behind them; from the first
    /// such call on the room keeps what that takes. Without, each is where the last position was.
    pub fn draw_cursors(
        &mut self,
        channel: Channel,
        now: Option<Instant>,
        mut draw: impl FnMut(u32, [f64; 2]),
    ) -> bool {
        let Some(room) = self.rooms.get_mut(channel) else {
            return false;
        };
        room.cursors = CursorNews::Read;
        room.is_animated |= now.is_some();
        let mut is_moving = false;
        let own = room.roster.own;
        for person in room.roster.people_mut() {
            if !person.cursor_hidden
                && Some(person.user) != own
                && let Some((place, moves)) = person.draw(now)
            {
                draw(person.user, place);
                is_moving |= moves;
            }
        }
        is_moving
    }

    /// Tells the server, if it has heard of the room.
    fn say_leave(&mut self, room: &Room) {
        let channel = room.channel;
        match room.stage {
            Stage::Away | Stage::Ended => return,
            // Welcome or a refusal is still to come, and must not be taken for another room's.
            Stage::Joining { .. } => self.abandoned |= 1 << channel.number(),
            Stage::Snapshot { .. } | Stage::Joined => {}
        }
        self.out.send(&ClientMessage::Leave { channel });
    }

    /// The channel for a room: a free one, the one used longest ago first, so that late messages of
    /// a room that was left do not meet another; else one whose room has ended.
    fn pick_channel(&self, room: &str) -> Result<Channel, EnterError> {
        let same = self.rooms.iter().find(|entered| entered.entry.room == room);
        if let Some(same) = same {
            let ended = (!same.is_live()).then_some(same.channel);
            return ended.ok_or(EnterError::AlreadyEntered);
        }
        let mut channel = self.last_channel;
        let mut ended = None;
        for _ in 0..CHANNELS {
            channel = channel.next();
            match self.rooms.get(channel) {
                None if self.abandoned & 1 << channel.number() == 0 => return Ok(channel),
                Some(room) if !room.is_live() => ended = ended.or(Some(channel)),
                _ => {}
            }
        }
        ended.ok_or(EnterError::TooManyRooms)
    }
}
