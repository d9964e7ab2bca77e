//! An application on top of a client machine, with a naive model of what it was told.

use std::collections::BTreeMap;

use mote_protocol::client::{Client, Config, Enter, Notice, Output, Records, Status};
use mote_protocol::coords::Point;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Channel, Resume, tag};
use serde_json::Value;

use super::view::View;

/// What the user of a client wants the others in a room to see.
#[derive(Clone, Debug, Default)]
pub struct Intent {
    /// The last position; gone with a change of surface.
    pub cursor: Option<Point>,
    /// The fields that are set, the custom object aside.
    pub fields: BTreeMap<u8, Vec<u8>>,
    /// The custom object.
    pub custom: serde_json::Map<String, Value>,
}

/// A time on one line during which a client was in a room.
#[derive(Clone, Copy, Debug)]
pub struct Life {
    /// The application was told that it joined.
    pub from: Instant,
    /// The line was lost, or the room was left.
    pub to: Option<Instant>,
}

/// A room that the user is in.
#[derive(Clone, Debug)]
pub struct Stay {
    /// The machine's name for it.
    pub channel: Channel,
    /// What is to be seen.
    pub intent: Intent,
    /// What the application was told …
    pub view: View,
    /// … from this moment on.
    pub view_since: Instant,
}

/// A client.
#[derive(Debug)]
pub struct App {
    name: String,
    client: Client,
    stays: BTreeMap<String, Stay>,
    /// By room: when this client was in it, over all lines.
    lives: BTreeMap<String, Vec<Life>>,
    /// By room: each event sent, numbered from 0, and when.
    events_sent: BTreeMap<String, Vec<Instant>>,
    problems: Vec<String>,
}

/// The name of every event; the payload is its number and its sender's name.
const EVENT: &str = "number";

impl App {
    /// A client in no room.
    #[must_use]
    pub fn new(name: &str, seed: u64) -> Self {
        Self {
            name: name.to_owned(),
            client: Client::new(Config::default(), seed),
            stays: BTreeMap::new(),
            lives: BTreeMap::new(),
            events_sent: BTreeMap::new(),
            problems: Vec::new(),
        }
    }

    /// Under which name it enters rooms.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The machine.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// The machine, for what the model has no part in.
    pub const fn client_mut(&mut self) -> &mut Client {
        &mut self.client
    }

    /// The rooms that it is in.
    #[must_use]
    pub const fn stays(&self) -> &BTreeMap<String, Stay> {
        &self.stays
    }

    /// When it was in a room.
    #[must_use]
    pub fn lives(&self, room: &str) -> &[Life] {
        self.lives.get(room).map_or(&[], Vec::as_slice)
    }

    /// When it sent each event in a room.
    #[must_use]
    pub fn events_sent(&self, room: &str) -> &[Instant] {
        self.events_sent.get(room).map_or(&[], Vec::as_slice)
    }

    /// What it was told that can not be.
    #[must_use]
    pub fn problems(&self) -> &[String] {
        &self.problems
    }

    /// Goes into a room.
    ///
    /// # Panics
    /// When the machine refuses.
    pub fn enter(&mut self, now: Instant, room: &str) {
        self.enter_with(now, room, None);
    }

    fn enter_with(&mut self, now: Instant, room: &str, resume: Option<Resume>) {
        let options = Enter {
            room,
            name: Some(&self.name),
            color: None,
            resume,
            observer: false,
            token: None,
        };
        let entered = self.client.enter_room(now, options);
        let stay = Stay {
            channel: entered.expect("a room that can be entered"),
            intent: Intent::default(),
            view: View::default(),
            view_since: now,
        };
        self.stays.insert(room.to_owned(), stay);
    }

    /// Leaves a room.
    pub fn leave(&mut self, now: Instant, room: &str) {
        if let Some(stay) = self.stays.remove(room) {
            end_life(now, self.lives.get_mut(room));
            self.client.leave_room(now, stay.channel);
        }
    }

    /// Moves the cursor.
    pub fn move_to(&mut self, now: Instant, room: &str, point: Point) {
        if let Some(stay) = self.stays.get_mut(room) {
            stay.intent.cursor = Some(point);
            self.client.update_cursor(now, stay.channel, point);
        }
    }

    /// Sets a field other than the custom object; an empty body removes it.
    ///
    /// # Panics
    /// When the machine refuses the body.
    pub fn set_field(&mut self, now: Instant, room: &str, tag: u8, body: &[u8]) {
        let Some(stay) = self.stays.get_mut(room) else {
            return;
        };
        let fields = &mut stay.intent.fields;
        let before = fields.get(&tag).map_or(&[][..], Vec::as_slice);
        if tag == tag::SURFACE && before != body {
            stay.intent.cursor = None;
        }
        if body.is_empty() {
            fields.remove(&tag);
        } else {
            fields.insert(tag, body.to_vec());
        }
        let set = self.client.set_field(now, stay.channel, tag, body);
        set.expect("a body within the limits");
    }

    /// Sets a key of the custom object, or removes it with null.
    ///
    /// # Panics
    /// When the machine refuses it.
    pub fn set_custom(&mut self, now: Instant, room: &str, key: &str, value: Value) {
        let Some(stay) = self.stays.get_mut(room) else {
            return;
        };
        let patch = serde_json::json!({ key: value }).to_string();
        if value.is_null() {
            stay.intent.custom.remove(key);
        } else {
            stay.intent.custom.insert(key.to_owned(), value);
        }
        let whole = Value::Object(stay.intent.custom.clone()).to_string();
        let set = self.client.update_custom(now, stay.channel, &patch, &whole);
        set.expect("an object within the limits");
    }

    /// Sends an event with the next number.
    ///
    /// # Panics
    /// When the machine refuses it.
    pub fn send_event(&mut self, now: Instant, room: &str) {
        let Some(stay) = self.stays.get(room) else {
            return;
        };
        let sent = self.events_sent.entry(room.to_owned()).or_default();
        let number = u32::try_from(sent.len()).expect("few events");
        sent.push(now);
        let payload = [&number.to_be_bytes(), self.name.as_bytes()].concat();
        let accepted = self
            .client
            .broadcast_event(now, stay.channel, EVENT, &payload);
        accepted.expect("an event within the limits");
    }

    /// The page is loaded anew: a new machine enters the same rooms with the resume values that
    /// the page kept, and the user sets everything again.
    pub fn reload(&mut self, now: Instant, seed: u64) {
        self.line_lost(now);
        let old_client = std::mem::replace(&mut self.client, Client::new(Config::default(), seed));
        for (room, stay) in std::mem::take(&mut self.stays) {
            let view = old_client.room(stay.channel);
            let resume = view.and_then(|view| view.resume());
            self.enter_with(now, &room, resume);
            for (tag, body) in &stay.intent.fields {
                self.set_field(now, &room, *tag, body);
            }
            for (key, value) in stay.intent.custom {
                self.set_custom(now, &room, &key, value);
            }
            if let Some(point) = stay.intent.cursor {
                self.move_to(now, &room, point);
            }
        }
    }

    /// The line is gone, whether or not the machine knows: what is sent now may be lost.
    pub fn line_lost(&mut self, now: Instant) {
        for lives in self.lives.values_mut() {
            end_life(now, Some(lives));
        }
    }

    pub(super) fn handle_open(&mut self, now: Instant) {
        self.client.handle_open(now);
    }

    pub(super) fn handle_message(&mut self, now: Instant, bytes: &[u8]) {
        self.client.handle_message(now, bytes);
    }

    pub(super) fn handle_close(&mut self, now: Instant, code: u16) {
        self.client.handle_close(now, code, "");
    }

    pub(super) fn handle_timeout(&mut self, now: Instant) {
        self.client.handle_timeout(now);
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.client.poll_timeout()
    }

    /// The next thing for the socket; when there is none, what was told is taken in.
    pub(super) fn poll_output(&mut self, now: Instant) -> Option<Output> {
        let output = self.client.poll_output();
        if output.is_none() {
            let mut records = Records::default();
            self.client.poll_records(&mut records);
            for notice in records.notices() {
                self.notice(now, notice);
            }
        }
        output
    }

    fn notice(&mut self, now: Instant, notice: Notice<'_>) {
        let told = format!("{notice:?}");
        if let Err(problem) = self.take_in(now, notice) {
            let name = &self.name;
            let at = now.as_micros();
            self.problems
                .push(format!("{name} at {at} µs: {problem}: {told}"));
        }
    }

    fn take_in(&mut self, now: Instant, notice: Notice<'_>) -> Result<(), &'static str> {
        let channel = match notice {
            Notice::Status(Status::Disconnected) => return Err("nothing here is final"),
            Notice::Kicked { .. } => return Err("nobody takes a seat from another"),
            Notice::RoomRefused { .. } => return Err("no room is full"),
            Notice::EventsDropped { .. } => return Err("few events"),
            Notice::Error { .. } => return Err("nobody does anything wrong"),
            Notice::Redirected { .. } | Notice::TokenNeeded { .. } => {
                return Err("no server here says so");
            }
            Notice::Status(_) | Notice::Closed { .. } => return Ok(()),
            Notice::RoomJoined { channel, .. }
            | Notice::RoomLost { channel }
            | Notice::UserJoined { channel, .. }
            | Notice::UserLeft { channel, .. }
            | Notice::UserUpdated { channel, .. }
            | Notice::Custom { channel, .. }
            | Notice::CursorsMoved { channel }
            | Notice::Count { channel, .. }
            | Notice::Event { channel, .. } => channel,
        };
        let found = self
            .stays
            .iter_mut()
            .find(|(_, stay)| stay.channel == channel);
        let (room, stay) = found.ok_or("a notice of a room that was left")?;
        if matches!(notice, Notice::RoomJoined { .. }) {
            let lives = self.lives.entry(room.clone()).or_default();
            end_life(now, Some(lives));
            lives.push(Life {
                from: now,
                to: None,
            });
        }
        let room_view = self
            .client
            .room(channel)
            .ok_or("a room that the machine has not")?;
        stay.view.take_in(notice, room_view)?;
        if matches!(notice, Notice::CursorsMoved { .. }) {
            self.client.draw_cursors(channel, None, |_, _| {});
        }
        Ok(())
    }
}

fn end_life(now: Instant, lives: Option<&mut Vec<Life>>) {
    if let Some(life) = lives.and_then(|lives| lives.last_mut()) {
        life.to.get_or_insert(now);
    }
}
