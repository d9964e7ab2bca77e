//! Socket.IO 4 over a WebSocket: Engine.IO's packet type, Socket.IO's, JSON.

use super::json::{number_of, position_of};
use super::{Protocol, Seen, position, text_of};
use crate::frame::{Frame, TEXT, push};

/// A client of the relay in `tests/peers/socketio.mjs`.
#[derive(Debug)]
pub(crate) struct SocketIo {
    room: usize,
    id: u32,
    is_joined: bool,
}

impl SocketIo {
    pub(crate) const fn new(room: usize, id: u32) -> Self {
        Self {
            room,
            id,
            is_joined: false,
        }
    }
}

impl Protocol for SocketIo {
    fn path(&self) -> String {
        "/socket.io/?EIO=4&transport=websocket".to_owned()
    }

    fn read(
        &mut self,
        frame: Frame<'_>,
        out: &mut Vec<u8>,
        note: &mut dyn FnMut(Seen),
    ) -> Result<(), String> {
        let text = text_of(frame)?;
        if text.starts_with(r#"42["cursor","#) {
            let seen = number_of(text, "id").zip(position_of(text));
            let (id, number) = seen.ok_or_else(|| format!("no position: {text}"))?;
            note(Seen { id, number });
        } else if text.starts_with("430") {
            self.is_joined = true;
        } else if text.starts_with("40") {
            push(
                out,
                TEXT,
                format!(r#"420["join","{}"]"#, self.room).as_bytes(),
            );
        } else if text.starts_with('0') {
            push(out, TEXT, b"40");
        } else if text == "2" {
            push(out, TEXT, b"3");
        } else {
            return Err(format!("an unexpected packet: {text}"));
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
        let text = format!(r#"42["cursor",{{"id":{},"x":{x},"y":{y}}}]"#, self.id);
        push(out, TEXT, text.as_bytes());
    }
}
