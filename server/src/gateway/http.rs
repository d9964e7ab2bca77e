//! What is not a WebSocket: the health check, and a page.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{Html, Response};
use axum::routing::{any, get};
use tower_http::services::ServeDir;

use super::app::App;
use super::cors::cors;
use super::readiness::Readiness;
use super::ws;

/// `/ws`, `/healthz` and `/readyz`.
pub(super) fn endpoints(app: Arc<App>) -> Router {
    Router::new()
        .route("/healthz", get(health))
        .route("/readyz", get(readiness))
        .layer(cors(&app.pages))
        // An upgrade asks nobody whether its page may read the answer.
        .route("/ws", any(ws::upgrade))
        .with_state(app)
}

/// The files of a folder, or a page that says how to connect.
pub(super) fn site(folder: Option<&Path>) -> Router {
    let site = match folder {
        Some(folder) => Router::new().fallback_service(ServeDir::new(folder)),
        None => Router::new().route("/", get(Html(include_str!("page.html")))),
    };
    site.layer(map_response(secure))
}

async fn health(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    if app.is_draining() {
        (StatusCode::SERVICE_UNAVAILABLE, "draining")
    } else {
        (StatusCode::OK, "ok")
    }
}

/// Whether new connections are welcome.
async fn readiness(State(app): State<Arc<App>>) -> (StatusCode, Cow<'static, str>) {
    // What is waited for is not waited for in vain where nobody has connected yet.
    app.start_drivers();
    let readiness = Readiness::of(&app);
    let status = match readiness.takes_people() {
        true => StatusCode::OK,
        false => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, readiness.words())
}

/// A page under development changes: caches ask each time. Types are what they say, and no address
/// of a page is told to others.
async fn secure<B>(mut response: Response<B>) -> Response<B> {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
}
