//! Mote's wire, and the part of it that the floor speaks.

use mote_tests::raw::{Join, cursor, event};

use super::walk::{Heard, walk};
use super::{Protocol, Seen, position};
use crate::frame::{BINARY, Frame, push};

/// A client of Mote.
#[derive(Debug)]
pub(crate) struct Mote {
    room: usize,
    event_bytes: u32,
    id: u32,
    count: Option<u32>,
    looks: bool,
}

impl Mote {
    pub(crate) const fn new(room: usize, event_bytes: u32) -> Self {
        Self {
            room,
            event_bytes,
            id: 0,
            count: None,
            looks: true,
        }
    }
}

/// What the load calls its rooms.
pub(crate) fn room_name(room: usize) -> String {
    format!("load-{room}")
}

impl Protocol for Mote {
    fn path(&self) -> String {
        "/ws".to_owned()
    }

    fn subprotocol(&self) -> Option<&'static str> {
        Some("mote.v1")
    }

    fn greet(&mut self, out: &mut Vec<u8>) {
        push(out, BINARY, &Join::room(&room_name(self.room)).to_bytes());
    }

    fn read(
        &mut self,
        frame: Frame<'_>,
        _out: &mut Vec<u8>,
        note: &mut dyn FnMut(Seen),
    ) -> Result<(), String> {
        if !self.looks {
            return Ok(());
        }
        walk(frame.payload, |heard| {
            match heard {
                Heard::Welcome(id) => self.id = id,
                Heard::Count(count) => self.count = Some(count),
                Heard::Position(seen) => note(seen),
                Heard::Refused(text) => return Err(text.to_owned()),
            }
            Ok(())
        })
    }

    fn is_joined(&self) -> bool {
        self.count.is_some()
    }

    fn count(&self) -> Option<u32> {
        self.count
    }

    fn look(&mut self, looks: bool) {
        self.looks = looks;
    }

    fn id(&self) -> u32 {
        self.id
    }

    fn move_to(&mut self, number: u32, out: &mut Vec<u8>) {
        let (x, y) = position(number);
        push(out, BINARY, &cursor(0, x, y));
        if self.event_bytes > 0 {
            push(
                out,
                BINARY,
                &event(0, "load", &vec![0; self.event_bytes as usize]),
            );
        }
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
        walk(frame.payload, |heard| match heard {
            Heard::Position(seen) => {
                note(seen);
                Ok(())
            }
            _ => Err("the floor says nothing but positions".to_owned()),
        })
    }

    fn id(&self) -> u32 {
        self.id
    }

    fn move_to(&mut self, number: u32, out: &mut Vec<u8>) {
        let (x, y) = position(number);
        push(out, BINARY, &cursor(0, x, y));
    }
}
