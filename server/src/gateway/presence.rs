//! A server as the application knows it that it is part of.

use std::fmt;
use std::sync::Arc;

use axum::Router;
use mote_protocol::limits::{CONTROL_TEXT_BYTES_MAX, ROOM_BYTES_MAX};
use mote_protocol::time::Instant;
use mote_protocol::wire::Event;
use serde::Serialize;
use tokio::time::timeout;

use super::app::App;
use super::{admin, metrics};
use crate::limits::OPEN_WAIT_MAX;
use crate::room::{
    AgentChange, AgentError, AgentSet, Listed, MessageError, Refused, Room, Summary, Whom,
};

/// What an application holds of the server that it has mounted ([`mount`](super::mount)): what its code does
/// in rooms, and what it may show. Cheap to clone.
///
/// ```
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use mote_server::{Config, Whom};
///
/// let (router, presence) = mote_server::mount(&Config::default());
/// let app: axum::Router = axum::Router::new().nest("/presence", router);
///
/// // In any handler: everybody in the room hears it, on every server that shares the room.
/// let data = serde_json::json!({ "by": "Ada" });
/// presence.broadcast("board-7", "saved", &data).await?;
/// // And who lost their account has to go.
/// presence.kick("board-7", Whom::Account("user-1"), "signed out").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Presence {
    pub(super) app: Arc<App>,
}

impl Presence {
    pub(super) fn new(app: Arc<App>) -> Self {
        Self { app }
    }

    /// What it counts, in the text format of Prometheus (`text/plain; version=0.0.4`), to be appended to what
    /// your own `/metrics` says, or shown as it is. Every name begins with `mote_`; of the process, which is
    /// yours, there is nothing. docs/metrics.md explains each.
    #[must_use]
    pub fn metrics(&self) -> String {
        metrics::of_app(&self.app)
    }

    /// The admin API `/api/v1`, for backends that are not this program. It asks for a token with the right
    /// `admin`; where there is no key for tokens it answers this machine alone, if the application is
    /// served with `into_make_service_with_connect_info::<SocketAddr>()`, else nobody.
    pub fn admin_router(&self) -> Router {
        admin::router(self.clone())
    }

    /// Everybody in a room hears an event, which is nobody's: in the SDK `user` is null. `data` must be
    /// a JSON object. How many people are there.
    ///
    /// # Errors
    /// It is no event, or cannot be told now: then nobody heard it.
    pub async fn broadcast(
        &self,
        room: &str,
        name: &str,
        data: &impl Serialize,
    ) -> Result<usize, PresenceError> {
        let told = self.tell(room, name, data, |now, room, event| {
            room.handle_broadcast(now, event).map_err(Into::into)
        });
        told.await
    }

    /// The same from an agent, which must be in the room, and stays as long as it would have.
    pub(super) async fn agent_says(
        &self,
        room: &str,
        account: &str,
        name: &str,
        data: &impl Serialize,
    ) -> Result<usize, PresenceError> {
        let told = self.tell(room, name, data, |now, room, event| {
            Ok(room.handle_agent_event(now, account, event)?)
        });
        told.await
    }

    async fn tell(
        &self,
        room: &str,
        name: &str,
        data: &impl Serialize,
        tell: impl FnOnce(Instant, &mut Room, Event<'_>) -> Result<(), PresenceError>,
    ) -> Result<usize, PresenceError> {
        let payload = serde_json::to_vec(data).map_err(PresenceError::input)?;
        if payload.first() != Some(&b'{') {
            return Err(PresenceError::input(
                "the data of an event must be an object",
            ));
        }
        let event = Event {
            name,
            payload: &payload,
        };
        event.check().map_err(PresenceError::input)?;
        let answer = self.ask(room, |now, room| {
            let summary = room.summary();
            if !summary.is_whole {
                return Err(PresenceError::Away);
            }
            tell(now, room, event).map(|()| summary.people)
        });
        answer.await?.unwrap_or(Ok(0))
    }

    /// Sends people away, with words for their developers, at most 256 bytes. Their seats are free at
    /// once; they may come back with a token that is still good. How many seats that were.
    ///
    /// # Errors
    /// They are with other servers, which cannot be told now: then nobody is sent away.
    pub async fn kick(
        &self,
        room: &str,
        whom: Whom<'_>,
        reason: &str,
    ) -> Result<usize, PresenceError> {
        check_reason(reason)?;
        let answer = self.ask(room, |now, room| {
            let is_reached = room.hears_others() || !room.has_away(whom);
            is_reached.then(|| room.handle_kick(now, whom, reason))
        });
        answer.await?.unwrap_or(Some(0)).ok_or(PresenceError::Away)
    }

    /// Sends everybody away, observers too. Who comes after that finds an empty room. How many people
    /// there were.
    ///
    /// # Errors
    /// Other servers cannot be told now: then nobody is sent away.
    pub async fn close(&self, room: &str, reason: &str) -> Result<usize, PresenceError> {
        check_reason(reason)?;
        let answer = self.ask(room, |now, room| {
            let is_reached = room.hears_others();
            is_reached.then(|| room.handle_close(now, reason))
        });
        answer.await?.unwrap_or(Some(0)).ok_or(PresenceError::Away)
    }

    /// How many people are in a room, on all servers that share it.
    ///
    /// # Errors
    /// That cannot be known now.
    pub async fn people(&self, room: &str) -> Result<usize, PresenceError> {
        let (summary, _) = self.listed(room, 0, 0).await?;
        Ok(summary.people)
    }

    /// A room in numbers, and some of its people.
    pub(super) async fn listed(
        &self,
        room: &str,
        first: u32,
        max: usize,
    ) -> Result<(Summary, Vec<Listed>), PresenceError> {
        let answer = self.ask(room, |_, room| (room.summary(), room.listed(first, max)));
        let (summary, people) = answer.await?.unwrap_or_else(|| {
            let nobody = Summary {
                is_whole: true,
                ..Summary::default()
            };
            (nobody, Vec::new())
        });
        if summary.is_nobody() && !summary.is_whole {
            // They may all be with others.
            return Err(PresenceError::Away);
        }
        Ok((summary, people))
    }

    /// An agent is so from now on.
    pub(super) async fn set_agent(
        &self,
        room: &str,
        change: AgentChange<'_>,
    ) -> Result<(AgentSet, Listed), PresenceError> {
        let set = |now, room: &mut Room| -> Result<_, AgentError> {
            let set = room.handle_agent(now, change)?;
            let listed = room.listed_one(set.user);
            Ok((set, listed.ok_or(AgentError::Unknown)?))
        };
        let answer = if change.is_whole {
            self.opened(room).await?;
            let (hub, now) = (&self.app.hub, self.app.clock.now());
            hub.ask_or_make(now, room, |room| set(now, room))
                .map_err(PresenceError::Refused)
        } else {
            self.ask(room, set)
                .await
                .map(|answer| answer.unwrap_or(Err(AgentError::Unknown)))
        };
        let answer = answer.and_then(|set| set.map_err(PresenceError::from));
        if let Err(PresenceError::Refused(refused)) = &answer {
            self.app.hub.hits().count(refused.limit());
        }
        answer
    }

    /// Asks something of a room, which is opened first where other servers share it. None: nobody is
    /// there, and no other server shares it.
    async fn ask<T>(
        &self,
        room: &str,
        ask: impl FnOnce(Instant, &mut Room) -> T,
    ) -> Result<Option<T>, PresenceError> {
        self.opened(room).await?;
        let (hub, now) = (&self.app.hub, self.app.clock.now());
        if self.app.bus.is_none() {
            return Ok(hub.ask(now, room, |room| ask(now, room)));
        }
        let mut ask = Some(ask);
        let answer = hub.ask_or_make(now, room, |room| ask.take().map(|ask| ask(now, room)));
        answer.map_err(PresenceError::Refused)
    }

    /// Waits until it is known what other servers have of a room, or that it cannot be known now.
    async fn opened(&self, room: &str) -> Result<(), PresenceError> {
        if !(1..=ROOM_BYTES_MAX).contains(&room.len()) {
            let sentence = format!("a room's id must be 1 to {ROOM_BYTES_MAX} bytes");
            return Err(PresenceError::BadInput(sentence));
        }
        self.app.start_drivers();
        if self.app.bus.is_none() {
            return Ok(());
        }
        let waiter = self.app.hub.waiter();
        let clock = &self.app.clock;
        let ready = waiter.until(|hub, own| hub.is_ready(clock.now(), own, room, None));
        // After this time the room goes on as it is.
        let _ = timeout(OPEN_WAIT_MAX, ready).await;
        Ok(())
    }
}

impl fmt::Debug for Presence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presence").finish_non_exhaustive()
    }
}

fn check_reason(reason: &str) -> Result<(), PresenceError> {
    if reason.len() <= CONTROL_TEXT_BYTES_MAX {
        return Ok(());
    }
    let sentence = format!("a reason must be at most {CONTROL_TEXT_BYTES_MAX} bytes");
    Err(PresenceError::BadInput(sentence))
}

/// Something was not done. Nothing changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PresenceError {
    /// The caller asks for something that cannot be. Says what would be right.
    BadInput(String),
    /// Whom it is about is not there.
    Nobody,
    /// There is no place.
    Refused(Refused),
    /// The room cannot take it at the moment. Says why.
    Busy(&'static str),
    /// Other servers cannot be asked or told, because Redis does not answer.
    Away,
}

impl PresenceError {
    fn input(sentence: impl fmt::Display) -> Self {
        Self::BadInput(sentence.to_string())
    }
}

impl From<MessageError> for PresenceError {
    fn from(error: MessageError) -> Self {
        match error {
            MessageError::Protocol(text) => Self::BadInput(text.into()),
            MessageError::Refused(text) | MessageError::Over(_, text) => Self::Busy(text),
        }
    }
}

impl From<AgentError> for PresenceError {
    fn from(error: AgentError) -> Self {
        match error {
            AgentError::Unknown => Self::Nobody,
            AgentError::Refused(refused) => Self::Refused(refused),
            AgentError::State(text) => Self::BadInput(text.into()),
            AgentError::Busy(text) => Self::Busy(text),
        }
    }
}

impl fmt::Display for PresenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadInput(sentence) => f.write_str(sentence),
            Self::Nobody => f.write_str("nobody of that name or id is in this room"),
            Self::Refused(refused) => refused.fmt(f),
            Self::Busy(text) => f.write_str(text),
            Self::Away => f.write_str(
                "this server shares its rooms over Redis, which does not answer: nothing was done, try \
                 again",
            ),
        }
    }
}

impl std::error::Error for PresenceError {}
