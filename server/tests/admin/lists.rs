//! Rooms and people, as a backend sees them.

use std::collections::BTreeSet;

use mote_protocol::coords::Point;
use mote_protocol::wire::{Channel, ClientMessage, Field, FieldsBuf, tag};
use serde_json::{Value, json};

use super::calls::{Backend, config};
use super::person::Person;
use super::support::start;

#[tokio::test]
async fn a_room_is_there_while_somebody_is_in_it_and_counts_who_is() {
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    let empty = backend.get("/rooms/board").await;
    assert_eq!((empty.status, empty.problem().0), (404, "not-found"));
    let ada = Person::join(server.address, "board", "ada").await;
    let _eve = Person::observe(server.address, "board", "eve").await;
    let room = backend.fine("GET", "/rooms/board", &Value::Null).await;
    let expected = json!({ "room": "board", "people": 1, "observers": 1, "nodes": [] });
    assert_eq!(room, expected);
    drop(ada);
}

#[tokio::test]
async fn ids_with_slashes_and_in_any_script_are_percent_encoded() {
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    for (room, path) in [
        ("acme/plan/1", "acme%2Fplan%2F1"),
        ("a b?c#d%2F", "a%20b%3Fc%23d%252F"),
        ("läden/🦊", "l%C3%A4den%2F%F0%9F%A6%8A"),
        ("..", "%2E%2E"),
        ("/", "%2F"),
    ] {
        let _ada = Person::join(server.address, room, "ada").await;
        let people = backend.get(&format!("/rooms/{path}/people")).await;
        assert_eq!(
            people.body["people"][0]["name"], "ada",
            "{room}: {people:?}"
        );
        assert_eq!(
            backend.get(&format!("/rooms/{path}")).await.body["room"],
            room
        );
    }
    let answer = backend.get("/rooms/%FF").await;
    assert_eq!((answer.status, answer.problem().0), (400, "bad-request"));
    let answer = backend.get(&format!("/rooms/{}", "r".repeat(129))).await;
    assert_eq!((answer.status, answer.problem().0), (422, "invalid"));
}

#[tokio::test]
async fn a_person_is_told_as_the_sdk_shows_them() {
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    let mut ada = Person::join(server.address, "board", "ada").await;
    let mut fields = FieldsBuf::new();
    for (tag, body) in [
        (tag::SELECTION, &b"\x02\x02s1\x02s2"[..]),
        (tag::ACTIVITY, &[1]),
        (tag::CUSTOM, br#"{"typing":true}"#),
        (tag::SURFACE, b"\x05board"),
    ] {
        fields.push(Field { tag, body }).unwrap();
    }
    let channel = Channel::ZERO;
    let fields = fields.as_fields();
    ada.send(&ClientMessage::State { channel, fields }).await;
    let point = Point { x: 65_535, y: 0 };
    ada.send(&ClientMessage::Cursor { channel, point }).await;
    let answer = backend
        .until("/rooms/board/people", |answer| {
            !answer.body["people"][0]["cursor"].is_null()
        })
        .await;
    let color = &answer.body["people"][0]["color"];
    let expected = json!({
        "people": [{
            "connectionId": 0, "name": "ada", "color": color, "account": "ada", "agent": null,
            "presence": { "typing": true }, "cursor": { "x": 1.0, "y": 0.0 }, "surface": "board",
            "activity": "idle", "selection": ["s1", "s2"], "node": null,
        }],
        "count": 1,
        "next": null,
    });
    assert_eq!(answer.body, expected);
}

#[tokio::test]
async fn pages_have_everybody_once_and_end() {
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    let mut people = Vec::new();
    for number in 0..7 {
        people.push(Person::join(server.address, "board", &format!("p{number}")).await);
    }
    let mut seen = Vec::new();
    let mut path = "/rooms/board/people?limit=3".to_owned();
    loop {
        let page = backend.fine("GET", &path, &Value::Null).await;
        assert_eq!(page["count"], 7);
        let names = page["people"].as_array().unwrap().iter();
        seen.extend(names.map(|person| person["name"].as_str().unwrap().to_owned()));
        match &page["next"] {
            Value::Null => break,
            next => path = format!("/rooms/board/people?limit=3&cursor={next}"),
        }
    }
    assert_eq!(seen, ["p0", "p1", "p2", "p3", "p4", "p5", "p6"]);
}

/// Of the rooms whose ids begin so, page by page.
async fn listed(backend: &Backend, prefix: &str, limit: usize) -> Vec<String> {
    let mut seen = Vec::new();
    let first = format!("/rooms?prefix={prefix}&limit={limit}");
    let mut path = first.clone();
    loop {
        let page = backend.fine("GET", &path, &Value::Null).await;
        let rooms = page["rooms"].as_array().unwrap().iter();
        seen.extend(rooms.map(|room| room["room"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            None => return seen,
            Some(next) => path = format!("{first}&cursor={next}"),
        }
    }
}

#[tokio::test]
async fn rooms_are_listed_in_order_by_their_beginning_and_page_by_page() {
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    let mut people = Vec::new();
    for room in ["b-2", "a", "b-1", "b", "b-3", "c"] {
        people.push(Person::join(server.address, room, "ada").await);
    }
    assert_eq!(listed(&backend, "b-", 1).await, ["b-1", "b-2", "b-3"]);
    assert_eq!(
        listed(&backend, "", 4).await,
        ["a", "b", "b-1", "b-2", "b-3", "c"]
    );
    assert_eq!(listed(&backend, "x", 4).await, [""; 0]);
    let node = backend.fine("GET", "/node", &Value::Null).await;
    assert_eq!(
        (&node["rooms"], &node["connections"]),
        (&json!(6), &json!(6))
    );
    assert_eq!(
        (&node["draining"], &node["redis"]),
        (&json!(false), &json!("none"))
    );
    let cluster = backend.fine("GET", "/cluster", &Value::Null).await;
    assert_eq!(
        cluster,
        json!({ "nodes": [{ "node": null, "address": null, "isSelf": true }] })
    );
}

/// People move and come while others ask for all of it, over and over.
#[tokio::test]
async fn a_storm_of_listings_beside_people_who_move_disturbs_nobody() {
    const ROOMS: usize = 40;
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    let mut ada = Person::join(server.address, "board-0", "ada").await;
    let mut bob = Person::join(server.address, "board-0", "bob").await;
    let mut others = Vec::new();
    for number in 1..ROOMS {
        others.push(Person::join(server.address, &format!("board-{number}"), "x").await);
    }
    let storm: Vec<_> = (0..8)
        .map(|_| {
            let backend = backend.clone();
            tokio::spawn(async move {
                for _ in 0..10 {
                    let rooms: BTreeSet<_> =
                        listed(&backend, "board-", 7).await.into_iter().collect();
                    assert_eq!(rooms.len(), ROOMS);
                    let people = backend.get("/rooms/board-0/people").await;
                    assert_eq!(people.body["count"], 2);
                }
            })
        })
        .collect();
    for step in 1..=200_u16 {
        let point = Point { x: step, y: step };
        let channel = Channel::ZERO;
        ada.send(&ClientMessage::Cursor { channel, point }).await;
        let from = ada.id;
        bob.until(|bob| bob.here[&from].point == Some(point)).await;
    }
    for asker in storm {
        asker.await.unwrap();
    }
}
