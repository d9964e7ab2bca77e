//! Mote's wire, and the part of it that the floor speaks.

use mote_tests::raw::{Join, Said, cursor, parse};

use super::{Protocol, Seen, number, position};
use crate::frame::{BINARY, Frame, push};

/// A client of Mote.
#[derive(Debug)]
pub(crate) struct Mote {
    room: usize,
    id: u32,
    is_joined: bool,
}

impl Mote {
    pub(crate) const fn new(room: usize) -> Self {
        Self {
            room,
            id: 0,
            is_joined: false,
        }
    }
}

impl Protocol for Mote {
    fn path(&self) -> String {
        "/ws".to_owned()
    }

    fn subprotocol(&self) -> Option<&'static str> {
        Some("mote.v1")
    }

    fn greet(&mut self, out: &mut Vec<u8>) {
        let room = format!("load-{}", self.room);
        push(out, BINARY, &Join::room(&room).to_bytes());
    }

    fn read(
        &mut self,
        frame: Frame<'_>,
        _out: &mut Vec<u8>,
        note: &mut dyn FnMut(Seen),
    ) -> Result<(), String> {
        for said in parse(frame.payload) {
            match said {
                Said::Welcome { user, .. } => self.id = user,
                Said::Count(..) => self.is_joined = true,
                Said::Control(_, 1, text, _) => return Err(text),
                said => positions(&said, note),
            }
        }
        Ok(())
    }

    fn is_joined(&self) -> bool {
        self.is_joined
    }

    fn id(&self) -> u32 {
        self.id
    }

    fn move_to(&mut self, number: u32, out: &mut Vec<u8>) {
        let (x, y) = position(number);
        push(out, BINARY, &cursor(0, x, y));
    }
}

/// A client of the floor: no joining, moves and batches only.
#[derive(Debug)]
pub(crate) struct Floor {
    pub(crate) room: usize,
    pub(crate) id: u32,
}

impl Protocol for Floor {
    fn path(&self) -> String {
        format!("/{}/{}", self.room, self.id)
    }

    fn read(
        &mut self,
        frame: Frame<'_>,
        _out: &mut Vec<u8>,
        note: &mut dyn FnMut(Seen),
    ) -> Result<(), String> {
        parse(frame.payload)
            .iter()
            .for_each(|said| positions(said, note));
        Ok(())
    }

    fn id(&self) -> u32 {
        self.id
    }

    fn move_to(&mut self, number: u32, out: &mut Vec<u8>) {
        let (x, y) = position(number);
        push(out, BINARY, &cursor(0, x, y));
    }
}

fn positions(said: &Said, note: &mut dyn FnMut(Seen)) {
    let mut one = |id, x, y| {
        let number = number(x, y);
        note(Seen { id, number });
    };
    match said {
        Said::Cursor(_, user, x, y) => one(*user, *x, *y),
        Said::Batch(_, cursors) => {
            for (user, x, y) in cursors {
                one(*user, *x, *y);
            }
        }
        _ => {}
    }
}
