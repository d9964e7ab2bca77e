//! Everything with sockets: the listener, HTTP, WebSockets, the drain.
//!
//! [`session`] is the exception: what a connection's messages mean, without any socket.

mod admin;
mod app;
mod asker;
mod clock;
mod cors;
mod drain;
mod drive;
mod fetch;
mod guests;
mod http;
mod http_client;
mod listener;
mod metrics;
mod nap;
mod otlp;
mod outage;
mod places;
mod presence;
mod random;
mod readiness;
mod rooms;
mod server;
pub mod session;
mod shared_rooms;
mod shed;
mod socket;
mod tls;
mod tokens;
mod upgrade_token;
mod visitor;
mod webhooks;
mod workers;
mod ws;

pub use nap::nap;
pub use presence::{Presence, PresenceError};
pub use server::{ServeError, Server, serve};

use std::sync::Arc;

use axum::Router;

use crate::config::Config;

/// The WebSocket endpoint `/ws` and the checks `/healthz` and `/readyz`, to be mounted in your own axum
/// application. `listen`, `backlog`, `max_http_connections`, `max_http_connections_per_ip`,
/// `header_timeout`, `demo_dir`, `drain`, `worker_threads`, `tls`, `metrics_listen`, `otlp_endpoint`, `log` and `log_format` of
/// the configuration are not used: they belong to the application.
///
/// Serve with `into_make_service_with_connect_info::<SocketAddr>()` to have the limits of connections and
/// joins for each address; without it only the totals are limited. Behind proxies set `trusted_proxies`.
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
    mount(config).0
}

/// As [`router`], with what else an application may want: to broadcast and to kick from its own code, the
/// admin API, what is counted.
///
/// # Panics
/// As [`router`].
///
/// ```
/// use axum::{Router, routing::get};
///
/// let (router, presence) = mote_server::mount(&mote_server::Config::default());
/// let app: Router = Router::new()
///     .nest("/presence", router)
///     .route("/metrics", get(async move || presence.metrics()));
/// ```
pub fn mount(config: &Config) -> (Router, Presence) {
    if let Err(error) = config.check() {
        panic!("{error}");
    }
    let app = app::App::new(config, true, None).unwrap_or_else(|error| panic!("{error}"));
    if let Err(error) = app.start_bus() {
        panic!("the thread of --redis cannot be started: {error}");
    }
    let presence = Presence::new(Arc::clone(&app));
    (http::endpoints(app), presence)
}
