//! Which pages may read the answers of the HTTP API: those that may connect, too.

use std::sync::Arc;

use axum::http::{Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::access::Pages;
use crate::limits::CORS_MAX_AGE;

/// For a router of the HTTP API. No cookies: whoever may do something there says so with a token.
pub(super) fn cors(pages: &Arc<Pages>) -> CorsLayer {
    let origins = match **pages {
        Pages::Any => AllowOrigin::any(),
        _ => {
            let pages = Arc::clone(pages);
            AllowOrigin::predicate(move |origin, request| pages.allow(origin, &request.headers))
        }
    };
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .max_age(CORS_MAX_AGE)
}
