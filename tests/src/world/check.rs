//! What must hold when nothing has happened for a while and every line is whole.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use mote_protocol::client::Status;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Activity, tag};
use serde_json::{Map, Value};

use super::app::{App, Life, Stay};
use super::truth::{Listed, Truth};
use super::world::World;

/// Longer than any whole line keeps a message: an event sent this long before its line was lost
/// must have arrived.
const SURELY_ARRIVED: Duration = Duration::from_secs(20);

/// Everything that is not as it must be; empty when all is well.
#[must_use]
pub fn problems(world: &World) -> Vec<String> {
    let mut found = Vec::new();
    for app in world.apps() {
        found.extend(app.problems().iter().cloned());
    }
    let rooms: BTreeSet<&String> = world
        .apps()
        .iter()
        .flat_map(|app| app.stays().keys())
        .collect();
    for room in rooms {
        check_room(world, room, &mut found);
    }
    found
}

fn check_room(world: &World, room: &str, found: &mut Vec<String>) {
    let clients = (0..).zip(world.apps());
    let clients = clients.filter(|(_, app)| app.stays().contains_key(room));
    let clients: Vec<usize> = clients.map(|(client, _)| client).collect();
    let servers = world.servers_of(&clients);
    let Some((server, others)) = servers.split_first() else {
        found.push("no server runs".to_owned());
        return;
    };
    let truth = Truth::of(server, world.now(), room);
    let here = || {
        let apps = world.apps().iter();
        apps.filter_map(|app| Some((app, app.stays().get(room)?)))
    };
    let mut check = Check {
        room,
        who: "the room".to_owned(),
        found,
    };

    for other in others {
        let same = Truth::of(other, world.now(), room);
        check.equal("the room on another node", &same, &truth);
    }
    let expected: BTreeSet<&str> = here().map(|(app, _)| app.name()).collect();
    let listed: Vec<&str> = truth
        .people
        .values()
        .map(|person| person.name.as_str())
        .collect();
    check.equal(
        "people",
        &BTreeSet::from_iter(listed.iter().copied()),
        &expected,
    );
    check.equal("number of people", &listed.len(), &expected.len());
    check.equal("count", &(truth.count as usize), &expected.len());
    for (app, stay) in here() {
        let person = truth
            .people
            .values()
            .find(|person| person.name == app.name());
        if let Some(person) = person {
            check.who = format!("the room of {}", app.name());
            check.intent(stay, person, expected.len());
        }
    }
    for (app, stay) in here() {
        app.name().clone_into(&mut check.who);
        check.client(app, stay, &truth);
    }
    check_events(world, room, found);
}

struct Check<'a> {
    room: &'a str,
    who: String,
    found: &'a mut Vec<String>,
}

impl Check<'_> {
    fn equal<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, is: &T, must_be: &T) {
        if is != must_be {
            let (who, room) = (&self.who, self.room);
            let text = format!("{who}, room {room}: {what} is {is:?} and must be {must_be:?}");
            self.found.push(text);
        }
    }

    /// What the room says of a person is what that person wants to be seen.
    fn intent(&mut self, stay: &Stay, person: &Listed, people: usize) {
        let mut fields = person.fields.clone();
        let custom = custom_of(&fields.remove(&tag::CUSTOM).unwrap_or_default());
        self.equal("custom", &custom, &stay.intent.custom);
        self.equal("fields", &fields, &stay.intent.fields);
        // Nobody needs to know the cursor of one who is alone.
        if people > 1 {
            self.equal("cursor", &person.cursor, &stay.intent.cursor);
        }
    }

    /// What a client says of the room is what the room is.
    fn client(&mut self, app: &App, stay: &Stay, truth: &Truth) {
        let Some(view) = app.client().room(stay.channel) else {
            self.found.push(format!(
                "{}: the machine has no room {}",
                self.who, self.room
            ));
            return;
        };
        self.equal("status", &view.status(), &Status::Connected);
        self.equal("count", &view.count(), &truth.count);
        self.equal("told count", &stay.view.count, &Some(truth.count));
        let own = view.user();
        let own_name = own
            .and_then(|user| truth.people.get(&user))
            .map(|person| &*person.name);
        self.equal("own seat", &own_name, &Some(app.name()));

        let names: BTreeMap<u32, String> = truth
            .people
            .iter()
            .map(|(&user, person)| (user, person.name.clone()))
            .collect();
        self.equal("told roster", &stay.view.roster, &names);
        let ids: Vec<u32> = view.people().iter().map(|person| person.user).collect();
        self.equal("roster", &ids, &truth.people.keys().copied().collect());
        for person in view.people() {
            let Some(listed) = truth.people.get(&person.user) else {
                continue;
            };
            let seen_by = format!("{} of {}", app.name(), listed.name);
            let who = std::mem::replace(&mut self.who, seen_by);
            self.equal("name", &person.name, &listed.name);
            self.equal("colour", &person.color, &listed.color);
            if Some(person.user) != own {
                self.equal("cursor", &person.cursor, &listed.cursor);
                let told = stay.view.cursors.get(&person.user).copied();
                self.equal("told cursor", &told, &listed.cursor);
                let body = |tag| listed.fields.get(&tag).map_or(&[][..], Vec::as_slice);
                let activity = Activity::parse(body(tag::ACTIVITY)).unwrap_or_default();
                self.equal("activity", &person.activity, &activity);
                self.equal(
                    "hidden",
                    &person.cursor_hidden,
                    &!body(tag::CURSOR_HIDDEN).is_empty(),
                );
                let surface = body(tag::SURFACE).get(1..).unwrap_or_default();
                self.equal("surface", &person.surface.as_bytes(), &surface);
                let custom = stay
                    .view
                    .customs
                    .get(&person.user)
                    .cloned()
                    .unwrap_or_default();
                let whole = custom_of(body(tag::CUSTOM));
                self.equal("told custom", &custom, &whole);
            }
            self.who = who;
        }
    }
}

fn custom_of(json: &[u8]) -> Map<String, Value> {
    serde_json::from_slice(json).unwrap_or_default()
}

/// Of each sender each receiver got events in order, none twice, and all that were sent while
/// both had whole lines.
fn check_events(world: &World, room: &str, found: &mut Vec<String>) {
    for receiver in world.apps() {
        let Some(stay) = receiver.stays().get(room) else {
            continue;
        };
        for sender in world
            .apps()
            .iter()
            .filter(|app| app.name() != receiver.name())
        {
            let none = Vec::new();
            let got = stay.view.events.get(sender.name()).unwrap_or(&none);
            let pair = format!(
                "room {room}, events of {} to {}",
                sender.name(),
                receiver.name()
            );
            if !got.is_sorted_by(|a, b| a < b) {
                found.push(format!("{pair}: out of order or twice: {got:?}"));
            }
            let since = stay.view_since;
            for (number, &at) in (0u32..).zip(sender.events_sent(room)) {
                let is_due = at >= since
                    && was_whole(receiver.lives(room), at)
                    && was_whole(sender.lives(room), at);
                if is_due && !got.contains(&number) {
                    let micros = at.as_micros();
                    found.push(format!(
                        "{pair}: number {number}, sent at {micros} µs, is missing"
                    ));
                }
            }
        }
    }
}

/// The room was joined at that moment, on a line that held long enough afterwards.
fn was_whole(lives: &[Life], at: Instant) -> bool {
    lives
        .iter()
        .any(|life| life.from <= at && life.to.is_none_or(|to| at + SURELY_ARRIVED <= to))
}
