//! Agents: people whom a backend plays.

use axum::Json as JsonAnswer;
use axum::http::StatusCode;
use mote_protocol::coords::Point;
use mote_protocol::limits::SURFACE_BYTES_MAX;
use mote_protocol::wire::{Field, FieldsBuf, Selection, tag};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use std::time::Duration;
use utoipa::ToSchema;

use super::access::OfRoom;
use super::input::Json;
use super::object::Object;
use super::path::{AgentPath, RoomPath};
use super::problem::Problem;
use super::shapes::{Activity, Cursor, Kicked, Person};
use crate::auth::{check_name, color};
use crate::limits::{
    AGENT_ACCOUNT_PREFIX, AGENT_ID_BYTES_MAX, AGENT_SELECTED_MAX, AGENT_TTL_MAX, AGENT_TTL_MIN,
};
use crate::room::{AgentChange, AgentCursor, Whom};

/// An agent. What is left out of a PATCH stays as it is; what is null is taken away.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Agent {
    /// The name to show, 1 to 32 characters; by default its id.
    #[schema(min_length = 1, max_length = 32, example = "Summarizer")]
    name: Option<String>,
    /// The colour to show, `#rrggbb`; by default one that few have.
    #[schema(pattern = "^#[0-9a-fA-F]{6}$", example = "#7c3aed")]
    color: Option<String>,
    /// Its custom presence object, whole; of a PATCH, changes to it (JSON Merge Patch). With the rest of
    /// its state 16 KiB at most.
    #[schema(value_type = Option<Object>)]
    presence: Option<Map<String, Value>>,
    /// Where its cursor is, on the surface that it then is on; null hides it.
    #[serde(default, deserialize_with = "given_object")]
    #[schema(value_type = Option<Cursor>)]
    cursor: Option<Option<Cursor>>,
    /// The id of what the cursor's fractions are of, an element or an anchor, at most 64 bytes; null is
    /// the room's own surface. Another surface takes the cursor away until it is given.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 64)]
    surface: Option<Option<String>>,
    /// Whether it is at it.
    activity: Option<Activity>,
    /// The ids of what it has selected.
    #[schema(max_items = 1000)]
    selection: Option<Vec<String>>,
    /// For how many seconds it stays without another call: 60 by default, or as long as was said before.
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 3600)]
    ttl_s: Option<f64>,
}

/// Something that is null is not nothing.
fn given<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// The same of objects.
fn given_object<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let object = Option::<Object<T>>::deserialize(deserializer)?;
    Ok(Some(object.map(|Object(object)| object)))
}

/// Set an agent
///
/// An agent is in the room from now on, as this says and nothing else: everybody sees it as a person, and
/// it is counted as one. Each call renews its time; when none comes for `ttl_s` seconds it leaves.
#[utoipa::path(
    put, path = "/rooms/{room}/agents/{agent}", tag = "agents", operation_id = "setAgent",
    params(RoomPath, AgentPath),
    request_body = Agent,
    responses(
        (status = 200, description = "It was there already", body = Person),
        (status = 201, description = "It is new", body = Person),
        (status = 409, description = "The room is full", body = Problem,
         content_type = "application/problem+json"),
        (status = "default", description = "A problem", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn put(
    of: OfRoom,
    Json(body): Json<Agent>,
) -> Result<(StatusCode, JsonAnswer<Person>), Problem> {
    set(&of, &body, true).await
}

/// Update an agent
///
/// Changes what is said, and renews its time: its custom presence is merged, its cursor moves.
#[utoipa::path(
    patch, path = "/rooms/{room}/agents/{agent}", tag = "agents", operation_id = "updateAgent",
    params(RoomPath, AgentPath),
    request_body = Agent,
    responses(
        (status = 200, description = "As it is now", body = Person),
        (status = 404, description = "It is not in the room", body = Problem,
         content_type = "application/problem+json"),
        (status = "default", description = "A problem", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn patch(
    of: OfRoom,
    Json(body): Json<Agent>,
) -> Result<(StatusCode, JsonAnswer<Person>), Problem> {
    set(&of, &body, false).await
}

/// Remove an agent
///
/// It leaves. Where it is not, nothing is to be done.
#[utoipa::path(
    delete, path = "/rooms/{room}/agents/{agent}", tag = "agents", operation_id = "removeAgent",
    params(RoomPath, AgentPath),
    responses(
        (status = 200, description = "It is gone", body = Kicked),
        (status = "default", description = "A problem", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn delete(of: OfRoom) -> Result<JsonAnswer<Kicked>, Problem> {
    let account = account_of(of.name("agent"))?;
    let kicked = (of.presence)
        .kick(&of.room, Whom::Account(&account), "")
        .await?;
    Ok(JsonAnswer(Kicked { kicked }))
}

/// The account of an agent's seat.
pub(in super::super) fn account_of(agent: &str) -> Result<String, Problem> {
    let is_right = (1..=AGENT_ID_BYTES_MAX).contains(&agent.len());
    if is_right && !agent.contains(char::is_control) {
        return Ok(format!("{AGENT_ACCOUNT_PREFIX}{agent}"));
    }
    Err(Problem::invalid(format!(
        "an agent's id must be 1 to {AGENT_ID_BYTES_MAX} bytes without control characters"
    )))
}

async fn set(
    of: &OfRoom,
    body: &Agent,
    is_whole: bool,
) -> Result<(StatusCode, JsonAnswer<Person>), Problem> {
    let id = of.name("agent");
    let account = account_of(id)?;
    let name = body.name.as_deref();
    name.map_or(Ok(()), check_name).map_err(Problem::invalid)?;
    let color = body.color.as_deref().map(color).transpose();
    let fields = body.fields()?;
    let change = AgentChange {
        account: &account,
        name: name.or(is_whole.then_some(id)),
        color: color.map_err(Problem::invalid)?,
        ttl: body.ttl()?,
        is_whole,
        fields: fields.as_fields(),
        cursor: match body.cursor {
            Some(Some(cursor)) => AgentCursor::At(point(cursor)?),
            Some(None) => AgentCursor::Hidden,
            None if is_whole => AgentCursor::Hidden,
            None => AgentCursor::Kept,
        },
    };
    let (set, listed) = of.presence.set_agent(&of.room, change).await?;
    let status = match set.is_new {
        true => StatusCode::CREATED,
        false => StatusCode::OK,
    };
    let person = Person::new(listed, of.presence.app.node());
    Ok((status, JsonAnswer(person)))
}

impl Agent {
    fn ttl(&self) -> Result<Option<Duration>, Problem> {
        let Some(ttl_s) = self.ttl_s else {
            return Ok(None);
        };
        // `60.0` is a whole number, as JSON has it.
        let ttl = Duration::try_from_secs_f64(ttl_s).ok();
        let ttl = ttl.filter(|ttl| (AGENT_TTL_MIN..=AGENT_TTL_MAX).contains(ttl));
        if ttl.is_some_and(|ttl| ttl.subsec_nanos() == 0) {
            return Ok(ttl);
        }
        let (least, most) = (AGENT_TTL_MIN.as_secs(), AGENT_TTL_MAX.as_secs());
        Err(Problem::invalid(format!(
            "ttl_s must be whole seconds from {least} to {most}"
        )))
    }

    /// What of it is state, as the wire has it.
    fn fields(&self) -> Result<FieldsBuf, Problem> {
        let mut bodies: Vec<(u8, Vec<u8>)> = Vec::new();
        if let Some(ids) = &self.selection {
            if ids.len() > AGENT_SELECTED_MAX {
                return Err(Problem::invalid(format!(
                    "selection must have at most {AGENT_SELECTED_MAX} ids"
                )));
            }
            let ids: Vec<_> = ids.iter().map(String::as_str).collect();
            let mut body = Vec::new();
            if !ids.is_empty() {
                Selection::encode(&ids, &mut body).map_err(|_| too_large())?;
            }
            bodies.push((tag::SELECTION, body));
        }
        if let Some(activity) = self.activity {
            bodies.push((tag::ACTIVITY, vec![activity.byte()]));
        }
        if let Some(presence) = &self.presence {
            let json = serde_json::to_vec(presence).map_err(|_| too_large())?;
            bodies.push((tag::CUSTOM, json));
        }
        if let Some(surface) = &self.surface {
            bodies.push((tag::SURFACE, surface_body(surface.as_deref())?));
        }
        let mut fields = FieldsBuf::new();
        for (tag, body) in &bodies {
            let pushed = fields.push(Field { tag: *tag, body });
            pushed.map_err(|_| too_large())?;
        }
        Ok(fields)
    }
}

/// A str; nothing for the room's own.
fn surface_body(surface: Option<&str>) -> Result<Vec<u8>, Problem> {
    let surface = surface.unwrap_or_default();
    let length = u8::try_from(surface.len()).ok();
    let length = length.filter(|length| usize::from(*length) <= SURFACE_BYTES_MAX);
    let length = length.ok_or_else(|| {
        Problem::invalid(format!("surface must be at most {SURFACE_BYTES_MAX} bytes"))
    })?;
    let is_own = surface.is_empty();
    let length = (!is_own).then_some(length).into_iter();
    Ok(length.chain(surface.bytes()).collect())
}

fn point(Cursor { x, y }: Cursor) -> Result<Point, Problem> {
    let is_right = |fraction: f64| (0.0..=1.0).contains(&fraction);
    let wrong = || Problem::invalid("cursor must have fractions: x and y from 0 to 1");
    if !is_right(x) || !is_right(y) {
        return Err(wrong());
    }
    Point::from_fraction(x, y).map_err(|_| wrong())
}

fn too_large() -> Problem {
    Problem::invalid("the state of an agent must be at most 16 KiB")
}
