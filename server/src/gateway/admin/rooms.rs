//! Which rooms there are, and one of them.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::access::{NamesRooms, OfRoom, OfRooms};
use super::input::OptionalJson;
use super::path::RoomPath;
use super::problem::Problem;
use super::shapes::{Kicked, Reason, RoomInfo};
use crate::limits::{ADMIN_PAGE_DEFAULT, ADMIN_PAGE_MAX};

/// Which rooms.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// What their ids begin with. The token needs the right `admin` for all such rooms.
    #[serde(default)]
    #[param(example = "board-")]
    prefix: String,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// How many rooms at most are looked at; 100 by default.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
}

impl NamesRooms for Wanted {
    fn prefix(&self) -> &str {
        &self.prefix
    }
}

/// Rooms of the server that answers, in the order of their ids.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Rooms {
    rooms: Vec<RoomInfo>,
    /// The `cursor` of the next page; null at the end.
    #[schema(required)]
    next: Option<String>,
    /// The server that answers, by its id; null where servers do not share rooms.
    #[schema(required)]
    node: Option<String>,
}

/// How many of a page.
pub(super) fn page(limit: Option<usize>) -> Result<usize, Problem> {
    match limit.unwrap_or(ADMIN_PAGE_DEFAULT) {
        limit @ 1..=ADMIN_PAGE_MAX => Ok(limit),
        _ => Err(Problem::invalid(format!(
            "limit must be from 1 to {ADMIN_PAGE_MAX}"
        ))),
    }
}

/// List rooms
///
/// The rooms that people are in who are connected to the server that answers: of several servers that
/// share rooms each has its own list, and what it says of a room is true of all of them.
#[utoipa::path(
    get, path = "/rooms", tag = "rooms", operation_id = "listRooms", params(Wanted),
    responses(
        (status = 200, description = "A page of them", body = Rooms),
        (status = "default", description = "A problem", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(of: OfRooms<Wanted>) -> Result<Json<Rooms>, Problem> {
    let app = &of.presence.app;
    let Wanted {
        prefix,
        cursor,
        limit,
    } = &of.query;
    let page = (app.hub).rooms_after(prefix, cursor.as_deref(), page(*limit)?);
    let own = app.node();
    let rooms = page.rooms.iter();
    let rooms = rooms.map(|(cell, summary)| RoomInfo::new(cell.id(), own, summary));
    Ok(Json(Rooms {
        rooms: rooms.collect(),
        next: page.next.map(String::from),
        node: own.map(|node| node.to_string()),
    }))
}

/// Get a room
#[utoipa::path(
    get, path = "/rooms/{room}", tag = "rooms", operation_id = "getRoom",
    params(RoomPath),
    responses(
        (status = 200, description = "The room in numbers", body = RoomInfo),
        (status = 404, description = "Nobody is in it", body = Problem,
         content_type = "application/problem+json"),
        (status = "default", description = "A problem", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn get(of: OfRoom) -> Result<Json<RoomInfo>, Problem> {
    let (summary, _) = of.presence.listed(&of.room, 0, 0).await?;
    if summary.is_nobody() {
        return Err(nobody());
    }
    let own = of.presence.app.node();
    Ok(Json(RoomInfo::new(of.room, own, &summary)))
}

/// Close a room
///
/// Everybody in it, observers too, is told that they are out, on all servers, and the room is gone. Who
/// enters it afterwards finds an empty one. Of a room that nobody is in nothing is left to close.
#[utoipa::path(
    delete, path = "/rooms/{room}", tag = "rooms", operation_id = "closeRoom",
    params(RoomPath),
    request_body = Option<Reason>,
    responses(
        (status = 200, description = "How many people were in it", body = Kicked),
        (status = "default", description = "A problem", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn close(
    of: OfRoom,
    OptionalJson(reason): OptionalJson<Reason>,
) -> Result<Json<Kicked>, Problem> {
    let reason = reason.or("this room was closed");
    let kicked = of.presence.close(&of.room, reason).await?;
    tracing::info!(room = ?of.room, kicked, "room closed by the admin API");
    Ok(Json(Kicked { kicked }))
}

pub(super) fn nobody() -> Problem {
    Problem::not_found("nobody is in this room")
}
