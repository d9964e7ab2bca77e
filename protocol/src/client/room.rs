//! One room on its channel.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use core::time::Duration;

use super::enter::Entry;
use super::notice::{Notice, Status};
use super::outbox::Outbox;
use super::own_state::OwnState;
use super::queue::EventQueue;
use super::roster::{Joined, Roster};
use super::snapshot::Snapshot;
use super::throttle::Throttle;
use crate::limits::JOIN_TIMEOUT_MS;
use crate::time::Instant;
use crate::wire::{Channel, ClientMessage, Control, Event, Fields, ServerMessage, Welcome, tag};

/// A room that was entered, and all that outlives a socket.
#[derive(Clone, Debug)]
pub(super) struct Room {
    pub(super) channel: Channel,
    pub(super) entry: Entry,
    pub(super) stage: Stage,
    pub(super) own: OwnState,
    pub(super) queue: EventQueue,
    pub(super) throttle: Throttle,
    /// The people as the application was told of them.
    pub(super) roster: Roster,
    /// The own id of the last join; none for an observer.
    pub(super) user: Option<u32>,
    pub(super) count: u32,
    pub(super) has_joined: bool,
    /// The server refused the token, and the application has not brought another.
    pub(super) needs_token: bool,
}

/// How far a room is on the present socket.
#[derive(Clone, Debug)]
pub(super) enum Stage {
    /// No Join was sent: there is no open socket.
    Away,
    /// Join was sent. Until Welcome, everything else may be of a room that had the channel before.
    Joining {
        /// When it is given up.
        until: Instant,
    },
    /// Welcome came, the snapshot is not whole.
    Snapshot {
        /// When it is given up.
        until: Instant,
        /// What came of it.
        snapshot: Box<Snapshot>,
    },
    /// Live.
    Joined,
    /// Refused, kicked or redirected: over for good.
    Ended,
}

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
    pub(super) fn new(channel: Channel, entry: Entry, cursor_hz: u8) -> Self {
        Self {
            channel,
            entry,
            stage: Stage::Away,
            own: OwnState::default(),
            queue: EventQueue::default(),
            throttle: Throttle::new(cursor_hz),
            roster: Roster::default(),
            user: None,
            count: 0,
            has_joined: false,
            needs_token: false,
        }
    }

    pub(super) const fn status(&self) -> Status {
        match self.stage {
            Stage::Ended => Status::Disconnected,
            Stage::Joined => Status::Connected,
            _ if self.has_joined => Status::Reconnecting,
            _ => Status::Connecting,
        }
    }

    pub(super) const fn is_live(&self) -> bool {
        !matches!(self.stage, Stage::Ended)
    }

    pub(super) const fn is_joined(&self) -> bool {
        matches!(self.stage, Stage::Joined)
    }

    /// When the join is given up.
    pub(super) const fn join_until(&self) -> Option<Instant> {
        match self.stage {
            Stage::Joining { until } | Stage::Snapshot { until, .. } => Some(until),
            Stage::Away | Stage::Joined | Stage::Ended => None,
        }
    }

    /// The socket is open.
    pub(super) fn join(&mut self, now: Instant, out: &mut Outbox) {
        let (channel, join) = (self.channel, self.entry.as_join());
        out.send(&[ClientMessage::Join { channel, join }]);
        let until = now + Duration::from_millis(JOIN_TIMEOUT_MS);
        self.stage = Stage::Joining { until };
    }

    /// The socket is gone.
    pub(super) fn lose(&mut self, out: &mut Outbox) {
        let channel = self.channel;
        match self.stage {
            Stage::Ended => return,
            Stage::Joined => out.tell(Notice::RoomLost { channel }),
            Stage::Away | Stage::Joining { .. } | Stage::Snapshot { .. } => {}
        }
        self.stage = Stage::Away;
    }

    /// Sends fields of the own state; shows them on the own person too.
    pub(super) fn send_state(&mut self, fields: Fields<'_>, out: &mut Outbox) {
        if self.entry.observer {
            return;
        }
        if let Some(user) = self.user {
            self.roster.set_fields(user, fields);
        }
        let channel = self.channel;
        if self.is_joined() {
            out.send(&[ClientMessage::State { channel, fields }]);
        }
    }

    /// When a cursor is due: never while nobody would see it.
    pub(super) fn cursor_due_at(&self) -> Option<Instant> {
        let is_seen = self.is_joined() && self.roster.has_others(self.user);
        self.throttle.due_at().filter(|_| is_seen)
    }

    /// Sends the cursor if it is due.
    pub(super) fn send_cursor(&mut self, now: Instant, out: &mut Outbox) {
        let channel = self.channel;
        if self.cursor_due_at().is_some()
            && let Some(point) = self.throttle.take(now)
        {
            out.send(&[ClientMessage::Cursor { channel, point }]);
        }
    }

    /// A message of the server on this room's channel.
    pub(super) fn hear(&mut self, message: ServerMessage<'_>, out: &mut Outbox) -> Heard {
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
            (message, Stage::Snapshot { snapshot, .. }) => {
                snapshot.take_over(self.channel, message);
                if snapshot.is_too_large() {
                    return Heard::TooLarge;
                }
            }
            (message, Stage::Joined) => self.hear_live(message, out),
        }
        Heard::Nothing
    }

    fn begin_snapshot(&mut self, welcome: Welcome, until: Instant) {
        let is_observer = self.entry.observer;
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
        self.user = snapshot.user;
        self.count = count;
        out.tell(Notice::RoomJoined {
            channel,
            user: snapshot.user.unwrap_or_default(),
            resumed: snapshot.is_resumed,
        });
        snapshot.tell_changes(&self.roster, channel, out);
        out.tell_count(channel);
        out.tell_moved(channel);
        self.roster = snapshot.roster;
        self.send_own(&snapshot.theirs, out);
    }

    /// Tells the server what it does not know of the own state, and the events that waited.
    fn send_own(&mut self, theirs: &OwnState, out: &mut Outbox) {
        let channel = self.channel;
        let own_person = self.user.and_then(|user| self.roster.get(user));
        self.throttle
            .set_sent(own_person.and_then(|person| person.cursor));
        let (removed, set) = self.own.changes_from(theirs);
        let both = [removed.as_fields(), set.as_fields()];
        if let Some(user) = self.user {
            for fields in both {
                self.roster.set_fields(user, fields);
            }
            if let Some(person) = self.roster.get_mut(user) {
                person.cursor = self.throttle.newest();
            }
            if both.iter().any(|fields| fields.get(tag::SURFACE).is_some()) {
                self.throttle.set_sent(None);
            }
            let states = both.map(|fields| ClientMessage::State { channel, fields });
            match both.map(|fields| fields.is_empty()) {
                [false, false] => out.send(&states),
                [false, true] => out.send(&states[..1]),
                [true, false] => out.send(&states[1..]),
                [true, true] => {}
            }
        }
        let count = self.queue.take_dropped();
        if count > 0 {
            out.tell(Notice::EventsDropped { channel, count });
        }
        while let Some((name, payload)) = self.queue.pop() {
            let (name, payload) = (&*name, &*payload);
            let event = Event { name, payload };
            out.send(&[ClientMessage::Event { channel, event }]);
        }
    }

    fn hear_control(&mut self, control: Control<'_>, out: &mut Outbox) {
        let channel = self.channel;
        let is_joining = matches!(self.stage, Stage::Joining { .. });
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
            Control::Redirect { url, .. } => {
                let url = url.to_owned();
                out.tell(Notice::Redirected { channel, url });
                self.stage = Stage::Ended;
            }
            Control::Kicked { text } => {
                let text = text.to_owned();
                out.tell(Notice::Kicked { channel, text });
                self.stage = Stage::Ended;
            }
            Control::Pace { hz, .. } if !is_joining => self.throttle.set_pace(hz),
            Control::Pace { .. } | Control::Drain { .. } | Control::Token { .. } => {}
        }
    }

    fn hear_live(&mut self, message: ServerMessage<'_>, out: &mut Outbox) {
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
                if Some(cursor.user) != self.user
                    && self.roster.move_cursor(cursor.user, cursor.point)
                {
                    out.tell_moved(channel);
                }
            }
            ServerMessage::CursorBatch { cursors, .. } => {
                for cursor in cursors.iter() {
                    if Some(cursor.user) != self.user
                        && self.roster.move_cursor(cursor.user, cursor.point)
                    {
                        out.tell_moved(channel);
                    }
                }
            }
            ServerMessage::State { user, fields, .. } => self.hear_state(user, fields, out),
            ServerMessage::Event { user, event, .. } => {
                if self.is_other(user) {
                    out.tell(Notice::Event {
                        channel,
                        user,
                        name: event.name.to_owned(),
                        payload: event.payload.to_vec(),
                    });
                }
            }
            ServerMessage::PresenceUpdate { count, .. } => {
                if self.count != count {
                    self.count = count;
                    out.tell_count(channel);
                }
            }
            ServerMessage::Heartbeat
            | ServerMessage::Welcome { .. }
            | ServerMessage::Control { .. } => {}
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
