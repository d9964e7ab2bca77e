//! The admin API, `/api/v1`: what an application's backend asks of a server by HTTP.
//!
//! A request passes [`access`], which says whether its token may manage what its address names, then
//! [`gate`], and only then is its body read ([`input`]). What is done is done by
//! [`Presence`](super::Presence), on all servers that share the room; whichever of them is asked, the
//! answer is the same. Errors are [`problem`]s. The description is made from the code: a route is
//! there exactly when it is described.

mod access;
mod agents;
mod events;
mod gate;
mod input;
mod node;
mod object;
mod path;
mod people;
mod problem;
mod rooms;
mod shapes;

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderName, Method, Uri, header};
use axum::routing::get;
use utoipa::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::cors::cors;
use super::presence::Presence;
use gate::Gate;
use problem::Problem;

/// Where it is.
const BASE: &str = "/api/v1";

/// Of an address that there is not, this much is told.
const SHOWN_CHARS_MAX: usize = 200;

/// What the handlers share.
#[derive(Debug)]
struct Admin {
    presence: Presence,
    gate: Gate,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Mote admin API",
        description = "What a backend does with rooms: who is there, events, agents, kicks. Every \
                       request has a token (JWT) with the right `admin` for the room, or for `*` where \
                       it is about the server: `Authorization: Bearer …`. Errors are \
                       `application/problem+json` (RFC 9457)."
    ),
    servers((url = "/api/v1")),
    security(("token" = [])),
    tags(
        (name = "rooms", description = "Rooms and who is in them"),
        (name = "events", description = "What happens in them"),
        (name = "agents", description = "People whom a backend plays"),
        (name = "servers", description = "This server and the others")
    )
)]
struct Description;

/// Everything under `/api/v1`.
pub(super) fn router(presence: Presence) -> Router {
    let now = presence.app.clock.now();
    let cors = cors(&presence.app.pages);
    let admin = Arc::new(Admin {
        presence,
        gate: Gate::new(now),
    });
    let (routes, description) = described().split_for_parts();
    let description = description
        .to_json()
        .expect("names and numbers become JSON");
    let routes = routes
        .route("/openapi.json", get(move || show(description.clone())))
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(cors)
        .with_state(admin);
    Router::new().nest(BASE, routes)
}

fn described() -> OpenApiRouter<Arc<Admin>> {
    let mut description = Description::openapi();
    let token = SecurityScheme::Http(
        Http::builder()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .build(),
    );
    let components = description.components.get_or_insert_default();
    components.add_security_scheme("token", token);
    OpenApiRouter::with_openapi(description)
        .routes(routes!(rooms::list))
        .routes(routes!(rooms::get, rooms::close))
        .routes(routes!(people::list))
        .routes(routes!(people::kick))
        .routes(routes!(people::kick_account))
        .routes(routes!(events::broadcast))
        .routes(routes!(agents::put, agents::patch, agents::delete))
        .routes(routes!(node::get))
        .routes(routes!(node::cluster))
}

/// It names nothing that is secret, so it needs no token.
async fn show(description: String) -> ([(HeaderName, &'static str); 1], String) {
    ([(header::CONTENT_TYPE, "application/json")], description)
}

async fn unknown(uri: Uri) -> Problem {
    let path: String = uri.path().chars().take(SHOWN_CHARS_MAX).collect();
    Problem::unknown(format!(
        "there is nothing at {BASE}{path}; {BASE}/openapi.json says what there is"
    ))
}

async fn wrong_method(method: Method) -> Problem {
    Problem::method_not_allowed(format!(
        "{method} is not for this address; the header Allow says what is"
    ))
}
