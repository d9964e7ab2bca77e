//! `/metrics`, in the text format of Prometheus: what operators, alerts and autoscalers go by.

mod families;
mod process;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::routing::get;

use super::app::App;
use crate::metrics::text::{CONTENT_TYPE, Text};

/// Of a server of its own only: an application that mounts Mote has its own `/metrics`.
pub(super) fn endpoint(app: Arc<App>) -> Router {
    Router::new().route("/metrics", get(show)).with_state(app)
}

async fn show(State(app): State<Arc<App>>) -> ([(HeaderName, &'static str); 1], String) {
    let mut text = Text::default();
    families::write(&app, &mut text);
    process::write(app.started_s, &mut text);
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], text.finish())
}

/// What Mote itself counts, without what is the whole process's.
pub(super) fn of_app(app: &App) -> String {
    let mut text = Text::default();
    families::write(app, &mut text);
    text.finish()
}
