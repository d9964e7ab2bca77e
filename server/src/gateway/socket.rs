//! The bytes under a WebSocket: a TCP socket of our own, or whatever a server that mounts the
//! router gives us (TLS, for example).

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::upgrade::{Parts, Upgraded};
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use crate::hub::Line;
use crate::limits::KERNEL_UNSENT_BYTES_MAX;

/// An upgraded connection.
pub(super) enum Socket {
    /// Its writing half is open to every thread.
    Tcp(OwnedReadHalf, Arc<TcpLine>),
    /// Only its task can write, and must flush what it wrote.
    Any {
        io: TokioIo<Upgraded>,
        is_flushed: bool,
    },
}

impl Socket {
    /// With what was read of it already.
    pub(super) fn of(upgraded: Upgraded) -> (Self, Bytes) {
        let tcp = match upgraded.downcast::<TokioIo<TcpStream>>() {
            Ok(Parts { io, read_buf, .. }) => Ok((io, read_buf)),
            // `axum::serve` wraps once more.
            Err(upgraded) => match auto::upgrade::downcast::<TokioIo<TcpStream>>(upgraded) {
                Ok(auto::upgrade::Parts { io, read_buf, .. }) => Ok((io, read_buf)),
                Err(upgraded) => Err(upgraded),
            },
        };
        match tcp {
            Ok((io, read)) => {
                let stream = io.into_inner();
                prepare(&stream);
                let (reading, writing) = stream.into_split();
                (Self::Tcp(reading, Arc::new(TcpLine(writing))), read)
            }
            Err(upgraded) => {
                let io = TokioIo::new(upgraded);
                let is_flushed = true;
                (Self::Any { io, is_flushed }, Bytes::new())
            }
        }
    }

    /// The way to it from every thread, where there is one.
    pub(super) fn line(&self) -> Option<Arc<dyn Line>> {
        match self {
            Self::Tcp(_, line) => Some(Arc::clone(line) as Arc<dyn Line>),
            Self::Any { .. } => None,
        }
    }

    /// Reads what has come; nothing at the end.
    pub(super) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(reading, _) => Pin::new(reading).poll_read(cx, buffer),
            Self::Any { io, .. } => Pin::new(io).poll_read(cx, buffer),
        }
    }

    /// Writes as much as it takes now. When it takes nothing the task is woken when it does.
    pub(super) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self {
            Self::Tcp(_, line) => loop {
                let stream = line.stream();
                ready!(stream.poll_write_ready(cx))?;
                match stream.try_write(bytes) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    result => return Poll::Ready(result),
                }
            },
            Self::Any { io, is_flushed } => {
                // What it would hold back for a slow reader is old when it goes out.
                ready!(flush(io, is_flushed, cx))?;
                *is_flushed = false;
                Pin::new(io).poll_write(cx, bytes)
            }
        }
    }

    /// Sees to it that what was written is on its way.
    pub(super) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(..) => Poll::Ready(Ok(())),
            Self::Any { io, is_flushed } => flush(io, is_flushed, cx),
        }
    }

    /// As [`Line::try_write`]; when it takes nothing the task is woken when it does.
    pub(super) fn try_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> io::Result<usize> {
        match self.poll_write(cx, bytes) {
            Poll::Ready(result) => result,
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    pub(super) async fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let written = poll_fn(|cx| self.poll_write(cx, bytes)).await?;
            bytes = bytes
                .get(written..)
                .filter(|_| written > 0)
                .ok_or(io::ErrorKind::WriteZero)?;
        }
        poll_fn(|cx| self.poll_flush(cx)).await
    }

    /// Sends what is written, and the end of it.
    pub(super) async fn shutdown(&mut self) -> io::Result<()> {
        match self {
            Self::Tcp(_, line) => SockRef::from(line.stream()).shutdown(std::net::Shutdown::Write),
            Self::Any { io, .. } => poll_fn(|cx| Pin::new(&mut *io).poll_shutdown(cx)).await,
        }
    }
}

fn flush(
    io: &mut TokioIo<Upgraded>,
    is_flushed: &mut bool,
    cx: &mut Context<'_>,
) -> Poll<io::Result<()>> {
    if !*is_flushed {
        ready!(Pin::new(io).poll_flush(cx))?;
        *is_flushed = true;
    }
    Poll::Ready(Ok(()))
}

/// Messages are small and must not wait for one another, nor in the kernel for a slow reader. A
/// system that cannot do one of the two serves all the same.
pub(super) fn prepare(stream: &TcpStream) {
    let socket = SockRef::from(stream);
    let _ = socket.set_tcp_nodelay(true);
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    let _ = socket.set_tcp_notsent_lowat(KERNEL_UNSENT_BYTES_MAX);
}

/// The writing half of a TCP socket.
#[derive(Debug)]
pub(super) struct TcpLine(OwnedWriteHalf);

impl TcpLine {
    fn stream(&self) -> &TcpStream {
        self.0.as_ref()
    }
}

impl Line for TcpLine {
    /// Past the runtime, which would look first whether the socket was full when it last heard:
    /// a flush asks ten thousand sockets, and nearly all are not.
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        SockRef::from(self.stream()).send(bytes)
    }
}
