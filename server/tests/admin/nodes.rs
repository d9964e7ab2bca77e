//! Servers that share their rooms over a real engine: whichever is asked, the answer is the same.

#![cfg(unix)]

use std::time::Duration;

use mote_protocol::coords::Point;
use mote_protocol::wire::SERVER;
use mote_server::Config;
use serde_json::{Value, json};

use super::calls::{Backend, config};
use super::engines::Engine;
use super::person::Person;
use super::support::{Running, start};

fn server(engine: &Engine, address: &str) -> Running {
    start(Config {
        redis: Some(engine.url().parse().unwrap()),
        resume_grace: Duration::from_secs(1),
        worker_threads: 1,
        node_address: address.into(),
        ..config()
    })
}

struct World {
    engine: Engine,
    servers: [Running; 3],
}

impl World {
    async fn start() -> Self {
        let engine = Engine::start();
        let servers = ["ws://a.test/ws", "ws://b.test/ws", ""].map(|at| server(&engine, at));
        let world = Self { engine, servers };
        for server in 0..3 {
            let is_ready = |answer: &super::calls::Answer| answer.body["redis"] == "ready";
            world.backend(server).until("/node", is_ready).await;
        }
        world
    }

    fn backend(&self, server: usize) -> Backend {
        Backend::of(self.servers[server].address, "*")
    }

    async fn join(&self, server: usize, account: &str) -> Person {
        Person::join(self.servers[server].address, "plan", account).await
    }
}

#[tokio::test]
async fn every_server_knows_every_server() {
    let world = World::start().await;
    for asked in 0..3 {
        let has_all = |answer: &super::calls::Answer| {
            answer.body["nodes"]
                .as_array()
                .is_some_and(|nodes| nodes.len() == 3)
        };
        let cluster = world.backend(asked).until("/cluster", has_all).await;
        let nodes = cluster.body["nodes"].as_array().unwrap();
        let addresses = nodes.iter().filter_map(|node| node["address"].as_str());
        let mut addresses: Vec<_> = addresses.collect();
        addresses.sort_unstable();
        assert_eq!(addresses, ["ws://a.test/ws", "ws://b.test/ws"]);
        let own: Vec<_> = nodes.iter().filter(|node| node["isSelf"] == true).collect();
        let backend = world.backend(asked);
        let node = backend.fine("GET", "/node", &Value::Null).await;
        assert_eq!(own.len(), 1);
        assert_eq!(own[0]["node"], node["node"]);
    }
}

/// The third server has nobody in the room, and is asked all the same.
#[tokio::test]
async fn people_and_counts_are_the_same_on_every_server_also_on_one_that_has_nobody_there() {
    let world = World::start().await;
    let mut ada = world.join(0, "ada").await;
    let _bob = world.join(1, "bob").await;
    ada.until(|ada| ada.count == 2).await;
    for asked in 0..3 {
        let backend = world.backend(asked);
        let people = backend
            .fine("GET", "/rooms/plan/people", &Value::Null)
            .await;
        let people = people["people"].as_array().unwrap().clone();
        let mut names: Vec<_> = people
            .iter()
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        names.sort_unstable();
        assert_eq!(names, ["ada", "bob"], "asked {asked}");
        for (server, name) in [(0, "ada"), (1, "bob")] {
            let node = &world.backend(server).get("/node").await.body["node"];
            let one = people.iter().find(|one| one["name"] == name).unwrap();
            assert_eq!(one["node"], *node, "{name}, asked {asked}");
        }
        assert_eq!(backend.get("/rooms/plan").await.body["people"], 2);
        assert_eq!(backend.get("/rooms/nobody").await.status, 404);
    }
}

#[tokio::test]
async fn an_event_is_heard_once_by_everybody_whichever_server_is_asked() {
    let world = World::start().await;
    let mut ada = world.join(0, "ada").await;
    let mut bob = world.join(1, "bob").await;
    ada.until(|ada| ada.count == 2).await;
    bob.until(|bob| bob.count == 2).await;
    for asked in 0..3 {
        let body = json!({ "event": { "type": "n", "asked": asked } });
        let told = world
            .backend(asked)
            .fine("POST", "/rooms/plan/events", &body)
            .await;
        assert_eq!(told, json!({ "people": 2 }));
        for listener in [&mut ada, &mut bob] {
            listener
                .until(|listener| listener.events.len() > asked)
                .await;
        }
    }
    for listener in [&ada, &bob] {
        let heard: Vec<_> = listener
            .events
            .iter()
            .map(|(who, _, what)| (*who, &**what))
            .collect();
        let expected = [r#"{"asked":0}"#, r#"{"asked":1}"#, r#"{"asked":2}"#];
        assert_eq!(heard, expected.map(|what| (SERVER, what)));
    }
}

#[tokio::test]
async fn a_person_of_another_server_is_kicked_by_number_and_by_account() {
    let world = World::start().await;
    let mut ada = world.join(0, "ada").await;
    for (asked, by_account) in [(0, false), (2, false), (0, true), (2, true)] {
        let mut bob = world.join(1, "bob").await;
        ada.until(|ada| ada.count == 2).await;
        let path = match by_account {
            true => "/rooms/plan/accounts/bob/kick".to_owned(),
            false => format!("/rooms/plan/people/{}/kick", bob.id),
        };
        let backend = world.backend(asked);
        backend
            .until("/rooms/plan", |answer| answer.body["people"] == 2)
            .await;
        let reason = json!({ "reason": "be nice" });
        let kicked = backend.fine("POST", &path, &reason).await;
        assert_eq!(kicked, json!({ "kicked": 1 }));
        bob.until(|bob| bob.closed.is_some()).await;
        assert_eq!(
            (bob.kicked.as_deref(), bob.closed),
            (Some("be nice"), Some(4004))
        );
        ada.until(|ada| ada.count == 1).await;
    }
}

#[tokio::test]
async fn a_room_is_closed_on_every_server_by_one_that_has_nobody_there() {
    let world = World::start().await;
    for asked in [2, 0] {
        let mut ada = world.join(0, "ada").await;
        let mut bob = world.join(1, "bob").await;
        let mut eve = Person::observe(world.servers[1].address, "plan", "eve").await;
        ada.until(|ada| ada.count == 2).await;
        let reason = json!({ "reason": "over" });
        let closed = world
            .backend(asked)
            .fine("DELETE", "/rooms/plan", &reason)
            .await;
        assert_eq!(closed, json!({ "kicked": 2 }));
        for person in [&mut ada, &mut bob, &mut eve] {
            person.until(|person| person.closed.is_some()).await;
            assert_eq!(
                (person.kicked.as_deref(), person.closed),
                (Some("over"), Some(4004))
            );
        }
        for server in 0..3 {
            world
                .backend(server)
                .until("/rooms/plan", |answer| answer.status == 404)
                .await;
        }
    }
    let new = world.join(1, "new").await;
    assert_eq!(new.count, 1);
}

/// As behind a balancer: each call goes to the next server.
#[tokio::test]
async fn an_agent_stays_one_person_whichever_server_its_calls_come_to() {
    let world = World::start().await;
    let mut ada = world.join(0, "ada").await;
    let path = "/rooms/plan/agents/bot";
    let body = json!({ "presence": { "calls": 0 } });
    let put = world.backend(1).fine("PUT", path, &body).await;
    let id = u32::try_from(put["connectionId"].as_u64().unwrap()).unwrap();
    ada.until(|ada| ada.here.contains_key(&id)).await;
    for call in 1..=9_u16 {
        let server = usize::from(call % 3);
        let x = f64::from(call) / 10.0;
        let body = json!({ "presence": { "calls": call }, "cursor": { "x": x, "y": 0.5 } });
        let now = world.backend(server).fine("PATCH", path, &body).await;
        assert_eq!(now["connectionId"], id);
        let node = &world.backend(server).get("/node").await.body["node"];
        assert_eq!(now["node"], *node);
        let point = Point::from_fraction(x, 0.5).unwrap();
        ada.until(|ada| ada.here[&id].point == Some(point)).await;
        // Whoever is asked next knows of it.
        let next = world.backend(usize::from((call + 1) % 3));
        next.until("/rooms/plan/people", |answer| {
            let people = answer.body["people"].as_array().unwrap();
            people
                .iter()
                .any(|one| one["presence"]["calls"] == call && one["node"] == *node)
        })
        .await;
    }
    assert_eq!(ada.count, 2);
    let event = json!({ "event": { "type": "hi" }, "agent": "bot" });
    world
        .backend(2)
        .fine("POST", "/rooms/plan/events", &event)
        .await;
    ada.until(|ada| !ada.events.is_empty()).await;
    assert_eq!(ada.events[0].0, id);
    let gone = world.backend(0).fine("DELETE", path, &Value::Null).await;
    assert_eq!(gone, json!({ "kicked": 1 }));
    ada.until(|ada| ada.count == 1).await;
}

#[tokio::test]
async fn an_agent_leaves_by_itself_also_when_its_last_server_is_another_one_than_its_first() {
    let world = World::start().await;
    let mut ada = world.join(0, "ada").await;
    let path = "/rooms/plan/agents/bot";
    world
        .backend(1)
        .fine("PUT", path, &json!({ "ttl_s": 3600 }))
        .await;
    ada.until(|ada| ada.count == 2).await;
    world
        .backend(2)
        .fine("PATCH", path, &json!({ "ttl_s": 1 }))
        .await;
    ada.until(|ada| ada.count == 1).await;
}

#[tokio::test]
async fn while_the_engine_is_away_nothing_is_half_done() {
    let mut world = World::start().await;
    let mut ada = world.join(0, "ada").await;
    let bob = world.join(1, "bob").await;
    ada.until(|ada| ada.count == 2).await;
    world.engine.kill();
    let backend = world.backend(0);
    backend
        .until("/node", |answer| answer.body["redis"] == "away")
        .await;
    let event = json!({ "event": { "type": "e" } });
    let kick = format!("/rooms/plan/people/{}/kick", bob.id);
    for (method, path, body) in [
        ("POST", "/rooms/plan/events", &event),
        ("POST", &*kick, &Value::Null),
        ("DELETE", "/rooms/plan", &Value::Null),
        ("GET", "/rooms/elsewhere", &Value::Null),
    ] {
        let answer = backend.call(method, path, body).await;
        assert_eq!(
            (answer.status, answer.problem().0),
            (503, "unavailable"),
            "{path}: {answer:?}"
        );
        assert!(answer.problem().1.contains("Redis"), "{answer:?}");
        assert!(answer.head.contains("retry-after:"), "{answer:?}");
    }
    // What is known is told, and who is here can be sent away.
    assert_eq!(backend.get("/rooms/plan").await.body["people"], 2);
    let own = format!("/rooms/plan/people/{}/kick", ada.id);
    assert_eq!(backend.fine("POST", &own, &Value::Null).await["kicked"], 1);
    ada.until(|ada| ada.closed.is_some()).await;
    assert!(ada.events.is_empty());
}
