//! For tests: what a receiver hears, decoded and owned.

use mote_protocol::wire::{Control, ServerMessage, server_messages};

/// One message, without its channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Welcome { user: u32, resumed: bool },
    Joined(u32, String),
    Left(u32),
    Count(u32),
    Cursor(u32, (u16, u16)),
    Batch(Vec<(u32, (u16, u16))>),
    State(u32, Vec<(u8, Vec<u8>)>),
    Event(u32, String),
    Heartbeat,
    Error(String),
    Kicked,
    Drain(u32),
    Pace(u8),
    Redirect(String),
    Other,
}

/// The messages of some bytes that must be right.
pub(crate) fn heard(bytes: &[u8]) -> Vec<Heard> {
    server_messages(bytes)
        .map(|message| of(&message.unwrap()))
        .collect()
}

/// A State with this custom object.
pub(crate) fn custom(user: u32, json: &str) -> Heard {
    Heard::State(user, vec![(5, json.into())])
}

fn of(message: &ServerMessage<'_>) -> Heard {
    match *message {
        ServerMessage::Welcome { welcome, .. } => Heard::Welcome {
            user: welcome.user,
            resumed: welcome.resumed,
        },
        ServerMessage::UserJoined { joined, .. } => Heard::Joined(joined.user, joined.name.into()),
        ServerMessage::UserLeft { user, .. } => Heard::Left(user),
        ServerMessage::PresenceUpdate { count, .. } => Heard::Count(count),
        ServerMessage::Cursor { cursor, .. } => {
            Heard::Cursor(cursor.user, (cursor.point.x, cursor.point.y))
        }
        ServerMessage::CursorBatch { cursors, .. } => {
            let cursors = cursors.iter();
            Heard::Batch(cursors.map(|c| (c.user, (c.point.x, c.point.y))).collect())
        }
        ServerMessage::State { user, fields, .. } => {
            let fields = fields.iter();
            Heard::State(user, fields.map(|f| (f.tag, f.body.into())).collect())
        }
        ServerMessage::Event { user, event, .. } => Heard::Event(user, event.name.into()),
        ServerMessage::Heartbeat => Heard::Heartbeat,
        ServerMessage::Control { control, .. } => match control {
            Control::Error { text } => Heard::Error(text.into()),
            Control::Kicked { .. } => Heard::Kicked,
            Control::Drain { within_ms, .. } => Heard::Drain(within_ms),
            Control::Pace { hz, .. } => Heard::Pace(hz),
            Control::Redirect { url, .. } => Heard::Redirect(url.into()),
            _ => Heard::Other,
        },
    }
}
