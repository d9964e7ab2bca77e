//! `/metrics`, in the text format of Prometheus: what a load balancer or an autoscaler goes by.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::routing::get;

use super::app::App;

/// Of a server of its own only: an application that mounts Mote has its own `/metrics`.
pub(super) fn endpoint(app: Arc<App>) -> Router {
    Router::new().route("/metrics", get(show)).with_state(app)
}

async fn show(State(app): State<Arc<App>>) -> ([(HeaderName, &'static str); 1], String) {
    let text = format!(
        "# HELP mote_connections WebSockets that are open.\n\
         # TYPE mote_connections gauge\n\
         mote_connections {}\n",
        app.places.taken()
    );
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}
