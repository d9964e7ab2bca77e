//! A client with a hand-driven clock and a server whose bytes the test writes.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::time::Duration;

use crate::client::{Client, Config, Enter, Notice, Output, Records, Target};
use crate::color::Color;
use crate::coords::Point;
use crate::time::Instant;
use crate::wire::{
    Channel, ClientMessage, Control, Cursor, CursorsBuf, Event, Field, FieldsBuf, Resume,
    ServerMessage, UserJoined, Welcome, client_messages,
};

pub(crate) const CH: Channel = Channel::ZERO;
pub(crate) const RESUME: Resume = [7; 16];
pub(crate) const HEARTBEAT_S: u8 = 20;

/// A machine, its clock, and what it put out since it was last asked.
pub(crate) struct Rig {
    pub(crate) client: Client,
    pub(crate) now: Instant,
    sent: Vec<Vec<u8>>,
    commands: Vec<Command>,
    targets: Vec<String>,
    notices: Vec<Notice<'static>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Connect,
    Disconnect(u16),
}

impl Rig {
    pub(crate) fn new() -> Self {
        Self::with_hz(60)
    }

    pub(crate) fn with_hz(cursor_hz: u8) -> Self {
        Self::with(Config {
            cursor_hz,
            ..Config::default()
        })
    }

    pub(crate) fn with(config: Config) -> Self {
        Self {
            client: Client::new(config, 1),
            now: Instant::from_millis(1_000),
            sent: Vec::new(),
            commands: Vec::new(),
            targets: Vec::new(),
            notices: Vec::new(),
        }
    }

    /// A client that has joined the room `plan` as user 0, with `others` listed too.
    pub(crate) fn joined(others: &[u32]) -> Self {
        let mut rig = Self::new();
        rig.enter("plan");
        rig.open();
        rig.hear(&room(CH, 0, others));
        rig.take_all();
        rig
    }

    pub(crate) fn enter(&mut self, room: &str) -> Channel {
        let options = Enter {
            room,
            ..Enter::default()
        };
        let now = self.now;
        let entered = self.run(|client| client.enter_room(now, options));
        entered.expect("a good room id")
    }

    pub(crate) fn open(&mut self) {
        let now = self.now;
        self.run(|client| client.handle_open(now));
    }

    pub(crate) fn close(&mut self, code: u16) {
        let now = self.now;
        self.run(|client| client.handle_close(now, code, "it ends"));
    }

    pub(crate) fn hear(&mut self, bytes: &[u8]) {
        let now = self.now;
        self.run(|client| client.handle_message(now, bytes));
    }

    pub(crate) fn hear_one(&mut self, message: ServerMessage<'_>) {
        self.hear(&encode(&[message]));
    }

    pub(crate) fn control(&mut self, channel: Channel, control: Control<'_>) {
        self.hear_one(ServerMessage::Control { channel, control });
    }

    pub(crate) fn cursor(&mut self, x: u16) {
        let (now, point) = (self.now, Point { x, y: 0 });
        self.run(|client| client.update_cursor(now, CH, point));
    }

    pub(crate) fn field(&mut self, tag: u8, body: &[u8]) {
        let now = self.now;
        let set = self.run(|client| client.set_field(now, CH, tag, body));
        set.expect("a good field");
    }

    pub(crate) fn event(&mut self, name: &str) {
        let now = self.now;
        let sent = self.run(|client| client.broadcast_event(now, CH, name, b"1"));
        sent.expect("a good event");
    }

    /// An input, then everything that the machine puts out for it.
    pub(crate) fn run<R>(&mut self, input: impl FnOnce(&mut Client) -> R) -> R {
        let result = input(&mut self.client);
        self.drain();
        result
    }

    /// Lets time pass; every timeout on the way is handled at its moment.
    pub(crate) fn pass_ms(&mut self, span_ms: u64) {
        let end = self.now + Duration::from_millis(span_ms);
        while let Some(at) = self.client.poll_timeout().filter(|&at| at <= end) {
            self.now = self.now.max(at);
            let now = self.now;
            self.run(|client| client.handle_timeout(now));
            let next = self.client.poll_timeout();
            assert!(
                next.is_none_or(|next| next > at),
                "a timeout that does not end"
            );
        }
        self.now = end;
    }

    /// Back on a new socket after a loss, up to the open socket.
    pub(crate) fn come_back(&mut self) {
        let at = self.client.poll_timeout().expect("the back-off's end");
        self.now = self.now.max(at);
        let now = self.now;
        self.run(|client| client.handle_timeout(now));
        assert!(
            self.take_commands().contains(&Command::Connect),
            "no attempt"
        );
        self.open();
    }

    /// The WebSocket messages sent since the last call.
    pub(crate) fn take_sent(&mut self) -> Vec<Vec<u8>> {
        core::mem::take(&mut self.sent)
    }

    /// The protocol messages sent since the last call, as text.
    pub(crate) fn take_said(&mut self) -> Vec<alloc::string::String> {
        let sent = self.take_sent();
        let messages = sent.iter().flat_map(|bytes| client_messages(bytes));
        messages
            .map(|message| said(&message.expect("the machine sends good bytes")))
            .collect()
    }

    pub(crate) fn take_commands(&mut self) -> Vec<Command> {
        core::mem::take(&mut self.commands)
    }

    /// Where each socket since the last call was to be opened.
    pub(crate) fn take_targets(&mut self) -> Vec<String> {
        core::mem::take(&mut self.targets)
    }

    pub(crate) fn take_notices(&mut self) -> Vec<Notice<'static>> {
        core::mem::take(&mut self.notices)
    }

    pub(crate) fn take_all(&mut self) {
        self.take_sent();
        self.take_commands();
        self.take_targets();
        self.take_notices();
    }

    fn drain(&mut self) {
        while let Some(output) = self.client.poll_output() {
            match output {
                Output::Connect => {
                    self.commands.push(Command::Connect);
                    self.targets.push(match self.client.target() {
                        Target::Server => "the server".into(),
                        Target::Proxied => "proxied".into(),
                        Target::Redirected(url) => url.into(),
                    });
                }
                Output::Disconnect { code } => self.commands.push(Command::Disconnect(code)),
                Output::Transmit(bytes) => self.sent.push(bytes),
            }
        }
        self.notices.extend(told(&mut self.client));
        for channel in Channel::all() {
            self.client.draw_cursors(channel, None, |_, _| {});
        }
    }
}

/// What the application is told, kept for as long as the test runs.
pub(crate) fn told(client: &mut Client) -> impl Iterator<Item = Notice<'static>> {
    let mut records = Records::default();
    client.poll_records(&mut records);
    let records: &'static Records = Box::leak(Box::new(records));
    records.notices()
}

/// A message in a few words.
fn said(message: &ClientMessage<'_>) -> alloc::string::String {
    use alloc::format;
    match message {
        ClientMessage::Cursor { channel, point } => {
            format!("{} cursor {}", channel.number(), point.x)
        }
        ClientMessage::Join { channel, join } => format!(
            "{} join {}{}{}",
            channel.number(),
            join.room,
            join.token
                .map_or(String::new(), |token| format!(" token {token}")),
            if join.resume.is_some() { " resume" } else { "" }
        ),
        ClientMessage::Leave { channel } => format!("{} leave", channel.number()),
        ClientMessage::Heartbeat => "heartbeat".into(),
        ClientMessage::State { channel, fields } => {
            let fields: Vec<_> = fields
                .iter()
                .map(|field| format!("{}={:?}", field.tag, field.body))
                .collect();
            format!("{} state {}", channel.number(), fields.join(" "))
        }
        ClientMessage::Event { channel, event } => {
            format!("{} event {}", channel.number(), event.name)
        }
        ClientMessage::Token { channel, token } => format!("{} token {token}", channel.number()),
    }
}

pub(crate) fn encode(messages: &[ServerMessage<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for message in messages {
        message.encode(&mut bytes).expect("a good message");
    }
    bytes
}

pub(crate) fn welcome(channel: Channel, user: u32, resumed: bool) -> Vec<u8> {
    encode(&[ServerMessage::Welcome {
        channel,
        welcome: Welcome {
            user,
            tick_hz: 60,
            heartbeat_s: HEARTBEAT_S,
            resumed,
            resume: RESUME,
        },
    }])
}

pub(crate) fn person(channel: Channel, user: u32) -> ServerMessage<'static> {
    named(channel, user, NAMES[user as usize % NAMES.len()])
}

pub(crate) fn named(channel: Channel, user: u32, name: &str) -> ServerMessage<'_> {
    ServerMessage::UserJoined {
        channel,
        joined: UserJoined {
            user,
            name,
            color: Color::from_rgb(0x33_66_99),
            account: "",
        },
    }
}

pub(crate) fn cursors(channel: Channel, cursors: &[(u32, u16)]) -> Vec<u8> {
    let mut batch = CursorsBuf::new();
    for &(user, x) in cursors {
        let point = Point { x, y: 0 };
        batch.push(Cursor { user, point }).expect("ascending");
    }
    let cursors = batch.as_cursors();
    encode(&[ServerMessage::CursorBatch { channel, cursors }])
}

pub(crate) fn state(channel: Channel, user: u32, fields: &[(u8, &[u8])]) -> Vec<u8> {
    let mut buf = FieldsBuf::new();
    for &(tag, body) in fields {
        buf.push(Field { tag, body }).expect("a good field");
    }
    let fields = buf.as_fields();
    encode(&[ServerMessage::State {
        channel,
        user,
        fields,
    }])
}

pub(crate) fn count(channel: Channel, count: usize) -> Vec<u8> {
    let count = u32::try_from(count).expect("few");
    encode(&[ServerMessage::PresenceUpdate { channel, count }])
}

pub(crate) fn left(channel: Channel, user: u32) -> Vec<u8> {
    encode(&[ServerMessage::UserLeft { channel, user }])
}

pub(crate) fn event(channel: Channel, user: u32, name: &str) -> Vec<u8> {
    let payload = b"1";
    encode(&[ServerMessage::Event {
        channel,
        user,
        event: Event { name, payload },
    }])
}

/// A whole snapshot: `own` and `others` listed, nobody with a cursor or a state.
pub(crate) fn room(channel: Channel, own: u32, others: &[u32]) -> Vec<u8> {
    snapshot(channel, own, false, others, &[])
}

/// A whole snapshot with `middle` before its end.
pub(crate) fn snapshot(
    channel: Channel,
    own: u32,
    resumed: bool,
    others: &[u32],
    middle: &[Vec<u8>],
) -> Vec<u8> {
    let mut users = vec![own];
    users.extend(others);
    users.sort_unstable();
    let mut bytes = welcome(channel, own, resumed);
    for &user in &users {
        bytes.extend(encode(&[person(channel, user)]));
    }
    bytes.extend(middle.concat());
    bytes.extend(count(channel, users.len()));
    bytes
}

const NAMES: [&str; 5] = ["Ada", "Ben", "Cleo", "Dee", "Eli"];
