//! Who is in a room, and who is to leave it.

use axum::Json;
use axum::http::Uri;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::access::{OfRoom, query};
use super::input::OptionalJson;
use super::path::RoomPath;
use super::problem::Problem;
use super::rooms::{nobody, page};
use super::shapes::{Kicked, Person, Reason};
use crate::room::Whom;

/// What they are told who are told nothing else.
const KICKED: &str = "you were removed from this room";

/// Which people.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// The `next` of the page before.
    #[serde(default)]
    #[param(minimum = 0, maximum = 4_294_967_295_u32)]
    cursor: u32,
    /// How many at most; 100 by default.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
}

/// People of a room, in the order of their numbers.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct People {
    people: Vec<Person>,
    /// How many there are in all.
    count: usize,
    /// The `cursor` of the next page; null at the end.
    #[schema(required)]
    next: Option<u32>,
}

/// List the people of a room
///
/// Everybody listed, on all servers that share the room, agents too. Observers are not.
#[utoipa::path(
    get, path = "/rooms/{room}/people", tag = "rooms", operation_id = "listPeople",
    params(RoomPath, Wanted),
    responses(
        (status = 200, description = "A page of them", body = People),
        (status = 404, description = "Nobody is in the room", body = Problem,
         content_type = "application/problem+json"),
        (status = "default", description = "A problem", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(of: OfRoom, uri: Uri) -> Result<Json<People>, Problem> {
    let Wanted { cursor, limit } = query(&uri)?;
    let limit = page(limit)?;
    let (summary, mut people) = of.presence.listed(&of.room, cursor, limit + 1).await?;
    if summary.is_nobody() {
        return Err(nobody());
    }
    let next = people.get(limit).map(|person| person.user);
    people.truncate(limit);
    let own = of.presence.app.node();
    let people = people.into_iter().map(|person| Person::new(person, own));
    Ok(Json(People {
        people: people.collect(),
        count: summary.people,
        next,
    }))
}

/// Kick one person
///
/// They are told that they are out, on whichever server they are, and their seat is free at once. The
/// SDK does not come back by itself; somebody may, with a token that is still good.
#[utoipa::path(
    post, path = "/rooms/{room}/people/{connectionId}/kick", tag = "rooms",
    operation_id = "kickPerson",
    params(
        RoomPath,
        ("connectionId" = u32, Path, description = "Their number in the room", example = 3),
    ),
    request_body = Option<Reason>,
    responses(
        (status = 200, description = "They are out", body = Kicked),
        (status = 404, description = "Nobody has this number", body = Problem,
         content_type = "application/problem+json"),
        (status = "default", description = "A problem", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn kick(
    of: OfRoom,
    OptionalJson(reason): OptionalJson<Reason>,
) -> Result<Json<Kicked>, Problem> {
    let id = of.name("connectionId");
    let user = id.parse::<u32>().ok();
    // A sign or a leading zero would make two addresses of one person.
    let user = user.filter(|user| user.to_string() == id);
    let gone = || Problem::not_found("nobody in this room has this connectionId");
    let whom = Whom::User(user.ok_or_else(gone)?);
    match of.presence.kick(&of.room, whom, reason.or(KICKED)).await? {
        0 => Err(gone()),
        kicked => Ok(told(&of, kicked)),
    }
}

/// Kick an account
///
/// The same for every seat of an account: all tabs of somebody. Where there is none, nothing is to be
/// done.
#[utoipa::path(
    post, path = "/rooms/{room}/accounts/{account}/kick", tag = "rooms",
    operation_id = "kickAccount",
    params(
        RoomPath,
        ("account" = String, Path, description = "The account, percent-encoded", example = "user-1"),
    ),
    request_body = Option<Reason>,
    responses(
        (status = 200, description = "They are out", body = Kicked),
        (status = "default", description = "A problem", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn kick_account(
    of: OfRoom,
    OptionalJson(reason): OptionalJson<Reason>,
) -> Result<Json<Kicked>, Problem> {
    let whom = Whom::Account(of.name("account"));
    let kicked = of.presence.kick(&of.room, whom, reason.or(KICKED)).await?;
    Ok(told(&of, kicked))
}

fn told(of: &OfRoom, kicked: usize) -> Json<Kicked> {
    tracing::info!(room = ?of.room, kicked, "people kicked by the admin API");
    Json(Kicked { kicked })
}
