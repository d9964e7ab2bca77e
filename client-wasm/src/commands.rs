//! What JavaScript calls: commands of numbers, with bytes in a buffer that is reserved before.
//!
//! The other side is `npm/src/core.ts`; the two change together. Everything that enters was validated
//! by the facade with words for its user; what is refused here too is answered with -1, never with an
//! exception. Texts are UTF-8.
//!
//! | kind | what | number | bytes | x | y | answer |
//! |---|---|---|---|---|---|---|
//! | 0 | the socket opened | | | | | 0 |
//! | 1 | it brought a message | | the message; none of a text | | | 0 |
//! | 2 | it closed | code | reason | | | 0 |
//! | 3 | enter a room | colour, 0xrrggbb or -1 | room, name, resume value | bytes of room | bytes of name | channel |
//! | 4 | the same as an observer | | | | | channel |
//! | 5 | reconnect now: the page is visible, online or back | | | | | 0 |
//! | 6 | the browser says that there is no network | | | | | 0 |
//! | 7 | poll | | | | | where the records are |
//! | 8 | leave a room; with the last one the socket closes | channel | | | | 0 |
//! | 9 | the token that a record asked for | channel | token | | | 0 |
//! | 10 | move the own cursor | channel | | fraction of the surface | the same | 0 |
//! | 11 | set a field of the own state | channel | body; none removes it | tag | | 0 |
//! | 12 | change the own custom presence | channel | merge patch, object after it | bytes of patch | | 0 |
//! | 13 | send an event to the others | channel | name, payload | bytes of name | | 0 |
//! | 14 | collect the cursors shown | channel | | | | where they are |
//! | 15 | the same, where they are drawn now | channel | | | | where they are |
//!
//! An empty name or resume value is none. Records end with a byte 0. Cursors are numbers of 32 bits: how
//! many follow, negative while one still moves, then three for each: user, x, y. Both lie there until the
//! same is asked for again.

use mote_protocol::client::{Client, Config, Enter};
use mote_protocol::color::Color;
use mote_protocol::coords::Point;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Channel, Resume};
use wasm_bindgen::prelude::*;

use crate::shell::{self, Shell};

/// Begins anew, without rooms. `cursor_hz`: cursors sent a second and room; `has_tokens`: rooms are
/// joined with tokens; `seed`: random bits.
#[wasm_bindgen]
pub fn open(cursor_hz: u8, has_tokens: bool, seed: u64) {
    let config = Config {
        cursor_hz,
        has_tokens,
    };
    shell::open(Client::new(config, seed));
}

/// Where the bytes of the next command are to be written, so many.
#[wasm_bindgen]
#[must_use]
pub fn reserve(length: usize) -> *const u8 {
    shell::reserve(length)
}

/// Does what the table says.
#[wasm_bindgen]
pub fn command(kind: u8, number: i32, x: f64, y: f64) -> isize {
    let answer = shell::run(|shell, now| match kind {
        0..=2 => hear(shell, now, kind, number),
        3..=7 => act(shell, now, kind, number, [x, y]),
        _ => act_in_room(shell, now, kind, number, [x, y]),
    });
    answer.unwrap_or(-1)
}

fn hear(shell: &mut Shell, now: Instant, kind: u8, number: i32) -> Option<isize> {
    // Nothing more of a socket that was given up.
    shell.socket.as_ref()?;
    match kind {
        0 => shell.client.handle_open(now),
        1 => shell.client.handle_message(now, &shell.given),
        _ => {
            shell.lose_socket();
            let code = u16::try_from(number).unwrap_or_default();
            let reason = text(&shell.given).unwrap_or_default();
            shell.client.handle_close(now, code, reason);
        }
    }
    Some(0)
}

fn act(shell: &mut Shell, now: Instant, kind: u8, number: i32, [x, y]: [f64; 2]) -> Option<isize> {
    let Shell { client, given, .. } = shell;
    match kind {
        3 | 4 => {
            let (room, rest) = given.split_at_checked(length(x))?;
            let (name, resume) = rest.split_at_checked(length(y))?;
            let options = Enter {
                room: text(room)?,
                name: Some(text(name)?).filter(|name| !name.is_empty()),
                color: u32::try_from(number).ok().map(Color::from_rgb),
                resume: Resume::try_from(resume).ok(),
                observer: kind == 4,
                token: None,
            };
            let channel = client.enter_room(now, options).ok()?;
            return Some(channel.number().into());
        }
        5 => client.reconnect_now(now),
        6 => client.set_offline(now),
        _ => return Some(shell.poll()),
    }
    Some(0)
}

fn act_in_room(
    shell: &mut Shell,
    now: Instant,
    kind: u8,
    number: i32,
    [x, y]: [f64; 2],
) -> Option<isize> {
    let channel = Channel::new(u8::try_from(number).ok()?)?;
    let Shell { client, given, .. } = shell;
    match kind {
        8 => client.leave_room(now, channel),
        9 => client.set_token(now, channel, text(given)?),
        10 => client.update_cursor(now, channel, Point::from_fraction(x, y).ok()?),
        11 => {
            let tag = u8::try_from(length(x)).ok()?;
            client.set_field(now, channel, tag, given).ok()?;
        }
        12 => {
            let (patch, whole) = given.split_at_checked(length(x))?;
            let (patch, whole) = (text(patch)?, text(whole)?);
            client.update_custom(now, channel, patch, whole).ok()?;
        }
        13 => {
            let (name, payload) = given.split_at_checked(length(x))?;
            let name = text(name)?;
            client.broadcast_event(now, channel, name, payload).ok()?;
        }
        14 => return Some(shell.draw_cursors(channel, None)),
        15 => return Some(shell.draw_cursors(channel, Some(now))),
        _ => return None,
    }
    Some(0)
}

fn text(bytes: &[u8]) -> Option<&str> {
    core::str::from_utf8(bytes).ok()
}

/// JavaScript's numbers are floats; what is no length is 0 or longer than the bytes.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates"
)]
const fn length(number: f64) -> usize {
    number as usize
}
