//! Tokens, over real sockets.

use std::process::Command;
use std::time::Duration;

use mote_protocol::wire::{Channel, ClientMessage, Event, Join, ServerMessage};
use mote_server::auth::{Rights, Secret, Token};
use mote_server::config::AuthConfig;
use mote_server::{Config, router};

use crate::http::request;
use crate::support::{Client, Running, start};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn config() -> Config {
    Config {
        auth: AuthConfig {
            secret: Some(Secret::new(SECRET).unwrap()),
            leeway: Duration::ZERO,
            ..AuthConfig::default()
        },
        ..Config::default()
    }
}

fn sign(token: &Token) -> String {
    token.sign(&Secret::new(SECRET).unwrap()).unwrap()
}

fn ada() -> Token {
    Token::new("user-1")
        .name("Ada")
        .room("board-*", Rights::PERSON)
}

async fn send_join(client: &mut Client, room: &str, token: Option<&str>) {
    let join = Join {
        room,
        token,
        ..Join::default()
    };
    let channel = Channel::ZERO;
    client.send(&ClientMessage::Join { channel, join }).await;
}

/// In a room, up to the end of its snapshot.
async fn joined(server: &Running, token: &str) -> Client {
    let mut client = Client::open(server.address).await;
    send_join(&mut client, "board-1", Some(token)).await;
    until_count(&mut client).await;
    client
}

async fn until_count(client: &mut Client) {
    client
        .until(|message| matches!(message, ServerMessage::PresenceUpdate { .. }))
        .await;
}

async fn refused(server: &Running, token: Option<&str>) -> u16 {
    let mut client = Client::open(server.address).await;
    send_join(&mut client, "board-1", token).await;
    client.close_code().await
}

#[tokio::test]
async fn who_has_a_token_is_in_under_the_account_and_name_that_it_says() {
    let server = start(config());
    let mut client = Client::open(server.address).await;
    send_join(&mut client, "board-1", Some(&sign(&ada()))).await;
    client
        .until(|message| match message {
            ServerMessage::UserJoined { joined, .. } => {
                (joined.account, joined.name) == ("user-1", "Ada")
            }
            _ => false,
        })
        .await;
}

#[tokio::test]
async fn who_has_none_or_a_bad_one_is_closed_with_the_code_of_its_reason_and_counted() {
    let server = start(config());
    let other = Secret::new("fedcba9876543210fedcba9876543210").unwrap();
    let elsewhere = Token::new("user-1").room("other", Rights::PERSON);
    let old = ada().sign_at(1_700_000_000, &Secret::new(SECRET).unwrap());
    assert_eq!(refused(&server, None).await, 4100);
    assert_eq!(refused(&server, Some("bad")).await, 4100);
    assert_eq!(
        refused(&server, Some(&ada().sign(&other).unwrap())).await,
        4100
    );
    assert_eq!(refused(&server, Some(&old.unwrap())).await, 4101);
    assert_eq!(refused(&server, Some(&sign(&elsewhere))).await, 4103);
    let metrics = request(server.address, "/metrics").await;
    for (reason, count) in [
        ("missing", 1),
        ("malformed", 1),
        ("signature", 1),
        ("expired", 1),
        ("not_allowed", 1),
        ("audience", 0),
    ] {
        let line = format!("\nmote_auth_failures_total{{reason=\"{reason}\"}} {count}\n");
        assert!(metrics.contains(&line), "{reason}: {metrics}");
    }
}

#[tokio::test]
async fn who_may_not_broadcast_is_told_so_and_nobody_hears_it() {
    let server = start(config());
    let reader = Token::new("user-2").room("board-1", Rights::READ | Rights::PRESENCE);
    let mut bob = joined(&server, &sign(&reader)).await;
    let mut ada = joined(&server, &sign(&ada())).await;
    bob.shout(b"from bob").await;
    bob.until_error("event").await;
    ada.shout(b"from ada").await;
    let mut heard = Vec::new();
    let wanted = |message: &ServerMessage<'_>| matches!(message, ServerMessage::Event { .. });
    while heard.is_empty() {
        if let Some(tokio_tungstenite::tungstenite::Message::Binary(bytes)) = bob.next().await {
            let messages = mote_protocol::wire::server_messages(&bytes).map(Result::unwrap);
            heard.extend(
                messages
                    .filter(wanted)
                    .map(|message| format!("{message:?}")),
            );
        }
    }
    assert_eq!(heard.len(), 1);
}

#[tokio::test]
async fn a_token_that_ends_ends_the_socket_and_a_fresh_one_keeps_it() {
    let server = start(config());
    let short = ada().expires_in(Duration::from_secs(2));
    let mut stays = joined(&server, &sign(&short)).await;
    let mut goes = joined(&server, &sign(&short)).await;
    stays.until_error("expires").await;
    let token = &sign(&ada());
    let channel = Channel::ZERO;
    stays.send(&ClientMessage::Token { channel, token }).await;
    assert_eq!(goes.close_code().await, 4101);
    // The other one, whose first token ended at the same time, is still there and heard.
    let mut late = joined(&server, &sign(&ada())).await;
    let event = Event {
        name: "here",
        payload: b"",
    };
    stays.send(&ClientMessage::Event { channel, event }).await;
    late.until(|message| matches!(message, ServerMessage::Event { .. }))
        .await;
}

#[tokio::test]
async fn a_token_that_mote_itself_printed_is_good() {
    let server = start(config());
    let printed = Command::new(env!("CARGO_BIN_EXE_mote"))
        .args(["token", "--room", "board-*", "--account", "user-7"])
        .args(["--expires-in", "1h"])
        .env_clear()
        .env("MOTE_AUTH_SECRET", SECRET)
        .output();
    let printed = String::from_utf8(printed.unwrap().stdout).unwrap();
    joined(&server, printed.trim_end()).await;
}

#[tokio::test]
async fn a_router_in_somebodys_application_asks_for_tokens_too() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = router(&config());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let mut client = Client::open(address).await;
    send_join(&mut client, "board-1", None).await;
    assert_eq!(client.close_code().await, 4100);
    let mut client = Client::open(address).await;
    send_join(&mut client, "board-1", Some(&sign(&ada()))).await;
    until_count(&mut client).await;
}
