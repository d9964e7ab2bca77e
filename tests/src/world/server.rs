//! The server of the world: the real hub and the real sessions, driven by virtual time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use mote_protocol::close::CloseCode;
use mote_protocol::time::Instant;
use mote_protocol::wire::Channel;
use mote_server::gateway::session::{Session, SessionConfig};
use mote_server::hub::{Hub, HubConfig, Next, Outgoing};

use super::link::Packet;

/// One server process. What the gateway does with sockets, this does with packets.
#[derive(Debug)]
pub struct Server {
    hub: Arc<Hub>,
    sessions: BTreeMap<usize, Session>,
    session_config: SessionConfig,
    drain_ends: Option<Instant>,
}

impl Server {
    /// A server without rooms.
    #[must_use]
    pub fn new(hub: HubConfig, session_config: SessionConfig, seed: u8) -> Self {
        Self {
            hub: Arc::new(Hub::new(hub, [seed; 32])),
            sessions: BTreeMap::new(),
            session_config,
            drain_ends: None,
        }
    }

    /// The rooms.
    #[must_use]
    pub const fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// A line is open; it is named by its number from now on.
    pub fn open(&mut self, now: Instant, link: usize) {
        let session = Session::new(Arc::clone(&self.hub), self.session_config, now);
        self.sessions.insert(link, session);
    }

    /// It has an end of this line.
    #[must_use]
    pub fn holds(&self, link: usize) -> bool {
        self.sessions.contains_key(&link)
    }

    /// Something came over a line.
    pub fn receive(&mut self, now: Instant, link: usize, packet: &Packet) {
        let Some(session) = self.sessions.get_mut(&link) else {
            return;
        };
        let handled = match packet {
            Packet::Message(bytes) => session.handle_message(now, bytes),
            Packet::Ping => session.handle_ping(now),
            Packet::Pong => session.handle_pong(now),
            Packet::Open => Ok(()),
            Packet::Close(_) | Packet::Lost => {
                self.end(now, link);
                return;
            }
        };
        if let Err(close) = handled {
            session.connection().close(close);
        }
    }

    /// Rooms may be ready that Joins wait for.
    pub fn handle_ready(&mut self, now: Instant) {
        for session in self.sessions.values_mut().filter(|one| one.is_held()) {
            if let Err(close) = session.handle_ready(now) {
                session.connection().close(close);
            }
        }
    }

    /// When something is due.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let sessions = self.sessions.values().map(due);
        let others = [self.hub.poll_timeout(), self.drain_ends];
        sessions.chain(others.into_iter().flatten()).min()
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Instant) {
        for session in self
            .sessions
            .values_mut()
            .filter(|session| due(session) <= now)
        {
            if let Err(close) = session.handle_timeout(now) {
                session.connection().close(close);
            }
        }
        if self.drain_ends.is_some_and(|at| at <= now) {
            self.drain_ends = None;
            for connection in self.hub.connections() {
                self.hub.disconnect(now, &connection);
                connection.close(CloseCode::Restarting.into());
            }
        }
        self.hub.handle_timeout(now);
    }

    /// Tells everybody to go within this time; those who are still here then are closed.
    pub fn drain(&mut self, now: Instant, within: Duration) {
        self.hub.drain(now, within);
        self.drain_ends = Some(now + within);
    }

    /// Sends what waits for a line while the line takes it.
    pub fn pump(
        &mut self,
        now: Instant,
        link: usize,
        mut has_room: impl FnMut() -> bool,
        mut send: impl FnMut(Packet),
    ) {
        let Some(session) = self.sessions.get(&link) else {
            return;
        };
        let connection = Arc::clone(session.connection());
        // A close does not wait for a reader that does not read.
        while has_room() || connection.is_closing() {
            match connection.next(now) {
                Next::Send(outgoing) => {
                    send(match outgoing {
                        Outgoing::Message(bytes) => Packet::Message(bytes.to_vec()),
                        Outgoing::Ping => Packet::Ping,
                        Outgoing::Pong(_) => Packet::Pong,
                    });
                    connection.written(now);
                }
                Next::Close(close) => {
                    send(Packet::Close(close.code.code()));
                    self.end(now, link);
                    return;
                }
                Next::Wait => return,
            }
        }
    }

    /// The server's end of a line is gone.
    fn end(&mut self, now: Instant, link: usize) {
        if let Some(mut session) = self.sessions.remove(&link) {
            session.handle_end(now);
        }
    }

    /// The lines that it has an end of.
    #[must_use]
    pub fn links(&self) -> Vec<usize> {
        self.sessions.keys().copied().collect()
    }

    /// What a newcomer is told of a room now: the bytes of its snapshot. The room does not notice.
    ///
    /// # Panics
    /// When the server refuses.
    #[must_use]
    pub fn snapshot(&self, now: Instant, room: &str) -> Vec<u8> {
        use mote_protocol::wire::{ClientMessage, Join};
        let mut session = Session::new(Arc::clone(&self.hub), self.session_config, now);
        let join = Join {
            room,
            observer: true,
            ..Join::default()
        };
        let channel = Channel::ZERO;
        let mut bytes = Vec::new();
        let encoded = ClientMessage::Join { channel, join }.encode(&mut bytes);
        encoded.expect("a join within the limits");
        let joined = session.handle_message(now, &bytes);
        joined.expect("room for an observer");
        let mut snapshot = Vec::new();
        while let Next::Send(Outgoing::Message(part)) = session.connection().next(now) {
            session.connection().written(now);
            snapshot.extend_from_slice(&part);
        }
        session.handle_end(now);
        snapshot
    }
}

fn due(session: &Session) -> Instant {
    let writer = session.connection().poll_timeout();
    writer.map_or(session.poll_timeout(), |at| at.min(session.poll_timeout()))
}
