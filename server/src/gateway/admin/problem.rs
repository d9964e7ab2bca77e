//! What is wrong, as RFC 9457 has it: one shape for all errors.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::presence::PresenceError;
use crate::auth::{AuthError, Reason};
use crate::room::Refused;

/// An error: whose fault it is, and what to do.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Problem {
    /// What kind of problem this is, for programs: it does not change.
    #[serde(rename = "type")]
    #[schema(example = "urn:mote:problem:not-found")]
    kind: &'static str,
    /// The kind in words.
    #[schema(example = "Nobody there")]
    title: &'static str,
    /// The status of the answer.
    #[schema(example = 404)]
    status: u16,
    /// What was wrong this time, and what to do, in words for a developer.
    #[schema(example = "nobody is in this room")]
    detail: String,
}

macro_rules! problems {
    ($($name:ident = $status:ident, $kind:literal, $title:literal;)+) => {
        impl Problem {
            $(pub(super) fn $name(detail: impl Into<String>) -> Self {
                Self {
                    kind: concat!("urn:mote:problem:", $kind),
                    title: $title,
                    status: StatusCode::$status.as_u16(),
                    detail: detail.into(),
                }
            })+
        }
    };
}

problems! {
    bad_request = BAD_REQUEST, "bad-request", "The request cannot be read";
    unauthorized = UNAUTHORIZED, "unauthorized", "No token, or a bad one";
    forbidden = FORBIDDEN, "forbidden", "Not allowed";
    not_found = NOT_FOUND, "not-found", "Nobody there";
    unknown = NOT_FOUND, "unknown", "No such address";
    method_not_allowed = METHOD_NOT_ALLOWED, "method-not-allowed", "Not with this method";
    timeout = REQUEST_TIMEOUT, "timeout", "The request came too slowly";
    full = CONFLICT, "full", "There is no place";
    too_large = PAYLOAD_TOO_LARGE, "too-large", "The request is too large";
    not_json = UNSUPPORTED_MEDIA_TYPE, "not-json", "The body is not JSON";
    invalid = UNPROCESSABLE_ENTITY, "invalid", "Something is not as it must be";
    too_many = TOO_MANY_REQUESTS, "too-many-requests", "Too many requests";
    unavailable = SERVICE_UNAVAILABLE, "unavailable", "Not at the moment";
}

impl Problem {
    /// The request was refused before anything was done, and may be right a moment later.
    fn is_for_later(&self) -> bool {
        let later = [
            StatusCode::TOO_MANY_REQUESTS,
            StatusCode::SERVICE_UNAVAILABLE,
        ];
        later.iter().any(|status| self.status == status.as_u16())
    }
}

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        match error.reason {
            Reason::NotAllowed => Self::forbidden(error.text),
            Reason::KeysAway => Self::unavailable(error.text),
            Reason::Missing => Self::unauthorized(
                "this API wants a token with the right admin: Authorization: Bearer …",
            ),
            _ => Self::unauthorized(error.text),
        }
    }
}

impl From<PresenceError> for Problem {
    fn from(error: PresenceError) -> Self {
        let sentence = error.to_string();
        match error {
            PresenceError::BadInput(_) => Self::invalid(sentence),
            PresenceError::Nobody => Self::not_found(sentence),
            PresenceError::Refused(Refused::TooManyRooms)
            | PresenceError::Busy(_)
            | PresenceError::Away => Self::unavailable(sentence),
            PresenceError::Refused(_) => Self::full(sentence),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).expect("strings and a number become JSON");
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, json);
        if self.is_for_later() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if status == StatusCode::UNAUTHORIZED {
            let bearer = HeaderValue::from_static("Bearer realm=\"mote\"");
            headers.insert(header::WWW_AUTHENTICATE, bearer);
        }
        response
    }
}
