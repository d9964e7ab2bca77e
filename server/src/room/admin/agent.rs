//! Agents: people whom a backend plays. An agent has a seat, a state and a cursor as everybody has, and
//! no line: its seat is kept until a time that each word from the backend moves, and then freed, so
//! that a backend that is gone leaves nobody behind.
//!
//! An agent is known by its account, which no token can give. On whichever node the next word comes,
//! the seat goes there, as that of a person does who comes back on another node.

use std::collections::BTreeMap;
use std::time::Duration;

use mote_protocol::color::Color;
use mote_protocol::coords::Point;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Channel, Event, Field, Fields, FieldsBuf, tag};

use super::super::engine::{Due, Room};
use super::super::join::{JoinRequest, Refused};
use super::super::seat::Line;
use super::super::sharing::differences;
use super::super::state::{MessageError, PersonState};
use crate::limits::AGENT_TTL_DEFAULT;

/// What an agent is to be from now on.
#[derive(Clone, Copy, Debug)]
pub struct AgentChange<'a> {
    /// Who it is.
    pub account: &'a str,
    /// The name to be shown; none: as it was.
    pub name: Option<&'a str>,
    /// The colour to be shown; none: as it was, or one that few have.
    pub color: Option<Color>,
    /// How long its seat is kept without another word; none: for [`AGENT_TTL_DEFAULT`], or as long as
    /// this node was told before.
    pub ttl: Option<Duration>,
    /// It is made where there is none, and its state is this and nothing else. If not, its state is
    /// changed by this.
    pub is_whole: bool,
    /// Fields of its state, as the wire has them; whether its cursor is hidden is not for them to say.
    pub fields: Fields<'a>,
    /// Where its cursor is, on the surface that it then is on.
    pub cursor: AgentCursor,
}

/// An agent's cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgentCursor {
    /// As it was.
    Kept,
    /// Shown nowhere.
    Hidden,
    /// Here.
    At(Point),
}

/// An agent is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgentSet {
    /// Its id.
    pub user: u32,
    /// It was not before.
    pub is_new: bool,
}

/// An agent cannot be what it is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgentError {
    /// There is none to change.
    Unknown,
    /// There is no place for it.
    Refused(Refused),
    /// Its state cannot be so. Says why.
    State(&'static str),
    /// The room cannot tell it at the moment. Says why.
    Busy(&'static str),
}

impl Room {
    /// An agent is, does and says this. O(people + size of its state).
    ///
    /// # Errors
    /// Why not. Nothing changed, unless the room has more to say at the moment than it can.
    pub fn handle_agent(
        &mut self,
        now: Instant,
        change: AgentChange<'_>,
    ) -> Result<AgentSet, AgentError> {
        self.handle_timeout(now);
        let known = self.seats.since(0).find_map(|(user, seat)| {
            let is_it = seat.account == change.account;
            is_it.then(|| (user, seat.state.clone()))
        });
        let is_new = known.is_none();
        if is_new && !change.is_whole {
            return Err(AgentError::Unknown);
        }
        let (user, before) = known.unzip();
        let before = before.unwrap_or_default();
        let has_cursor = user.is_some_and(|user| self.spots.point(user).is_some());
        let said = said(&before, has_cursor, &change).map_err(why)?;
        self.check_place(&before, &said).map_err(why)?;
        let user = self.seat_agent(now, user, &change);
        let user = user.map_err(AgentError::Refused)?;
        for fields in said {
            let changed = self.change_state(now, user, None, fields.as_fields());
            changed.map_err(|error| AgentError::Busy(text(error)))?;
        }
        if let AgentCursor::At(point) = change.cursor {
            self.set_cursor(now, user, point);
        }
        self.publish_if_due(now);
        Ok(AgentSet { user, is_new })
    }

    /// An agent says that something happened.
    ///
    /// # Errors
    /// There is no such agent, or the room cannot tell it at the moment.
    pub fn handle_agent_event(
        &mut self,
        now: Instant,
        account: &str,
        event: Event<'_>,
    ) -> Result<(), AgentError> {
        let same = AgentChange {
            account,
            name: None,
            color: None,
            ttl: None,
            is_whole: false,
            fields: Fields::EMPTY,
            cursor: AgentCursor::Kept,
        };
        let AgentSet { user, .. } = self.handle_agent(now, same)?;
        let said = self.tell_event(now, user, None, event);
        said.map_err(|error| AgentError::Busy(text(error)))
    }

    /// Whether the room has a place for its state as it will be.
    fn check_place(&self, before: &PersonState, said: &[FieldsBuf]) -> Result<(), MessageError> {
        let mut after = before.clone();
        for fields in said {
            after = after.merged(fields.as_fields())?;
        }
        self.check_states(before.encoded_bytes(), after.encoded_bytes())
    }

    fn seat_agent(
        &mut self,
        now: Instant,
        user: Option<u32>,
        change: &AgentChange<'_>,
    ) -> Result<u32, Refused> {
        let mut until = now + change.ttl.unwrap_or(AGENT_TTL_DEFAULT);
        let line = user
            .and_then(|user| self.seats.get(user))
            .map(|seat| seat.line);
        if let Some(Line::Lost { until: told }) = line
            && change.ttl.is_none()
        {
            until = until.max(told);
        }
        let line = Line::Lost { until };
        let request = JoinRequest {
            channel: Channel::ZERO,
            name: change.name,
            color: change.color,
            account: change.account,
            ..JoinRequest::default()
        };
        let user = match user {
            Some(user) => {
                if self.take_seat(now, user, line, request) {
                    self.say_joined(now, None, user);
                }
                user
            }
            None => {
                let (user, _) = self.add_seat(line, request)?;
                self.share_person(now, user);
                self.say_joined(now, None, user);
                self.say_count(None);
                self.tell_joined(user);
                user
            }
        };
        self.timers.insert((until, Due::Grace(user)));
        Ok(user)
    }
}

/// The States that make of `before` what an agent is to be; of what is so already nothing is said.
fn said(
    before: &PersonState,
    has_cursor: bool,
    change: &AgentChange<'_>,
) -> Result<Vec<FieldsBuf>, MessageError> {
    let is_hidden = match change.cursor {
        AgentCursor::Kept => before.fields().contains_key(&tag::CURSOR_HIDDEN),
        AgentCursor::Hidden => has_cursor,
        AgentCursor::At(_) => false,
    };
    let hidden: &[u8] = if is_hidden { &[1] } else { &[] };
    let mut bodies: BTreeMap<u8, &[u8]> = BTreeMap::new();
    bodies.extend(change.fields.iter().map(|field| (field.tag, field.body)));
    bodies.insert(tag::CURSOR_HIDDEN, hidden);
    if !change.is_whole {
        bodies.retain(|tag, body| {
            let former = before.fields().get(tag).map_or(&[][..], Vec::as_slice);
            *tag == tag::CUSTOM || *body != former
        });
    }
    let mut fields = FieldsBuf::new();
    for (&tag, &body) in &bodies {
        let pushed = fields.push(Field { tag, body });
        pushed.map_err(|_| MessageError::Refused("the state would be over 16 KiB"))?;
    }
    if change.is_whole {
        let after = PersonState::default().merged(fields.as_fields())?;
        return Ok(differences(before, &after));
    }
    Ok((!bodies.is_empty()).then_some(fields).into_iter().collect())
}

fn why(error: MessageError) -> AgentError {
    AgentError::State(text(error))
}

fn text(error: MessageError) -> &'static str {
    match error {
        MessageError::Protocol(text)
        | MessageError::Refused(text)
        | MessageError::Over(_, text) => text,
    }
}
