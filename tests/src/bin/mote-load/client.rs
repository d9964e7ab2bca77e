//! One client: its socket, its handshake, and the frames that it reads and writes.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

use mote_tests::raw::{Handshake, Response};

use crate::frame::{self, BINARY, CLOSE, PING, PONG, TEXT};
use crate::peer::{Protocol, Seen};

/// A connection to the server.
pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    pub(crate) protocol: Box<dyn Protocol>,
    is_open: bool,
    /// The start of a frame whose rest has not come.
    unread: Vec<u8>,
    /// What the socket did not take.
    unwritten: Vec<u8>,
}

/// What came off a socket.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Received {
    pub(crate) bytes: u64,
    /// Those that carry data: no pings.
    pub(crate) frames: u64,
}

impl Client {
    /// Connects and asks for a WebSocket; the answer is read later.
    pub(crate) fn connect(server: SocketAddr, protocol: Box<dyn Protocol>) -> io::Result<Self> {
        let mut stream = TcpStream::connect(server)?;
        stream.set_nodelay(true)?;
        let handshake = Handshake {
            path: protocol.path(),
            protocols: protocol
                .subprotocol()
                .map(str::to_owned)
                .into_iter()
                .collect(),
            ..Handshake::default()
        };
        stream.write_all(&handshake.to_bytes())?;
        stream.set_nonblocking(true)?;
        Ok(Self {
            stream,
            protocol,
            is_open: false,
            unread: Vec::new(),
            unwritten: Vec::new(),
        })
    }

    pub(crate) fn move_to(&mut self, number: u32) -> io::Result<()> {
        self.protocol.move_to(number, &mut self.unwritten);
        self.flush()
    }

    /// Sends one message.
    pub(crate) fn send(&mut self, opcode: u8, payload: &[u8]) -> io::Result<()> {
        frame::push(&mut self.unwritten, opcode, payload);
        self.flush()
    }

    /// Reads all that there is; `note` is told of each position and when it came.
    pub(crate) fn read(
        &mut self,
        buffer: &mut [u8],
        mut note: impl FnMut(Seen, Instant),
    ) -> io::Result<Received> {
        let mut received = Received::default();
        loop {
            let kept = self.unread.len();
            if kept * 2 > buffer.len() {
                return Err(failed(
                    "a frame that is longer than any server under test sends",
                ));
            }
            buffer[..kept].copy_from_slice(&self.unread);
            let count = match self.stream.read(&mut buffer[kept..]) {
                Ok(0) => return Err(failed("the server hung up")),
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let now = Instant::now();
            received.bytes += count as u64;
            let mut rest = &buffer[..kept + count];
            if !self.is_open {
                rest = self.open(rest)?;
            }
            while let Some((frame, length)) = self
                .is_open
                .then(|| frame::first(rest))
                .transpose()
                .map_err(|text| failed(&text))?
                .flatten()
            {
                rest = &rest[length..];
                match frame.opcode {
                    TEXT | BINARY => {
                        received.frames += 1;
                        let mut note = |seen| note(seen, now);
                        let read = self.protocol.read(frame, &mut self.unwritten, &mut note);
                        read.map_err(|text| failed(&text))?;
                    }
                    PING => frame::push(&mut self.unwritten, PONG, frame.payload),
                    CLOSE => return Err(failed(&format!("the server closed: {frame:?}"))),
                    _ => {}
                }
            }
            self.unread.clear();
            self.unread.extend_from_slice(rest);
            // Less than asked for: the socket is empty, and the next byte will be told.
            if kept + count < buffer.len() {
                break;
            }
        }
        if !self.unwritten.is_empty() {
            self.flush()?;
        }
        Ok(received)
    }

    /// The answer to the handshake, when all of it is there; then the client says hello.
    fn open<'a>(&mut self, bytes: &'a [u8]) -> io::Result<&'a [u8]> {
        let Some((response, length)) = Response::parse(bytes) else {
            return Ok(bytes);
        };
        if !response.is_upgrade() {
            return Err(failed(&format!("no upgrade: {response:?}")));
        }
        self.is_open = true;
        self.protocol.greet(&mut self.unwritten);
        Ok(&bytes[length..])
    }

    fn flush(&mut self) -> io::Result<()> {
        while !self.unwritten.is_empty() {
            match self.stream.write(&self.unwritten) {
                Ok(count) => drop(self.unwritten.drain(..count)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    pub(crate) fn is_joined(&self) -> bool {
        self.is_open && self.protocol.is_joined()
    }
}

pub(crate) fn failed(text: &str) -> io::Error {
    io::Error::other(text.to_owned())
}
