//! A server that hands every binary message on to the others of the room, as it is.

use super::{Protocol, Seen};
use crate::frame::{BINARY, Frame, push};

/// A client of a plain relay: six bytes a message, as many as Mote's `CursorBroadcast` has.
#[derive(Debug)]
pub(crate) struct Relay {
    pub(crate) room: usize,
    pub(crate) id: u32,
}

impl Protocol for Relay {
    fn path(&self) -> String {
        format!("/{}", self.room)
    }

    fn read(
        &mut self,
        frame: Frame<'_>,
        _out: &mut Vec<u8>,
        note: &mut dyn FnMut(Seen),
    ) -> Result<(), String> {
        let [i, d, number @ ..] = frame.payload else {
            return Err(format!("no position: {frame:?}"));
        };
        let number = number
            .try_into()
            .map_err(|_| format!("no position: {frame:?}"))?;
        note(Seen {
            id: u32::from(u16::from_be_bytes([*i, *d])),
            number: u32::from_be_bytes(number),
        });
        Ok(())
    }

    fn id(&self) -> u32 {
        self.id
    }

    fn move_to(&mut self, number: u32, out: &mut Vec<u8>) {
        let [.., i, d] = self.id.to_be_bytes();
        let [a, b, c, e] = number.to_be_bytes();
        push(out, BINARY, &[i, d, a, b, c, e]);
    }
}
