//! `/metrics`, in the text format of Prometheus: what operators, alerts and autoscalers go by.

mod families;
mod process;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::routing::get;

use super::app::App;
use crate::metrics::Exposition;
use crate::metrics::text::CONTENT_TYPE;

/// Of a server of its own only: an application that mounts Mote has its own `/metrics`.
pub(super) fn endpoint(app: Arc<App>) -> Router {
    Router::new().route("/metrics", get(show)).with_state(app)
}

async fn show(State(app): State<Arc<App>>) -> ([(HeaderName, &'static str); 1], String) {
    (
        [(header::CONTENT_TYPE, CONTENT_TYPE)],
        of_process(&app).to_text(),
    )
}

/// What Mote itself counts, without what is the whole process's.
pub(super) fn of_app(app: &App) -> String {
    let mut exposition = Exposition::default();
    families::write(app, &mut exposition);
    exposition.to_text()
}

/// That, and what the system says of the process.
pub(super) fn of_process(app: &App) -> Exposition {
    let mut exposition = Exposition::default();
    families::write(app, &mut exposition);
    process::write(app.started_s, &mut exposition);
    exposition
}
