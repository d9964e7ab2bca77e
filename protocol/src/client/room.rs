//! One room on its channel.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::time::Duration;

use super::enter::Entry;
use super::notice::{Notice, Status};
use super::outbox::Outbox;
use super::own_state::OwnState;
use super::queue::EventQueue;
use super::roster::Roster;
use super::snapshot::Snapshot;
use super::throttle::Throttle;
use crate::limits::JOIN_TIMEOUT_MS;
use crate::time::Instant;
use crate::wire::{Channel, ClientMessage, Fields, tag};

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
    pub(super) count: u32,
    /// The application was not told of this count.
    pub(super) is_count_new: bool,
    pub(super) cursors: CursorNews,
    pub(super) has_joined: bool,
    /// The application draws the cursors frame by frame: from then on each has a track.
    pub(super) is_animated: bool,
    /// There is no seat for them to say something from: they wanted none, or their token gave none when
    /// they joined last.
    pub(super) is_observer: bool,
    /// The application was asked for a token and has not brought it.
    pub(super) needs_token: bool,
}

/// What the application knows of the cursors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CursorNews {
    /// Where they are.
    Read,
    /// Not that they moved.
    New,
    /// That they moved: to tell it again would say nothing.
    Told,
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
    /// Refused or kicked, or redirected without end: over for good.
    Ended,
}

/// When a join that came forward now is given up.
pub(super) fn join_until(now: Instant) -> Instant {
    now + Duration::from_millis(JOIN_TIMEOUT_MS)
}

impl Room {
    pub(super) fn new(channel: Channel, entry: Entry, cursor_hz: u8) -> Self {
        Self {
            channel,
            is_observer: entry.observer,
            entry,
            stage: Stage::Away,
            own: OwnState::default(),
            queue: EventQueue::default(),
            throttle: Throttle::new(cursor_hz),
            roster: Roster::default(),
            count: 0,
            is_count_new: false,
            cursors: CursorNews::Read,
            has_joined: false,
            is_animated: false,
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

    /// A Join was sent and not answered.
    pub(super) const fn is_joining(&self) -> bool {
        matches!(self.stage, Stage::Joining { .. })
    }

    /// The server has heard of it on the present socket.
    pub(super) const fn is_on_socket(&self) -> bool {
        !matches!(self.stage, Stage::Away | Stage::Ended)
    }

    /// When the join is given up.
    pub(super) const fn join_until(&self) -> Instant {
        match self.stage {
            Stage::Joining { until } | Stage::Snapshot { until, .. } => until,
            Stage::Away | Stage::Joined | Stage::Ended => Instant::NEVER,
        }
    }

    /// Cursors moved, came or went.
    pub(super) fn move_cursors(&mut self) {
        if self.cursors == CursorNews::Read {
            self.cursors = CursorNews::New;
        }
    }

    /// Asks the application for a token, once until it comes: without it there is no join.
    pub(super) fn ask_token(&mut self, out: &mut Outbox) {
        let channel = self.channel;
        if !core::mem::replace(&mut self.needs_token, true) {
            out.tell(Notice::TokenNeeded { channel });
        }
    }

    /// The socket is open; without a token that is asked for, nothing yet.
    pub(super) fn join(&mut self, now: Instant, out: &mut Outbox) {
        if self.needs_token {
            return;
        }
        let (channel, join) = (self.channel, self.entry.as_join());
        out.send(&ClientMessage::Join { channel, join });
        let until = join_until(now);
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
        if self.is_observer {
            return;
        }
        if let Some(user) = self.roster.own {
            self.roster.set_fields(user, fields);
        }
        let channel = self.channel;
        if self.is_joined() {
            out.send(&ClientMessage::State { channel, fields });
        }
    }

    /// Somebody would see the own cursor.
    fn is_seen(&self) -> bool {
        !self.is_observer && self.is_joined() && self.roster.has_others()
    }

    /// When a cursor is due: never while nobody would see it.
    pub(super) fn cursor_due_at(&self) -> Instant {
        if self.is_seen() {
            self.throttle.due_at()
        } else {
            Instant::NEVER
        }
    }

    /// Sends the cursor if it is due.
    pub(super) fn send_cursor(&mut self, now: Instant, out: &mut Outbox) {
        let channel = self.channel;
        if self.is_seen()
            && let Some(point) = self.throttle.take(now)
        {
            out.send(&ClientMessage::Cursor { channel, point });
        }
    }

    /// Tells the server what it does not know of the own state, and the events that waited.
    pub(super) fn send_own(&mut self, theirs: &OwnState, out: &mut Outbox) {
        let channel = self.channel;
        let own_person = self.roster.own_person();
        let known = own_person.and_then(|person| person.cursor);
        self.throttle.set_sent(known);
        let is_gone = known.is_some() && self.throttle.newest().is_none();
        if let Some(user) = self.roster.own {
            // Both in one message: nobody sees what is between them.
            let mut bytes = Vec::new();
            for change in self.own.changes_from(theirs, is_gone) {
                let fields = change.as_fields();
                if fields.is_empty() {
                    continue;
                }
                self.roster.set_fields(user, fields);
                if fields.get(tag::SURFACE).is_some() {
                    self.throttle.set_sent(None);
                }
                let _ = ClientMessage::State { channel, fields }.encode(&mut bytes);
            }
            if !bytes.is_empty() {
                out.send_encoded(bytes);
            }
            if let Some(person) = self.roster.get_mut(user) {
                person.cursor = self.throttle.newest();
            }
        }
        let count = self.queue.take_dropped();
        if count > 0 {
            out.tell(Notice::EventsDropped { channel, count });
        }
        while let Some(event) = self.queue.pop() {
            out.send_encoded(event);
        }
    }
}
