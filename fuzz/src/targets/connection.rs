//! One connection's bytes through the pure layers that a socket has under it: frames, session, rooms,
//! outbox. Somebody else in the same room notices nothing but what a person may do.

use std::sync::Arc;
use std::time::Duration;

use mote_protocol::limits::MESSAGE_BYTES_MAX;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Channel, ClientMessage, Join, server_messages};
use mote_server::auth::{Key, KeySet, Rules, Secret, Verifier};
use mote_server::frame::{Broken, Decoder, Incoming};
use mote_server::gateway::session::{Session, SessionConfig};
use mote_server::hub::{Close, Hub, HubConfig, Next, Outgoing};

use crate::input::Input;
use crate::{Target, seeds};

pub(crate) const TARGET: Target = Target {
    name: "connection",
    bytes_max: 4_096,
    run,
    seeds,
};

const LONG: Duration = Duration::from_secs(60);

/// The first byte says how it goes on, the second how many bytes come at a time (0: all of them), the
/// third how much time is between.
fn run(data: &[u8]) {
    let mut input = Input(data);
    let (how, chunk, step) = (input.u8(), input.u8(), input.u8());
    let chunk = if chunk == 0 { usize::MAX } else { chunk.into() };
    let mut world = World::new(how & 1 != 0);
    let mut witness = world.witness();
    let mut ponged_at = world.now;
    let mut wire = Wire::new(&world);
    while !input.is_empty() {
        let bytes = input.bytes(chunk);
        if wire.feed(world.now, &mut bytes.to_vec()).is_err() {
            break;
        }
        if how & 2 == 0 {
            read(world.now, &wire.session);
        }
        world.pass(4 * Duration::from_millis(step.into()));
        if wire.handle_timeout(world.now).is_err() {
            break;
        }
        read(world.now, &witness);
        // Its own pings are not answered here.
        if world.now - ponged_at >= Duration::from_secs(1) {
            ponged_at = world.now;
            witness.handle_pong(world.now).expect("one now and then");
        }
        witness.handle_timeout(world.now).expect("the others stay");
    }
    wire.session.handle_end(world.now);
    drop(wire);
    witness.handle_end(world.now);
    drop(witness);
    world.pass(LONG);
    assert_eq!((world.hub.rooms(), world.hub.connections().len()), (0, 0));
}

struct World {
    hub: Arc<Hub>,
    verifier: Option<Arc<Verifier>>,
    now: Instant,
}

impl World {
    fn new(asks_for_tokens: bool) -> Self {
        let secret = Secret::new("0123456789abcdef0123456789abcdef").expect("long enough");
        let keys = KeySet::from_iter([Key::from(secret)]);
        let verifier = || Arc::new(Verifier::new(keys, Rules::default(), |_| 1_800_000_000));
        Self {
            hub: Arc::new(Hub::new(HubConfig::default(), [5; 32])),
            verifier: asks_for_tokens.then(verifier),
            now: Instant::from_millis(100),
        }
    }

    /// Somebody in the room "r", who needs no token.
    fn witness(&self) -> Session {
        let mut session = Session::new(Arc::clone(&self.hub), SessionConfig::default(), self.now);
        let (channel, room) = (Channel::ZERO, "r");
        let join = Join {
            room,
            ..Join::default()
        };
        let mut bytes = Vec::new();
        let join = ClientMessage::Join { channel, join };
        join.encode(&mut bytes).expect("a good room");
        session.handle_message(self.now, &bytes).expect("let in");
        session
    }

    fn pass(&mut self, span: Duration) {
        let until = self.now + span;
        while let Some(due) = self.hub.poll_timeout().filter(|&due| due <= until) {
            self.now = self.now.max(due);
            self.hub.handle_timeout(self.now);
            let next = self.hub.poll_timeout();
            assert!(next.is_none_or(|next| next > self.now), "it spins");
        }
        self.now = until;
    }
}

/// The server's end of the socket, as `gateway/drive.rs` drives it.
struct Wire {
    decoder: Decoder,
    session: Session,
}

/// The socket is over.
struct Over;

impl From<Broken> for Over {
    fn from(broken: Broken) -> Self {
        Close::from(broken).into()
    }
}

impl From<Close> for Over {
    fn from(close: Close) -> Self {
        assert!(!close.reason.is_empty(), "a close says why");
        Self
    }
}

impl Wire {
    fn new(world: &World) -> Self {
        let config = SessionConfig::default();
        let mut session = Session::new(Arc::clone(&world.hub), config, world.now);
        if let Some(verifier) = &world.verifier {
            session.require_tokens(Arc::clone(verifier));
        }
        Self {
            decoder: Decoder::default(),
            session,
        }
    }

    fn feed(&mut self, now: Instant, bytes: &mut [u8]) -> Result<(), Over> {
        let Self { decoder, session } = self;
        decoder.feed(now, bytes, |incoming| match incoming {
            Incoming::Binary(message) => Ok(session.handle_message(now, message)?),
            Incoming::Text => Err(session.handle_text(now).into()),
            Incoming::Ping(payload) => {
                session.handle_ping(now)?;
                session.connection().pong(now, payload);
                Ok(())
            }
            Incoming::Pong => Ok(session.handle_pong(now)?),
            Incoming::Close(_) => Err(Over),
        })
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), Over> {
        self.decoder.handle_timeout(now)?;
        if self.session.poll_timeout() <= now {
            self.session.handle_timeout(now)?;
            assert!(self.session.poll_timeout() > now, "it spins");
        }
        self.session.connection().handle_timeout(now);
        if self.session.connection().is_closing() {
            return Err(Over);
        }
        Ok(())
    }
}

/// Takes everything that waits.
fn read(now: Instant, session: &Session) {
    while let Next::Send(outgoing) = session.connection().next(now) {
        if let Outgoing::Message(bytes) = outgoing {
            assert!(bytes.len() <= MESSAGE_BYTES_MAX);
            assert!(server_messages(&bytes).all(|message| message.is_ok()));
        }
        session.connection().written(now);
    }
}

/// A socket that joins "r" and says what a vector says: at once, byte by byte, in fragments.
fn seeds() -> Vec<Vec<u8>> {
    let join = seeds::frame(0x82, &[0x30, 0, 1, b'r']);
    let mut all = Vec::new();
    for vector in seeds::of_clients() {
        let whole = seeds::frame(0x82, &vector);
        all.push([&[0, 0, 5][..], &join, &whole, &whole].concat());
        let (first, second) = vector.split_at(vector.len() / 2);
        let parts = [seeds::frame(0x02, first), seeds::frame(0x80, second)].concat();
        all.push([&[2, 3, 1][..], &join, &parts].concat());
    }
    let controls: [(u8, &[u8]); 6] = [
        (0x88, &[0x03, 0xE8]),
        (0x88, b"\x0f\xa0bye"),
        (0x89, b"ping"),
        (0x8A, b""),
        (0x81, b"text"),
        (0x80, b"of nothing"),
    ];
    for (first, payload) in controls {
        all.push([&[1, 0, 0][..], &join, &seeds::frame(first, payload)].concat());
        all.push([&[0, 1, 200][..], &join, &seeds::frame(first, payload)].concat());
    }
    all
}
