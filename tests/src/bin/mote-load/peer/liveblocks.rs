//! Presence as Liveblocks' client 3 speaks it with its development server.

use super::json::{number_of, position_of};
use super::{Protocol, Seen, position, text_of};
use crate::frame::{Frame, TEXT, push};

/// A client of the development server.
#[derive(Debug)]
pub(crate) struct Liveblocks {
    room: usize,
    /// The number that the server gives each connection of a room.
    actor: Option<u32>,
}

impl Liveblocks {
    pub(crate) const fn new(room: usize) -> Self {
        let actor = None;
        Self { room, actor }
    }
}

const ROOM_STATE: &str = r#"{"type":104,"#;

const UPDATE_PRESENCE: &str = r#"{"type":100,"#;

impl Protocol for Liveblocks {
    fn path(&self) -> String {
        format!("/v8?roomId=load-{}&pubkey=pk_localdev", self.room)
    }

    fn read(
        &mut self,
        frame: Frame<'_>,
        _out: &mut Vec<u8>,
        note: &mut dyn FnMut(Seen),
    ) -> Result<(), String> {
        let text = text_of(frame)?;
        if text.starts_with(ROOM_STATE) {
            self.actor = number_of(text, "actor");
            return Ok(());
        }
        for update in text.split(UPDATE_PRESENCE).skip(1) {
            let seen = number_of(update, "actor").zip(position_of(update));
            let (id, number) = seen.ok_or_else(|| format!("no position: {text}"))?;
            note(Seen { id, number });
        }
        Ok(())
    }

    fn is_joined(&self) -> bool {
        self.actor.is_some()
    }

    fn id(&self) -> u32 {
        self.actor.expect("asked for once it is in its room")
    }

    fn move_to(&mut self, number: u32, out: &mut Vec<u8>) {
        let (x, y) = position(number);
        let text = format!(r#"[{{"type":100,"data":{{"cursor":{{"x":{x},"y":{y}}}}}}}]"#);
        push(out, TEXT, text.as_bytes());
    }
}
