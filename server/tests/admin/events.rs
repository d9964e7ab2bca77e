//! Events from a backend.

use mote_protocol::wire::SERVER;
use serde_json::json;

use super::calls::{Backend, config};
use super::person::Person;
use super::support::start;

#[tokio::test]
async fn everybody_hears_a_backends_event_which_is_nobodys() {
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    let mut ada = Person::join(server.address, "board", "ada").await;
    let mut eve = Person::observe(server.address, "board", "eve").await;
    let mut other = Person::join(server.address, "other", "other").await;
    let body = json!({ "event": { "type": "saved", "version": 12, "by": { "name": "Zoë" } } });
    let told = backend.fine("POST", "/rooms/board/events", &body).await;
    assert_eq!(told, json!({ "people": 1 }));
    let expected = (
        SERVER,
        "saved".into(),
        r#"{"version":12,"by":{"name":"Zoë"}}"#.into(),
    );
    for listener in [&mut ada, &mut eve] {
        listener.until(|listener| !listener.events.is_empty()).await;
        assert_eq!(listener.events, std::slice::from_ref(&expected));
    }
    let body = json!({ "event": { "type": "for you" } });
    backend.fine("POST", "/rooms/other/events", &body).await;
    other.until(|other| !other.events.is_empty()).await;
    assert_eq!(other.events, [(SERVER, "for you".into(), "{}".into())]);
}

#[tokio::test]
async fn in_an_empty_room_nobody_hears_it_and_no_room_is_made() {
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    let body = json!({ "event": { "type": "e" } });
    let told = backend.fine("POST", "/rooms/nobody/events", &body).await;
    assert_eq!(told, json!({ "people": 0 }));
    assert_eq!(backend.get("/node").await.body["rooms"], 0);
}

#[tokio::test]
async fn an_event_keeps_its_place_among_those_of_one_backend() {
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    let mut ada = Person::join(server.address, "board", "ada").await;
    for number in 0..50 {
        let body = json!({ "event": { "type": "n", "number": number } });
        backend.fine("POST", "/rooms/board/events", &body).await;
    }
    ada.until(|ada| ada.events.len() == 50).await;
    for (number, (_, _, payload)) in ada.events.iter().enumerate() {
        assert_eq!(*payload, format!("{{\"number\":{number}}}"));
    }
}

#[tokio::test]
async fn what_is_no_event_is_refused_with_what_would_be_right() {
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    let mut ada = Person::join(server.address, "board", "ada").await;
    let long = "x".repeat(65);
    let large = "x".repeat(17_000);
    for (body, part) in [
        (json!({}), "event"),
        (json!({ "event": {} }), "type"),
        (json!({ "event": { "type": 1 } }), "string"),
        (json!({ "event": { "type": "" } }), "event name"),
        (json!({ "event": { "type": long } }), "event name"),
        (
            json!({ "event": { "type": "e", "data": large } }),
            "payload",
        ),
        (json!({ "event": "e" }), "struct"),
        (
            json!({ "event": { "type": "e" }, "to": 1 }),
            "unknown field",
        ),
        (
            json!({ "event": { "type": "e" }, "agent": "" }),
            "agent's id",
        ),
        (json!([]), "an object"),
        (json!([{ "type": "e" }, null]), "an object"),
    ] {
        let answer = backend.call("POST", "/rooms/board/events", &body).await;
        assert_eq!(
            (answer.status, answer.problem().0),
            (422, "invalid"),
            "{body}"
        );
        assert!(answer.problem().1.contains(part), "{body}: {answer:?}");
    }
    let body = json!({ "event": { "type": "e" }, "agent": "nobody" });
    let answer = backend.call("POST", "/rooms/board/events", &body).await;
    assert_eq!((answer.status, answer.problem().0), (404, "not-found"));
    let body = json!({ "event": { "type": "last" } });
    backend.fine("POST", "/rooms/board/events", &body).await;
    ada.until(|ada| !ada.events.is_empty()).await;
    assert_eq!(ada.events.len(), 1, "nothing of what was refused was told");
}
