//! What the transport reports.

use super::Client;
use super::connection::{ABNORMAL, Connection};
use super::hear::Heard;
use super::heartbeat::Heartbeat;
use super::room::Room;
use crate::close::{CloseCode, Retry, retry};
use crate::limits::{LEAVING_MS, MESSAGE_BYTES_MAX};
use crate::time::Instant;
use crate::wire::{Channel, ClientMessage, Control, ServerMessage, server_messages};

impl Client {
    /// The socket that [`Output::Connect`](super::Output::Connect) asked for is open.
    pub fn handle_open(&mut self, now: Instant) {
        if matches!(self.connection, Connection::Connecting { .. }) {
            self.connection = Connection::Open {
                heartbeat: Heartbeat::new(now),
                end_at: Instant::NEVER,
            };
            self.has_opened = true;
            for room in self.rooms.iter_mut().filter(|room| room.is_live()) {
                room.join(now, &mut self.out);
            }
        }
        self.settle(now);
    }

    /// A binary WebSocket message came. Work: in proportion to its bytes.
    ///
    /// Bytes that break the wire end the socket with 4000 and a slow back-off: the server is of
    /// another make, and coming back soon would not change it.
    pub fn handle_message(&mut self, now: Instant, bytes: &[u8]) {
        if let Connection::Open { heartbeat, .. } = &mut self.connection {
            heartbeat.hear(now);
            if self.out.is_backlogged() {
                self.fail(
                    now,
                    ABNORMAL,
                    "notices are not polled: the connection waits",
                );
            } else if bytes.len() > MESSAGE_BYTES_MAX {
                self.fail(now, PROTOCOL, "the server sent a message over 64 KiB");
            }
        }
        for message in server_messages(bytes) {
            if !matches!(self.connection, Connection::Open { .. }) {
                break;
            }
            match message {
                Ok(message) => self.hear(now, message),
                Err(_) => self.fail(now, PROTOCOL, "the server sent bytes that break the wire"),
            }
        }
        self.settle(now);
    }

    /// The socket ended, or could not be opened, with this close code (1006 where there is none) and
    /// the reason that the server gave, if any.
    pub fn handle_close(&mut self, now: Instant, code: u16, reason: &str) {
        if self.has_socket() {
            self.lose(now, code, retry(code), reason);
        }
        self.settle(now);
    }

    /// The moment of [`poll_timeout`](Self::poll_timeout) has come. Early or late calls do no harm.
    pub fn handle_timeout(&mut self, now: Instant) {
        match &mut self.connection {
            Connection::Connecting { until } if *until <= now => {
                self.give_up(now, ABNORMAL, Retry::Normal);
            }
            Connection::Open { heartbeat, end_at } => {
                let is_late = |room: &Room| room.join_until() <= now;
                let is_over = *end_at <= now;
                if heartbeat.dead_at() <= now
                    || is_over && self.is_leaving
                    || self.rooms.iter().any(is_late)
                {
                    self.give_up(now, ABNORMAL, Retry::Normal);
                } else if is_over && self.rooms.count_live() == 0 {
                    self.out.disconnect(CloseCode::Normal.code());
                    self.leave_socket(now, false);
                    self.connection = Connection::Stopped;
                } else if is_over {
                    // What was said before is read before this, and what is said to us before the end.
                    self.is_leaving = true;
                    *end_at = now.plus_millis(LEAVING_MS);
                    self.out.send(&ClientMessage::Heartbeat);
                } else if heartbeat.beat_at() <= now {
                    heartbeat.ask(now);
                    self.out.send(&ClientMessage::Heartbeat);
                }
            }
            _ => {}
        }
        self.settle(now);
    }

    fn hear(&mut self, now: Instant, message: ServerMessage<'_>) {
        let Connection::Open { heartbeat, end_at } = &mut self.connection else {
            return;
        };
        let channel = channel_of(&message);
        match message {
            ServerMessage::Welcome { welcome, .. } => heartbeat.set_period_s(welcome.heartbeat_s),
            ServerMessage::Control { control, .. } => match control {
                Control::Drain { within_ms, .. } => {
                    // In the other half the server closes those who are left.
                    let at = now.plus_millis(self.random.between(0, within_ms / 2));
                    *end_at = (*end_at).min(at);
                    return;
                }
                Control::Redirect { url, .. } if self.follow(now, channel, url) => return,
                _ => {}
            },
            _ => {}
        }
        let Some(room) = self.rooms.get_mut(channel) else {
            self.hear_roomless(channel, message);
            return;
        };
        match room.hear(now, message, &mut self.out) {
            Heard::Nothing => {}
            Heard::Joined => self.backoff.succeed(now),
            Heard::TooLarge => self.fail(now, PROTOCOL, "the room's snapshot is too large"),
        }
    }

    /// On a channel without a room: the answer to a Join that was taken back, the rest of a room
    /// that was left, or a word about the connection.
    fn hear_roomless(&mut self, channel: Channel, message: ServerMessage<'_>) {
        let bit = 1 << channel.number();
        let is_abandoned = self.abandoned & bit != 0;
        match message {
            ServerMessage::Welcome { .. } => self.abandoned &= !bit,
            ServerMessage::Control { .. } if is_abandoned => self.abandoned &= !bit,
            ServerMessage::Control {
                control: Control::Error { text },
                ..
            } if channel == Channel::ZERO => {
                self.out.tell_error(None, text);
            }
            _ => {}
        }
    }

    /// One side does what it must not: gives the socket up and stays away for a while.
    fn fail(&mut self, now: Instant, code: u16, text: &str) {
        self.out.tell_error(None, text);
        self.give_up(now, code, Retry::Slow);
    }
}

const fn channel_of(message: &ServerMessage<'_>) -> Channel {
    match message {
        ServerMessage::Heartbeat => Channel::ZERO,
        ServerMessage::Cursor { channel, .. }
        | ServerMessage::CursorBatch { channel, .. }
        | ServerMessage::UserJoined { channel, .. }
        | ServerMessage::UserLeft { channel, .. }
        | ServerMessage::PresenceUpdate { channel, .. }
        | ServerMessage::Welcome { channel, .. }
        | ServerMessage::State { channel, .. }
        | ServerMessage::Event { channel, .. }
        | ServerMessage::Control { channel, .. } => *channel,
    }
}

const PROTOCOL: u16 = CloseCode::Protocol.code();
