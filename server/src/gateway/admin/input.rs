//! What requests bring: JSON, bounded in bytes and time.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use tokio::time::timeout;

use super::Admin;
use super::object::Object;
use super::problem::Problem;
use crate::limits::{ADMIN_BODY_BYTES_MAX, ADMIN_BODY_TIME_MAX, Limit};

/// Of what is wrong with a body, this much is told.
const SHOWN_CHARS_MAX: usize = 500;

/// A body that is a JSON object.
pub(super) struct Json<T>(pub(super) T);

/// A body that may be left out.
pub(super) struct OptionalJson<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<Admin>> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, admin: &Arc<Admin>) -> Result<Self, Problem> {
        let is_json = is_json(&request);
        let bytes = read(request.into_body(), admin).await?;
        if !is_json {
            return Err(not_json());
        }
        parse(&bytes).map(Self)
    }
}

impl<T: DeserializeOwned + Default> FromRequest<Arc<Admin>> for OptionalJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, admin: &Arc<Admin>) -> Result<Self, Problem> {
        let is_json = is_json(&request);
        let bytes = read(request.into_body(), admin).await?;
        match bytes.trim_ascii() {
            b"" => Ok(Self(T::default())),
            _ if !is_json => Err(not_json()),
            b"null" => Ok(Self(T::default())),
            _ => parse(&bytes).map(Self),
        }
    }
}

fn not_json() -> Problem {
    Problem::not_json("the body must be JSON, and say so: Content-Type: application/json")
}

fn is_json(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

async fn read(body: Body, admin: &Admin) -> Result<Vec<u8>, Problem> {
    let count = || admin.presence.app.hub.hits().count(Limit::AdminBody);
    let body = Limited::new(body, ADMIN_BODY_BYTES_MAX).collect();
    match timeout(ADMIN_BODY_TIME_MAX, body).await {
        Ok(Ok(body)) => Ok(body.to_bytes().into()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            count();
            let sentence = format!("the body is over {ADMIN_BODY_BYTES_MAX} bytes");
            Err(Problem::too_large(sentence))
        }
        Ok(Err(_)) => Err(Problem::bad_request("the body ended too soon")),
        Err(_) => {
            count();
            let seconds = ADMIN_BODY_TIME_MAX.as_secs();
            let sentence = format!("the body did not come within {seconds} s");
            Err(Problem::timeout(sentence))
        }
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let parsed = serde_json::from_slice::<Object<T>>(bytes);
    parsed.map(|Object(body)| body).map_err(|error| {
        // It may have much of the body in it.
        let shown: String = error.to_string().chars().take(SHOWN_CHARS_MAX).collect();
        match error.classify() {
            Category::Data => Problem::invalid(format!("the body is not right: {shown}")),
            _ => Problem::bad_request(format!("the body is not JSON: {shown}")),
        }
    })
}
