//! Whether new connections are welcome, and in words what is missing.

use std::borrow::Cow;

use mote_protocol::time::Instant;

use super::app::App;
use crate::bus::redis::Readiness as BusReadiness;
use crate::limits::JWKS_START_MAX;

/// How a server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Readiness {
    Ready,
    /// What it needs has not been reached yet, and there is time left for it.
    Starting,
    /// It serves, but not as it should: why.
    Degraded(String),
    /// It sends its people away.
    Draining,
}

impl Readiness {
    /// A server whose engine is away, or the keys of its tokens, takes people: those on it see each other,
    /// and keys that are known stay good, while a balancer that took every node out for the one thing that
    /// they share would leave nobody served.
    pub(super) fn of(app: &App) -> Self {
        if app.is_draining() {
            return Self::Draining;
        }
        let mut missing = Vec::new();
        match app.bus_readiness() {
            None | Some(BusReadiness::Ready) => {}
            Some(BusReadiness::Starting) => return Self::Starting,
            Some(BusReadiness::Away) => missing.push("Redis is away"),
            Some(BusReadiness::RefusesWrites) => missing.push("Redis refuses writes"),
        }
        if let Some(health) = app.tokens.jwks_health() {
            let is_early = app.clock.now() < Instant::ZERO + JWKS_START_MAX;
            match (health.has_answered, health.is_up()) {
                (false, _) if is_early => return Self::Starting,
                (false, _) => missing.push("the keys of tokens have not been fetched"),
                (true, false) => missing.push("the address of the keys of tokens is away"),
                (true, true) => {}
            }
        }
        match missing.is_empty() {
            true => Self::Ready,
            false => Self::Degraded(missing.join("; ")),
        }
    }

    pub(super) fn takes_people(&self) -> bool {
        matches!(self, Self::Ready | Self::Degraded(_))
    }

    pub(super) fn words(&self) -> Cow<'static, str> {
        match self {
            Self::Ready => "ok".into(),
            Self::Starting => "starting".into(),
            Self::Degraded(missing) => format!("degraded: {missing}").into(),
            Self::Draining => "draining".into(),
        }
    }
}
