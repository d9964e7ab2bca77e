//! Mounted in a server whose connections are not plain TCP sockets, as with TLS.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use mote_protocol::wire::ServerMessage;
use mote_server::Config;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use crate::support::Client;

/// A stream that nobody can see through, and that sends nothing before it is flushed.
struct Wrapped {
    stream: TcpStream,
    unsent: Vec<u8>,
}

impl AsyncRead for Wrapped {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Wrapped {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.unsent.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { stream, unsent } = &mut *self;
        while !unsent.is_empty() {
            let written = ready!(Pin::new(&mut *stream).poll_write(cx, unsent))?;
            unsent.drain(..written);
        }
        Pin::new(stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.as_mut().poll_flush(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

struct WrappedListener(TcpListener);

impl Listener for WrappedListener {
    type Io = Wrapped;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wrapped, SocketAddr) {
        let (stream, peer) = self.0.accept().await.unwrap();
        let unsent = Vec::new();
        (Wrapped { stream, unsent }, peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

async fn serve(config: &Config) -> SocketAddr {
    let app: Router = mote_server::router(config);
    let listener = WrappedListener(TcpListener::bind("127.0.0.1:0").await.unwrap());
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, app).await });
    address
}

#[tokio::test]
async fn people_meet_and_leave_over_a_wrapped_stream() {
    let resume_grace = Duration::ZERO;
    let address = serve(&Config {
        resume_grace,
        ..Config::default()
    })
    .await;
    let mut ada = Client::join(address, "r").await;
    let mut bob = Client::join(address, "r").await;
    ada.until(
        |message| matches!(message, ServerMessage::UserJoined { joined, .. } if joined.user == 1),
    )
    .await;
    bob.shout(b"hello").await;
    ada.until(|message| matches!(message, ServerMessage::Event { user: 1, .. }))
        .await;
    drop(bob);
    ada.until(|message| matches!(message, ServerMessage::UserLeft { user: 1, .. }))
        .await;
}
