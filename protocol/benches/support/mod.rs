//! People, cursors and states as a real room has them.

use mote_protocol::color::Color;
use mote_protocol::coords::Point;
use mote_protocol::wire::{
    Channel, Cursor, CursorsBuf, Field, FieldsBuf, Selection, ServerMessage, UserJoined, Welcome,
    tag,
};

pub(crate) const CHANNEL: Channel = Channel::ZERO;

/// A batch takes at most 8,192.
const CURSORS_MAX: u32 = 8_000;

/// One cursor a person, everywhere on the surface; `turn` moves them all.
pub(crate) fn batch(people: u32, turn: u16) -> CursorsBuf {
    let mut cursors = CursorsBuf::new();
    for user in 0..people {
        let spread = (user * 40_503 + u32::from(turn)) % 0xffff;
        let spread = u16::try_from(spread).expect("under the divisor");
        let (x, y) = (spread, spread.rotate_left(5));
        let point = Point { x, y };
        cursors.push(Cursor { user, point }).expect("ascending");
    }
    cursors
}

/// A selection and a small presence object.
pub(crate) fn state() -> FieldsBuf {
    let mut selection = Vec::new();
    Selection::encode(&["shape-1204"], &mut selection).expect("within the limits");
    let mut fields = FieldsBuf::new();
    for (tag, body) in [
        (tag::SELECTION, &*selection),
        (tag::CUSTOM, br#"{"typing":true,"tool":"pen"}"#),
    ] {
        fields.push(Field { tag, body }).expect("ascending");
    }
    fields
}

/// Somebody without an account.
pub(crate) fn user_joined<'a>(user: u32) -> ServerMessage<'a> {
    let joined = UserJoined {
        user,
        name: "Gentle Otter",
        color: Color::from_rgb(0x0f_766e),
        account: "",
    };
    let channel = CHANNEL;
    ServerMessage::UserJoined { channel, joined }
}

/// A room as a joiner is told of it: everybody whom one batch takes has
/// a cursor, every fourth person a state.
pub(crate) fn snapshot(people: u32) -> Vec<u8> {
    let channel = CHANNEL;
    let welcome = Welcome {
        user: people - 1,
        tick_hz: 60,
        heartbeat_s: 20,
        resumed: false,
        resume: [7; 16],
    };
    let (cursors, fields) = (batch(people.min(CURSORS_MAX), 0), state());
    let (cursors, fields) = (cursors.as_cursors(), fields.as_fields());
    let states = (0..people).step_by(4);
    let mut messages = vec![ServerMessage::Welcome { channel, welcome }];
    messages.extend((0..people).map(user_joined));
    messages.push(ServerMessage::CursorBatch { channel, cursors });
    messages.extend(states.map(|user| ServerMessage::State {
        channel,
        user,
        fields,
    }));
    let count = people;
    messages.push(ServerMessage::PresenceUpdate { channel, count });
    encoded(&messages)
}

/// Back to back.
pub(crate) fn encoded(messages: &[ServerMessage<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for message in messages {
        message.encode(&mut bytes).expect("within the limits");
    }
    bytes
}
