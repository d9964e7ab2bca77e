//! An application that is asked who may come in: it allows, refuses, is slow, away or out of its mind.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use mote_protocol::wire::{Channel, ClientMessage, Join, ServerMessage, server_messages};
use mote_server::auth::{Rights, Secret, Token};
use mote_server::config::{AuthConfig, WebhookConfig};
use mote_server::{Config, router};
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use tokio_tungstenite::tungstenite::Message;

use super::http::request;
use super::receiver::SECRET;
use super::support::{Client, PATIENCE, Running, start};

const TOKEN_SECRET: &str = "0123456789abcdef0123456789abcdef";

/// What an application says.
#[derive(Clone)]
enum Says {
    Json(Value),
    Refuses(u16, &'static str),
    Text(String),
    Elsewhere(String),
    Nothing,
}

#[derive(Clone)]
struct Application {
    url: String,
    says: Arc<Mutex<Says>>,
    asked: Arc<Mutex<Vec<Value>>>,
}

impl Application {
    async fn start(says: Says) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let application = Self {
            url: format!("http://{}/may-enter", listener.local_addr().unwrap()),
            says: Arc::new(Mutex::new(says)),
            asked: Arc::default(),
        };
        let router = Router::new().route("/may-enter", post(answer));
        let router = router.with_state(application.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        application
    }

    fn becomes(&self, says: Says) {
        *self.says.lock().unwrap() = says;
    }

    fn asked(&self) -> Vec<Value> {
        self.asked.lock().unwrap().clone()
    }

    fn config(&self) -> Config {
        config(&self.url)
    }
}

fn config(url: &str) -> Config {
    Config {
        auth: AuthConfig {
            url: Some(url.parse().unwrap()),
            ..AuthConfig::default()
        },
        webhook: WebhookConfig {
            secret: Some(SECRET.parse().unwrap()),
            ..WebhookConfig::default()
        },
        ..Config::default()
    }
}

async fn answer(
    State(application): State<Application>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let signed = Webhook::new(SECRET).unwrap().verify(&body, &headers);
    signed.expect("whoever asks has the secret");
    let question = serde_json::from_slice(&body).unwrap();
    application.asked.lock().unwrap().push(question);
    let says = application.says.lock().unwrap().clone();
    match says {
        Says::Json(json) => json.to_string().into_response(),
        Says::Refuses(status, body) => {
            (StatusCode::from_u16(status).unwrap(), body).into_response()
        }
        Says::Text(text) => text.into_response(),
        Says::Elsewhere(url) => Redirect::temporary(&url).into_response(),
        Says::Nothing => std::future::pending().await,
    }
}

fn ada() -> Value {
    json!({ "account": "user-1", "name": "Ada", "rights": ["read", "presence", "event"] })
}

fn ada_for(seconds: u64) -> Says {
    let mut ada = ada();
    ada["expires_in_s"] = seconds.into();
    Says::Json(ada)
}

async fn send_join(client: &mut Client, room: &str, token: &str) {
    let join = Join {
        room,
        token: Some(token),
        ..Join::default()
    };
    let channel = Channel::ZERO;
    client.send(&ClientMessage::Join { channel, join }).await;
}

/// In, or the code and the reason of the close.
async fn enter(server: &Running, room: &str, token: &str) -> Result<Client, (u16, String)> {
    let mut client = Client::open(server.address).await;
    send_join(&mut client, room, token).await;
    loop {
        match client.next().await {
            Some(Message::Binary(bytes)) => {
                let mut messages = server_messages(&bytes).map(Result::unwrap);
                if messages.any(|message| matches!(message, ServerMessage::Welcome { .. })) {
                    return Ok(client);
                }
            }
            Some(Message::Close(Some(frame))) => {
                return Err((frame.code.into(), frame.reason.to_string()));
            }
            other => panic!("neither in nor out: {other:?}"),
        }
    }
}

async fn refused(server: &Running, token: &str) -> (u16, String) {
    enter(server, "plan", token).await.unwrap_err()
}

/// What it failed for is remembered for a second.
async fn enter_soon(server: &Running, token: &str) -> Client {
    let since = Instant::now();
    loop {
        match enter(server, "plan", token).await {
            Ok(client) => return client,
            Err(refused) => assert!(since.elapsed() < PATIENCE, "{refused:?}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn failures(server: &Running, reason: &str) -> u64 {
    let metrics = request(server.address, "/metrics").await;
    let begin = format!("\nmote_auth_failures_total{{reason=\"{reason}\"}} ");
    let (_, rest) = metrics.split_once(&begin).unwrap();
    rest.lines().next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn who_is_allowed_is_in_as_whom_the_application_says() {
    let mut said = ada();
    said["color"] = "#010203".into();
    let application = Application::start(Says::Json(said)).await;
    let server = start(application.config());
    let mut client = Client::open(server.address).await;
    send_join(&mut client, "plan", "session \"7\"").await;
    client
        .until(|message| match message {
            ServerMessage::UserJoined { joined, .. } => {
                let color = joined.color == mote_protocol::color::Color::from_rgb(0x01_02_03);
                color && (joined.account, joined.name) == ("user-1", "Ada")
            }
            _ => false,
        })
        .await;
    let question = json!({ "room": "plan", "token": "session \"7\"" });
    assert_eq!(application.asked(), [question]);
}

#[tokio::test]
async fn who_is_refused_is_closed_as_by_a_bad_token_and_told_why() {
    let application = Application::start(Says::Nothing).await;
    let server = start(application.config());
    for (status, body, code, reason) in [
        (
            401,
            "{\"reason\":\"signed out\\nlong ago\"}",
            4100,
            "signed out long ago",
        ),
        (401, "", 4100, "the application refuses this token"),
        (
            403,
            "{\"reason\":\"not your board\"}",
            4103,
            "not your board",
        ),
        (
            403,
            "<html>",
            4103,
            "the application does not allow to enter this room",
        ),
    ] {
        application.becomes(Says::Refuses(status, body));
        // Each another token: a refusal is remembered.
        let token = format!("{status} {body}");
        assert_eq!(refused(&server, &token).await, (code, reason.into()));
        assert_eq!(refused(&server, &token).await, (code, reason.into()));
    }
    assert_eq!(application.asked().len(), 4);
    assert_eq!(failures(&server, "refused").await, 4);
    assert_eq!(failures(&server, "forbidden").await, 4);
    let mut client = Client::open(server.address).await;
    let join = Join {
        room: "plan",
        ..Join::default()
    };
    let channel = Channel::ZERO;
    client.send(&ClientMessage::Join { channel, join }).await;
    assert_eq!(client.close_code().await, 4100);
    assert_eq!(
        application.asked().len(),
        4,
        "without a token nobody is asked"
    );
}

#[tokio::test]
async fn an_application_that_does_not_answer_is_waited_for_and_others_do_not_notice() {
    let application = Application::start(Says::Json(ada())).await;
    let server = start(application.config());
    let mut inside = enter(&server, "plan", "known").await.unwrap();
    application.becomes(Says::Nothing);
    let since = Instant::now();
    let mut waiting = Client::open(server.address).await;
    send_join(&mut waiting, "plan", "new").await;
    let mut other = enter(&server, "plan", "known").await.unwrap();
    other.shout(b"hello").await;
    inside
        .until(|message| matches!(message, ServerMessage::Event { .. }))
        .await;
    assert_eq!(waiting.close_code().await, 1013);
    assert!(since.elapsed() < Duration::from_secs(9));
    assert_eq!(failures(&server, "app_away").await, 1);
    application.becomes(Says::Json(ada()));
    enter_soon(&server, "new").await;
}

#[tokio::test]
async fn one_that_is_down_is_not_the_tokens_fault() {
    let server = start(config("http://127.0.0.1:9/nobody-listens"));
    assert_eq!(refused(&server, "any").await.0, 1013);
    assert_eq!(failures(&server, "app_away").await, 1);
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_lets_nobody_in_and_is_not_the_tokens_fault() {
    let elsewhere = Application::start(Says::Json(ada())).await;
    let application = Application::start(Says::Nothing).await;
    let server = start(application.config());
    let with = |key: &str, value: Value| {
        let mut said = ada();
        said[key] = value;
        Says::Json(said)
    };
    let huge = "x".repeat(20_000);
    let wrong = [
        (Says::Text("<html>".into()), "app_answer"),
        (Says::Text(String::new()), "app_answer"),
        (Says::Json(json!({ "rights": ["read"] })), "app_answer"),
        (Says::Json(json!({ "account": "user-1" })), "app_answer"),
        (with("rights", json!(["fly"])), "app_answer"),
        (with("rights", json!("read")), "app_answer"),
        (with("account", json!("")), "app_answer"),
        (with("name", json!("n".repeat(33))), "app_answer"),
        (with("color", json!("red")), "app_answer"),
        (with("expires_in_s", json!(0)), "app_answer"),
        (with("expires_in_s", json!(-1)), "app_answer"),
        (with("secret", json!(huge)), "app_away"),
        (Says::Refuses(500, ""), "app_away"),
        (Says::Refuses(404, ""), "app_away"),
        (Says::Elsewhere(elsewhere.url.clone()), "app_away"),
    ];
    let mut counts = [0, 0];
    for (number, (says, reason)) in wrong.into_iter().enumerate() {
        application.becomes(says);
        let (code, text) = refused(&server, &format!("token {number}")).await;
        assert_eq!(code, 1013, "{number}: {text}");
        assert!(!text.contains("fly") && !text.contains("html"), "{text}");
        counts[usize::from(reason == "app_away")] += 1;
    }
    assert_eq!(failures(&server, "app_answer").await, counts[0]);
    assert_eq!(failures(&server, "app_away").await, counts[1]);
    assert!(elsewhere.asked().is_empty(), "nobody was led there");
    // No right to read is a refusal, and for ever is a day.
    application.becomes(with("rights", json!([])));
    assert_eq!(refused(&server, "nothing").await.0, 4103);
    application.becomes(with("expires_in_s", json!(u64::MAX)));
    enter(&server, "plan", "for ever").await.unwrap();
}

#[tokio::test]
async fn the_same_question_is_asked_once() {
    let application = Application::start(Says::Json(ada())).await;
    let server = start(application.config());
    let address = server.address;
    let crowd = (0..30).map(|_| {
        tokio::spawn(async move {
            let mut client = Client::open(address).await;
            send_join(&mut client, "plan", "same").await;
            client
                .until(|message| matches!(message, ServerMessage::Welcome { .. }))
                .await;
        })
    });
    for one in crowd.collect::<Vec<_>>() {
        one.await.unwrap();
    }
    enter(&server, "plan", "same").await.unwrap();
    assert_eq!(application.asked().len(), 1);
    enter(&server, "other", "same").await.unwrap();
    enter(&server, "plan", "another").await.unwrap();
    assert_eq!(application.asked().len(), 3);
}

#[tokio::test]
async fn after_a_token_with_a_key_the_application_is_asked_of_its_account_and_both_must_agree() {
    let application = Application::start(Says::Json(ada())).await;
    let secret = Secret::new(TOKEN_SECRET).unwrap();
    let mut config = application.config();
    config.auth.secret = Some(secret.clone());
    let server = start(config);
    let sign = |token: Token| token.sign(&secret).unwrap();
    let good = sign(
        Token::new("user-1")
            .name("Token")
            .room("plan", Rights::PERSON),
    );
    assert_eq!(refused(&server, "bad").await.0, 4100);
    let elsewhere = sign(Token::new("user-1").room("other", Rights::PERSON));
    assert_eq!(refused(&server, &elsewhere).await.0, 4103);
    assert!(
        application.asked().is_empty(),
        "a bad token is nobody's to ask of"
    );
    enter(&server, "plan", &good).await.unwrap();
    let question = json!({ "room": "plan", "token": good, "account": "user-1" });
    assert_eq!(application.asked(), [question]);
    let other = sign(Token::new("user-2").room("plan", Rights::PERSON));
    let (code, text) = refused(&server, &other).await;
    assert_eq!(code, 1013, "{text}");

    // Nobody may more than both say.
    let reader = Rights::READ | Rights::PRESENCE;
    let reader = sign(Token::new("user-1").room("plan", reader));
    let mut client = enter(&server, "plan", &reader).await.unwrap();
    client.shout(b"may not").await;
    client.until_error("event").await;
}

#[tokio::test]
async fn a_time_that_ends_ends_the_socket_and_a_fresh_answer_keeps_it() {
    let application = Application::start(ada_for(2)).await;
    let server = start(application.config());
    let mut stays = enter(&server, "plan", "one").await.unwrap();
    let mut goes = enter(&server, "plan", "one").await.unwrap();
    stays.until_error("expires").await;
    application.becomes(ada_for(3_600));
    let channel = Channel::ZERO;
    stays
        .send(&ClientMessage::Token {
            channel,
            token: "one",
        })
        .await;
    assert_eq!(goes.close_code().await, 4101);
    let mut late = enter(&server, "plan", "late").await.unwrap();
    stays.shout(b"still here").await;
    late.until(|message| matches!(message, ServerMessage::Event { .. }))
        .await;
    // Somebody else's token does not take the seat.
    application.becomes(Says::Json(json!({ "account": "eve", "rights": ["read"] })));
    stays
        .send(&ClientMessage::Token {
            channel,
            token: "eve's",
        })
        .await;
    stays.until_error("another account").await;
}

#[tokio::test]
async fn a_router_in_somebodys_application_asks_too() {
    let application = Application::start(Says::Json(ada())).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = router(&application.config());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let mut client = Client::open(address).await;
    send_join(&mut client, "plan", "one").await;
    client
        .until(|message| matches!(message, ServerMessage::Welcome { .. }))
        .await;
}
