//! Sending people away, as they see it.

use serde_json::{Value, json};

use super::calls::{Backend, config};
use super::person::Person;
use super::support::start;

#[tokio::test]
async fn who_is_kicked_is_told_why_and_is_gone_at_once() {
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    let mut ada = Person::join(server.address, "board", "ada").await;
    let mut bob = Person::join(server.address, "board", "bob").await;
    let path = format!("/rooms/board/people/{}/kick", bob.id);
    let kicked = backend
        .fine("POST", &path, &json!({ "reason": "be nice" }))
        .await;
    assert_eq!(kicked, json!({ "kicked": 1 }));
    bob.until(|bob| bob.closed.is_some()).await;
    assert_eq!(
        (bob.kicked.as_deref(), bob.closed),
        (Some("be nice"), Some(4004))
    );
    ada.until(|ada| ada.count == 1).await;
    let again = backend.call("POST", &path, &Value::Null).await;
    assert_eq!((again.status, again.problem().0), (404, "not-found"));
    // A token that is still good is good.
    let bob = Person::join(server.address, "board", "bob").await;
    assert_eq!(bob.count, 2);
}

#[tokio::test]
async fn all_seats_of_an_account_go_and_those_that_wait_for_their_owner_too() {
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    let mut ada = Person::join(server.address, "board", "ada").await;
    let mut one = Person::join(server.address, "board", "bob/1").await;
    let other = Person::join(server.address, "board", "bob/1").await;
    ada.until(|ada| ada.count == 3).await;
    drop(other);
    let kicked = backend
        .fine("POST", "/rooms/board/accounts/bob%2F1/kick", &Value::Null)
        .await;
    assert_eq!(kicked, json!({ "kicked": 2 }));
    one.until(|one| one.closed.is_some()).await;
    assert_eq!(
        one.kicked.as_deref(),
        Some("you were removed from this room")
    );
    ada.until(|ada| ada.count == 1).await;
    let again = backend
        .fine("POST", "/rooms/board/accounts/bob%2F1/kick", &Value::Null)
        .await;
    assert_eq!(again, json!({ "kicked": 0 }));
}

#[tokio::test]
async fn a_number_that_is_none_is_nobodys() {
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    let _ada = Person::join(server.address, "board", "ada").await;
    for id in ["00", "+0", "-1", "4294967296", "a", "0x0", "1"] {
        let path = format!("/rooms/board/people/{id}/kick");
        assert_eq!(
            backend.call("POST", &path, &Value::Null).await.status,
            404,
            "{id}"
        );
    }
    let path = "/rooms/board/people/0/kick";
    let long = json!({ "reason": "x".repeat(257) });
    let answer = backend.call("POST", path, &long).await;
    assert_eq!((answer.status, answer.problem().0), (422, "invalid"));
    assert_eq!(backend.get("/rooms/board").await.body["people"], 1);
}

/// More than are sent away at once.
#[tokio::test]
async fn a_room_that_is_closed_sends_everybody_away_and_is_gone() {
    const CROWD: usize = 300;
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    let mut people = Vec::new();
    for _ in 0..CROWD {
        people.push(Person::join(server.address, "board", "x").await);
    }
    people.push(Person::observe(server.address, "board", "eve").await);
    let away = Person::join(server.address, "board", "away").await;
    drop(away);
    let agent = json!({ "name": "Bot" });
    backend.fine("PUT", "/rooms/board/agents/bot", &agent).await;
    let mut other = Person::join(server.address, "other", "other").await;
    let reason = json!({ "reason": "the board was deleted" });
    let closed = backend.fine("DELETE", "/rooms/board", &reason).await;
    assert_eq!(closed, json!({ "kicked": CROWD + 2 }));
    for person in &mut people {
        person.until(|person| person.closed.is_some()).await;
        assert_eq!(person.kicked.as_deref(), Some("the board was deleted"));
        assert_eq!(person.closed, Some(4004));
    }
    backend
        .until("/rooms/board", |answer| answer.status == 404)
        .await;
    let again = backend.fine("DELETE", "/rooms/board", &Value::Null).await;
    assert_eq!(again, json!({ "kicked": 0 }));
    let event = json!({ "event": { "type": "still here" } });
    backend.fine("POST", "/rooms/other/events", &event).await;
    other.until(|other| !other.events.is_empty()).await;
    let new = Person::join(server.address, "board", "new").await;
    assert_eq!(new.count, 1);
}
