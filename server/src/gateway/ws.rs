//! The upgrade to a WebSocket.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::upgrade::OnUpgrade;
use mote_protocol::close::CloseCode;
use mote_protocol::wire::SUBPROTOCOL;
use tungstenite::handshake::server::create_response_with_body;

use super::app::App;
use super::drive;
use super::places::Place;
use super::socket::Socket;
use super::upgrade_token::{is_token, offers};

/// Answers the upgrade. What is wrong with a well-formed one is told by a close code, because
/// browsers do not show the status of a refused upgrade.
pub(super) async fn upgrade(State(app): State<Arc<App>>, mut request: Request) -> Response {
    let upgraded = hyper::upgrade::on(&mut request);
    let Ok(mut response) = create_response_with_body(&request, Body::empty) else {
        let text = "this address speaks WebSocket: connect with the subprotocol mote.v1\n";
        return (StatusCode::UPGRADE_REQUIRED, text).into_response();
    };
    let chosen = choose_subprotocol(request.headers());
    let is_ours = chosen.as_ref().is_some_and(|chosen| chosen == SUBPROTOCOL);
    if let Some(chosen) = chosen {
        let headers = response.headers_mut();
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, chosen);
    }
    let place = app.places.take(address_of(&request));
    let token = app.token_ways.token(request.headers(), request.uri());
    let is_carried = asks_to_be_carried(&request);
    app.start_drivers();
    tokio::spawn(async move {
        let place = match place {
            _ if !is_ours => Err(CloseCode::UnsupportedVersion),
            _ if app.is_draining() => Err(CloseCode::Restarting),
            place => place.and_then(|place| Ok((place, token?))),
        };
        serve(&app, upgraded, place, is_carried).await;
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

fn address_of(request: &Request) -> Option<IpAddr> {
    let info = request.extensions().get::<ConnectInfo<SocketAddr>>();
    info.map(|ConnectInfo(address)| address.ip())
}

/// `?proxy=1`: a client that does not get to where it was sent.
fn asks_to_be_carried(request: &Request) -> bool {
    let query = request.uri().query().unwrap_or_default();
    query.split('&').any(|pair| pair == "proxy=1")
}

async fn serve(
    app: &App,
    upgraded: OnUpgrade,
    place: Result<(Place, Option<Box<str>>), CloseCode>,
    is_carried: bool,
) {
    let Ok(upgraded) = upgraded.await else {
        return;
    };
    let (socket, first) = Socket::of(upgraded);
    // The place is given back only when the socket is gone.
    match place {
        Ok((_place, token)) => drive::serve(app, socket, first, is_carried, token).await,
        Err(code) => drive::refuse(app, socket, code).await,
    }
}
