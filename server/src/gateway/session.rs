//! What a connection's messages mean: pure, over the hub, with `now` passed in.
//!
//! The shell feeds it what the socket gives (`handle_message`, `handle_text`, `handle_ping`,
//! `handle_pong`) and calls `handle_timeout` when `poll_timeout` says so; each may decide that the
//! socket is to be closed. What goes out is in the [`Connection`]. At the socket's end, and also
//! when it is dropped, its seats are kept for the grace of their rooms.

mod config;
mod held;
mod inbound;
mod join;
mod limits;
mod passes;
mod shares;

pub use config::SessionConfig;
pub use inbound::Rates;
pub use shares::Shares;

use std::sync::Arc;

use mote_protocol::close::CloseCode;
use mote_protocol::coords::Point;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Channel, ClientMessage, Control, ServerMessage, client_messages};

use held::{Awaits, Held};
use inbound::{Inbound, Verdict};
use passes::Passes;

use crate::auth::{Rights, Verifier};
use crate::bucket::Bucket;
use crate::hub::{Close, Connection, Hub, Membership, RoomCell};
use crate::limits::{Limit, OWNER_CHECK_EVERY, PING_BURST_MAX, PING_EVERY};
use crate::metrics::Kind;
use crate::room::{Listener, MessageError};

/// A CursorUpdate takes this many bytes.
const CURSOR_BYTES: usize = 5;

/// One connection's logic.
#[derive(Debug)]
pub struct Session {
    hub: Arc<Hub>,
    connection: Arc<Connection>,
    config: SessionConfig,
    heard_at: Instant,
    pinged_at: Instant,
    roomless_since: Option<Instant>,
    /// Pings and pongs.
    pings: Bucket,
    joins: Bucket,
    inbound: Inbound,
    held: Option<Box<Held>>,
    /// What the next message has waited for.
    waited: Option<Awaits>,
    /// Where nobody comes in without a token.
    passes: Option<Box<Passes>>,
    /// Where it is limited together with others.
    place: Option<limits::Place>,
    /// What came with the upgrade, for Joins that have no token of their own.
    token: Option<Box<str>>,
    /// They are not sent elsewhere: they could not go there.
    is_carried: bool,
    /// Joins of the message that is being handled that were refused, and with what a socket is closed
    /// for it that has no room.
    refused: Vec<(Channel, Close)>,
    /// When it is looked next whether another server is to serve a room of theirs.
    owners_due: Option<Instant>,
}

impl Session {
    /// A socket was opened.
    #[must_use]
    pub fn new(hub: Arc<Hub>, config: SessionConfig, now: Instant) -> Self {
        Self {
            connection: hub.connect(),
            owners_due: hub.has_owners().then(|| now + OWNER_CHECK_EVERY),
            hub,
            config,
            heard_at: now,
            pinged_at: now,
            roomless_since: Some(now),
            pings: Bucket::new(now),
            joins: Bucket::new(now),
            inbound: Inbound::new(now, config.rates),
            held: None,
            waited: None,
            passes: None,
            place: None,
            token: None,
            is_carried: false,
            refused: Vec::new(),
        }
    }

    /// From now on this server serves them every room itself, together with the one that it is of.
    pub fn carry(&mut self) {
        self.is_carried = true;
        self.owners_due = None;
    }

    /// From now on nobody comes in, or says anything, without a token that allows it.
    pub fn require_tokens(&mut self, verifier: Arc<Verifier>) {
        self.passes = Some(Box::new(Passes::new(verifier)));
    }

    /// A Join without a token of its own is taken for one with this.
    pub fn bring_token(&mut self, token: Box<str>) {
        self.token = Some(token);
    }

    /// What goes out, and the rooms it is in.
    #[must_use]
    pub fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    /// A binary WebSocket message came.
    ///
    /// # Errors
    /// Close the socket so: the client broke the wire, or its only join was refused.
    pub fn handle_message(&mut self, now: Instant, bytes: &[u8]) -> Result<(), Close> {
        self.heard_at = now;
        if let Some(held) = &mut self.held {
            return held.push(bytes);
        }
        self.take_message(now, bytes)
    }

    /// A message waits, for a room to be opened, for keys or for the application: what comes after it waits, too, and nothing
    /// more should be read.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.held.is_some()
    }

    /// What is waited for may be there now.
    ///
    /// # Errors
    /// As [`handle_message`](Self::handle_message).
    pub fn handle_ready(&mut self, now: Instant) -> Result<(), Close> {
        let is_ready = |held: &Held| match &held.awaits {
            _ if held.until <= now => true,
            Awaits::Room { room, claim, .. } => {
                let hub = &self.hub;
                hub.is_ready(now, &self.connection, room, claim.as_ref())
            }
            Awaits::Token(awaited) => {
                let passes = self.passes.as_ref();
                passes.is_none_or(|passes| passes.verifier().is_there(*awaited))
            }
        };
        let Some(held) = self.held.take_if(|held| is_ready(held)) else {
            return Ok(());
        };
        self.waited = Some(held.awaits);
        let mut messages = held.messages;
        while let Some(message) = messages.pop_front() {
            self.take_message(now, &message)?;
            if let Some(held) = &mut self.held {
                // The next Join waits for another room.
                held.messages.append(&mut messages);
            }
        }
        Ok(())
    }

    fn take_message(&mut self, now: Instant, bytes: &[u8]) -> Result<(), Close> {
        let mut last = Channel::ZERO;
        let mut cursors = 0;
        let mut held = 0;
        let mut messages = client_messages(bytes);
        let mut rest = bytes;
        while let Some(message) = messages.next() {
            if self.connection.is_closing() {
                break;
            }
            let message = message?;
            let own = &rest[..rest.len() - messages.rest().len()];
            rest = messages.rest();
            // What has waited was counted when it came.
            if self.waited.is_none() {
                self.hub.metrics().received(Kind::of(own), own.len());
            }
            if let ClientMessage::Cursor { channel, point } = message
                && self.connection.membership(channel).is_some()
            {
                cursors += 1;
                let arrival = self.inbound.cursor(now, channel, point);
                if arrival.replaces_one {
                    self.hub.metrics().merged();
                }
                if arrival.goes_in {
                    self.cursor(now, channel, point)?;
                } else {
                    self.hub.hits().count(Limit::CursorRate);
                }
                continue;
            }
            let waited = self.waited.take();
            if waited.is_none() {
                last = channel_of(&message);
                let verdict = self.inbound.message(now);
                self.obey(now, last, verdict)?;
            }
            if let Some(awaits) = self.handle(now, &message, waited)? {
                let waiting = Held::new(now, awaits, &message, messages.rest());
                held = waiting.messages.iter().map(Vec::len).sum();
                self.held = Some(Box::new(waiting));
                break;
            }
        }
        if let Some(others @ 1..) = bytes.len().checked_sub(cursors * CURSOR_BYTES + held) {
            let verdict = self.inbound.bytes(now, others);
            self.obey(now, last, verdict)?;
        }
        self.tell_refused(now)?;
        if self.connection.has_rooms() {
            self.roomless_since = None;
        } else {
            self.roomless_since.get_or_insert(now);
        }
        Ok(())
    }

    /// A text message came.
    #[must_use]
    pub fn handle_text(&mut self, now: Instant) -> Close {
        self.heard_at = now;
        CloseCode::TextFrame.into()
    }

    /// A WebSocket ping came; the socket itself answers it.
    ///
    /// # Errors
    /// Close the socket so: too many of them.
    pub fn handle_ping(&mut self, now: Instant) -> Result<(), Close> {
        self.heard_at = now;
        self.count_ping(now)
    }

    /// A WebSocket pong came.
    ///
    /// # Errors
    /// Close the socket so: too many of them. We ask for one in a heartbeat.
    pub fn handle_pong(&mut self, now: Instant) -> Result<(), Close> {
        self.heard_at = now;
        self.count_ping(now)
    }

    fn count_ping(&mut self, now: Instant) -> Result<(), Close> {
        if self.pings.take(now, PING_EVERY) > PING_EVERY * PING_BURST_MAX {
            let close = Close {
                code: CloseCode::TooManyMessages,
                reason: "too many WebSocket pings or pongs".into(),
            };
            return Err(self.over(Limit::Pings, close));
        }
        Ok(())
    }

    /// Time has passed: pings a quiet socket, gives up a dead one or one without a room.
    ///
    /// # Errors
    /// Close the socket so.
    pub fn handle_timeout(&mut self, now: Instant) -> Result<(), Close> {
        self.connection.handle_timeout(now);
        if self.dead_at() <= now {
            return Err(Close {
                code: CloseCode::GoingAway,
                reason: "no sign of life".into(),
            });
        }
        if self.join_due().is_some_and(|due| due <= now) {
            return Err(self.over(Limit::JoinTimeout, CloseCode::NoJoin.into()));
        }
        if self.ping_due() <= now {
            self.pinged_at = now;
            self.connection.ping(now);
        }
        while let Some((channel, point)) = self.inbound.due(now) {
            self.cursor(now, channel, point)?;
        }
        self.end_passes(now)?;
        if self.owners_due.is_some_and(|due| due <= now) {
            self.owners_due = Some(now + OWNER_CHECK_EVERY);
            self.follow_rooms(now);
        }
        self.handle_ready(now)
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due next. What waits in the connection has
    /// a time-out of its own ([`Connection::poll_timeout`]), which others may start at any moment.
    #[must_use]
    pub fn poll_timeout(&self) -> Instant {
        let held = self.held.as_ref().map(|held| held.until);
        let inbound = self.inbound.poll_timeout();
        let passes = self.passes.as_ref().and_then(|all| all.poll_timeout());
        let others = [self.join_due(), inbound, held, self.owners_due, passes];
        let due = self.ping_due().min(self.dead_at());
        others.into_iter().flatten().fold(due, Instant::min)
    }

    /// The socket has ended: its seats are kept for the grace of their rooms.
    pub fn handle_end(&mut self, now: Instant) {
        for (channel, point) in self.inbound.take_all_held() {
            // Where it was last is what the others go on seeing, while its seat is kept.
            let _ = self.cursor(now, channel, point);
        }
        self.hub.disconnect(now, &self.connection);
    }

    /// Where they are sent for this room.
    fn elsewhere(&self, now: Instant, room: &str) -> Option<Box<str>> {
        if self.is_carried {
            return None;
        }
        self.hub.elsewhere(now, room)
    }

    /// Rooms that have another server now, because one has come, are followed there.
    fn follow_rooms(&self, now: Instant) {
        for channel in Channel::all() {
            if let Some(Membership { room, .. }) = self.connection.membership(channel)
                && let Some(url) = self.elsewhere(now, room.id())
            {
                self.redirect(now, channel, &url);
            }
        }
    }

    fn redirect(&self, now: Instant, channel: Channel, url: &str) {
        let control = Control::Redirect { text: "", url };
        let message = ServerMessage::Control { channel, control };
        self.connection.send(now, &message);
    }

    fn dead_at(&self) -> Instant {
        self.heard_at + 2 * self.config.heartbeat
    }

    fn ping_due(&self) -> Instant {
        self.heard_at.max(self.pinged_at) + self.config.heartbeat
    }

    fn join_due(&self) -> Option<Instant> {
        Some(self.roomless_since? + self.config.join_timeout)
    }

    /// What the message waits for, if it cannot be handled yet; `waited`: it has waited for that.
    fn handle(
        &mut self,
        now: Instant,
        message: &ClientMessage<'_>,
        waited: Option<Awaits>,
    ) -> Result<Option<Awaits>, Close> {
        match *message {
            // They have said all that they wanted to say here, and go on with another server.
            ClientMessage::Heartbeat if self.hub.is_draining() => {
                self.handle_end(now);
                self.connection.close(CloseCode::Restarting.into());
            }
            ClientMessage::Heartbeat => self.connection.send(now, &ServerMessage::Heartbeat),
            ClientMessage::Join { channel, ref join } => {
                return self.join(now, channel, join, waited);
            }
            ClientMessage::Leave { channel } => {
                self.inbound.forget(channel);
                if self.hub.leave(now, &self.connection, channel) {
                    let (connection, channel) = (self.connection.id(), channel.number());
                    tracing::debug!(connection, channel, "left");
                } else {
                    self.not_joined(now, channel);
                }
            }
            // Of a channel with a room they are handled before.
            ClientMessage::Cursor { channel, .. } => self.not_joined(now, channel),
            ClientMessage::State { channel, fields } => {
                self.cursor_held(now, channel)?;
                self.in_room(now, channel, Rights::PRESENCE, |room, listener| {
                    room.state(now, listener, fields)
                })?;
            }
            ClientMessage::Event { channel, event } => {
                self.cursor_held(now, channel)?;
                self.in_room(now, channel, Rights::EVENT, |room, listener| {
                    room.event(now, listener, event)
                })?;
            }
            ClientMessage::Token { channel, token } => {
                return self.renew(now, channel, token, waited);
            }
        }
        Ok(None)
    }

    /// One that is refused counts as a message: it is answered like one.
    fn cursor(&mut self, now: Instant, channel: Channel, point: Point) -> Result<(), Close> {
        let is_done = self.in_room(now, channel, Rights::PRESENCE, |room, listener| {
            room.cursor(now, listener, point)
        })?;
        if !is_done {
            let verdict = self.inbound.message(now);
            self.obey(now, channel, verdict)?;
        }
        Ok(())
    }

    /// What one person says stays in order.
    fn cursor_held(&mut self, now: Instant, channel: Channel) -> Result<(), Close> {
        match self.inbound.take_held(channel) {
            Some(point) => self.cursor(now, channel, point),
            None => Ok(()),
        }
    }

    fn obey(&self, now: Instant, channel: Channel, verdict: Verdict) -> Result<(), Close> {
        match verdict {
            Verdict::Fine => Ok(()),
            Verdict::Warn(limit, text) => {
                self.hub.hits().count(limit);
                self.connection.send_error(now, channel, &text);
                Ok(())
            }
            Verdict::Close(limit, close) => Err(self.over(limit, close)),
        }
    }

    /// Does something in the room on a channel, which needs a right there, or says why not; whether it was
    /// done.
    fn in_room(
        &self,
        now: Instant,
        channel: Channel,
        right: Rights,
        act: impl FnOnce(&Arc<RoomCell>, Listener) -> Result<(), MessageError>,
    ) -> Result<bool, Close> {
        let Some(Membership { room, listener }) = self.connection.membership(channel) else {
            self.not_joined(now, channel);
            return Ok(false);
        };
        if let Some(passes) = &self.passes
            && !passes.allow(channel, right)
        {
            let names = right.names().collect::<Vec<_>>().join(", ");
            let text = format!("the token does not give the right to this in this room: {names}");
            self.connection.send_error(now, channel, &text);
            return Ok(false);
        }
        match act(&room, listener) {
            Ok(()) => Ok(true),
            Err(MessageError::Refused(text)) => {
                self.connection.send_error(now, channel, text);
                Ok(false)
            }
            Err(MessageError::Over(limit, text)) => {
                self.hub.hits().count(limit);
                self.connection.send_error(now, channel, text);
                Ok(false)
            }
            Err(MessageError::Protocol(text)) => Err(Close::protocol(text)),
        }
    }

    fn not_joined(&self, now: Instant, channel: Channel) {
        if self.refused.iter().any(|(other, _)| *other == channel) {
            // That is what they are told.
            return;
        }
        let text = "no room is joined on this channel";
        self.connection.send_error(now, channel, text);
    }
}

/// Where a refusal of this message is told.
fn channel_of(message: &ClientMessage<'_>) -> Channel {
    match *message {
        ClientMessage::Heartbeat => Channel::ZERO,
        ClientMessage::Join { channel, .. }
        | ClientMessage::Leave { channel }
        | ClientMessage::Cursor { channel, .. }
        | ClientMessage::State { channel, .. }
        | ClientMessage::Event { channel, .. }
        | ClientMessage::Token { channel, .. } => channel,
    }
}

impl Drop for Session {
    /// Whatever ended the task that drove it, nobody stays in a room as a ghost.
    fn drop(&mut self) {
        self.handle_end(self.heard_at);
    }
}

#[cfg(test)]
mod tests;
