//! What JavaScript polls: the machine's notices as records in one byte buffer.
//!
//! The other side is `npm/src/records.ts`; the two change together. Numbers are little-endian. A
//! record is a header of 12 bytes and a body:
//!
//! `kind u8 · channel u8 (255: none) · small u16 · number u32 · body length u32 · body`
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

use mote_protocol::client::{Client, Notice, RoomView, Status};
use mote_protocol::close::{CloseCode, Retry};
use mote_protocol::wire::Channel;

/// The channel of a record that belongs to the connection.
const NO_CHANNEL: u8 = 255;

/// A record's header.
#[derive(Clone, Copy, Default)]
struct Header {
    kind: u8,
    channel: Option<Channel>,
    small: u16,
    number: u32,
}

/// Appends a notice as a record. `moved` has a bit for each channel whose cursors moved without
/// having been read since: those are not told again.
pub(crate) fn write(notice: &Notice, client: &Client, moved: &mut u16, out: &mut Vec<u8>) {
    let of = |kind, channel: &Channel| Header {
        kind,
        channel: Some(*channel),
        ..Header::default()
    };
    match notice {
        Notice::Status(status) => {
            let small = status_number(*status);
            put(
                out,
                Header {
                    kind: 1,
                    small,
                    ..Header::default()
                },
                &[],
            );
        }
        Notice::Closed { code, retry } => {
            let number = retry_number(*retry);
            let text = CloseCode::from_u16(*code).map_or("", CloseCode::text);
            let header = Header {
                kind: 2,
                channel: None,
                small: *code,
                number,
            };
            put(out, header, &[text.as_bytes()]);
        }
        Notice::RoomJoined {
            channel,
            user,
            resumed,
        } => {
            let header = Header {
                small: u16::from(*resumed),
                number: *user,
                ..of(3, channel)
            };
            // Nobody reads on for a room that had the channel before.
            *moved &= !(1 << channel.number());
            let resume = client.room(*channel).and_then(|room| room.resume());
            put(
                out,
                header,
                &[resume.as_ref().map_or(&[], |bytes| &bytes[..])],
            );
        }
        Notice::RoomLost { channel } => put(out, of(4, channel), &[]),
        Notice::RoomRefused { channel, text } => put(out, of(5, channel), &[text.as_bytes()]),
        Notice::Kicked { channel, text } => put(out, of(6, channel), &[text.as_bytes()]),
        Notice::UserJoined { channel, user } => put_person(out, of(7, channel), client, *user),
        Notice::UserUpdated { channel, user } => put_person(out, of(8, channel), client, *user),
        Notice::UserLeft { channel, user } => {
            put(
                out,
                Header {
                    number: *user,
                    ..of(9, channel)
                },
                &[],
            );
        }
        Notice::Custom {
            channel,
            user,
            json,
            is_whole,
        } => {
            let header = Header {
                small: u16::from(*is_whole),
                number: *user,
                ..of(10, channel)
            };
            put(out, header, &[json]);
        }
        Notice::CursorsMoved { channel } => {
            let bit = 1 << channel.number();
            if *moved & bit == 0 {
                *moved |= bit;
                put(out, of(11, channel), &[]);
            }
        }
        Notice::Count { channel, count } => {
            put(
                out,
                Header {
                    number: *count,
                    ..of(12, channel)
                },
                &[],
            );
        }
        Notice::Event {
            channel,
            user,
            name,
            payload,
        } => {
            let header = Header {
                small: length_u16(name.len()),
                number: *user,
                ..of(13, channel)
            };
            put(out, header, &[name.as_bytes(), payload]);
        }
        Notice::EventsDropped { channel, count } => {
            put(
                out,
                Header {
                    number: *count,
                    ..of(14, channel)
                },
                &[],
            );
        }
        Notice::TokenNeeded { channel } => put(out, of(15, channel), &[]),
        Notice::Redirected { channel, url } => put(out, of(16, channel), &[url.as_bytes()]),
        Notice::Error { channel, text } => {
            let header = Header {
                kind: 17,
                channel: *channel,
                ..Header::default()
            };
            put(out, header, &[text.as_bytes()]);
        }
    }
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
    out.extend([number_f32(user), fraction_f32(x), fraction_f32(y)]);
}

/// A person's record; none for somebody who left before it was polled: their leave follows.
fn put_person(out: &mut Vec<u8>, header: Header, client: &Client, user: u32) {
    let Some(room) = header.channel.and_then(|channel| client.room(channel)) else {
        return;
    };
    let Some(person) = room.person(user) else {
        return;
    };
    let mut body = person.color.to_rgb().to_le_bytes().to_vec();
    for text in [&*person.name, &*person.account, &*person.surface] {
        put_text(&mut body, text);
    }
    for id in person.selection() {
        put_text(&mut body, id);
    }
    let small = u16::from(person.activity as u8);
    put(
        out,
        Header {
            small,
            number: user,
            ..header
        },
        &[&body],
    );
}

fn put(out: &mut Vec<u8>, header: Header, body: &[&[u8]]) {
    let length: usize = body.iter().map(|part| part.len()).sum();
    let channel = header.channel.map_or(NO_CHANNEL, Channel::number);
    out.extend([header.kind, channel]);
    out.extend(header.small.to_le_bytes());
    out.extend(header.number.to_le_bytes());
    out.extend(u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    body.iter().for_each(|part| out.extend_from_slice(part));
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    let length = length_u16(text.len());
    out.extend(length.to_le_bytes());
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
