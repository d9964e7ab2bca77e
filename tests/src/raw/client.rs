//! One connection: handshake, frames, messages, close; every wait has a deadline.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use super::frame::{Decoder, Frame, Opcode};
use super::handshake::{Handshake, Response};
use super::said::{Said, parse};
use super::say::{Join, heartbeat};

/// How long any one wait may take before the test fails: far beyond what a busy machine needs.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// How the server ended the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// The close code; `None` when the line was cut without a close frame.
    pub code: Option<u16>,
    /// The close frame's text.
    pub reason: String,
}

/// A WebSocket client; panics, in words, when the server does not do what is asked for.
#[derive(Debug)]
pub struct RawClient {
    stream: TcpStream,
    decoder: Decoder,
    unread: VecDeque<Said>,
    bytes_received: usize,
    answers_pings: bool,
    subprotocol: Option<String>,
}

impl RawClient {
    /// Opens a WebSocket that speaks `mote.v1`.
    ///
    /// # Panics
    /// When the server does not accept it.
    #[must_use]
    pub fn connect(addr: SocketAddr) -> Self {
        let client = Self::open(addr, &Handshake::default());
        assert_eq!(client.subprotocol(), Some("mote.v1"));
        client
    }

    /// Opens a WebSocket with this handshake.
    ///
    /// # Panics
    /// When the server does not upgrade.
    #[must_use]
    pub fn open(addr: SocketAddr, handshake: &Handshake) -> Self {
        match Self::ask(addr, handshake) {
            Ok(client) => client,
            Err(response) => panic!("no upgrade: {response:?}"),
        }
    }

    /// Asks for an upgrade.
    ///
    /// # Errors
    /// The server's answer when it is another one.
    ///
    /// # Panics
    /// When there is no answer in time.
    pub fn ask(addr: SocketAddr, handshake: &Handshake) -> Result<Self, Response> {
        let stream = TcpStream::connect(addr).expect("the server listens");
        Self::ask_over(stream, handshake)
    }

    /// Opens a WebSocket that speaks `mote.v1` over a connection that is there already.
    ///
    /// # Panics
    /// When the server does not upgrade.
    #[must_use]
    pub fn over(stream: TcpStream) -> Self {
        match Self::ask_over(stream, &Handshake::default()) {
            Ok(client) => client,
            Err(response) => panic!("no upgrade: {response:?}"),
        }
    }

    /// Asks for an upgrade over a connection that is there already.
    ///
    /// # Errors
    /// The server's answer when it is another one.
    ///
    /// # Panics
    /// When there is no answer in time.
    pub fn ask_over(mut stream: TcpStream, handshake: &Handshake) -> Result<Self, Response> {
        stream.set_nodelay(true).expect("a socket option");
        stream
            .set_read_timeout(Some(PATIENCE))
            .expect("a socket option");
        stream
            .write_all(&handshake.to_bytes())
            .expect("the server reads the handshake");
        Self::read_answer(stream)
    }

    /// The client of a connection on which the handshake was sent already, perhaps with more behind it.
    ///
    /// # Errors
    /// The server's answer when it is not an upgrade.
    ///
    /// # Panics
    /// When there is no answer in time.
    pub fn read_answer(mut stream: TcpStream) -> Result<Self, Response> {
        let mut head = Vec::new();
        let mut buffer = [0; 4096];
        let (response, head_bytes) = loop {
            let count = stream
                .read(&mut buffer)
                .expect("an answer to the handshake");
            assert!(count > 0, "the server hung up during the handshake");
            head.extend_from_slice(&buffer[..count]);
            if let Some(parsed) = Response::parse(&head) {
                break parsed;
            }
        };
        if !response.is_upgrade() {
            return Err(response);
        }
        let mut decoder = Decoder::default();
        decoder.push(&head[head_bytes..]);
        Ok(Self {
            stream,
            decoder,
            unread: VecDeque::new(),
            bytes_received: head.len() - head_bytes,
            answers_pings: true,
            subprotocol: response.header("sec-websocket-protocol").map(str::to_owned),
        })
    }

    /// The subprotocol that the server chose.
    #[must_use]
    pub fn subprotocol(&self) -> Option<&str> {
        self.subprotocol.as_deref()
    }

    /// Bytes that came off the socket since the handshake, frame headers included.
    #[must_use]
    pub const fn bytes_received(&self) -> usize {
        self.bytes_received
    }

    /// From now on Pings stay unanswered.
    pub const fn stop_answering_pings(&mut self) {
        self.answers_pings = false;
    }

    /// Sends one binary message.
    ///
    /// # Panics
    /// When the socket is gone.
    pub fn send(&mut self, payload: &[u8]) {
        self.send_frame(&Frame::whole(Opcode::Binary, payload));
    }

    /// Sends one frame.
    ///
    /// # Panics
    /// When the socket is gone.
    pub fn send_frame(&mut self, frame: &Frame) {
        self.try_send_frame(frame).expect("the server still reads");
    }

    /// Sends one frame, to a server that may have hung up already.
    ///
    /// # Errors
    /// When the socket is gone.
    pub fn try_send_frame(&mut self, frame: &Frame) -> std::io::Result<()> {
        const MASK: [u8; 4] = [0xA5, 0x01, 0x7F, 0xE2];
        self.stream.write_all(&frame.to_bytes(MASK))
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// When the socket is gone.
    pub fn send_raw(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// Joins and reads the whole snapshot; Welcome first, count last.
    ///
    /// # Panics
    /// When the first answer is no Welcome.
    pub fn join(&mut self, join: &Join<'_>) -> Vec<Said> {
        self.send(&join.to_bytes());
        let snapshot = self.until(|said| matches!(said, Said::Count(..)));
        assert!(matches!(snapshot[0], Said::Welcome { .. }), "{snapshot:?}");
        snapshot
    }

    /// Joins and says which id it was given, and the resume value.
    ///
    /// # Panics
    /// When the first answer is no Welcome.
    pub fn enter(&mut self, join: &Join<'_>) -> (u32, [u8; 16]) {
        match self.join(join).first() {
            Some(&Said::Welcome { user, resume, .. }) => (user, resume),
            other => panic!("no Welcome but {other:?}"),
        }
    }

    /// Reads messages up to and with the one that is looked for.
    ///
    /// # Panics
    /// When it does not come in time, or the server closes.
    pub fn until(&mut self, is_it: impl Fn(&Said) -> bool) -> Vec<Said> {
        let mut said = Vec::new();
        loop {
            let next = self.said();
            let is_last = is_it(&next);
            said.push(next);
            if is_last {
                return said;
            }
        }
    }

    /// Reads until each of these was said, in whatever order.
    ///
    /// # Panics
    /// When one does not come in time, or the server closes.
    pub fn until_all(&mut self, wanted: &[Said]) {
        let mut missing = wanted.to_vec();
        while !missing.is_empty() {
            let said = self.said();
            missing.retain(|wanted| *wanted != said);
        }
    }

    /// Everything that the server says before it answers a Heartbeat sent now; so without waiting
    /// it shows that nothing else was said.
    ///
    /// # Panics
    /// When the answer does not come in time.
    pub fn until_heartbeat(&mut self) -> Vec<Said> {
        self.send(&heartbeat());
        let mut said = self.until(|said| *said == Said::Heartbeat);
        said.pop();
        said
    }

    /// The next message.
    ///
    /// # Panics
    /// When none comes in time, or the server closes.
    pub fn said(&mut self) -> Said {
        match self.said_or_closed() {
            Ok(said) => said,
            Err(closed) => panic!("the server closed: {closed:?}"),
        }
    }

    /// The next message.
    ///
    /// # Errors
    /// How the server closed, when it did.
    ///
    /// # Panics
    /// When nothing comes in time.
    pub fn said_or_closed(&mut self) -> Result<Said, Closed> {
        loop {
            if let Some(said) = self.unread.pop_front() {
                return Ok(said);
            }
            let message = self.message_or_close()?;
            self.unread = parse(&message).into();
        }
    }

    /// The payload of the next binary message.
    ///
    /// # Panics
    /// When none comes in time, or the server closes.
    pub fn message(&mut self) -> Vec<u8> {
        match self.message_or_close() {
            Ok(message) => message,
            Err(closed) => panic!("the server closed: {closed:?}"),
        }
    }

    /// Reads to the end: what was said, and how the server closed.
    ///
    /// # Panics
    /// When it does not close in time.
    pub fn until_closed(&mut self) -> (Vec<Said>, Closed) {
        let mut said: Vec<Said> = self.unread.drain(..).collect();
        loop {
            match self.message_or_close() {
                Ok(message) => said.extend(parse(&message)),
                Err(closed) => return (said, closed),
            }
        }
    }

    /// The code that the server closes with; whatever it says before is skipped.
    ///
    /// # Panics
    /// When it does not close in time.
    pub fn close_code(&mut self) -> Option<u16> {
        self.until_closed().1.code
    }

    /// Closes with this code and waits until the server has answered and hung up.
    ///
    /// # Panics
    /// When it does not.
    pub fn close(&mut self, code: u16) -> Closed {
        self.send_frame(&Frame::whole(Opcode::Close, &code.to_be_bytes()));
        self.until_closed().1
    }

    /// Cuts the line without a word.
    pub fn cut(self) {
        // A reset or a FIN: either way the server learns of it without a close frame.
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    /// The next frame, and its bytes as they came. Pings are answered and handed out too.
    ///
    /// # Panics
    /// When none comes in time or it breaks RFC 6455; `None` when the server hung up.
    pub fn frame(&mut self) -> Option<(Frame, Vec<u8>)> {
        self.frame_until(Instant::now() + PATIENCE)
    }

    fn frame_until(&mut self, deadline: Instant) -> Option<(Frame, Vec<u8>)> {
        loop {
            match self.decoder.next_frame() {
                Ok(Some((frame, raw))) => {
                    let raw = raw.to_vec();
                    if frame.opcode == Opcode::Ping && self.answers_pings {
                        // The server may have hung up right after its Ping.
                        let _ = self.try_send_frame(&Frame::whole(Opcode::Pong, &frame.payload));
                    }
                    return Some((frame, raw));
                }
                Ok(None) => {}
                Err(broken) => panic!("the server broke RFC 6455: {broken:?}"),
            }
            assert!(Instant::now() < deadline, "waited for {PATIENCE:?}");
            if !self.read_some() {
                return None;
            }
        }
    }

    fn message_or_close(&mut self) -> Result<Vec<u8>, Closed> {
        // Pings come in between and must not prolong the wait.
        let deadline = Instant::now() + PATIENCE;
        let mut message: Option<Vec<u8>> = None;
        let line_cut = Closed {
            code: None,
            reason: String::new(),
        };
        loop {
            let (frame, _) = self.frame_until(deadline).ok_or_else(|| line_cut.clone())?;
            match frame.opcode {
                Opcode::Binary => {
                    assert!(message.is_none(), "a message inside a message");
                    message = Some(frame.payload);
                }
                Opcode::Continuation => match &mut message {
                    Some(message) => message.extend(frame.payload),
                    None => panic!("a continuation of nothing"),
                },
                Opcode::Ping | Opcode::Pong => continue,
                Opcode::Close => return Err(self.closing(&frame.payload)),
                Opcode::Text => panic!("a text frame: {frame:?}"),
            }
            if frame.is_final {
                return Ok(message.unwrap_or_default());
            }
        }
    }

    /// Answers the close frame and waits for the end of the stream, as RFC 6455 7.1.1 wants it.
    fn closing(&mut self, payload: &[u8]) -> Closed {
        let code = payload.first_chunk().map(|code| u16::from_be_bytes(*code));
        let reason = payload.get(2..).unwrap_or_default().to_vec();
        let reason = String::from_utf8(reason).expect("a close reason in UTF-8");
        let _ = self.try_send_frame(&Frame::whole(Opcode::Close, payload));
        while self.read_some() {}
        assert!(self.decoder.is_empty(), "bytes after the close frame");
        // Our end of the line ends, too: the server waits for that.
        let _ = self.stream.shutdown(Shutdown::Both);
        Closed { code, reason }
    }

    /// Reads what there is; false at the end of the stream.
    fn read_some(&mut self) -> bool {
        let mut buffer = [0; 16 * 1024];
        match self.stream.read(&mut buffer) {
            Ok(0) => false,
            Ok(count) => {
                self.bytes_received += count;
                self.decoder.push(&buffer[..count]);
                true
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => false,
            Err(error) => panic!("nothing to read within {PATIENCE:?}: {error}"),
        }
    }
}
