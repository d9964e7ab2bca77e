//! How a room behaves.

use std::time::Duration;

use crate::limits;

/// How a room behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomConfig {
    /// Flushes of cursors a second at most, 1–255. Default 60.
    pub tick_hz: u8,
    /// Seconds without traffic after which a client sends Heartbeat, 1–255. Default 20.
    pub heartbeat_s: u8,
    /// How long a lost person's seat is kept. Default 10 s.
    pub resume_grace: Duration,
    /// People in a room, those in grace included. Default 10,000.
    pub people_max: usize,
    /// Observers of a room. Default 1,000.
    pub observers_max: usize,
    /// The states of a room together, in bytes. Default 4 MiB.
    pub state_bytes_max: usize,
    /// Whether it says who came and left as [`Output::Fact`](super::Output::Fact), too. Default not.
    pub facts: bool,
    /// When a room is large, and what it may cost then.
    pub large: LargeRooms,
}

impl Default for RoomConfig {
    fn default() -> Self {
        Self {
            tick_hz: limits::TICK_HZ_DEFAULT,
            heartbeat_s: limits::HEARTBEAT_S_DEFAULT,
            resume_grace: limits::RESUME_GRACE_DEFAULT,
            people_max: limits::MAX_PEOPLE_PER_ROOM_DEFAULT,
            observers_max: limits::MAX_OBSERVERS_PER_ROOM_DEFAULT,
            state_bytes_max: limits::MAX_ROOM_STATE_DEFAULT,
            facts: false,
            large: LargeRooms::default(),
        }
    }
}

/// The budget of a large room. Internals: another value needs a measurement of its own; tests lower
/// them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LargeRooms {
    /// [`limits::SLICE_LISTENERS_MAX`].
    pub slice_listeners_max: usize,
    /// [`limits::ROOM_WRITES_PER_SECOND`].
    pub writes_per_second: u32,
    /// [`limits::ROOM_BYTES_PER_SECOND`].
    pub bytes_per_second: u32,
    /// [`limits::ROOM_INBOUND_PER_SECOND`].
    pub inbound_per_second: u32,
    /// [`limits::SWEEP_MAX`].
    pub sweep_max: Duration,
    /// [`limits::NEAREST_CURSORS`].
    pub nearest_cursors: usize,
    /// [`limits::ROOM_LOG_BYTES_MAX`].
    pub log_bytes_max: usize,
    /// [`limits::SNAPSHOT_BLOCK_BYTES`].
    pub snapshot_block_bytes: usize,
}

impl Default for LargeRooms {
    fn default() -> Self {
        Self {
            slice_listeners_max: limits::SLICE_LISTENERS_MAX,
            writes_per_second: limits::ROOM_WRITES_PER_SECOND,
            bytes_per_second: limits::ROOM_BYTES_PER_SECOND,
            inbound_per_second: limits::ROOM_INBOUND_PER_SECOND,
            sweep_max: limits::SWEEP_MAX,
            nearest_cursors: limits::NEAREST_CURSORS,
            log_bytes_max: limits::ROOM_LOG_BYTES_MAX,
            snapshot_block_bytes: limits::SNAPSHOT_BLOCK_BYTES,
        }
    }
}
