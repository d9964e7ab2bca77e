//! What one room hears from the server.

use alloc::boxed::Box;

use super::crowd::Change;
use super::notice::Notice;
use super::outbox::Outbox;
use super::own_state::OwnState;
use super::room::{CursorNews, Room, Stage, join_until};
use super::snapshot::Snapshot;
use crate::time::Instant;
use crate::wire::{ClientMessage, Control, ServerMessage, Welcome};

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
            (ServerMessage::PresenceUpdate { count, .. }, Stage::Joined) => {
                self.is_count_new |= self.count != count;
                self.count = count;
            }
            (message, Stage::Snapshot { until, snapshot }) => {
                let Snapshot { roster, staged, .. } = &mut **snapshot;
                if roster.hear(self.channel, message, None, staged) == Change::Joined {
                    *until = join_until(now);
                }
                if let ServerMessage::State { user, fields, .. } = message
                    && roster.is_own(user)
                {
                    snapshot.theirs = OwnState::of(fields);
                }
                if snapshot.is_too_large() {
                    return Heard::TooLarge;
                }
            }
            (message, Stage::Joined) => {
                let drawn_at = self.is_animated.then_some(now);
                let told = &mut out.records;
                if self.roster.hear(self.channel, message, drawn_at, told) == Change::Moved {
                    self.move_cursors();
                }
            }
        }
        Heard::Nothing
    }

    fn begin_snapshot(&mut self, welcome: Welcome, until: Instant) {
        // Also who asked for a seat and whose token gives none: a seat's resume value is never zeros.
        let has_seat = u128::from_ne_bytes(welcome.resume) != 0;
        let is_observer = self.entry.observer || !has_seat;
        self.is_observer = is_observer;
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
        self.count = count;
        self.is_count_new = true;
        self.cursors = CursorNews::New;
        let resumed = snapshot.is_resumed;
        let joined = Notice::RoomJoined {
            channel,
            user: snapshot.roster.own.unwrap_or(u32::MAX),
            resumed,
        };
        let resume = self.entry.resume.as_ref();
        let resume = resume.map_or(&[][..], |bytes| bytes);
        out.records.tell_with(joined, u16::from(resumed), resume);
        snapshot.finish(&self.roster, channel, &mut out.records);
        self.roster = snapshot.roster;
        if let Some(own) = self.roster.own_person() {
            self.entry.keep_looks(&own.name, own.color);
        }
        self.send_own(&snapshot.theirs, out);
    }

    fn hear_control(&mut self, control: Control<'_>, out: &mut Outbox) {
        let channel = self.channel;
        let is_joining = self.is_joining();
        match control {
            Control::Error { text } if is_joining => {
                out.tell(Notice::RoomRefused { channel, text });
                self.stage = Stage::Ended;
            }
            Control::Error { text } => out.tell_error(Some(channel), text),
            // One that is not followed.
            Control::Redirect { url, .. } => {
                out.tell(Notice::Redirected { channel, url });
                if !is_joining {
                    // The seat here is given back.
                    out.send(&ClientMessage::Leave { channel });
                }
                self.stage = Stage::Ended;
            }
            // Before Welcome it is of the room that had the channel before.
            Control::Kicked { text } if !is_joining => {
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
}
