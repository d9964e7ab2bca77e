//! The listening socket, the accept loop, and HTTP/1 with limits on it.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::StatusCode;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::yield_now;
use tokio::time::{sleep, timeout};

use super::clock::Clock;
use super::guests::Guests;
use super::socket;
use super::tls::{Greeted, Tls};
use crate::limits::{
    ACCEPT_RETRY, HTTP_BUFFER_BYTES_MAX, HTTP_CONNECTION_TIME_MAX, LOG_REPEATED_EVERY, Limit,
};
use crate::throttle::Throttle;

/// Listens on an address, where `backlog` connections may wait.
pub(super) fn bind(address: SocketAddr, backlog: u32) -> io::Result<std::net::TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    socket.set_nonblocking(true)?;
    // A server that restarts must not wait for the connections of the one before it.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(i32::try_from(backlog).unwrap_or(i32::MAX))?;
    Ok(socket.into())
}

/// Accepts for ever. Each connection has a task of its own, which ends when it is upgraded.
pub(super) async fn accept(
    listener: &TcpListener,
    router: &Router,
    header_timeout: Duration,
    tls: Option<&Arc<Tls>>,
    guests: &Arc<Guests>,
) {
    let clock = Clock::start();
    let mut throttle = Throttle::default();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                if let Some(place) = guests.take(peer.ip()) {
                    let (router, guests) = (router.clone(), Arc::clone(guests));
                    let tls = tls.map(Arc::clone);
                    tokio::spawn(async move {
                        let served = serve_connection(stream, peer, router, header_timeout, tls);
                        if let Some(limit) = served.await {
                            guests.count(limit);
                        }
                        drop(place);
                    });
                }
                // One at a turn: in a storm those who are here already go on, and the others wait where
                // they cost nothing.
                yield_now().await;
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                if let Some(times) = throttle.note(clock.now(), LOG_REPEATED_EVERY) {
                    tracing::warn!(%error, times, "cannot accept connections; trying again");
                }
                sleep(ACCEPT_RETRY).await;
            }
        }
    }
}

/// The connection was gone before it was accepted; the next one may be well.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}

/// The limit that ended it, if one did.
async fn serve_connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    header_timeout: Duration,
    tls: Option<Arc<Tls>>,
) -> Option<Limit> {
    // Cursors are small and must not wait for one another.
    stream.set_nodelay(true).ok()?;
    let Some(tls) = tls else {
        return serve_http(stream, peer, router, header_timeout).await;
    };
    // A WebSocket over it is written through rustls, which hides the socket.
    socket::prepare(&stream);
    match timeout(header_timeout, tls.greet(stream)).await {
        Ok(Ok(Greeted::Tls(stream))) => serve_http(stream, peer, router, header_timeout).await,
        Ok(Ok(Greeted::Clear(stream))) => {
            serve_http(stream, peer, in_the_clear(), header_timeout).await
        }
        // The peer's: it broke TLS, or trusts another certificate.
        Ok(Err(_)) => None,
        Err(_) => Some(Limit::HeaderTimeout),
    }
}

/// For those who speak HTTP where TLS is spoken.
fn in_the_clear() -> Router {
    let text = "this address speaks TLS: write https:// or wss://, not http:// or ws://\n";
    Router::new().fallback(move || async move { (StatusCode::BAD_REQUEST, text) })
}

/// HTTP/1 with limits on it, until the connection ends or becomes a WebSocket.
async fn serve_http(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    router: Router,
    header_timeout: Duration,
) -> Option<Limit> {
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: hyper::Request<_>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
        .max_buf_size(HTTP_BUFFER_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    // All errors are the peer's: it broke HTTP or took too long.
    match timeout(HTTP_CONNECTION_TIME_MAX, connection).await {
        Err(_) => Some(Limit::HttpTime),
        Ok(Err(error)) if error.is_timeout() => Some(Limit::HeaderTimeout),
        Ok(Err(error)) if error.is_parse_too_large() => Some(Limit::HeaderBytes),
        Ok(_) => None,
    }
}
