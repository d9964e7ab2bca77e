//! The task of one socket: reads, writes what others could not, keeps time, closes.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use mote_protocol::close::CloseCode;
use mote_protocol::time::Instant;
use tokio::io::ReadBuf;
use tokio::time::{Sleep, timeout};

use super::app::App;
use super::nap::came_at;
use super::session::Session;
use super::socket::Socket;
use super::visitor::Visitor;
use crate::frame::{Broken, Decoder, Framed, Incoming, Opcode, close_frame};
use crate::hub::{Close, Connection, Turn};
use crate::limits::{Limit, READ_BUFFER_BYTES};
use crate::metrics::{By, Ending};

thread_local! {
    /// What is read lies here until it is understood: a connection at rest has no buffer of its own.
    static READ_BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; READ_BUFFER_BYTES]);
}

/// Drives a socket from its upgrade to its end. `first` was read already; `token` is for Joins that have
/// none.
pub(super) async fn serve(
    app: &App,
    mut socket: Socket,
    first: Bytes,
    visitor: Visitor,
    token: Option<Box<str>>,
) {
    app.hub.metrics().opened.count();
    let mut driver = Driver::new(app, &mut socket);
    let shares = Arc::clone(&app.shares);
    driver.session.share_limits(shares, visitor.address);
    if let Some(token) = token {
        driver.session.bring_token(token);
    }
    if visitor.is_carried {
        driver.session.carry();
    }
    let ending = match driver.start(first) {
        Ok(()) => poll_fn(|cx| driver.poll(cx)).await,
        Err(stop) => stop,
    };
    match &ending {
        Stop::Broken(Broken::TooLarge) => app.hub.hits().count(Limit::MessageBytes),
        Stop::Broken(Broken::Dribble(_)) => app.hub.hits().count(Limit::MessageParts),
        _ => {}
    }
    let (rest, decoder) = driver.end(&ending);
    // A peer that neither reads nor closes is not waited for any longer.
    let _ = timeout(
        app.close_timeout,
        finish(&mut socket, ending, rest, decoder),
    )
    .await;
}

/// Closes a socket that is not served at all.
pub(super) async fn refuse(app: &App, mut socket: Socket, code: CloseCode) {
    let metrics = app.hub.metrics();
    metrics.opened.count();
    metrics.endings.count(Ending::server(code));
    tracing::debug!(code = code.code(), reason = code.text(), "refused");
    let ending = Stop::Close(code.into());
    let finished = finish(&mut socket, ending, Bytes::new(), Decoder::default());
    let _ = timeout(app.close_timeout, finished).await;
}

/// Why reading and writing ends.
enum Stop {
    /// We close it.
    Close(Close),
    /// Its frames cannot be read on.
    Broken(Broken),
    /// The peer closes it, with this code.
    Peer(Option<u16>),
    /// It broke.
    Lost,
}

impl Stop {
    fn ending(&self) -> Ending {
        match self {
            Self::Close(close) => Ending::server(close.code),
            Self::Broken(broken) => Ending::server(Close::from(*broken).code),
            Self::Peer(code) => Ending::client(*code),
            Self::Lost => Ending::LOST,
        }
    }

    /// By whom, with which code, and what that means.
    fn why(&self) -> (By, Option<u16>, Option<&'static str>) {
        let by_server = |code: CloseCode| (By::Server, Some(code.code()), Some(code.text()));
        match self {
            Self::Close(close) => by_server(close.code),
            Self::Broken(broken) => by_server(Close::from(*broken).code),
            Self::Peer(code) => (By::Client, *code, None),
            Self::Lost => (By::Line, None, None),
        }
    }
}

impl From<Broken> for Stop {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

impl From<Close> for Stop {
    fn from(close: Close) -> Self {
        Self::Close(close)
    }
}

struct Driver<'a> {
    app: &'a App,
    socket: &'a mut Socket,
    session: Session,
    connection: Arc<Connection>,
    decoder: Decoder,
    /// Runs out at `wake_at`, or is late: what is due is asked then.
    sleep: Pin<Box<Sleep>>,
    wake_at: Instant,
}

impl<'a> Driver<'a> {
    fn new(app: &'a App, socket: &'a mut Socket) -> Self {
        let now = app.clock.now();
        let mut session = Session::new(Arc::clone(&app.hub), app.session, now);
        if let Some(verifier) = &app.tokens.verifier {
            session.require_tokens(Arc::clone(verifier));
        }
        let connection = Arc::clone(session.connection());
        if let Some(line) = socket.line() {
            connection.open_line(line);
        }
        tracing::debug!(connection = connection.id(), "opened");
        let wake_at = session.poll_timeout();
        Self {
            app,
            socket,
            session,
            connection,
            decoder: Decoder::default(),
            sleep: Box::pin(tokio::time::sleep_until(app.clock.at(wake_at))),
            wake_at,
        }
    }

    fn start(&mut self, first: Bytes) -> Result<(), Stop> {
        let now = self.app.clock.now();
        let mut first = Vec::from(first);
        self.take_over(now, &mut first)
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Stop> {
        match self.advance(cx) {
            Ok(()) => Poll::Pending,
            Err(stop) => Poll::Ready(stop),
        }
    }

    fn advance(&mut self, cx: &mut Context<'_>) -> Result<(), Stop> {
        let now = self.app.clock.now();
        if self.wake_at <= now {
            self.handle_timeout(now)?;
        }
        if self.connection.poll_wanted(cx.waker()) || self.connection.is_blocked() {
            self.write(now, cx)?;
        }
        if let Poll::Ready(Err(_)) = self.socket.poll_flush(cx) {
            return Err(Stop::Lost);
        }
        if self.session.is_held() {
            // Its connection's task, which this is, was woken if the room is open.
            self.session.handle_ready(now)?;
        }
        if !self.session.is_held() {
            self.read(now, cx)?;
        }
        self.keep_time(cx);
        Ok(())
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), Stop> {
        self.decoder.handle_timeout(now)?;
        if self.session.poll_timeout() <= now {
            self.session.handle_timeout(now)?;
        }
        // May abort, which wakes us to close.
        self.connection.handle_timeout(now);
        Ok(())
    }

    fn write(&mut self, now: Instant, cx: &mut Context<'_>) -> Result<(), Stop> {
        let Self {
            connection, socket, ..
        } = self;
        match connection.write(now, |bytes| socket.try_write(cx, bytes)) {
            Turn::Wait | Turn::Blocked => Ok(()),
            Turn::Again => {
                connection.want_task();
                Ok(())
            }
            Turn::Close(close) => Err(Stop::Close(close)),
            Turn::Broken => Err(Stop::Lost),
        }
    }

    fn read(&mut self, now: Instant, cx: &mut Context<'_>) -> Result<(), Stop> {
        let now = came_at(now);
        READ_BUFFER.with_borrow_mut(|bytes| {
            loop {
                let mut buffer = ReadBuf::new(bytes);
                match self.socket.poll_read(cx, &mut buffer) {
                    Poll::Pending => return Ok(()),
                    Poll::Ready(Err(_)) => return Err(Stop::Lost),
                    Poll::Ready(Ok(())) if buffer.filled().is_empty() => return Err(Stop::Lost),
                    Poll::Ready(Ok(())) => {
                        let is_full = buffer.remaining() == 0;
                        self.take_over(now, buffer.filled_mut())?;
                        if is_full {
                            // There is more; others want their turn, those who read it first.
                            cx.waker().wake_by_ref();
                            return Ok(());
                        }
                    }
                }
            }
        })
    }

    fn take_over(&mut self, now: Instant, bytes: &mut [u8]) -> Result<(), Stop> {
        let Self {
            session,
            connection,
            ..
        } = self;
        self.decoder.feed(now, bytes, |incoming| match incoming {
            Incoming::Binary(message) => Ok(session.handle_message(now, message)?),
            Incoming::Text => Err(session.handle_text(now).into()),
            Incoming::Ping(payload) => {
                session.handle_ping(now)?;
                connection.pong(now, payload);
                Ok(())
            }
            Incoming::Pong => Ok(session.handle_pong(now)?),
            Incoming::Close(code) => Err(Stop::Peer(code)),
        })
    }

    /// The timer is set anew only when something is due earlier, or when it has run out: most
    /// messages only move what is due to later.
    fn keep_time(&mut self, cx: &mut Context<'_>) {
        loop {
            let due = self.due();
            let has_run_out = self.sleep.as_mut().poll(cx).is_ready();
            if due >= self.wake_at && !has_run_out {
                return;
            }
            self.wake_at = due;
            self.sleep.as_mut().reset(self.app.clock.at(due));
            if due <= self.app.clock.now() {
                self.connection.want_task();
                return;
            }
        }
    }

    fn due(&self) -> Instant {
        let blocked = self.connection.poll_timeout();
        let assembly = self.decoder.poll_timeout();
        let others = [blocked, assembly].into_iter().flatten();
        others.fold(self.session.poll_timeout(), Instant::min)
    }

    /// Its seats are in their grace from now on. What is left of the last frame, and of the peer's.
    fn end(mut self, stop: &Stop) -> (Bytes, Decoder) {
        self.session.handle_end(self.app.clock.now());
        let rest = self.connection.close_line();
        self.app.hub.metrics().endings.count(stop.ending());
        let connection = self.connection.id();
        // Not what was told them: that may have a token's words in it, or their own.
        let (by, code, reason) = stop.why();
        tracing::debug!(connection, by = by.label(), code, reason, "closed");
        (rest, self.decoder)
    }
}

/// The close handshake: our Close frame, then everything that the peer still sends is read, so that
/// its system does not throw our Close frame away.
async fn finish(
    socket: &mut Socket,
    stop: Stop,
    rest: Bytes,
    mut decoder: Decoder,
) -> io::Result<()> {
    let (last, answers) = match stop {
        Stop::Lost => return Ok(()),
        Stop::Close(close) => (close_frame(close.code.code(), &close.reason), true),
        Stop::Broken(broken) => {
            let close = Close::from(broken);
            (close_frame(close.code.code(), &close.reason), false)
        }
        Stop::Peer(Some(code)) => (close_frame(code, ""), false),
        Stop::Peer(None) => (Framed::new(Opcode::Close, &[]), false),
    };
    socket.write_all(&rest).await?;
    socket.write_all(last.as_bytes()).await?;
    if answers {
        poll_fn(|cx| poll_closed(socket, &mut decoder, cx)).await?;
    }
    socket.shutdown().await?;
    poll_fn(|cx| poll_end(socket, cx)).await
}

/// Ready when the peer has answered our Close frame with its own, or can be understood no more.
fn poll_closed(
    socket: &mut Socket,
    decoder: &mut Decoder,
    cx: &mut Context<'_>,
) -> Poll<io::Result<()>> {
    poll_discard(socket, cx, |bytes| {
        let fed = decoder.feed(Instant::ZERO, bytes, |incoming| match incoming {
            Incoming::Close(_) => Err(Stop::Lost),
            _ => Ok(()),
        });
        fed.is_err()
    })
}

/// Ready when the peer has closed the connection.
fn poll_end(socket: &mut Socket, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
    poll_discard(socket, cx, |_| false)
}

/// Reads until the end, or until `is_enough`.
fn poll_discard(
    socket: &mut Socket,
    cx: &mut Context<'_>,
    mut is_enough: impl FnMut(&mut [u8]) -> bool,
) -> Poll<io::Result<()>> {
    READ_BUFFER.with_borrow_mut(|bytes| {
        loop {
            let mut buffer = ReadBuf::new(bytes);
            match socket.poll_read(cx, &mut buffer) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Ready(Ok(())) => {
                    if buffer.filled().is_empty() || is_enough(buffer.filled_mut()) {
                        return Poll::Ready(Ok(()));
                    }
                }
            }
        }
    })
}
