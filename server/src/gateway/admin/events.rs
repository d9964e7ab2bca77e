//! Events from a backend.

use axum::Json as JsonAnswer;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::access::OfRoom;
use super::agents::account_of;
use super::input::Json;
use super::path::RoomPath;
use super::problem::Problem;

/// What happened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Broadcast {
    event: Event,
    /// The id of the agent that says it, which must be in the room; without one it is nobody's, and
    /// `user` is null in the SDK.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 122, pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$", example = json!(null))]
    agent: Option<String>,
}

/// An event, as `broadcastEvent` of the SDK has it: a type and whatever belongs to it.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({ "type": "saved", "version": 12 }))]
struct Event {
    /// 1 to 64 bytes.
    #[schema(min_length = 1, max_length = 64)]
    r#type: String,
    /// 16 KiB of JSON at most.
    #[serde(flatten)]
    #[schema(additional_properties)]
    data: Map<String, Value>,
}

/// Who heard it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Told {
    /// How many people are in the room.
    #[schema(example = 12)]
    people: usize,
}

/// Broadcast an event
///
/// Everybody in the room hears it, on all servers, observers too; nothing stores it. Where nobody is,
/// nobody hears it. A problem says that nobody heard it, so that it can be tried again.
#[utoipa::path(
    post, path = "/rooms/{room}/events", tag = "events", operation_id = "broadcastEvent",
    params(RoomPath),
    request_body = Broadcast,
    responses(
        (status = 200, description = "It was told", body = Told),
        (status = 404, description = "The agent is not in the room", body = Problem,
         content_type = "application/problem+json"),
        (status = "default", description = "A problem", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn broadcast(
    of: OfRoom,
    Json(body): Json<Broadcast>,
) -> Result<JsonAnswer<Told>, Problem> {
    let Event { r#type, data } = body.event;
    let people = match body.agent {
        None => of.presence.broadcast(&of.room, &r#type, &data).await?,
        Some(agent) => {
            let account = account_of(&agent)?;
            let said = of.presence.agent_says(&of.room, &account, &r#type, &data);
            said.await?
        }
    };
    Ok(JsonAnswer(Told { people }))
}
