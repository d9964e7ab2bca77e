//! People whom a backend plays, as others see them.

use std::time::Duration;

use mote_protocol::coords::Point;
use mote_server::Config;
use serde_json::{Value, json};

use super::calls::{Backend, config};
use super::person::Person;
use super::support::start;

#[tokio::test]
async fn an_agent_is_a_person_to_the_others_and_moves_its_cursor() {
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    let mut ada = Person::join(server.address, "board", "ada").await;
    let path = "/rooms/board/agents/summarizer";
    let body = json!({
        "name": "Summarizer", "color": "#112233", "presence": { "step": "reading" },
    });
    let answer = backend.call("PUT", path, &body).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.body["name"], "Summarizer");
    assert_eq!(answer.body["color"], "#112233");
    assert_eq!(answer.body["account"], "agent:summarizer");
    assert_eq!(answer.body["agent"], "summarizer");
    assert_eq!(answer.body["cursor"], Value::Null);
    let id = u32::try_from(answer.body["connectionId"].as_u64().unwrap()).unwrap();
    ada.until(|ada| ada.count == 2).await;
    assert_eq!(ada.here[&id].name, "Summarizer");
    assert_eq!(ada.here[&id].account, "agent:summarizer");
    for step in 0..=4_u16 {
        let x = f64::from(step) / 4.0;
        let body = json!({ "cursor": { "x": x, "y": 1 } });
        backend.fine("PATCH", path, &body).await;
        let point = Point::from_fraction(x, 1.0).unwrap();
        ada.until(|ada| ada.here[&id].point == Some(point)).await;
    }
    let body = json!({ "presence": { "step": null, "found": 3 }, "selection": ["s1"] });
    let now = backend.fine("PATCH", path, &body).await;
    assert_eq!(now["presence"], json!({ "found": 3 }));
    assert_eq!(now["cursor"], json!({ "x": 1.0, "y": 1.0 }));
    assert_eq!(now["selection"], json!(["s1"]));
    ada.until(|ada| ada.here[&id].custom.len() == 2).await;
    assert_eq!(
        ada.here[&id].custom,
        [r#"{"step":"reading"}"#, r#"{"step":null,"found":3}"#],
        "a change travels as a change"
    );
    // Another surface takes the cursor away, until it is given.
    let now = backend
        .fine("PATCH", path, &json!({ "surface": "page-2" }))
        .await;
    assert_eq!(
        (&now["cursor"], &now["surface"]),
        (&Value::Null, &json!("page-2"))
    );
    let body = json!({ "surface": "page-2", "cursor": { "x": 0, "y": 0 } });
    let now = backend.fine("PATCH", path, &body).await;
    assert_eq!(now["cursor"], json!({ "x": 0.0, "y": 0.0 }));
    assert_eq!(
        backend
            .fine("PATCH", path, &json!({ "cursor": null }))
            .await["cursor"],
        Value::Null
    );
    let gone = backend.fine("DELETE", path, &Value::Null).await;
    assert_eq!(gone, json!({ "kicked": 1 }));
    ada.until(|ada| ada.count == 1).await;
    assert_eq!(
        backend.fine("DELETE", path, &Value::Null).await,
        json!({ "kicked": 0 })
    );
    assert_eq!(backend.call("PATCH", path, &json!({})).await.status, 404);
}

#[tokio::test]
async fn putting_an_agent_again_leaves_nothing_of_what_it_was_and_is_no_other_person() {
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    let path = "/rooms/board/agents/bot";
    let body = json!({
        "presence": { "a": 1 }, "cursor": { "x": 0.5, "y": 0.5 }, "activity": "away", "surface": "s",
        "selection": ["x"],
    });
    let first = backend.call("PUT", path, &body).await;
    assert_eq!((first.status, &first.body["name"]), (201, &json!("bot")));
    assert_eq!(first.body["activity"], "away");
    let again = backend
        .call("PUT", path, &json!({ "presence": { "b": 2 } }))
        .await;
    assert_eq!(again.status, 200);
    assert_eq!(again.body["connectionId"], first.body["connectionId"]);
    assert_eq!(again.body["color"], first.body["color"]);
    assert_eq!(again.body["presence"], json!({ "b": 2 }));
    assert_eq!(again.body["activity"], "active");
    assert_eq!(again.body["selection"], json!([]));
    assert_eq!(
        (&again.body["surface"], &again.body["cursor"]),
        (&Value::Null, &Value::Null)
    );
    let room = backend.get("/rooms/board").await;
    assert_eq!(room.body["people"], 1, "a room may have agents alone");
}

#[tokio::test]
async fn an_agent_that_nobody_renews_leaves_and_one_that_is_renewed_stays() {
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    let mut ada = Person::join(server.address, "board", "ada").await;
    let brief = json!({ "ttl_s": 1 });
    backend
        .fine("PUT", "/rooms/board/agents/brief", &brief)
        .await;
    backend
        .fine("PUT", "/rooms/board/agents/renewed", &brief)
        .await;
    backend
        .fine("PATCH", "/rooms/board/agents/renewed", &json!({}))
        .await;
    ada.until(|ada| ada.count == 3).await;
    ada.until(|ada| ada.count == 2).await;
    let people = backend.get("/rooms/board/people").await;
    let names: Vec<_> = people.body["people"].as_array().unwrap().iter().collect();
    assert_eq!(names[1]["name"], "renewed", "{people:?}");
}

#[tokio::test]
async fn a_room_of_an_agent_alone_ends_with_it() {
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    backend
        .fine("PUT", "/rooms/board/agents/bot", &json!({ "ttl_s": 1 }))
        .await;
    assert_eq!(backend.get("/node").await.body["rooms"], 1);
    backend
        .until("/node", |answer| answer.body["rooms"] == 0)
        .await;
}

#[tokio::test]
async fn an_agent_says_events_as_itself() {
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    let mut ada = Person::join(server.address, "board", "ada").await;
    let bot = backend
        .fine("PUT", "/rooms/board/agents/bot", &json!({}))
        .await;
    let body = json!({ "event": { "type": "hi" }, "agent": "bot" });
    backend.fine("POST", "/rooms/board/events", &body).await;
    ada.until(|ada| !ada.events.is_empty()).await;
    assert_eq!(json!(ada.events[0].0), bot["connectionId"]);
}

#[tokio::test]
async fn agents_count_against_the_rooms_limits() {
    let server = start(Config {
        max_people_per_room: 2,
        max_rooms: 1,
        resume_grace: Duration::ZERO,
        ..config()
    });
    let backend = Backend::of(server.address, "*");
    let _ada = Person::join(server.address, "board", "ada").await;
    backend
        .fine("PUT", "/rooms/board/agents/one", &json!({}))
        .await;
    let full = backend
        .call("PUT", "/rooms/board/agents/two", &json!({}))
        .await;
    assert_eq!((full.status, full.problem().0), (409, "full"));
    let elsewhere = backend
        .call("PUT", "/rooms/other/agents/one", &json!({}))
        .await;
    assert_eq!(
        (elsewhere.status, elsewhere.problem().0),
        (503, "unavailable")
    );
    let large = json!({ "presence": { "text": "x".repeat(17_000) } });
    let large = backend
        .call("PATCH", "/rooms/board/agents/one", &large)
        .await;
    assert_eq!((large.status, large.problem().0), (422, "invalid"));
    // Two that are small are large together.
    let half = |key: &str| json!({ "presence": { key: "x".repeat(9_000) } });
    backend
        .fine("PATCH", "/rooms/board/agents/one", &half("a"))
        .await;
    let both = backend
        .call("PATCH", "/rooms/board/agents/one", &half("b"))
        .await;
    assert_eq!((both.status, both.problem().0), (422, "invalid"));
}

#[tokio::test]
async fn what_no_agent_can_be_is_refused_with_what_would_be_right() {
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    for (body, part) in [
        (json!({ "name": "" }), "1 to 32"),
        (json!({ "name": "x".repeat(33) }), "1 to 32"),
        (json!({ "color": "red" }), "#rrggbb"),
        (json!({ "cursor": { "x": 1.1, "y": 0 } }), "0 to 1"),
        (json!({ "cursor": { "x": -0.1, "y": 0 } }), "0 to 1"),
        (json!({ "cursor": { "x": 0 } }), "missing field `y`"),
        (json!({ "cursor": [0, 0] }), "an object"),
        (json!({ "surface": "s".repeat(65) }), "64 bytes"),
        (json!({ "presence": [] }), "map"),
        (json!({ "activity": "asleep" }), "unknown variant"),
        (json!({ "ttl_s": 0 }), "1 to 3600"),
        (json!({ "ttl_s": 3_601 }), "1 to 3600"),
        (json!({ "typo": 1 }), "unknown field"),
        (json!({ "selection": vec!["x"; 1_001] }), "1000"),
        (json!({ "selection": ["x".repeat(17_000)] }), "16 KiB"),
    ] {
        let answer = backend.call("PUT", "/rooms/board/agents/bot", &body).await;
        assert_eq!(
            (answer.status, answer.problem().0),
            (422, "invalid"),
            "{body}"
        );
        assert!(answer.problem().1.contains(part), "{body}: {answer:?}");
    }
    for id in ["%00", "a%0Ab", &"x".repeat(123)] {
        let path = format!("/rooms/board/agents/{id}");
        let answer = backend.call("PUT", &path, &json!({})).await;
        assert_eq!(
            (answer.status, answer.problem().0),
            (422, "invalid"),
            "{id}"
        );
    }
    assert_eq!(
        backend.get("/rooms/board").await.status,
        404,
        "nobody came of it"
    );
}
