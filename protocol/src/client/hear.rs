//! What one room hears from the server.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;

use super::notice::Notice;
use super::outbox::Outbox;
use super::room::{Room, Stage, join_until};
use super::roster::Joined;
use super::snapshot::Snapshot;
use crate::limits::RESUME_BYTES;
use crate::time::Instant;
use crate::wire::{ClientMessage, Control, Cursor, Fields, ServerMessage, Welcome, tag};

/// What a message did that concerns the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    Nothing,
    /// The room is joined.
    Joined,
    /// The snapshot is over what may be kept.
    TooLarge,
}

impl Room {
    /// A message of the server on this room's channel.
    pub(super) fn hear(
        &mut self,
        now: Instant,
        message: ServerMessage<'_>,
        out: &mut Outbox,
    ) -> Heard {
        match (message, &mut self.stage) {
            (_, Stage::Away | Stage::Ended) => {}
            (ServerMessage::Control { control, .. }, _) => self.hear_control(control, out),
            (ServerMessage::Welcome { welcome, .. }, Stage::Joining { until }) => {
                let until = *until;
                self.begin_snapshot(welcome, until);
            }
            (_, Stage::Joining { .. }) => {}
            (ServerMessage::PresenceUpdate { count, .. }, Stage::Snapshot { .. }) => {
                self.finish_snapshot(count, out);
                return Heard::Joined;
            }
            (message, Stage::Snapshot { until, snapshot }) => {
                if snapshot.take_over(self.channel, message) {
                    *until = join_until(now);
                }
                if snapshot.is_too_large() {
                    return Heard::TooLarge;
                }
            }
            (message, Stage::Joined) => self.hear_live(now, message, out),
        }
        Heard::Nothing
    }

    fn begin_snapshot(&mut self, welcome: Welcome, until: Instant) {
        // Also who asked for a seat and whose token gives none: a seat's resume value is never zeros.
        let is_observer = self.entry.observer || welcome.resume == [0; RESUME_BYTES];
        self.entry.resume = (!is_observer).then_some(welcome.resume);
        self.throttle.reset_pace();
        let snapshot = Box::new(Snapshot::new(welcome, is_observer));
        self.stage = Stage::Snapshot { until, snapshot };
    }

    fn finish_snapshot(&mut self, count: u32, out: &mut Outbox) {
        let Stage::Snapshot { mut snapshot, .. } =
            core::mem::replace(&mut self.stage, Stage::Joined)
        else {
            return;
        };
        let channel = self.channel;
        self.has_joined = true;
        let former = core::mem::replace(&mut self.user, snapshot.user);
        self.count = count;
        out.tell(Notice::RoomJoined {
            channel,
            user: snapshot.user.unwrap_or_default(),
            resumed: snapshot.is_resumed,
        });
        snapshot.tell_changes(&self.roster, former, channel, out);
        out.tell_count(channel);
        out.tell_moved(channel);
        self.roster = snapshot.roster;
        if let Some(own) = self.user.and_then(|user| self.roster.get(user)) {
            self.entry.keep_looks(&own.name, own.color);
        }
        self.send_own(&snapshot.theirs, out);
    }

    fn hear_control(&mut self, control: Control<'_>, out: &mut Outbox) {
        let channel = self.channel;
        let is_joining = self.is_joining();
        match control {
            Control::Error { text } if is_joining => {
                let text = text.to_owned();
                out.tell(Notice::RoomRefused { channel, text });
                self.stage = Stage::Ended;
            }
            Control::Error { text } => out.tell(Notice::Error {
                channel: Some(channel),
                text: text.to_owned(),
            }),
            // One that is not followed.
            Control::Redirect { url, .. } => {
                let url = url.to_owned();
                out.tell(Notice::Redirected { channel, url });
                if !is_joining {
                    // The seat here is given back.
                    out.send(&[ClientMessage::Leave { channel }]);
                }
                self.stage = Stage::Ended;
            }
            // Before Welcome it is of the room that had the channel before.
            Control::Kicked { text } if !is_joining => {
                let text = text.to_owned();
                out.tell(Notice::Kicked { channel, text });
                self.stage = Stage::Ended;
            }
            Control::Pace { hz, .. } if !is_joining => self.throttle.set_pace(hz),
            Control::Pace { .. }
            | Control::Kicked { .. }
            | Control::Drain { .. }
            | Control::Token { .. } => {}
        }
    }

    fn hear_live(&mut self, now: Instant, message: ServerMessage<'_>, out: &mut Outbox) {
        let channel = self.channel;
        match message {
            ServerMessage::UserJoined { joined, .. } => {
                let user = joined.user;
                match self.roster.join(joined) {
                    Joined::New => out.tell(Notice::UserJoined { channel, user }),
                    Joined::Changed => self.tell_update(user, out),
                    Joined::Nothing => {}
                }
            }
            ServerMessage::UserLeft { user, .. } => {
                if Some(user) != self.user && self.roster.leave(user) {
                    out.tell(Notice::UserLeft { channel, user });
                    out.tell_moved(channel);
                }
            }
            ServerMessage::Cursor { cursor, .. } => {
                self.hear_cursor(now, cursor, out);
            }
            ServerMessage::CursorBatch { cursors, .. } => {
                for cursor in cursors.iter() {
                    self.hear_cursor(now, cursor, out);
                }
            }
            ServerMessage::State { user, fields, .. } => self.hear_state(user, fields, out),
            ServerMessage::Event { user, event, .. } if self.is_other(user) => {
                out.tell(Notice::event(channel, user, event));
            }
            ServerMessage::PresenceUpdate { count, .. } => {
                if self.count != count {
                    self.count = count;
                    out.tell_count(channel);
                }
            }
            ServerMessage::Event { .. }
            | ServerMessage::Heartbeat
            | ServerMessage::Welcome { .. }
            | ServerMessage::Control { .. } => {}
        }
    }

    fn hear_cursor(&mut self, now: Instant, cursor: Cursor, out: &mut Outbox) {
        let drawn_at = self.is_animated.then_some(now);
        let Cursor { user, point } = cursor;
        if Some(user) != self.user && self.roster.move_cursor(user, point, drawn_at) {
            out.tell_moved(self.channel);
        }
    }

    fn hear_state(&mut self, user: u32, fields: Fields<'_>, out: &mut Outbox) {
        if !self.is_other(user) {
            return;
        }
        let channel = self.channel;
        if self.roster.set_fields(user, fields) {
            self.tell_update(user, out);
            // A surface took their cursor, or they hid it.
            out.tell_moved(channel);
        }
        if let Some(json) = fields.get(tag::CUSTOM) {
            out.tell(Notice::Custom {
                channel,
                user,
                json: json.to_vec(),
                is_whole: json.is_empty(),
            });
        }
    }

    /// Listed, and not oneself.
    fn is_other(&self, user: u32) -> bool {
        Some(user) != self.user && self.roster.get(user).is_some()
    }

    fn tell_update(&mut self, user: u32, out: &mut Outbox) {
        let channel = self.channel;
        if let Some(person) = self.roster.get_mut(user)
            && !core::mem::replace(&mut person.is_update_told, true)
        {
            out.tell(Notice::UserUpdated { channel, user });
        }
    }
}
