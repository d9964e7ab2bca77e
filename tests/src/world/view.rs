//! What the application was told of a room, put together from notices alone.

use std::collections::BTreeMap;

use mote_protocol::client::{Notice, RoomView};
use mote_protocol::coords::Point;
use serde_json::{Map, Value};

/// A room as its notices told it.
#[derive(Debug, Default)]
pub struct View {
    /// Everybody by id, with their names.
    pub roster: BTreeMap<u32, String>,
    /// The custom objects that are not empty.
    pub customs: BTreeMap<u32, Map<String, Value>>,
    /// The cursors as they were at the last CursorsMoved.
    pub cursors: BTreeMap<u32, Point>,
    /// The last count.
    pub count: Option<u32>,
    /// Events by their sender's name: the numbers in the order of arrival.
    pub events: BTreeMap<String, Vec<u32>>,
}

impl View {
    /// Takes a notice in; an error is a notice that can not be right.
    ///
    /// # Errors
    /// Why it can not be right.
    pub fn take_in(&mut self, notice: Notice, room: &RoomView) -> Result<(), &'static str> {
        match notice {
            Notice::UserJoined { user, .. } => {
                let person = room.person(user).ok_or("nobody has this id")?;
                if self.roster.insert(user, person.name().to_owned()).is_some() {
                    return Err("already here");
                }
            }
            Notice::UserLeft { user, .. } => {
                self.customs.remove(&user);
                self.cursors.remove(&user);
                self.roster.remove(&user).ok_or("was never here")?;
            }
            Notice::UserUpdated { user, .. } => {
                let person = room.person(user).ok_or("nobody has this id")?;
                let known = self.roster.get_mut(&user).ok_or("not here yet")?;
                person.name().clone_into(known);
            }
            Notice::Custom {
                user,
                json,
                is_whole,
                ..
            } => {
                self.roster.get(&user).ok_or("not here yet")?;
                self.take_custom(user, &json, is_whole)?;
            }
            Notice::CursorsMoved { .. } => {
                let people = room.people();
                let cursors = people.filter_map(|person| Some((person.user(), person.cursor()?)));
                self.cursors = cursors.collect();
            }
            Notice::Count { count, .. } => self.count = Some(count),
            Notice::Event { user, payload, .. } => {
                let sender = self.roster.get(&user).ok_or("not here yet")?;
                let number = payload.try_into().map_err(|_| "not the payload that was sent")?;
                let number = u32::from_be_bytes(number);
                self.events.entry(sender.clone()).or_default().push(number);
            }
            _ => {}
        }
        Ok(())
    }

    fn take_custom(
        &mut self,
        user: u32,
        json: &[u8],
        is_whole: bool,
    ) -> Result<(), &'static str> {
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
