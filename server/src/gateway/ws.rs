//! One WebSocket: upgrade, read, write, close.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use mote_protocol::close::CloseCode;
use mote_protocol::limits::MESSAGE_BYTES_MAX;
use mote_protocol::wire::SUBPROTOCOL;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, Bytes, Utf8Bytes};

use super::app::App;
use super::places::Place;
use super::session::Session;
use crate::hub::{Close, Connection, Next, Outgoing};
use crate::limits::{READ_BUFFER_BYTES, WRITE_BUFFER_BYTES_MAX};

type Socket = WebSocketStream<TokioIo<Upgraded>>;

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
    tokio::spawn(async move {
        let place = match place {
            _ if !is_ours => Err(CloseCode::UnsupportedVersion),
            _ if app.is_draining() => Err(CloseCode::Restarting),
            place => place,
        };
        serve(&app, upgraded, place).await;
    });
    response
}

/// `mote.v1` when it is among those offered, else the first one: a browser that is answered with
/// none of its own fails before it sees the close code.
fn choose_subprotocol(headers: &HeaderMap) -> Option<HeaderValue> {
    let offers = || {
        let lines = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
        let offers = lines.flat_map(|line| line.as_bytes().split(|&byte| byte == b','));
        offers
            .map(<[u8]>::trim_ascii)
            .filter(|offer| !offer.is_empty())
    };
    let ours = offers().find(|offer| *offer == SUBPROTOCOL.as_bytes());
    HeaderValue::from_bytes(ours.or_else(|| offers().next())?).ok()
}

fn address_of(request: &Request) -> Option<IpAddr> {
    let info = request.extensions().get::<ConnectInfo<SocketAddr>>();
    info.map(|ConnectInfo(address)| address.ip())
}

async fn serve(app: &App, upgraded: OnUpgrade, place: Result<Place, CloseCode>) {
    let Ok(upgraded) = upgraded.await else {
        return;
    };
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX)
        .max_message_size(Some(MESSAGE_BYTES_MAX))
        .max_frame_size(Some(MESSAGE_BYTES_MAX));
    let stream = TokioIo::new(upgraded);
    let socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
    let (socket, end) = match &place {
        Ok(_place) => run(app, socket).await,
        Err(code) => (socket, End::Close((*code).into())),
    };
    // The place is given back only when the socket is gone.
    let _ = timeout(app.close_timeout, finish(socket, end)).await;
}

/// How a socket's life ends.
enum End {
    /// We close it.
    Close(Close),
    /// The peer closed it, or it broke.
    Peer,
}

async fn run(app: &App, socket: Socket) -> (Socket, End) {
    let clock = app.clock;
    let mut session = Session::new(Arc::clone(&app.hub), app.session, clock.now());
    let connection = Arc::clone(session.connection());
    tracing::debug!(connection = connection.id(), "opened");
    let (mut sink, mut stream) = socket.split();

    // Two futures in one task: a write that stalls does not stop the reading, nor the reverse.
    let end = {
        let writing = write(app, &connection, &mut sink);
        tokio::pin!(writing);
        let reading = read(app, &mut session, &mut stream);
        tokio::select! {
            end = reading => match end {
                End::Peer => End::Peer,
                End::Close(close) => {
                    connection.close(close.clone());
                    // What was queued before the reason goes out first, if it can.
                    timeout(app.close_timeout, writing).await.unwrap_or(End::Close(close))
                }
            },
            end = &mut writing => end,
        }
    };
    session.handle_end(clock.now());
    let code = match &end {
        End::Close(close) => Some(close.code.code()),
        End::Peer => None,
    };
    tracing::debug!(connection = connection.id(), code, "closed");
    let socket = sink.reunite(stream).expect("both halves are of one socket");
    (socket, end)
}

async fn read(app: &App, session: &mut Session, stream: &mut SplitStream<Socket>) -> End {
    loop {
        let due = session.poll_timeout();
        let message = tokio::select! {
            message = stream.next() => message,
            () = app.clock.sleep_until(Some(due)) => {
                match session.handle_timeout(app.clock.now()) {
                    Ok(()) => continue,
                    Err(close) => return End::Close(close),
                }
            }
        };
        let now = app.clock.now();
        let handled = match message {
            Some(Ok(Message::Binary(bytes))) => session.handle_message(now, &bytes),
            Some(Ok(Message::Text(_))) => Err(session.handle_text(now)),
            Some(Ok(Message::Ping(_))) => session.handle_ping(now),
            Some(Ok(Message::Pong(_))) => {
                session.handle_pong(now);
                Ok(())
            }
            Some(Ok(Message::Frame(_))) => Ok(()),
            Some(Err(error)) => match code_of(&error) {
                Some(code) => Err(code.into()),
                None => return End::Peer,
            },
            Some(Ok(Message::Close(_))) | None => return End::Peer,
        };
        if let Err(close) = handled {
            return End::Close(close);
        }
        // Many messages may lie in one read; others want their turn.
        tokio::task::coop::consume_budget().await;
    }
}

/// What a peer whose frames are wrong is told; none when there is nobody to tell.
fn code_of(error: &tungstenite::Error) -> Option<CloseCode> {
    match error {
        tungstenite::Error::Capacity(_) => Some(CloseCode::TooLarge),
        // A text frame before it is anything else.
        tungstenite::Error::Utf8(_) => Some(CloseCode::TextFrame),
        tungstenite::Error::Protocol(
            ProtocolError::ResetWithoutClosingHandshake
            | ProtocolError::ReceivedAfterClosing
            | ProtocolError::SendAfterClosing,
        ) => None,
        tungstenite::Error::Protocol(_) => Some(CloseCode::BadFrame),
        _ => None,
    }
}

async fn write(app: &App, connection: &Connection, sink: &mut SplitSink<Socket, Message>) -> End {
    loop {
        let message = match connection.next(app.clock.now()) {
            Next::Send(Outgoing::Message(bytes)) => Message::Binary(bytes),
            Next::Send(Outgoing::Ping) => Message::Ping(Bytes::new()),
            Next::Close(close) => return End::Close(close),
            Next::Wait => {
                connection.wake().notified().await;
                continue;
            }
        };
        let due = connection.poll_timeout();
        tokio::select! {
            sent = sink.send(message) => match sent {
                Ok(()) => connection.written(app.clock.now()),
                Err(_) => return End::Peer,
            },
            () = app.clock.sleep_until(due) => connection.handle_timeout(app.clock.now()),
            () = aborted(connection) => {}
        }
    }
}

/// Waits until a connection is aborted while something is being written to it.
async fn aborted(connection: &Connection) {
    while !connection.is_aborted() {
        connection.wake().notified().await;
    }
}

/// The close handshake: our Close frame where the end is ours, then everything that the peer still
/// sends is read, so that its system does not throw our Close frame away.
async fn finish(mut socket: Socket, end: End) {
    if let End::Close(close) = end {
        let frame = CloseFrame {
            code: close.code.code().into(),
            reason: frame_text(&close.reason),
        };
        if socket.send(Message::Close(Some(frame))).await.is_err() {
            return;
        }
    }
    while let Some(Ok(_)) = socket.next().await {}
    let stream = socket.get_mut();
    let _ = stream.shutdown().await;
    let mut discarded = [0; 1024];
    while let Ok(1..) = stream.read(&mut discarded).await {}
}

/// As much of a text as a Close frame carries: 125 bytes less the code's two.
fn frame_text(text: &str) -> Utf8Bytes {
    let longest = (0..=text.len().min(123)).rev();
    longest
        .filter_map(|end| text.get(..end))
        .next()
        .unwrap_or_default()
        .into()
}
