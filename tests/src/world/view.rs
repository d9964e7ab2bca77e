//! What the application was told of a room, put together from notices alone.

use std::collections::BTreeMap;

use mote_protocol::client::{Notice, RoomView};
use mote_protocol::coords::Point;
use serde_json::{Map, Value};

/// A room as its notices told it.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Everybody by id, with their names.
    pub roster: BTreeMap<u32, String>,
    /// The custom objects that are not empty.
    pub customs: BTreeMap<u32, Map<String, Value>>,
    /// The cursors as they were at the last CursorsMoved.
    pub cursors: BTreeMap<u32, Point>,
    /// The last count.
    pub count: Option<u32>,
    /// How often somebody arrived …
    pub arrivals: usize,
    /// … and how often somebody departed.
    pub departures: usize,
    /// Events by the sender's name: their numbers in the order of arrival.
    pub events: BTreeMap<String, Vec<u32>>,
}

impl View {
    /// Takes a notice in; an error is a notice that can not be right.
    ///
    /// # Errors
    /// Why it can not be right.
    pub fn take_in(&mut self, notice: Notice<'_>, room: RoomView<'_>) -> Result<(), &'static str> {
        match notice {
            Notice::UserJoined { user, .. } => {
                self.arrivals += 1;
                if self.roster.insert(user, name_of(room, user)).is_some() {
                    return Err("already here");
                }
            }
            Notice::UserLeft { user, .. } => {
                self.departures += 1;
                self.customs.remove(&user);
                self.cursors.remove(&user);
                self.roster.remove(&user).ok_or("was never here")?;
            }
            Notice::UserUpdated { user, .. } => {
                let known = self.roster.get_mut(&user).ok_or("not here yet")?;
                *known = name_of(room, user);
            }
            Notice::Custom {
                user,
                json,
                is_whole,
                ..
            } => {
                self.roster.get(&user).ok_or("not here yet")?;
                self.take_custom(user, json, is_whole)?;
            }
            Notice::CursorsMoved { .. } => {
                let people = room.people().iter();
                let cursors = people.filter_map(|person| Some((person.user, person.cursor?)));
                self.cursors = cursors.collect();
            }
            Notice::Count { count, .. } => self.count = Some(count),
            Notice::Event { user, payload, .. } => {
                self.roster.get(&user).ok_or("not here yet")?;
                let (number, sender) = payload.split_first_chunk().ok_or("not what was sent")?;
                let sender = String::from_utf8(sender.to_vec()).map_err(|_| "not what was sent")?;
                let number = u32::from_be_bytes(*number);
                self.events.entry(sender).or_default().push(number);
            }
            _ => {}
        }
        Ok(())
    }

    fn take_custom(&mut self, user: u32, json: &[u8], is_whole: bool) -> Result<(), &'static str> {
        if is_whole || json.is_empty() {
            self.customs.remove(&user);
        }
        if json.is_empty() {
            return Ok(());
        }
        let Ok(Value::Object(patch)) = serde_json::from_slice(json) else {
            return Err("custom is an object");
        };
        merge(self.customs.entry(user).or_default(), patch);
        self.customs.retain(|_, custom| !custom.is_empty());
        Ok(())
    }
}

/// Details are read when a notice is polled: the person may have left again by then, and the notice
/// that says so is behind.
fn name_of(room: RoomView<'_>, user: u32) -> String {
    let person = room.person(user);
    person.map(|person| person.name.clone()).unwrap_or_default()
}

/// JSON Merge Patch as RFC 7386 writes it down.
fn merge(target: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (key, value) in patch {
        match value {
            Value::Null => {
                target.remove(&key);
            }
            Value::Object(patch) => {
                let inner = target.entry(key).or_insert(Value::Null);
                if !inner.is_object() {
                    *inner = Value::Object(Map::new());
                }
                if let Value::Object(inner) = inner {
                    merge(inner, patch);
                }
            }
            value => {
                target.insert(key, value);
            }
        }
    }
}
