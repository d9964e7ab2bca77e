//! Everything with sockets: the listener, HTTP, WebSockets, the drain.
//!
//! [`session`] is the exception: what a connection's messages mean, without any socket.

mod admin;
mod app;
mod clock;
mod drain;
mod drive;
mod fetch;
mod http;
mod listener;
mod metrics;
mod nap;
mod places;
mod presence;
mod rooms;
mod server;
pub mod session;
mod shared_rooms;
mod socket;
mod tokens;
mod workers;
mod ws;

pub use nap::nap;
pub use presence::{Presence, PresenceError};
pub use server::{ServeError, Server, serve};

use axum::Router;

use crate::config::Config;

/// The WebSocket endpoint `/ws` and the checks `/healthz` and `/readyz`, to be mounted in your own axum
/// application; [`Presence`] has more. `listen`, `backlog`, `max_http_connections`, `header_timeout`, `demo_dir`, `drain`,
/// `worker_threads` and `log` of the configuration are not used: they belong to the application.
///
/// Serve with `into_make_service_with_connect_info::<SocketAddr>()` to have the limit of
/// connections for each address; without it only the total is limited.
///
/// # Panics
/// When a setting is out of its range ([`Config::check`]), the bus cannot be made as it is configured,
/// or the system has no randomness to give.
///
/// ```
/// # async fn run() -> std::io::Result<()> {
/// use axum::{Router, routing::get};
/// use std::net::SocketAddr;
///
/// let app = Router::new()
///     .route("/", get(|| async { "my application" }))
///     .nest("/presence", mote_server::router(&mote_server::Config::default()));
///
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
/// // Browsers connect to ws://127.0.0.1:3000/presence/ws
/// axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await
/// # }
/// ```
pub fn router(config: &Config) -> Router {
    let presence = Presence::new(config).unwrap_or_else(|error| panic!("{error}"));
    presence.router()
}
