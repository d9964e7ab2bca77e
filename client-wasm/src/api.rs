//! The one exported class.

use std::rc::Rc;

use js_sys::Function;
use mote_protocol::client::{Client, Config, Enter};
use mote_protocol::color::Color;
use mote_protocol::coords::Point;
use mote_protocol::wire::{Channel, Resume};
use wasm_bindgen::prelude::*;

use crate::shell::Shell;

/// A connection and its rooms. Everything that enters was validated by the facade with words for its
/// user; what is refused here too is answered with `false` or nothing, never with an exception.
#[wasm_bindgen]
pub struct Core {
    shell: Rc<Shell>,
}

#[wasm_bindgen]
impl Core {
    /// A connection that opens with its first room. `cursor_hz`: cursors sent a second and room;
    /// `has_tokens`: rooms are joined with tokens, asked for by records and given to `setToken`;
    /// `seed_high`, `seed_low`: 64 random bits; `connect`: returns a new WebSocket, or throws; it is
    /// given the address that a Redirect named, or `true` to ask the server for none;
    /// `wake`: is called when something can be polled, must poll later and not within the call.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(
        cursor_hz: u8,
        has_tokens: bool,
        seed_high: u32,
        seed_low: u32,
        connect: Function,
        wake: Function,
    ) -> Self {
        let config = Config {
            cursor_hz,
            has_tokens,
        };
        let seed = u64::from(seed_high) << 32 | u64::from(seed_low);
        Self {
            shell: Shell::new(config, seed, connect, wake),
        }
    }

    /// Enters a room; its channel, unless the machine refuses it. An empty name or resume value is
    /// none; `color` is 0xrrggbb, or negative where there is none.
    #[wasm_bindgen(js_name = enterRoom)]
    #[must_use]
    pub fn enter_room(
        &self,
        room: &str,
        name: &str,
        color: i32,
        resume: &[u8],
        observer: bool,
    ) -> Option<u8> {
        let options = Enter {
            room,
            name: Some(name).filter(|name| !name.is_empty()),
            color: u32::try_from(color).ok().map(Color::from_rgb),
            resume: Resume::try_from(resume).ok(),
            observer,
            token: None,
        };
        let entered = self
            .shell
            .run(|client, now| client.enter_room(now, options));
        entered.ok().map(Channel::number)
    }

    /// Leaves a room; with the last one the socket closes.
    #[wasm_bindgen(js_name = leaveRoom)]
    pub fn leave_room(&self, channel: u8) {
        self.with(channel, Client::leave_room);
    }

    /// The token that a record asked for.
    #[wasm_bindgen(js_name = setToken)]
    pub fn set_token(&self, channel: u8, token: &str) {
        self.with(channel, |client, now, channel| {
            client.set_token(now, channel, token);
        });
    }

    /// Moves the own cursor: fractions of the surface, clamped to [0, 1].
    #[wasm_bindgen(js_name = updateCursor)]
    pub fn update_cursor(&self, channel: u8, x: f64, y: f64) {
        if let Ok(point) = Point::from_fraction(x, y) {
            self.with(channel, |client, now, channel| {
                client.update_cursor(now, channel, point);
            });
        }
    }

    /// Sets a field of the own state, or removes it with an empty body; whether it was taken.
    #[wasm_bindgen(js_name = setField)]
    pub fn set_field(&self, channel: u8, tag: u8, body: &[u8]) -> bool {
        self.with(channel, |client, now, channel| {
            client.set_field(now, channel, tag, body).is_ok()
        })
        .unwrap_or_default()
    }

    /// Changes the own custom presence by a merge patch; `whole` is the object after it. Whether it
    /// was taken.
    #[wasm_bindgen(js_name = updateCustom)]
    pub fn update_custom(&self, channel: u8, patch: &str, whole: &str) -> bool {
        self.with(channel, |client, now, channel| {
            client.update_custom(now, channel, patch, whole).is_ok()
        })
        .unwrap_or_default()
    }

    /// Sends an event to the others; whether it was taken.
    #[wasm_bindgen(js_name = broadcastEvent)]
    pub fn broadcast_event(&self, channel: u8, name: &str, payload: &[u8]) -> bool {
        self.with(channel, |client, now, channel| {
            client.broadcast_event(now, channel, name, payload).is_ok()
        })
        .unwrap_or_default()
    }

    /// The page is visible, online or back: connect without waiting, or find out whether the socket
    /// still lives.
    #[wasm_bindgen(js_name = reconnectNow)]
    pub fn reconnect_now(&self) {
        self.shell.run(Client::reconnect_now);
    }

    /// The browser says that there is no network.
    #[wasm_bindgen(js_name = setOffline)]
    pub fn set_offline(&self) {
        self.shell.run(Client::set_offline);
    }

    /// Leaves every room and stops.
    pub fn close(&self) {
        self.shell.run(Client::close);
    }

    /// Takes the waiting records and returns how many bytes they are; they lie at `records` until
    /// the next call.
    #[must_use]
    pub fn poll(&self) -> usize {
        self.shell.poll()
    }

    /// Where the records of the last `poll` lie in memory.
    #[must_use]
    pub fn records(&self) -> *const u8 {
        self.shell.polled()
    }

    /// Collects the cursors shown in a room and returns how many numbers they are, three each: user,
    /// x, y. They lie at `cursors` until the next call.
    #[wasm_bindgen(js_name = collectCursors)]
    #[must_use]
    pub fn collect_cursors(&self, channel: u8) -> usize {
        Channel::new(channel).map_or(0, |channel| self.shell.collect_cursors(channel))
    }

    /// The same with each cursor where it is to be drawn now, between the positions that came. The
    /// count is negative while one still moves: call again at the next frame.
    #[wasm_bindgen(js_name = animateCursors)]
    #[must_use]
    pub fn animate_cursors(&self, channel: u8) -> isize {
        Channel::new(channel).map_or(0, |channel| self.shell.animate_cursors(channel))
    }

    /// Where the cursors of the last `collectCursors` or `animateCursors` lie in memory.
    #[must_use]
    pub fn cursors(&self) -> *const f32 {
        self.shell.cursors()
    }

    fn with<R>(
        &self,
        channel: u8,
        input: impl FnOnce(&mut Client, mote_protocol::time::Instant, Channel) -> R,
    ) -> Option<R> {
        let channel = Channel::new(channel)?;
        Some(self.shell.run(|client, now| input(client, now, channel)))
    }
}
