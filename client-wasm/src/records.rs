//! What JavaScript polls: the machine's notices as records in one byte buffer.
//!
//! The other side is `npm/src/records.ts`; the two change together. Numbers are little-endian. A
//! record is a header of 12 bytes and a body:
//!
//! `kind u8 · channel u8 (255: none) · small u16 · number u32 · body length u32 · body`
//!
//! After the last one is a byte 0.
//!
//! | kind | notice | small | number | body |
//! |---|---|---|---|---|
//! | 1 | status | 0 initial, 1 connecting, 2 connected, 3 reconnecting, 4 disconnected | | |
//! | 2 | closed | code | 0 stop, 1 new token, 2 slow, 3 normal | text |
//! | 3 | room joined | 1 resumed | own user | resume value, 16 bytes |
//! | 4 | room lost | | | |
//! | 5 | room refused | | | text |
//! | 6 | kicked | | | text |
//! | 7 | user joined | 0 active, 1 idle, 2 away | user | person |
//! | 8 | user updated | as above | user | person |
//! | 9 | user left | | user | |
//! | 10 | custom | 1 whole, 0 patch | user | JSON |
//! | 11 | cursors moved | | | |
//! | 12 | count | | people | |
//! | 13 | event | bytes of the name | user | name, payload |
//! | 14 | events dropped | | how many | |
//! | 15 | token needed | | | |
//! | 16 | redirected | | | URL |
//! | 17 | error | | | text |
//!
//! A person is `colour u32 (0xrrggbb)`, then texts, each `length u16 · UTF-8`: name, account, surface,
//! and the ids of the selection, as many as follow.

use mote_protocol::client::{Client, Notice, Person, RoomView, Status};
use mote_protocol::close::{CloseCode, Retry};
use mote_protocol::wire::Channel;

/// The channel of a record that belongs to the connection.
const NO_CHANNEL: u8 = 255;

/// What comes after the last record, in place of a kind.
pub(crate) const END: u8 = 0;

/// Appends a notice as a record. `moved` has a bit for each channel whose cursors moved without
/// having been read since: those are not told again.
pub(crate) fn write(notice: &Notice, client: &Client, moved: &mut u16, out: &mut Vec<u8>) {
    let channel = notice.channel().map(Channel::number);
    let bit = channel.map_or(0, |number| 1 << number);
    let resume;
    let person;
    let (kind, small, number, body): (u8, u16, u32, [&[u8]; 2]) = match notice {
        Notice::Status(status) => (1, status_number(*status), 0, NOTHING),
        Notice::Closed { code, retry } => {
            let text = CloseCode::from_u16(*code).map_or("", CloseCode::text);
            (2, *code, retry_number(*retry), only(text.as_bytes()))
        }
        Notice::RoomJoined {
            channel,
            user,
            resumed,
        } => {
            // Nobody reads on for a room that had the channel before.
            *moved &= !bit;
            resume = client.room(*channel).and_then(|room| room.resume());
            let body = resume.as_ref().map_or(NOTHING, |bytes| only(bytes));
            (3, u16::from(*resumed), *user, body)
        }
        Notice::RoomLost { .. } => (4, 0, 0, NOTHING),
        Notice::RoomRefused { text, .. } => (5, 0, 0, only(text.as_bytes())),
        Notice::Kicked { text, .. } => (6, 0, 0, only(text.as_bytes())),
        Notice::UserJoined { channel, user } | Notice::UserUpdated { channel, user } => {
            // None of somebody who left before it was polled: their leave follows.
            let Some(found) = client.room(*channel).and_then(|room| room.person(*user)) else {
                return;
            };
            person = person_body(found);
            let is_new = matches!(notice, Notice::UserJoined { .. });
            let kind = if is_new { 7 } else { 8 };
            (kind, found.activity as u16, *user, only(&person))
        }
        Notice::UserLeft { user, .. } => (9, 0, *user, NOTHING),
        Notice::Custom {
            user,
            json,
            is_whole,
            ..
        } => (10, u16::from(*is_whole), *user, only(json)),
        Notice::CursorsMoved { .. } => {
            if *moved & bit != 0 {
                return;
            }
            *moved |= bit;
            (11, 0, 0, NOTHING)
        }
        Notice::Count { count, .. } => (12, 0, *count, NOTHING),
        Notice::Event {
            user,
            name,
            payload,
            ..
        } => (
            13,
            length_u16(name.len()),
            *user,
            [name.as_bytes(), payload],
        ),
        Notice::EventsDropped { count, .. } => (14, 0, *count, NOTHING),
        Notice::TokenNeeded { .. } => (15, 0, 0, NOTHING),
        Notice::Redirected { url, .. } => (16, 0, 0, only(url.as_bytes())),
        Notice::Error { text, .. } => (17, 0, 0, only(text.as_bytes())),
    };
    let [first, second] = body;
    let length = first.len() + second.len();
    out.push(kind);
    out.push(channel.unwrap_or(NO_CHANNEL));
    out.extend_from_slice(&small.to_le_bytes());
    out.extend_from_slice(&number.to_le_bytes());
    out.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(first);
    out.extend_from_slice(second);
}

/// A record's body is of two parts.
const NOTHING: [&[u8]; 2] = [&[], &[]];

const fn only(body: &[u8]) -> [&[u8]; 2] {
    [body, &[]]
}

/// Appends the shown cursors of the others in a room, three numbers each: user, x, y.
pub(crate) fn collect_cursors(room: &RoomView<'_>, out: &mut Vec<f32>) {
    for person in room.people() {
        let shown = person
            .cursor
            .filter(|_| !person.cursor_hidden && Some(person.user) != room.user());
        if let Some(point) = shown {
            let (x, y) = point.to_fraction();
            put_cursor(out, person.user, x, y);
        }
    }
}

/// Appends a cursor: user, x, y.
pub(crate) fn put_cursor(out: &mut Vec<f32>, user: u32, x: f64, y: f64) {
    out.extend_from_slice(&[number_f32(user), fraction_f32(x), fraction_f32(y)]);
}

fn person_body(person: &Person) -> Vec<u8> {
    let mut body = person.color.to_rgb().to_le_bytes().to_vec();
    for text in [&*person.name, &*person.account, &*person.surface] {
        put_text(&mut body, text);
    }
    for id in person.selection() {
        put_text(&mut body, id);
    }
    body
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    let length = length_u16(text.len());
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(text.as_bytes());
}

/// Texts of the wire are at most 16 KiB.
fn length_u16(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

const fn status_number(status: Status) -> u16 {
    match status {
        Status::Initial => 0,
        Status::Connecting => 1,
        Status::Connected => 2,
        Status::Reconnecting => 3,
        Status::Disconnected => 4,
    }
}

const fn retry_number(retry: Retry) -> u32 {
    match retry {
        Retry::Stop => 0,
        Retry::NewToken => 1,
        Retry::Slow => 2,
        Retry::Normal => 3,
    }
}

/// Says before the cursors how many numbers they are; negative while one still moves.
pub(crate) fn count_cursors(cursors: &mut [f32], is_moving: bool) {
    if let [count, all @ ..] = cursors {
        *count = number_f32(u32::try_from(all.len()).unwrap_or_default());
        if is_moving {
            *count = -*count;
        }
    }
}

/// Exact up to 2^24 people in a room.
#[expect(clippy::cast_precision_loss, reason = "ids are dense: far under 2^24")]
const fn number_f32(user: u32) -> f32 {
    user as f32
}

/// Sixteen bits of position fit the 24 of a f32.
#[expect(clippy::cast_possible_truncation, reason = "rounds to the nearest f32")]
const fn fraction_f32(fraction: f64) -> f32 {
    fraction as f32
}
