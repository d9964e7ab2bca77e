//! y-websocket: the sync protocol's first step, then awareness (y-protocols, lib0's encoding).

use mote_tests::raw::{text, varint};

use super::json::position_of;
use super::{Protocol, Seen, position};
use crate::frame::{BINARY, Frame, push};

/// A client of `@y/websocket-server`; it shows a cursor and has no document of its own.
#[derive(Debug)]
pub(crate) struct Yjs {
    room: usize,
    client_id: u32,
    clock: u32,
    is_joined: bool,
}

impl Yjs {
    pub(crate) const fn new(room: usize, client_id: u32) -> Self {
        Self {
            room,
            client_id,
            clock: 0,
            is_joined: false,
        }
    }
}

const SYNC: u8 = 0;

const AWARENESS: u8 = 1;

/// Sync, first step, one byte: the state vector of an empty document.
const SYNC_STEP_1: [u8; 4] = [SYNC, 0, 1, 0];

impl Protocol for Yjs {
    fn path(&self) -> String {
        format!("/load-{}", self.room)
    }

    fn greet(&mut self, out: &mut Vec<u8>) {
        push(out, BINARY, &SYNC_STEP_1);
    }

    fn read(
        &mut self,
        frame: Frame<'_>,
        _out: &mut Vec<u8>,
        note: &mut dyn FnMut(Seen),
    ) -> Result<(), String> {
        match frame.payload {
            [SYNC, ..] => {
                self.is_joined = true;
                Ok(())
            }
            [AWARENESS, rest @ ..] => {
                update(rest, note).ok_or_else(|| format!("no awareness update: {frame:?}"))
            }
            _ => Err(format!("an unexpected message: {frame:?}")),
        }
    }

    fn is_joined(&self) -> bool {
        self.is_joined
    }

    fn id(&self) -> u32 {
        self.client_id
    }

    fn move_to(&mut self, number: u32, out: &mut Vec<u8>) {
        self.clock += 1;
        let (x, y) = position(number);
        let state = format!(r#"{{"cursor":{{"x":{x},"y":{y}}}}}"#);
        let ids = [1, self.client_id, self.clock].map(|id| varint(u64::from(id)));
        let update = [ids.concat(), text(state)].concat();
        push(out, BINARY, &[vec![AWARENESS], text(update)].concat());
    }
}

/// Length, count, and of each client: id, clock, state in JSON.
fn update(mut rest: &[u8], note: &mut dyn FnMut(Seen)) -> Option<()> {
    let _length = read_varint(&mut rest)?;
    for _ in 0..read_varint(&mut rest)? {
        let id = read_varint(&mut rest)?;
        let _clock = read_varint(&mut rest)?;
        let length = read_varint(&mut rest)? as usize;
        let (state, others) = rest.split_at_checked(length)?;
        rest = others;
        let number = position_of(std::str::from_utf8(state).ok()?)?;
        note(Seen { id, number });
    }
    Some(())
}

fn read_varint(rest: &mut &[u8]) -> Option<u32> {
    let mut value = 0;
    for shift in (0..32).step_by(7) {
        let (byte, others) = rest.split_first()?;
        *rest = others;
        value |= u32::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
