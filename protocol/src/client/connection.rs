//! The connection: its states, and how one follows from another.

use core::time::Duration;

use super::Client;
use super::heartbeat::Heartbeat;
use super::notice::{Notice, Status};
use super::room::{Room, Stage};
use super::route::Route;
use crate::close::{CloseCode, Retry};
use crate::limits::{CONNECT_TIMEOUT_MS, LINGER_MS};
use crate::time::Instant;
use crate::wire::{Channel, ClientMessage};

/// The code that browsers report for a socket that ended without one.
pub(super) const ABNORMAL: u16 = 1006;

/// Where the connection stands. A socket exists in `Connecting` and `Open` only.
#[derive(Clone, Debug)]
pub(super) enum Connection {
    /// No room was entered.
    Idle,
    /// A socket is being opened.
    Connecting {
        /// When it is given up.
        until: Instant,
    },
    /// The socket is open.
    Open {
        /// Whether it lives.
        heartbeat: Heartbeat,
        /// When it ends on purpose: the server drains, or no room is live any more. A server that
        /// drains is first asked to end it.
        end_at: Instant,
    },
    /// The back-off.
    Waiting {
        /// When the next attempt begins.
        until: Instant,
    },
    /// The back-off, and every room waits for a token that the application was asked for.
    NeedsToken {
        /// No attempt before, so that a token that is refused again makes no hot loop.
        until: Instant,
    },
    /// The server said not to come back, or no room is left that could be joined. Entering another
    /// room begins anew.
    Stopped,
    /// The application closed the client.
    Closed,
}

impl Client {
    /// Begins a socket, unless the application does not take what it was told already.
    pub(super) fn connect(&mut self, now: Instant) {
        if self.out.is_backlogged() {
            let wait_ms = self.backoff.next_wait_ms(true, &mut self.random);
            let until = now.plus_millis(wait_ms);
            self.connection = Connection::Waiting { until };
            return;
        }
        self.route.set_out();
        self.out.connect();
        let until = now + Duration::from_millis(CONNECT_TIMEOUT_MS);
        self.connection = Connection::Connecting { until };
    }

    /// Ends the socket because it does not work, and backs off.
    pub(super) fn give_up(&mut self, now: Instant, code: u16, retry: Retry) {
        self.out.disconnect(match code {
            ABNORMAL => CloseCode::Normal.code(),
            _ => code,
        });
        self.lose(now, code, retry, "");
    }

    /// The socket is gone; decides what comes next by the class of its close code.
    pub(super) fn lose(&mut self, now: Instant, code: u16, retry: Retry, text: &str) {
        self.out.discard();
        self.out.tell(Notice::Closed { code, retry, text });
        let is_sent = self.is_leaving && retry == Retry::Normal;
        self.leave_socket(now, retry != Retry::Stop);
        // Who was sent away comes again at once, unless that ended the last connection too before it was
        // healthy.
        let is_first = is_sent && self.backoff.is_fresh();
        let is_slow = retry == Retry::Slow;
        let wait_ms = self.backoff.next_wait_ms(is_slow, &mut self.random);
        let until = now.plus_millis(if is_first { 0 } else { wait_ms });
        self.connection = match retry {
            Retry::Stop => Connection::Stopped,
            Retry::NewToken | Retry::Slow | Retry::Normal => Connection::Waiting { until },
        };
        for room in self.rooms.iter_mut().filter(|room| room.is_live()) {
            match retry {
                Retry::Stop => room.stage = Stage::Ended,
                Retry::NewToken => room.ask_token(&mut self.out),
                Retry::Slow | Retry::Normal => {}
            }
        }
    }

    /// A room is elsewhere, says the server. A connection of this room alone goes there. One of
    /// several rooms cannot be everywhere: it comes again and asks not to be redirected. False: it
    /// asked for that already, or the room is not on this socket.
    pub(super) fn follow(&mut self, now: Instant, channel: Channel, url: &str) -> bool {
        let has_several = self.has_several_live_rooms();
        let room = self.rooms.get_mut(channel);
        let Some(room) = room.filter(|room| room.is_on_socket()) else {
            return false;
        };
        if self.route.is_proxied {
            return false;
        }
        let has_joined = room.has_joined;
        if room.is_joining() {
            // Nobody has used its token.
            room.stage = Stage::Away;
        }
        // No Leave: wherever the room is, the seat is taken back there.
        self.out.disconnect(CloseCode::Normal.code());
        self.leave_socket(now, true);
        if has_several {
            self.route.is_proxied = true;
        } else {
            self.route.lead(url);
            // To the application the first connection is not there yet.
            self.has_opened = has_joined;
        }
        self.connection = Connection::Waiting { until: now };
        true
    }

    /// Brings everything in line after an input. O(rooms).
    pub(super) fn settle(&mut self, now: Instant) {
        if matches!(self.connection, Connection::Open { .. }) && self.out.is_choked() {
            self.give_up(now, ABNORMAL, Retry::Normal);
        }
        self.follow_rooms(now);
        if matches!(self.connection, Connection::Waiting { until } if until <= now) {
            self.connect(now);
        }
        for room in self.rooms.iter_mut() {
            room.send_cursor(now, &mut self.out);
        }
        if self.out.take_sent()
            && let Connection::Open { heartbeat, .. } = &mut self.connection
        {
            heartbeat.send(now);
        }
    }

    /// Sends a Heartbeat, and expects a sign of life soon.
    pub(super) fn probe(&mut self, now: Instant) {
        if let Connection::Open { heartbeat, .. } = &mut self.connection
            && !heartbeat.is_probing()
        {
            heartbeat.probe(now);
            self.out.send(&ClientMessage::Heartbeat);
        }
    }

    pub(super) fn has_live_room(&self) -> bool {
        self.rooms.count_live() > 0
    }

    fn has_several_live_rooms(&self) -> bool {
        self.rooms.count_live() > 1
    }

    pub(super) const fn status_of_connection(&self) -> Status {
        match self.connection {
            Connection::Idle => Status::Initial,
            Connection::Open { .. } => Status::Connected,
            Connection::Stopped | Connection::Closed => Status::Disconnected,
            _ if self.has_opened => Status::Reconnecting,
            _ => Status::Connecting,
        }
    }

    /// A socket is open, or being opened.
    pub(super) const fn has_socket(&self) -> bool {
        matches!(
            self.connection,
            Connection::Connecting { .. } | Connection::Open { .. }
        )
    }

    /// The connection is there for the rooms: none entered, none live, none with a token.
    fn follow_rooms(&mut self, now: Instant) {
        let is_entered = self.rooms.iter().next().is_some();
        let has_token = |room: &Room| room.is_live() && !room.needs_token;
        match &mut self.connection {
            Connection::Closed => {}
            _ if self.rooms.count_live() > 0 => {
                let needs_token = !self.rooms.iter().any(has_token);
                match self.connection {
                    Connection::Waiting { until } if needs_token => {
                        self.connection = Connection::NeedsToken { until };
                    }
                    Connection::NeedsToken { until } if !needs_token => {
                        self.connection = Connection::Waiting { until };
                    }
                    _ => {}
                }
            }
            Connection::Open { end_at, .. } if is_entered => {
                *end_at = (*end_at).min(now + Duration::from_millis(LINGER_MS));
            }
            _ => {
                if self.has_socket() {
                    self.leave_socket(now, false);
                    self.out.disconnect(CloseCode::Normal.code());
                }
                self.connection = if is_entered {
                    Connection::Stopped
                } else {
                    Connection::Idle
                };
                self.has_opened = false;
                self.route = Route::default();
            }
        }
    }

    /// `comes_back`: another socket is to follow, on which the live rooms are joined again.
    pub(super) fn leave_socket(&mut self, now: Instant, comes_back: bool) {
        if self.backoff.end(now) {
            let has_several = self.has_several_live_rooms();
            self.route.forget(has_several);
        }
        self.abandoned = 0;
        self.is_leaving = false;
        let asks = comes_back && self.config.has_tokens;
        for room in self.rooms.iter_mut() {
            let used_token = room.is_on_socket();
            room.lose(&mut self.out);
            if used_token && asks {
                room.ask_token(&mut self.out);
            }
        }
    }
}
