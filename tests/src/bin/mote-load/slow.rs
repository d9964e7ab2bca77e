//! Somebody who reads too slowly, or not at all, in the same room as the others.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use mote_tests::raw::{Handshake, Join};
use socket2::{Domain, Socket, Type};

use crate::frame::{BINARY, push};

/// How somebody is slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Pace {
    /// Reads nothing once it is in
    Paused,
    /// Reads a hundred bytes ten times a second
    Trickle,
}

/// The least that the kernel gives: its buffers hide a slow reader for the shortest time.
const RECEIVE_BUFFER_BYTES: usize = 4096;

const TRICKLE_BYTES: usize = 100;

const TRICKLE_PERIOD: Duration = Duration::from_millis(100);

/// A client of Mote that joins and then is slow.
pub(crate) struct SlowReader {
    stream: TcpStream,
    pace: Pace,
    next_read_at: Instant,
    is_cut_off: bool,
}

impl SlowReader {
    /// Joins `room`; what the server answers is left to lie.
    pub(crate) fn join(server: SocketAddr, room: &str, pace: Pace) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
        socket.set_recv_buffer_size(RECEIVE_BUFFER_BYTES)?;
        socket.connect(&server.into())?;
        let mut stream = TcpStream::from(socket);
        stream.write_all(&Handshake::default().to_bytes())?;
        // The answer's end is the server's word that frames may come.
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte)?;
            head.extend(byte);
        }
        let mut join = Vec::new();
        push(&mut join, BINARY, &Join::room(room).to_bytes());
        stream.write_all(&join)?;
        stream.set_nonblocking(true)?;
        Ok(Self {
            stream,
            pace,
            next_read_at: Instant::now() + TRICKLE_PERIOD,
            is_cut_off: false,
        })
    }

    /// When it wants to read next.
    pub(crate) fn due_at(&self) -> Option<Instant> {
        (self.pace == Pace::Trickle && !self.is_cut_off).then_some(self.next_read_at)
    }

    /// Reads a little, if it is time to.
    pub(crate) fn read(&mut self, now: Instant) {
        if self.due_at().is_none_or(|due_at| due_at > now) {
            return;
        }
        self.next_read_at = now + TRICKLE_PERIOD;
        match self.stream.read(&mut [0; TRICKLE_BYTES]) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Ok(count) if count > 0 => {}
            _ => self.is_cut_off = true,
        }
    }
}
