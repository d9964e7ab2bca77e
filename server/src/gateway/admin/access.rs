//! Who may ask for what: the only way to a room's name is past its token.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, Path, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Uri, header};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::super::presence::Presence;
use super::Admin;
use super::gate::Place;
use super::problem::Problem;
use crate::auth::{AuthError, Awaited, Managed, Verifier};
use crate::limits::JWKS_WAIT_MAX;

/// Somebody who may manage the room that the path names.
pub(super) struct OfRoom {
    pub(super) presence: Presence,
    pub(super) room: String,
    _place: Place,
    /// What else the path names.
    names: BTreeMap<String, String>,
}

/// Somebody who may manage everything.
pub(super) struct OfServer {
    pub(super) presence: Presence,
    _place: Place,
}

/// Somebody who may manage the rooms that the query names.
pub(super) struct OfRooms<Q> {
    pub(super) presence: Presence,
    pub(super) query: Q,
    _place: Place,
}

/// A query that names rooms by their beginning.
pub(super) trait NamesRooms {
    /// What their ids begin with; nothing for all.
    fn prefix(&self) -> &str;
}

impl OfRoom {
    /// A name in the path, as the route has it.
    pub(super) fn name(&self, name: &str) -> &str {
        self.names.get(name).map_or("", String::as_str)
    }
}

impl FromRequestParts<Arc<Admin>> for OfRoom {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, admin: &Arc<Admin>) -> Result<Self, Problem> {
        let path = Path::<BTreeMap<String, String>>::from_request_parts(parts, admin).await;
        let Path(mut names) = path.map_err(|error| Problem::bad_request(error.body_text()))?;
        let room = names.remove("room").unwrap_or_default();
        let place = admin.admit(parts, Managed::Room(&room)).await?;
        Ok(Self {
            presence: admin.presence.clone(),
            room,
            _place: place,
            names,
        })
    }
}

impl FromRequestParts<Arc<Admin>> for OfServer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, admin: &Arc<Admin>) -> Result<Self, Problem> {
        let place = admin.admit(parts, Managed::RoomsFrom("")).await?;
        Ok(Self {
            presence: admin.presence.clone(),
            _place: place,
        })
    }
}

impl<Q: DeserializeOwned + NamesRooms + Send> FromRequestParts<Arc<Admin>> for OfRooms<Q> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, admin: &Arc<Admin>) -> Result<Self, Problem> {
        let query = query::<Q>(&parts.uri)?;
        let managed = Managed::RoomsFrom(query.prefix());
        let place = admin.admit(parts, managed).await?;
        Ok(Self {
            presence: admin.presence.clone(),
            query,
            _place: place,
        })
    }
}

/// What stands behind the `?`.
pub(super) fn query<Q: DeserializeOwned>(uri: &Uri) -> Result<Q, Problem> {
    let Query(query) = Query::try_from_uri(uri).map_err(|error| {
        Problem::invalid(format!("a parameter is not right: {}", error.body_text()))
    })?;
    Ok(query)
}

impl Admin {
    async fn admit(&self, parts: &Parts, managed: Managed<'_>) -> Result<Place, Problem> {
        let app = &self.presence.app;
        match &app.tokens.verifier {
            Some(verifier) => {
                let token = bearer(&parts.headers);
                self.verify(verifier, managed, token).await?;
            }
            None if app.is_open_here && is_this_machine(parts) => {}
            None => {
                return Err(Problem::forbidden(
                    "without a key for tokens this server lets only its own machine manage it, and \
                     nobody where others are let in without tokens: set auth_secret, \
                     auth_secret_file, auth_public_key_file or auth_jwks_url",
                ));
            }
        }
        self.gate
            .enter(app.clock.now())
            .map_err(|(limit, problem)| {
                app.hub.hits().count(limit);
                problem
            })
    }

    /// A key that is not known is fetched, once, where keys are fetched.
    async fn verify(
        &self,
        verifier: &Verifier,
        managed: Managed<'_>,
        token: Option<&str>,
    ) -> Result<(), Problem> {
        let app = &self.presence.app;
        app.start_drivers();
        let mut result = verifier.admit_admin(app.clock.now(), managed, token);
        if let Err(error) = &result {
            let waiter = app.hub.waiter();
            if let Some(attempt) = verifier.await_keys(app.clock.now(), error, waiter.connection())
            {
                let fetched = waiter.until(|_, _| verifier.is_there(Awaited::Keys { attempt }));
                let _ = timeout(JWKS_WAIT_MAX, fetched).await;
                result = verifier.admit_admin(app.clock.now(), managed, token);
            }
        }
        result.map_err(|error| refused(verifier, error))
    }
}

/// The text may have the token's own words in it, which are for its bearer alone.
fn refused(verifier: &Verifier, error: AuthError) -> Problem {
    verifier.failures().count(error.reason);
    let reason = error.reason.label();
    tracing::debug!(reason, "token refused by the admin API");
    error.into()
}

/// The token of `Authorization: Bearer …`.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Headers by which a proxy says for whom it asks.
const FORWARDED: [HeaderName; 3] = [
    header::FORWARDED,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-real-ip"),
];

/// Whether somebody on this machine asks, and neither a proxy for somebody else nor a page from
/// elsewhere: what pages may send without being asked to (a POST), and what a name that leads here
/// (DNS rebinding) lets them, has another Origin or another Host.
fn is_this_machine(parts: &Parts) -> bool {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let is_near = peer.is_some_and(|ConnectInfo(peer)| is_loopback(peer.ip()));
    let headers = &parts.headers;
    let is_forwarded = FORWARDED.iter().any(|name| headers.contains_key(name));
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let is_own = host.is_some_and(is_own_name);
    let is_from_here = headers.get(header::ORIGIN).is_none_or(|origin| {
        let origin = origin.to_str().unwrap_or_default();
        let host = origin.split_once("://").map(|(_, host)| host);
        host.is_some_and(is_own_name)
    });
    is_near && !is_forwarded && is_own && is_from_here
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// A host, and perhaps a port, that is this machine by its very name.
fn is_own_name(authority: &str) -> bool {
    let Ok(authority) = authority.parse::<axum::http::uri::Authority>() else {
        return false;
    };
    let host = authority
        .host()
        .trim_start_matches('[')
        .trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_this_machine_are_known_and_those_that_only_begin_so_are_not() {
        for own in [
            "localhost",
            "LOCALHOST:3001",
            "127.0.0.1:1",
            "127.9.9.9",
            "[::1]:3001",
        ] {
            assert!(is_own_name(own), "{own}");
        }
        for other in [
            "",
            "localhost.evil.test",
            "127.0.0.1.evil.test",
            "10.0.0.1",
            "[::2]",
            "a b",
        ] {
            assert!(!is_own_name(other), "{other}");
        }
    }
}
