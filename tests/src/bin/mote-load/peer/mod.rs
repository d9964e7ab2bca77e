//! What the servers under test speak: one file each.

mod json;
mod liveblocks;
pub(crate) mod mote;
mod relay;
mod socket_io;
mod walk;
mod yjs;

use crate::frame::Frame;

/// A position that came, or a move: the server's id of whose it is, and its running number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) id: u32,
    pub(crate) number: u32,
}

/// One client's side of a server's protocol. All bytes go to `out` as masked frames.
pub(crate) trait Protocol {
    /// What is asked for in the handshake.
    fn path(&self) -> String;

    /// What is offered in the handshake.
    fn subprotocol(&self) -> Option<&'static str> {
        None
    }

    /// The WebSocket is open: joins, where that takes a message.
    fn greet(&mut self, _out: &mut Vec<u8>) {}

    /// A frame with data; `note` is told of each position.
    fn read(
        &mut self,
        frame: Frame<'_>,
        out: &mut Vec<u8>,
        note: &mut dyn FnMut(Seen),
    ) -> Result<(), String>;

    /// The client is in its room.
    fn is_joined(&self) -> bool {
        true
    }

    /// How many people the server says are in the room, where it says so.
    fn count(&self) -> Option<u32> {
        None
    }

    /// From now on positions are looked at, or skipped.
    fn look(&mut self, _looks: bool) {}

    /// How the server's messages name this client; valid once it is in its room.
    fn id(&self) -> u32;

    /// Moves: the position says the number.
    fn move_to(&mut self, number: u32, out: &mut Vec<u8>);
}

/// The protocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// Mote's own
    Mote,
    /// Mote's moves and batches on a server without anything else
    Floor,
    /// Six bytes, an id and a number, that the server hands on as they are
    Relay,
    /// Socket.IO with its default parser
    SocketIo,
    /// The awareness of y-websocket
    Yjs,
    /// The presence of Liveblocks
    Liveblocks,
}

impl Kind {
    /// A client that will be the `seat`th of its room; the first sends Events with its moves, if
    /// they have any bytes and the protocol has any.
    pub(crate) fn client(self, room: usize, seat: usize, event_bytes: u32) -> Box<dyn Protocol> {
        let id = u32::try_from(seat).expect("few people");
        match self {
            Self::Mote => {
                let event_bytes = if seat == 0 { event_bytes } else { 0 };
                Box::new(mote::Mote::new(room, event_bytes))
            }
            Self::Floor => Box::new(mote::Floor { room, id }),
            Self::Relay => Box::new(relay::Relay { room, id }),
            Self::SocketIo => Box::new(socket_io::SocketIo::new(room, id)),
            // Zero is no client's id.
            Self::Yjs => Box::new(yjs::Yjs::new(room, id + 1)),
            Self::Liveblocks => Box::new(liveblocks::Liveblocks::new(room)),
        }
    }
}

/// The two halves of a number as a position.
fn position(number: u32) -> (u16, u16) {
    let [a, b, c, d] = number.to_be_bytes();
    (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]))
}

/// The number that a position says.
fn number(x: u16, y: u16) -> u32 {
    u32::from(x) << 16 | u32::from(y)
}

fn text_of(frame: Frame<'_>) -> Result<&str, String> {
    std::str::from_utf8(frame.payload).map_err(|_| format!("no UTF-8: {frame:?}"))
}

#[cfg(test)]
mod tests;
