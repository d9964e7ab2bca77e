//! How sessions behave.

use std::time::Duration;

use super::inbound::Rates;
use crate::limits::{
    HEARTBEAT_S_DEFAULT, JOIN_TIMEOUT_DEFAULT, MAX_JOIN_BURST_DEFAULT,
    MAX_ROOMS_PER_CONNECTION_DEFAULT,
};

/// How sessions behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionConfig {
    /// A socket that is quiet for this long is pinged; one that is quiet for twice as long is
    /// dropped. Default 20 s, which is what Welcome says to clients, too.
    pub heartbeat: Duration,
    /// A socket that is in no room for this long is closed with 4202. Default 10 s.
    pub join_timeout: Duration,
    /// Joins and tokens that a socket may send at once; more close it with 4200. Default 48.
    pub join_burst_max: u32,
    /// Rooms that a socket may be in at one time. Default 16, as many as it has channels.
    pub rooms_max: usize,
    /// What else a socket may send.
    pub rates: Rates,
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self {
            heartbeat: Duration::from_secs(HEARTBEAT_S_DEFAULT.into()),
            join_timeout: JOIN_TIMEOUT_DEFAULT,
            join_burst_max: MAX_JOIN_BURST_DEFAULT,
            rooms_max: MAX_ROOMS_PER_CONNECTION_DEFAULT,
            rates: Rates::default(),
        }
    }
}
