//! The upgrade to a WebSocket.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::upgrade::OnUpgrade;
use mote_protocol::close::CloseCode;
use mote_protocol::wire::SUBPROTOCOL;
use tungstenite::handshake::server::create_response_with_body;

use super::app::App;
use super::drive;
use super::places::{Full, Place};
use super::socket::Socket;
use super::upgrade_token::{is_token, offers};
use super::visitor::Visitor;
use crate::limits::Limit;

/// Answers the upgrade. What is wrong with a well-formed one is told by a close code, because
/// browsers do not show the status of a refused upgrade; but a page that may not connect has no socket
/// even for that.
pub(super) async fn upgrade(State(app): State<Arc<App>>, mut request: Request) -> Response {
    let upgraded = hyper::upgrade::on(&mut request);
    let Ok(mut response) = create_response_with_body(&request, Body::empty) else {
        app.hub.metrics().not_websocket.count();
        let text = "this address speaks WebSocket: connect with the subprotocol mote.v1\n";
        return (StatusCode::UPGRADE_REQUIRED, text).into_response();
    };
    if !request.body().is_end_stream() {
        // Its bytes would be read as frames, though the proxy before may know them as a body.
        app.hub.metrics().not_websocket.count();
        let text = "a request for a WebSocket has no body\n";
        return (StatusCode::BAD_REQUEST, text).into_response();
    }
    if !app.pages.admit(request.headers()) {
        return refuse_page(&app, request.headers());
    }
    let chosen = choose_subprotocol(request.headers());
    let is_ours = chosen.as_ref().is_some_and(|chosen| chosen == SUBPROTOCOL);
    if let Some(chosen) = chosen {
        let headers = response.headers_mut();
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, chosen);
    }
    app.hub.metrics().accepted.count();
    let visitor = Visitor::of(&request, &app.trusted_proxies);
    let place = take_place(&app, visitor);
    let token = app.token_ways.token(request.headers(), request.uri());
    app.start_drivers();
    tokio::spawn(async move {
        let place = match place {
            _ if !is_ours => Err(CloseCode::UnsupportedVersion),
            _ if app.is_draining() => Err(CloseCode::Restarting),
            place => place.and_then(|place| Ok((place, token?))),
        };
        serve(&app, upgraded, place, visitor).await;
    });
    response
}

/// `mote.v1` when it is among those offered, else the first one: a browser that is answered with
/// none of its own fails before it sees the close code.
fn choose_subprotocol(headers: &HeaderMap) -> Option<HeaderValue> {
    let offers = || offers(headers).filter(|offer| !is_token(offer));
    let ours = offers().find(|offer| *offer == SUBPROTOCOL.as_bytes());
    HeaderValue::from_bytes(ours.or_else(|| offers().next())?).ok()
}

fn take_place(app: &App, visitor: Visitor) -> Result<Place, CloseCode> {
    app.places.take(visitor.address).map_err(|full| {
        let (limit, code) = match full {
            Full::All => (Limit::Connections, CloseCode::TryAgainLater),
            Full::Address => (Limit::ConnectionsPerIp, CloseCode::TooManyConnections),
        };
        app.hub.hits().count(limit);
        code
    })
}

/// Nothing of what it sent is in the answer.
fn refuse_page(app: &App, headers: &HeaderMap) -> Response {
    app.refused_pages.fetch_add(1, Ordering::Relaxed);
    let origin = headers.get(header::ORIGIN);
    tracing::debug!(?origin, "a page may not connect");
    let text = "pages of this origin may not connect: whoever runs this server may add it to \
                allowed_origins (--allowed-origins, MOTE_ALLOWED_ORIGINS)\n";
    (StatusCode::FORBIDDEN, text).into_response()
}

async fn serve(
    app: &App,
    upgraded: OnUpgrade,
    place: Result<(Place, Option<Box<str>>), CloseCode>,
    visitor: Visitor,
) {
    let Ok(upgraded) = upgraded.await else {
        return;
    };
    let (socket, first) = Socket::of(upgraded);
    // The place is given back only when the socket is gone.
    match place {
        Ok((_place, token)) => drive::serve(app, socket, first, visitor, token).await,
        Err(code) => drive::refuse(app, socket, code).await,
    }
}
