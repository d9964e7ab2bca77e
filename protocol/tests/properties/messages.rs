//! Every message there can be, owned, so that proptest can hold it.

use mote_protocol::color::Color;
use mote_protocol::coords::Point;
use mote_protocol::wire::{
    Channel, ClientMessage, Control, Cursor, CursorsBuf, Event, FieldsBuf, Join, Resume,
    ServerMessage, UserJoined, Welcome,
};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;

use crate::fields::fields;

/// What a client sends.
#[derive(Clone, Debug)]
pub(crate) enum Sent {
    Cursor(Channel, Point),
    Join(Channel, OwnedJoin),
    Leave(Channel),
    Heartbeat,
    State(Channel, FieldsBuf),
    Event(Channel, String, Vec<u8>),
    Token(Channel, String),
}

/// What the server sends.
#[derive(Clone, Debug)]
pub(crate) enum Received {
    Cursor(Channel, Cursor),
    CursorBatch(Channel, CursorsBuf),
    UserJoined(Channel, u32, String, Color, String),
    UserLeft(Channel, u32),
    PresenceUpdate(Channel, u32),
    Heartbeat,
    Welcome(Channel, Welcome),
    State(Channel, u32, FieldsBuf),
    Event(Channel, u32, String, Vec<u8>),
    Error(Channel, String),
    Pace(Channel, String, u8),
    Drain(String, u32),
    Redirect(Channel, String, String),
    Kicked(Channel, String),
}

#[derive(Clone, Debug)]
pub(crate) struct OwnedJoin {
    room: String,
    token: Option<String>,
    name: Option<String>,
    color: Option<Color>,
    resume: Option<Resume>,
    observer: bool,
}

impl Sent {
    pub(crate) fn as_message(&self) -> ClientMessage<'_> {
        match self {
            &Self::Cursor(channel, point) => ClientMessage::Cursor { channel, point },
            Self::Join(channel, join) => ClientMessage::Join {
                channel: *channel,
                join: Join {
                    room: &join.room,
                    token: join.token.as_deref(),
                    name: join.name.as_deref(),
                    color: join.color,
                    resume: join.resume,
                    observer: join.observer,
                },
            },
            &Self::Leave(channel) => ClientMessage::Leave { channel },
            Self::Heartbeat => ClientMessage::Heartbeat,
            Self::State(channel, fields) => ClientMessage::State {
                channel: *channel,
                fields: fields.as_fields(),
            },
            Self::Event(channel, name, payload) => ClientMessage::Event {
                channel: *channel,
                event: Event { name, payload },
            },
            Self::Token(channel, token) => ClientMessage::Token {
                channel: *channel,
                token,
            },
        }
    }
}

impl Received {
    pub(crate) fn as_message(&self) -> ServerMessage<'_> {
        let control = |channel: &Channel, control| ServerMessage::Control {
            channel: *channel,
            control,
        };
        match self {
            &Self::Cursor(channel, cursor) => ServerMessage::Cursor { channel, cursor },
            Self::CursorBatch(channel, cursors) => ServerMessage::CursorBatch {
                channel: *channel,
                cursors: cursors.as_cursors(),
            },
            Self::UserJoined(channel, user, name, color, account) => ServerMessage::UserJoined {
                channel: *channel,
                joined: UserJoined {
                    user: *user,
                    name,
                    color: *color,
                    account,
                },
            },
            &Self::UserLeft(channel, user) => ServerMessage::UserLeft { channel, user },
            &Self::PresenceUpdate(channel, count) => {
                ServerMessage::PresenceUpdate { channel, count }
            }
            Self::Heartbeat => ServerMessage::Heartbeat,
            &Self::Welcome(channel, welcome) => ServerMessage::Welcome { channel, welcome },
            Self::State(channel, user, fields) => ServerMessage::State {
                channel: *channel,
                user: *user,
                fields: fields.as_fields(),
            },
            Self::Event(channel, user, name, payload) => ServerMessage::Event {
                channel: *channel,
                user: *user,
                event: Event { name, payload },
            },
            Self::Error(channel, text) => control(channel, Control::Error { text }),
            Self::Pace(channel, text, hz) => control(channel, Control::Pace { text, hz: *hz }),
            Self::Drain(text, ms) => {
                let within_ms = *ms;
                control(&Channel::ZERO, Control::Drain { text, within_ms })
            }
            Self::Redirect(channel, text, url) => control(channel, Control::Redirect { text, url }),
            Self::Kicked(channel, text) => control(channel, Control::Kicked { text }),
        }
    }
}

pub(crate) fn sent() -> impl Strategy<Value = Sent> {
    prop_oneof![
        (channel(), point()).prop_map(|(channel, point)| Sent::Cursor(channel, point)),
        (channel(), join()).prop_map(|(channel, join)| Sent::Join(channel, join)),
        channel().prop_map(Sent::Leave),
        Just(Sent::Heartbeat),
        (channel(), fields()).prop_map(|(channel, fields)| Sent::State(channel, fields)),
        (channel(), event_name(), payload())
            .prop_map(|(channel, name, payload)| Sent::Event(channel, name, payload)),
        (channel(), "[!-~]{0,40}").prop_map(|(channel, token)| Sent::Token(channel, token)),
    ]
}

pub(crate) fn received() -> impl Strategy<Value = Received> {
    prop_oneof![
        (channel(), number(), point()).prop_map(|(channel, user, point)| {
            Received::Cursor(channel, Cursor { user, point })
        }),
        (channel(), cursors())
            .prop_map(|(channel, cursors)| { Received::CursorBatch(channel, cursors) }),
        (channel(), number(), name(), color(), "\\PC{0,32}").prop_map(
            |(channel, user, name, color, account)| {
                Received::UserJoined(channel, user, name, color, account)
            }
        ),
        (channel(), number()).prop_map(|(channel, user)| Received::UserLeft(channel, user)),
        (channel(), number()).prop_map(|(channel, n)| Received::PresenceUpdate(channel, n)),
        Just(Received::Heartbeat),
        (channel(), welcome()).prop_map(|(channel, welcome)| Received::Welcome(channel, welcome)),
        (channel(), number(), fields())
            .prop_map(|(channel, user, fields)| Received::State(channel, user, fields)),
        (channel(), number(), event_name(), payload()).prop_map(
            |(channel, user, name, payload)| Received::Event(channel, user, name, payload)
        ),
        control(),
    ]
}

fn control() -> impl Strategy<Value = Received> {
    prop_oneof![
        (channel(), text()).prop_map(|(channel, text)| Received::Error(channel, text)),
        (channel(), text(), 1..=u8::MAX)
            .prop_map(|(channel, text, hz)| Received::Pace(channel, text, hz)),
        (text(), number()).prop_map(|(text, ms)| Received::Drain(text, ms)),
        (channel(), text(), "[!-~]{1,2048}")
            .prop_map(|(channel, text, url)| Received::Redirect(channel, text, url)),
        (channel(), text()).prop_map(|(channel, text)| Received::Kicked(channel, text)),
    ]
}

fn join() -> impl Strategy<Value = OwnedJoin> {
    let room = "\\PC{1,32}";
    let token = option::of("[!-~]{0,200}");
    let resume = option::of(any::<Resume>());
    let parts = (
        room,
        token,
        option::of(name()),
        option::of(color()),
        resume,
        any::<bool>(),
    );
    parts.prop_map(|(room, token, name, color, resume, observer)| OwnedJoin {
        room,
        token,
        name,
        color,
        resume,
        observer,
    })
}

fn welcome() -> impl Strategy<Value = Welcome> {
    let parts = (
        number(),
        any::<u8>(),
        any::<u8>(),
        any::<bool>(),
        any::<Resume>(),
    );
    parts.prop_map(|(user, tick_hz, heartbeat_s, resumed, resume)| Welcome {
        user,
        tick_hz,
        heartbeat_s,
        resumed,
        resume,
    })
}

fn cursors() -> impl Strategy<Value = CursorsBuf> {
    let users = btree_set(number().prop_map(|user| user.min(u32::MAX - 1)), 0..40);
    (users, vec(point(), 40)).prop_map(|(users, points)| {
        let mut cursors = CursorsBuf::new();
        for (user, point) in users.into_iter().zip(points) {
            let pushed = cursors.push(Cursor { user, point });
            pushed.expect("ascending and few");
        }
        cursors
    })
}

fn channel() -> impl Strategy<Value = Channel> {
    (0..16u8).prop_map(|number| Channel::new(number).expect("under 16"))
}

fn point() -> impl Strategy<Value = Point> {
    any::<(u16, u16)>().prop_map(|(x, y)| Point { x, y })
}

fn color() -> impl Strategy<Value = Color> {
    any::<(u8, u8, u8)>().prop_map(|(r, g, b)| Color { r, g, b })
}

/// Numbers of every length of a varint alike, not only the long ones.
fn number() -> impl Strategy<Value = u32> {
    (any::<u32>(), 0..32u32).prop_map(|(number, shift)| number >> shift)
}

/// Up to 32 characters, any of them up to four bytes long.
fn name() -> impl Strategy<Value = String> {
    vec(any::<char>(), 1..=32).prop_map(|chars| chars.into_iter().collect())
}

fn event_name() -> impl Strategy<Value = String> {
    "\\PC{1,16}"
}

fn text() -> impl Strategy<Value = String> {
    "\\PC{0,64}"
}

fn payload() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..300)
}
