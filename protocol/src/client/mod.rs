//! The client machine: one connection and its rooms, without a socket, a clock or a random number.
//!
//! A shell feeds it what happened and does what it says. Every call takes the present moment.
//!
//! **After every call, poll [`Client::poll_output`] until it returns `None`, then set one timer to
//! [`Client::poll_timeout`].** What the application is told waits for [`Client::poll_records`].
//!
//! ```
//! use mote_protocol::client::{Client, Config, Enter, Notice, Output, Records, Status};
//! use mote_protocol::time::Instant;
//!
//! # struct Socket;
//! # impl Socket {
//! #     fn open(&mut self) {}
//! #     fn send(&mut self, _bytes: &[u8]) {}
//! #     fn close(&mut self, _code: u16) {}
//! # }
//! /// Does everything that the machine wants done, and says when to call `handle_timeout`.
//! fn drain(client: &mut Client, socket: &mut Socket) -> Option<Instant> {
//!     while let Some(output) = client.poll_output() {
//!         match output {
//!             Output::Connect => socket.open(), // at client.target(); then handle_open or _close
//!             Output::Transmit(bytes) => socket.send(&bytes),
//!             Output::Disconnect { code } => socket.close(code), // nothing more is heard of it
//!         }
//!     }
//!     client.poll_timeout()
//! }
//!
//! let mut client = Client::new(Config::default(), 42);
//! let mut socket = Socket;
//! let now = Instant::ZERO;
//! let room = Enter { room: "plan", ..Enter::default() };
//! client.enter_room(now, room).expect("a good room id");
//! let connect_gives_up_at = drain(&mut client, &mut socket);
//! assert_eq!(connect_gives_up_at, Some(Instant::from_millis(10_000)));
//!
//! let mut records = Records::default();
//! client.poll_records(&mut records);
//! let notices: Vec<_> = records.notices().collect();
//! assert_eq!(notices, [Notice::Status(Status::Connecting)]);
//! ```
//!
//! | file | what it holds |
//! |---|---|
//! | `application.rs`, `say.rs` | what the application calls |
//! | `transport.rs` | what the transport reports |
//! | `connection.rs` | the states of the connection, and how one follows from another |
//! | `rooms.rs`, `room.rs`, `hear.rs`, `snapshot.rs` | the rooms; one of them: its stages, what it hears, its snapshot |
//! | `roster.rs`, `crowd.rs`, `person.rs` | who is there, and what is heard of them |
//! | `track.rs` | where a moving cursor is drawn |
//! | `own_state.rs`, `queue.rs`, `throttle.rs` | what is said: state, events, cursor |
//! | `heartbeat.rs`, `backoff.rs`, `random.rs` | liveness, and the wait before the next attempt |
//! | `route.rs` | where the next attempt leads |
//! | `outbox.rs`, `notice.rs`, `records.rs`, `view.rs` | what is polled and read |
//! | `config.rs`, `enter.rs` | what is chosen |

mod application;
mod backoff;
mod config;
mod connection;
mod crowd;
mod enter;
mod hear;
mod heartbeat;
mod notice;
mod outbox;
mod own_state;
mod person;
mod queue;
mod random;
mod records;
mod room;
mod rooms;
mod roster;
mod route;
mod say;
mod snapshot;
mod throttle;
mod track;
mod transport;
mod view;

pub use config::Config;
pub use enter::{Enter, EnterError};
pub use notice::{Notice, Output, Status};
pub use person::Person;
pub use records::Records;
pub use route::Target;
pub use view::RoomView;

use self::backoff::Backoff;
use self::connection::Connection;
use self::outbox::Outbox;
use self::random::Random;
use self::room::{CursorNews, Room};
use self::rooms::Rooms;
use self::route::Route;
use crate::time::Instant;
use crate::wire::Channel;

/// A connection and its rooms.
#[derive(Clone, Debug)]
pub struct Client {
    config: Config,
    random: Random,
    backoff: Backoff,
    route: Route,
    connection: Connection,
    rooms: Rooms,
    /// A bit for each free channel on which the answer to a Join is still to come.
    abandoned: u16,
    /// The channel that was given out last.
    last_channel: Channel,
    /// The server drains, and was told that nothing more is sent on this socket.
    is_leaving: bool,
    /// A socket was open since the first room was entered.
    has_opened: bool,
    told_status: Status,
    out: Outbox,
}

impl Client {
    /// A client without rooms. `seed` decides its jitter: give every client another.
    #[must_use]
    pub fn new(config: Config, seed: u64) -> Self {
        Self {
            config,
            random: Random::new(seed),
            backoff: Backoff::default(),
            route: Route::default(),
            connection: Connection::Idle,
            rooms: Rooms::default(),
            abandoned: 0,
            // So that the first room gets channel 0.
            last_channel: Channel::LAST,
            is_leaving: false,
            has_opened: false,
            told_status: Status::Initial,
            out: Outbox::default(),
        }
    }

    /// What the transport is to do next.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.out.poll()
    }

    /// Whether [`poll_records`](Self::poll_records) has anything to tell.
    #[must_use]
    pub fn has_records(&self) -> bool {
        let has_news = |room: &Room| room.is_count_new || room.cursors == CursorNews::New;
        !self.out.records.is_empty()
            || self.status() != self.told_status
            || self.rooms.iter().any(has_news)
    }

    /// Replaces what is in `records` by what the application is told since the last call: first what
    /// happened, in order, then how things stand now.
    pub fn poll_records(&mut self, records: &mut Records) {
        records.clear();
        let mut told = core::mem::take(&mut self.out.records);
        for record in told.iter() {
            if record.kind() != notice::USER_UPDATED {
                records.pass_on(record);
                continue;
            }
            // None of somebody who left before it was polled: their leave follows.
            let rooms = &mut self.rooms;
            if let Some(room) = record.channel().and_then(|channel| rooms.get_mut(channel))
                && let Some(person) = room.roster.get_mut(record.number())
            {
                person.is_update_told = false;
                records.tell_person(room.channel, person, false);
            }
        }
        // Its memory is used again.
        told.clear();
        self.out.records = told;
        let status = self.status();
        if status != self.told_status {
            self.told_status = status;
            records.tell(Notice::Status(status));
        }
        for room in self.rooms.iter_mut() {
            let (channel, count) = (room.channel, room.count);
            if core::mem::take(&mut room.is_count_new) {
                records.tell(Notice::Count { channel, count });
            }
            if room.cursors == CursorNews::New {
                room.cursors = CursorNews::Told;
                records.tell(Notice::CursorsMoved { channel });
            }
        }
        records.end();
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due, as things stand.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let first = match &self.connection {
            Connection::Connecting { until } | Connection::Waiting { until } => *until,
            Connection::Open { heartbeat, end_at } => {
                let first = heartbeat.beat_at().min(heartbeat.dead_at()).min(*end_at);
                self.rooms.iter().fold(first, |first, room| {
                    first.min(room.join_until()).min(room.cursor_due_at())
                })
            }
            Connection::Idle
            | Connection::NeedsToken { .. }
            | Connection::Stopped
            | Connection::Closed => Instant::NEVER,
        };
        Some(first).filter(|&first| first != Instant::NEVER)
    }

    /// Where the socket leads that [`Output::Connect`] asked for last.
    #[must_use]
    pub fn target(&self) -> Target<'_> {
        self.route.target()
    }

    /// How the connection stands.
    #[must_use]
    pub const fn status(&self) -> Status {
        self.status_of_connection()
    }

    /// A room that was entered and not left.
    #[must_use]
    pub fn room(&self, channel: Channel) -> Option<RoomView<'_>> {
        self.rooms.get(channel).map(RoomView::new)
    }
}

#[cfg(test)]
mod tests;
