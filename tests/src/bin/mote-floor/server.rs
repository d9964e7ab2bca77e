//! The loop.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use mote_tests::raw::varint;
use rustix::event::{Timespec, epoll};

/// 60 Hz.
const PERIOD: Duration = Duration::from_nanos(16_666_667);

const LISTENER: u64 = u64::MAX;

/// The answer to the key that every client here sends.
const UPGRADE: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

/// Masked head and key of a frame of five bytes, and those.
const MOVE_BYTES: usize = 11;

pub(crate) fn serve(listener: TcpListener) -> io::Result<Infallible> {
    listener.set_nonblocking(true)?;
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    let data = epoll::EventData::new_u64(LISTENER);
    epoll::add(&epoll, &listener, data, epoll::EventFlags::IN)?;
    let mut server = Server {
        listener,
        epoll,
        sockets: Vec::new(),
        rooms: BTreeMap::new(),
        changed: Vec::new(),
        buffer: vec![0; 64 * 1024],
        frame: Vec::new(),
    };
    let zero = Instant::now();
    let mut flushed = 0;
    let mut events = Vec::with_capacity(256);
    loop {
        let until_flush = (!server.changed.is_empty())
            .then(|| (PERIOD * (flushed + 1)).saturating_sub(zero.elapsed()));
        let limit = until_flush.map(|limit| Timespec {
            tv_sec: 0,
            tv_nsec: i64::from(limit.subsec_nanos()),
        });
        events.clear();
        let room = rustix::buffer::spare_capacity(&mut events);
        epoll::wait(&server.epoll, room, limit.as_ref())?;
        for event in &events {
            server.ready(event.data.u64())?;
        }
        let period = u32::try_from(zero.elapsed().as_nanos() / PERIOD.as_nanos());
        let period = period.map_err(io::Error::other)?;
        if period > flushed {
            flushed = period;
            server.flush()?;
        }
    }
}

struct Server {
    listener: TcpListener,
    epoll: OwnedFd,
    sockets: Vec<Option<Socket>>,
    rooms: BTreeMap<u32, Room>,
    /// Rooms with moves since the last flush.
    changed: Vec<u32>,
    buffer: Vec<u8>,
    frame: Vec<u8>,
}

struct Socket {
    stream: TcpStream,
    /// Which room, and which seat of it; none before the handshake.
    place: Option<(u32, usize)>,
}

#[derive(Default)]
struct Room {
    sockets: Vec<usize>,
    /// By seat.
    positions: Vec<[u8; 4]>,
    changed: Vec<usize>,
}

impl Server {
    fn ready(&mut self, which: u64) -> io::Result<()> {
        if which == LISTENER {
            return self.accept();
        }
        let index = usize::try_from(which).map_err(io::Error::other)?;
        let Some(socket) = &mut self.sockets[index] else {
            return Ok(());
        };
        let count = match socket.stream.read(&mut self.buffer) {
            Ok(count) if count > 0 => count,
            _ => {
                self.leave(index);
                return Ok(());
            }
        };
        match socket.place {
            Some((room, seat)) => self.moves(room, seat, count),
            None => self.join(index, count)?,
        }
        Ok(())
    }

    fn accept(&mut self) -> io::Result<()> {
        let (stream, _) = match self.listener.accept() {
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            accepted => accepted?,
        };
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        let data = epoll::EventData::new_u64(self.sockets.len() as u64);
        epoll::add(&self.epoll, &stream, data, epoll::EventFlags::IN)?;
        let place = None;
        self.sockets.push(Some(Socket { stream, place }));
        Ok(())
    }

    /// `GET /<room>/<seat> HTTP/1.1`, in one piece on loopback.
    fn join(&mut self, index: usize, count: usize) -> io::Result<()> {
        let request = String::from_utf8_lossy(&self.buffer[..count]);
        let mut path = request.split(' ').nth(1).unwrap_or("").split('/').skip(1);
        let (room, seat) = (path.next(), path.next());
        let place = room.zip(seat).and_then(|(room, seat)| {
            let place: (u32, usize) = (room.parse().ok()?, seat.parse().ok()?);
            Some(place)
        });
        let (Some((room, seat)), Some(socket)) = (place, &mut self.sockets[index]) else {
            self.sockets[index] = None;
            return Ok(());
        };
        socket.place = Some((room, seat));
        socket.stream.write_all(UPGRADE)?;
        let room = self.rooms.entry(room).or_default();
        room.sockets.push(index);
        room.positions
            .resize(room.positions.len().max(seat + 1), [0; 4]);
        Ok(())
    }

    fn moves(&mut self, number: u32, seat: usize, count: usize) {
        let Some(room) = self.rooms.get_mut(&number) else {
            return;
        };
        for bytes in self.buffer[..count].chunks_exact(MOVE_BYTES) {
            let [_, _, m0, m1, m2, m3, _, a, b, c, d] = *bytes else {
                return;
            };
            // The mask goes on from the type byte, which took its first byte.
            let position = [a ^ m1, b ^ m2, c ^ m3, d ^ m0];
            if room.changed.is_empty() {
                self.changed.push(number);
            }
            if !room.changed.contains(&seat) {
                room.changed.push(seat);
            }
            room.positions[seat] = position;
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        for number in std::mem::take(&mut self.changed) {
            let Some(room) = self.rooms.get_mut(&number) else {
                continue;
            };
            batch(room, &mut self.frame);
            for &index in &room.sockets {
                if let Some(socket) = &mut self.sockets[index] {
                    match socket.stream.write(&self.frame) {
                        Ok(_) => {}
                        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
                        Err(error) => return Err(error),
                    }
                }
            }
        }
        Ok(())
    }

    fn leave(&mut self, index: usize) {
        let left = self.sockets[index].take();
        if let Some((number, _)) = left.and_then(|socket| socket.place)
            && let Some(room) = self.rooms.get_mut(&number)
        {
            room.sockets.retain(|other| *other != index);
        }
    }
}

/// One frame with one `CursorBatch`.
fn batch(room: &mut Room, frame: &mut Vec<u8>) {
    room.changed.sort_unstable();
    let mut payload = vec![0x90];
    payload.extend(varint(room.changed.len() as u64));
    let mut next = 0;
    for seat in room.changed.drain(..) {
        payload.extend(varint((seat - next) as u64));
        payload.extend(room.positions[seat]);
        next = seat + 1;
    }
    frame.clear();
    frame.push(0x82);
    match u8::try_from(payload.len()) {
        Ok(length @ ..126) => frame.push(length),
        _ => {
            let length = u16::try_from(payload.len()).expect("a room of a few hundred people");
            frame.push(126);
            frame.extend(length.to_be_bytes());
        }
    }
    frame.extend(payload);
}
