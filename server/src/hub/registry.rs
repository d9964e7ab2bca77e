//! The hub: finds and makes rooms, forgets empty ones, knows every connection.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use mote_protocol::close::CloseCode;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Channel, Control, ServerMessage};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::budget::Budget;
use super::cell::{BusEnd, Claim, RoomCell};
use super::close::Close;
use super::common::Common;
use super::connection::{Connection, Membership};
use super::facts::Facts;
use super::lock;
use super::timers::Timers;
use crate::bus::Bus;
use crate::bus::owner::RoomPatterns;
use crate::limits::{self, Hits, Limit};
use crate::metrics::{JoinResult, Metrics};
use crate::room::{JoinRequest, Joined, Refused, Room, RoomConfig};

/// How a hub behaves.
#[derive(Clone, Debug)]
pub struct HubConfig {
    /// How its rooms behave.
    pub room: Arc<RoomConfig>,
    /// Rooms at one time, those that only keep seats included. Default 100,000.
    pub rooms_max: usize,
    /// Bytes that may wait for one connection, snapshots not counted. Default 1 MiB.
    pub queue_bytes_max: usize,
    /// Bytes that may wait for all connections together. Default 512 MiB.
    pub queue_bytes_total_max: usize,
    /// How long a reader may take nothing while something waits. Default 5 s.
    pub write_timeout: Duration,
    /// How many tasks call rooms when they want to be called. Default 1.
    pub drivers: usize,
    /// What its rooms share with other nodes go through. Default none: all rooms are its own.
    pub bus: Option<Arc<dyn Bus>>,
    /// Rooms that one server each serves, where there is a bus to know it by. Default none.
    pub owner_rooms: RoomPatterns,
    /// Who is told who came and left, where [`RoomConfig::facts`] says so. Default nobody.
    pub facts: Option<Arc<dyn Facts>>,
}

impl Default for HubConfig {
    fn default() -> Self {
        Self {
            room: Arc::default(),
            rooms_max: limits::MAX_ROOMS_DEFAULT,
            queue_bytes_max: limits::MAX_QUEUE_DEFAULT,
            queue_bytes_total_max: limits::MAX_QUEUE_TOTAL_DEFAULT,
            write_timeout: limits::WRITE_TIMEOUT_DEFAULT,
            drivers: 1,
            bus: None,
            owner_rooms: RoomPatterns::default(),
            facts: None,
        }
    }
}

/// All rooms of one server.
pub struct Hub {
    config: HubConfig,
    common: Arc<Common>,
    seeds: Mutex<StdRng>,
    rooms: Mutex<BTreeMap<Box<str>, Arc<RoomCell>>>,
    connections: Mutex<BTreeMap<u64, Weak<Connection>>>,
    next_connection: AtomicU64,
    next_room: AtomicU64,
    is_draining: AtomicBool,
    /// Rooms are spread over these, so that each may be driven on a core of its own.
    timers: Box<[Arc<Timers>]>,
}

impl Hub {
    /// A hub without rooms. Every secret of its rooms is drawn from `seed`.
    #[must_use]
    pub fn new(config: HubConfig, seed: [u8; 32]) -> Self {
        let timers = (0..config.drivers.max(1)).map(|_| Arc::default());
        Self {
            timers: timers.collect(),
            next_room: AtomicU64::new(0),
            is_draining: AtomicBool::new(false),
            common: Arc::new(Common::new(&config)),
            config,
            seeds: Mutex::new(StdRng::from_seed(seed)),
            rooms: Mutex::default(),
            connections: Mutex::default(),
            next_connection: AtomicU64::new(0),
        }
    }

    /// How it behaves.
    #[must_use]
    pub fn config(&self) -> &HubConfig {
        &self.config
    }

    /// How often its limits were hit.
    #[must_use]
    pub fn hits(&self) -> &Hits {
        &self.common.hits
    }

    /// What waits for all connections together.
    #[must_use]
    pub fn budget(&self) -> &Arc<Budget> {
        &self.common.budget
    }

    pub(crate) fn metrics(&self) -> &Arc<Metrics> {
        &self.common.metrics
    }

    /// A socket was opened. Its end is told with [`disconnect`](Self::disconnect).
    pub fn connect(&self) -> Arc<Connection> {
        let id = self.next_connection.fetch_add(1, Ordering::Relaxed);
        let connection = Arc::new(Connection::new(id, Arc::clone(&self.common)));
        lock(&self.connections).insert(id, Arc::downgrade(&connection));
        connection
    }

    /// A socket has ended, or is told nothing more: each of its seats is kept for the grace of its room.
    pub fn disconnect(&self, now: Instant, connection: &Connection) {
        lock(&self.connections).remove(&connection.id());
        for Membership { room, listener } in connection.take_rooms() {
            if room.lost(now, listener, self.is_draining()) {
                self.forget(&room);
            }
        }
    }

    /// Joins a room on `request.channel`, which must be free; the room is made when there is none.
    ///
    /// # Errors
    /// There is no place.
    pub fn join(
        &self,
        now: Instant,
        connection: &Arc<Connection>,
        room: &str,
        request: JoinRequest<'_>,
    ) -> Result<Joined, Refused> {
        let joined = self.try_join(now, connection, room, request);
        self.common.metrics.joined(match &joined {
            Ok(Joined { user: None, .. }) => JoinResult::Observer,
            Ok(Joined { resumed: true, .. }) => JoinResult::Resumed,
            Ok(_) => JoinResult::New,
            Err(_) => JoinResult::Refused,
        });
        joined
    }

    fn try_join(
        &self,
        now: Instant,
        connection: &Arc<Connection>,
        room: &str,
        request: JoinRequest<'_>,
    ) -> Result<Joined, Refused> {
        loop {
            let cell = self.find_or_make(now, room)?;
            let answer = cell.join(now, connection, request);
            if cell.is_gone() {
                // Emptied before we came in, or made for a join that was refused.
                self.forget(&cell);
            }
            if let Some(answer) = answer {
                return answer;
            }
        }
    }

    /// Whether another server may be the one to serve a room.
    #[must_use]
    pub fn has_owners(&self) -> bool {
        !self.config.owner_rooms.is_empty()
    }

    /// Where a room is served, if it is to be by another server.
    #[must_use]
    pub fn elsewhere(&self, now: Instant, room: &str) -> Option<Box<str>> {
        let bus = self.config.bus.as_ref()?;
        let is_owned = self.config.owner_rooms.stand_for(room);
        is_owned.then(|| bus.owner(now, room)).flatten()
    }

    /// Whether a Join of this room is to be handled now. Where other nodes serve it too it is opened
    /// first, and a seat that another one has is claimed; the connection's task is woken when it may be
    /// ready.
    pub fn is_ready(
        &self,
        now: Instant,
        connection: &Arc<Connection>,
        room: &str,
        seat: Option<&Claim>,
    ) -> bool {
        if self.config.bus.is_none() {
            return true;
        }
        // Where there is no place for it the Join is refused.
        while let Ok(cell) = self.find_or_make(now, room) {
            if let Some(is_ready) = cell.is_ready_for(now, connection, seat) {
                return is_ready;
            }
            self.forget(&cell);
        }
        true
    }

    /// Leaves the room on a channel for good. Whether there was one.
    pub fn leave(&self, now: Instant, connection: &Connection, channel: Channel) -> bool {
        let Some(Membership { room, listener }) = connection.membership(channel) else {
            return false;
        };
        if room.leave(now, listener) {
            self.forget(&room);
        }
        true
    }

    /// A room's timer is due. If it told of moves, when it may do so again.
    pub fn handle_room_timeout(&self, now: Instant, room: &Arc<RoomCell>) -> Option<Instant> {
        let next_flush = room.handle_timeout(now);
        if room.is_gone() {
            self.forget(room);
        }
        next_flush
    }

    /// When which room wants [`handle_room_timeout`](Self::handle_room_timeout): one queue for each
    /// of [`HubConfig::drivers`].
    #[must_use]
    pub fn timers(&self) -> &[Arc<Timers>] {
        &self.timers
    }

    /// When the first room wants to be called.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.timers.iter().filter_map(|timers| timers.first()).min()
    }

    /// Calls every room that wants to be called by `now`. O(rooms that do).
    pub fn handle_timeout(&self, now: Instant) {
        for timers in &self.timers {
            while let Some((_, room)) = timers.due(now) {
                self.handle_room_timeout(now, &room);
            }
        }
    }

    /// Whether the server goes away.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.is_draining.load(Ordering::Relaxed)
    }

    /// How many are on their way from this server to another one. O(rooms).
    #[must_use]
    pub fn between(&self) -> usize {
        self.cells().iter().map(|cell| cell.between()).sum()
    }

    /// The server goes away: tells every connection to reconnect within this time. O(rooms + connections).
    pub fn drain(&self, now: Instant, within: Duration) {
        self.is_draining.store(true, Ordering::Relaxed);
        let within_ms = u32::try_from(within.as_millis()).unwrap_or(u32::MAX);
        let control = Control::Drain {
            text: "the server restarts",
            within_ms,
        };
        for cell in self.cells() {
            cell.drain(now);
        }
        let channel = Channel::ZERO;
        for connection in self.connections() {
            connection.send(now, &ServerMessage::Control { channel, control });
        }
    }

    /// While more waits than may, closes those for whom most does (4201), of those who have not had all
    /// of it for a second. O(connections), with their locks one after the other.
    pub fn shed(&self, now: Instant) {
        if !self.budget().is_exceeded() {
            return;
        }
        let connections = self.connections().into_iter();
        let slow =
            connections.filter_map(|connection| Some((connection.bytes_of_slow(now)?, connection)));
        let mut slow: Vec<_> = slow.collect();
        slow.sort_unstable_by_key(|(bytes, connection)| (Reverse(*bytes), connection.id()));
        for (_, connection) in slow {
            if !self.budget().is_exceeded() {
                return;
            }
            self.hits().count(Limit::QueueTotalReaders);
            connection.abort(Close {
                code: CloseCode::TooSlow,
                reason: "too slow to read what was sent, and too much waits for all".into(),
            });
        }
    }

    /// The server ends, and no other one has its rooms: nobody comes back.
    pub fn end(&self, now: Instant) {
        for cell in self.cells() {
            cell.end(now);
        }
    }

    /// Every connection, in the order in which they came.
    #[must_use]
    pub fn connections(&self) -> Vec<Arc<Connection>> {
        let connections = lock(&self.connections);
        connections.values().filter_map(Weak::upgrade).collect()
    }

    /// How many rooms there are, those that only keep seats included.
    #[must_use]
    pub fn rooms(&self) -> usize {
        lock(&self.rooms).len()
    }

    pub(super) fn find_or_make(&self, now: Instant, id: &str) -> Result<Arc<RoomCell>, Refused> {
        let mut rooms = lock(&self.rooms);
        if let Some(cell) = rooms.get(id) {
            return Ok(Arc::clone(cell));
        }
        if rooms.len() >= self.config.rooms_max {
            return Err(Refused::TooManyRooms);
        }
        let mut seed = [0; 32];
        lock(&self.seeds).fill_bytes(&mut seed);
        let config = Arc::clone(&self.config.room);
        let room = match &self.config.bus {
            None => Room::new(config, seed),
            Some(bus) => Room::shared(now, config, seed, bus.node()),
        };
        let number = self.next_room.fetch_add(1, Ordering::Relaxed);
        let driver = usize::try_from(number).unwrap_or(0) % self.timers.len();
        let timers = Arc::clone(&self.timers[driver]);
        let bus_end = (self.config.bus.as_ref()).map(|bus| BusEnd::new(Arc::clone(bus), id));
        let (metrics, facts) = (Arc::clone(&self.common.metrics), self.config.facts.clone());
        let cell = Arc::new(RoomCell::new(
            id, number, room, timers, bus_end, facts, metrics,
        ));
        rooms.insert(id.into(), Arc::clone(&cell));
        if let Some(bus) = &self.config.bus {
            // Under the map's lock, so that opening and closing come in the order of what is.
            bus.open(id);
        }
        Ok(cell)
    }

    pub(super) fn cells_from(&self, begin: Bound<&str>, max: usize) -> Vec<Arc<RoomCell>> {
        let rooms = lock(&self.rooms);
        let range = rooms.range::<str, _>((begin, Bound::Unbounded));
        range.take(max).map(|(_, cell)| Arc::clone(cell)).collect()
    }

    pub(super) fn find(&self, id: &str) -> Option<Arc<RoomCell>> {
        lock(&self.rooms).get(id).map(Arc::clone)
    }

    pub(super) fn cells(&self) -> Vec<Arc<RoomCell>> {
        lock(&self.rooms).values().map(Arc::clone).collect()
    }

    /// Takes a room that is gone out of the map, unless another one has its name already.
    pub(super) fn forget(&self, gone: &Arc<RoomCell>) {
        let mut rooms = lock(&self.rooms);
        if rooms
            .get(gone.id())
            .is_some_and(|room| Arc::ptr_eq(room, gone))
        {
            rooms.remove(gone.id());
            if let Some(bus) = &self.config.bus {
                bus.close(gone.id(), gone.farewell());
            }
        }
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.budget().end();
        for timers in &self.timers {
            timers.end();
        }
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub")
            .field("config", &self.config)
            .field("rooms", &self.rooms())
            .finish_non_exhaustive()
    }
}
