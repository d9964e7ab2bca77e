//! One client: joins, moves on its beat, and notes what it sees of the others.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::time::{Duration, Instant};

use mote_tests::raw::{Decoder, Frame, Handshake, Join, Opcode, Response, Said, cursor, parse};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep_until;

use crate::options::Target;
use crate::report::Tally;
use crate::room::Room;

/// A client that is in its room.
pub(crate) struct LoadClient {
    stream: TcpStream,
    decoder: Decoder,
    user: usize,
    room: Rc<RefCell<Room>>,
    tally: Rc<RefCell<Tally>>,
}

/// Any mask is as good as another on a loopback line.
const MASK: [u8; 4] = [0x1B, 0xAD, 0xF0, 0x0D];

impl LoadClient {
    /// Connects and joins.
    pub(crate) async fn join(
        target: &Target,
        room_name: &str,
        room: Rc<RefCell<Room>>,
        tally: Rc<RefCell<Tally>>,
    ) -> io::Result<Self> {
        let mut stream = TcpStream::connect(target.addr).await?;
        stream.set_nodelay(true)?;
        let handshake = Handshake {
            path: target.path.clone(),
            ..Handshake::default()
        };
        stream.write_all(&handshake.to_bytes()).await?;
        let mut head = Vec::new();
        let (response, head_bytes) = loop {
            read_some(&mut stream, &mut head).await?;
            if let Some(parsed) = Response::parse(&head) {
                break parsed;
            }
        };
        if !response.is_upgrade() {
            return Err(failed(&format!("no upgrade: {response:?}")));
        }
        let mut decoder = Decoder::default();
        decoder.push(&head[head_bytes..]);
        let mut client = Self {
            stream,
            decoder,
            user: 0,
            room,
            tally,
        };
        client
            .write(Opcode::Binary, &Join::room(room_name).to_bytes())
            .await?;
        client.user = client.welcome().await?;
        client.room.borrow_mut().add(client.user);
        Ok(client)
    }

    /// Moves `moves` times, once a `period` from `start` on, and watches the others until it is
    /// dropped.
    pub(crate) async fn drive(
        mut self,
        start: Instant,
        period: Duration,
        moves: u32,
    ) -> io::Result<()> {
        let mut moved = 0;
        let mut bytes = Vec::new();
        loop {
            let next_move = start + period * moved;
            bytes.clear();
            tokio::select! {
                () = sleep_until(next_move.into()), if moved < moves => {
                    moved += 1;
                    let (x, y) = self.room.borrow_mut().next_move(self.user, Instant::now());
                    self.write(Opcode::Binary, &cursor(0, x, y)).await?;
                }
                count = self.stream.read_buf(&mut bytes) => {
                    if count? == 0 {
                        return Err(failed("the server hung up"));
                    }
                    self.take(&bytes).await?;
                }
            }
        }
    }

    async fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        let now = Instant::now();
        self.tally.borrow_mut().bytes_in += bytes.len();
        self.decoder.push(bytes);
        while let Some(frame) = self.next_frame()? {
            match frame.opcode {
                Opcode::Binary => {
                    for said in parse(&frame.payload) {
                        self.note(said, now);
                    }
                }
                Opcode::Ping => self.write(Opcode::Pong, &frame.payload).await?,
                Opcode::Close => {
                    let code = frame
                        .payload
                        .first_chunk()
                        .map(|code| u16::from_be_bytes(*code));
                    return Err(failed(&format!("the server closed with {code:?}")));
                }
                _ => return Err(failed(&format!("an unexpected frame: {frame:?}"))),
            }
        }
        Ok(())
    }

    fn note(&self, said: Said, now: Instant) {
        match said {
            Said::Cursor(_, user, x, y) => self.see(user, (x, y), now),
            Said::Batch(_, cursors) => {
                for (user, x, y) in cursors {
                    self.see(user, (x, y), now);
                }
            }
            _ => {}
        }
    }

    fn see(&self, sender: u32, position: (u16, u16), now: Instant) {
        let sender = sender as usize;
        if sender == self.user {
            return;
        }
        let seen = self.room.borrow_mut().see(self.user, sender, position, now);
        self.tally.borrow_mut().note(seen);
    }

    /// Reads the snapshot to its end; the id is in its Welcome.
    async fn welcome(&mut self) -> io::Result<usize> {
        let mut user = None;
        loop {
            while let Some(frame) = self.next_frame()? {
                if frame.opcode != Opcode::Binary {
                    return Err(failed(&format!("no welcome but {frame:?}")));
                }
                for said in parse(&frame.payload) {
                    match said {
                        Said::Welcome { user: own, .. } => user = Some(own as usize),
                        Said::Count(..) => return user.ok_or_else(|| failed("no Welcome")),
                        Said::Control(_, _, text, _) => return Err(failed(&text)),
                        _ => {}
                    }
                }
            }
            let mut bytes = Vec::new();
            read_some(&mut self.stream, &mut bytes).await?;
            self.decoder.push(&bytes);
        }
    }

    fn next_frame(&mut self) -> io::Result<Option<Frame>> {
        match self.decoder.next_frame() {
            Ok(frame) => Ok(frame.map(|(frame, _)| frame)),
            Err(broken) => Err(failed(broken.0)),
        }
    }

    async fn write(&mut self, opcode: Opcode, payload: &[u8]) -> io::Result<()> {
        let bytes = Frame::whole(opcode, payload).to_bytes(MASK);
        self.tally.borrow_mut().bytes_out += bytes.len();
        self.stream.write_all(&bytes).await
    }
}

async fn read_some(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> io::Result<()> {
    if stream.read_buf(bytes).await? == 0 {
        return Err(failed("the server hung up"));
    }
    Ok(())
}

fn failed(text: &str) -> io::Error {
    io::Error::other(text.to_owned())
}
