//! One of the crowd: a socket, its frames, and what they mean.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use mote_tests::raw::{
    Decoder, Frame, Handshake, Join, Opcode, Response, Said, cursor, event, leave, parse,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval_at};

use super::{
    Ledger, MOVE_EVERY, MOVES_PER_EVENT, PEOPLE, PEOPLE_PER_ROOM, Phase, account_of, lock,
    number_of, room_of,
};
use crate::jwt;
use crate::kit::MASK;

/// Lives until all leave. An end of the socket before is a fault.
pub(super) async fn live(
    server: SocketAddr,
    number: usize,
    ledger: Arc<Mutex<Ledger>>,
    phases: watch::Receiver<Phase>,
) {
    let person = Person::come_in(server, number, Arc::clone(&ledger)).await;
    let outcome = match person {
        Ok(mut person) => person.live(phases).await,
        Err(error) => Err(error),
    };
    if let Err(error) = outcome {
        lock(&ledger).fault(format!("{number} is no longer served: {error}"));
    }
}

struct Person {
    number: usize,
    stream: TcpStream,
    decoder: Decoder,
    ledger: Arc<Mutex<Ledger>>,
    /// Who of the crowd has which id.
    people: HashMap<u32, usize>,
    moves_until_event: u32,
}

impl Person {
    async fn come_in(
        server: SocketAddr,
        number: usize,
        ledger: Arc<Mutex<Ledger>>,
    ) -> io::Result<Self> {
        let mut stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        stream.write_all(&Handshake::default().to_bytes()).await?;
        let mut head = Vec::new();
        let (response, length) = loop {
            if stream.read_buf(&mut head).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(parsed) = Response::parse(&head) {
                break parsed;
            }
        };
        if !response.is_upgrade() {
            return Err(io::Error::other(format!("no upgrade: {response:?}")));
        }
        let mut decoder = Decoder::default();
        decoder.push(&head[length..]);
        let mut person = Self {
            number,
            stream,
            decoder,
            ledger,
            people: HashMap::new(),
            moves_until_event: 1,
        };
        let room = format!("crowd-{}", room_of(number));
        let token = jwt::token(&jwt::claims(&account_of(number), "crowd-*"));
        let join = Join::room(&room).with_token(&token);
        person.send(&join.to_bytes()).await?;
        Ok(person)
    }

    async fn live(&mut self, mut phases: watch::Receiver<Phase>) -> io::Result<()> {
        // Not all at the same instant.
        let part = MOVE_EVERY.mul_f64(self.number as f64 / PEOPLE as f64);
        let start = tokio::time::Instant::now() + part;
        let mut ticks = interval_at(start, MOVE_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut buffer = vec![0; 16 * 1024];
        loop {
            tokio::select! {
                read = self.stream.read(&mut buffer) => match read? {
                    0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                    count => {
                        self.decoder.push(&buffer[..count]);
                        self.hear().await?;
                    }
                },
                _ = ticks.tick() => {
                    if *phases.borrow() == Phase::Moving {
                        self.act().await?;
                    }
                }
                changed = phases.changed() => {
                    let phase = *phases.borrow_and_update();
                    if changed.is_err() || phase == Phase::Leaving {
                        self.send(&leave(0)).await?;
                        return self.stream.shutdown().await;
                    }
                    if phase == Phase::Settling {
                        self.moves_until_event = 1;
                        self.act().await?;
                        lock(&self.ledger).falls_silent(self.number);
                    }
                }
            }
        }
    }

    /// Moves, and sends an event when one is due.
    async fn act(&mut self) -> io::Result<()> {
        let x = lock(&self.ledger).moves(self.number);
        let y = u16::try_from(self.number).unwrap_or(u16::MAX);
        let mut message = cursor(0, x, y);
        self.moves_until_event -= 1;
        if self.moves_until_event == 0 {
            self.moves_until_event = MOVES_PER_EVENT;
            let number = lock(&self.ledger).sends_event(self.number);
            message.extend(event(0, "numbered", &number.to_be_bytes()));
        }
        self.send(&message).await
    }

    async fn send(&mut self, message: &[u8]) -> io::Result<()> {
        self.send_frame(Opcode::Binary, message).await
    }

    async fn send_frame(&mut self, opcode: Opcode, payload: &[u8]) -> io::Result<()> {
        let frame = Frame::whole(opcode, payload).to_bytes(MASK);
        self.stream.write_all(&frame).await
    }

    async fn hear(&mut self) -> io::Result<()> {
        loop {
            let next = self.decoder.next_frame();
            let next = next.map_err(|broken| io::Error::other(format!("{broken:?}")))?;
            let Some((frame, _)) = next else {
                return Ok(());
            };
            match frame.opcode {
                // The server cuts no message into fragments.
                Opcode::Binary if frame.is_final => {
                    let all = parse(&frame.payload);
                    all.into_iter().try_for_each(|said| self.note(said))?;
                }
                Opcode::Ping => self.send_frame(Opcode::Pong, &frame.payload).await?,
                Opcode::Pong => {}
                _ => return Err(io::Error::other(format!("{frame:?}"))),
            }
        }
    }

    fn note(&mut self, said: Said) -> io::Result<()> {
        match said {
            Said::UserJoined { user, account, .. } => {
                if let Some(who) = number_of(&account) {
                    self.people.insert(user, who);
                    if self.people.values().filter(|&&other| other == who).count() > 1 {
                        return Err(io::Error::other(format!("two have the account of {who}")));
                    }
                }
            }
            // The end of the snapshot, or somebody came.
            Said::Count(..) => {
                if self.people.len() == PEOPLE_PER_ROOM {
                    lock(&self.ledger).gather(self.number);
                }
            }
            Said::UserLeft(_, user) => {
                if let Some(who) = self.people.remove(&user) {
                    return Err(io::Error::other(format!("{who} has left")));
                }
            }
            Said::Cursor(_, user, x, y) => self.see(user, x, y),
            Said::Batch(_, cursors) => {
                for (user, x, y) in cursors {
                    self.see(user, x, y);
                }
            }
            Said::Event(_, user, name, payload) => {
                if let (Some(&who), "numbered", Ok(number)) =
                    (self.people.get(&user), &*name, payload.try_into())
                {
                    let number = u32::from_be_bytes(number);
                    lock(&self.ledger).heard_event(self.number, who, number);
                }
            }
            Said::Control(_, code, text, _) => {
                return Err(io::Error::other(format!("Control {code}: {text}")));
            }
            Said::Welcome { .. } | Said::State(..) | Said::Heartbeat => {}
        }
        Ok(())
    }

    fn see(&self, user: u32, x: u16, y: u16) {
        if let Some(&who) = self.people.get(&user).filter(|&&who| who != self.number) {
            lock(&self.ledger).heard_move(self.number, who, x, y);
        }
    }
}
