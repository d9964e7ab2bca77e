//! The same from within somebody's program, without HTTP.

use mote_server::{PresenceError, Whom, mount};
use serde_json::json;
use tokio::net::TcpListener;

use super::calls::config;
use super::person::Person;

#[tokio::test]
async fn an_application_broadcasts_kicks_and_closes_by_itself() {
    let (router, presence) = mount(&config());
    assert_eq!(presence.people("board").await, Ok(0));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut ada = Person::join(address, "board", "ada").await;
    let mut bob = Person::join(address, "board", "bob").await;
    let data = json!({ "version": 1 });
    assert_eq!(presence.broadcast("board", "saved", &data).await, Ok(2));
    ada.until(|ada| !ada.events.is_empty()).await;
    assert_eq!(ada.events[0].1, "saved");
    assert_eq!(
        presence.kick("board", Whom::User(bob.id), "out").await,
        Ok(1)
    );
    bob.until(|bob| bob.closed == Some(4004)).await;
    assert_eq!(presence.people("board").await, Ok(1));
    assert_eq!(
        presence.kick("board", Whom::Account("bob"), "out").await,
        Ok(0)
    );
    assert_eq!(presence.close("board", "over").await, Ok(1));
    ada.until(|ada| ada.closed == Some(4004)).await;
    assert_eq!(ada.kicked.as_deref(), Some("over"));
}

#[tokio::test]
async fn what_cannot_be_is_an_error_that_says_what_would_be_right() {
    let (_, presence) = mount(&config());
    let long = "r".repeat(129);
    for (room, name, data, part) in [
        ("", "e", json!({}), "1 to 128 bytes"),
        (&*long, "e", json!({}), "1 to 128 bytes"),
        ("r", "", json!({}), "event name"),
        ("r", "e", json!([]), "object"),
    ] {
        match presence.broadcast(room, name, &data).await {
            Err(PresenceError::BadInput(sentence)) => {
                assert!(sentence.contains(part), "{sentence}");
            }
            other => panic!("{other:?}"),
        }
    }
}
