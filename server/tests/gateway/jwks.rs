//! Keys from an address, which is away, slow, huge or changed: a real one, over HTTP.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mote_protocol::wire::{Channel, ClientMessage, Join, ServerMessage};
use mote_server::Config;
use mote_server::config::AuthConfig;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

use crate::http::{self, request};
use crate::support::{Client, PATIENCE, Running, start};

/// Somebody's key, made for a test.
struct Signer {
    id: String,
    pair: EcdsaKeyPair,
}

impl Signer {
    fn new(id: &str) -> Self {
        let (random, algorithm) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let made = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, made.as_ref(), &random).unwrap();
        let id = id.to_owned();
        Self { id, pair }
    }

    fn public(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let (x, y) = (base64url(&point[1..33]), base64url(&point[33..]));
        json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": self.id, "x": x, "y": y })
    }

    fn token(&self) -> String {
        let now_s = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs();
        let header = json!({ "alg": "ES256", "kid": self.id });
        let rooms = json!([{ "room": "*", "rights": ["read", "presence", "event", "admin"] }]);
        let claims = json!({ "sub": "user-1", "rooms": rooms, "exp": now_s + 60 });
        let signed = [header, claims]
            .map(|part| base64url(part.to_string()))
            .join(".");
        let signature = self
            .pair
            .sign(&SystemRandom::new(), signed.as_bytes())
            .unwrap();
        format!("{signed}.{}", base64url(signature))
    }
}

fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What an address does when it is asked.
#[derive(Clone)]
enum Answer {
    Keys(Vec<Value>),
    Body(String),
    Status(StatusCode),
    Elsewhere(String),
    Never,
}

#[derive(Clone)]
struct Issuer {
    url: String,
    answer: Arc<Mutex<Answer>>,
    asked: Arc<AtomicUsize>,
}

impl Issuer {
    async fn start(answer: Answer) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = Self {
            url: format!("http://{}/keys", listener.local_addr().unwrap()),
            answer: Arc::new(Mutex::new(answer)),
            asked: Arc::default(),
        };
        let router = Router::new().route("/keys", get(answer_as_told));
        let router = router.with_state(issuer.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        issuer
    }

    fn becomes(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    fn server(&self) -> Running {
        start(Config {
            auth: AuthConfig {
                jwks_url: Some(self.url.parse().unwrap()),
                ..AuthConfig::default()
            },
            ..Config::default()
        })
    }
}

async fn answer_as_told(State(issuer): State<Issuer>) -> Response {
    issuer.asked.fetch_add(1, Ordering::SeqCst);
    let answer = issuer.answer.lock().unwrap().clone();
    match answer {
        Answer::Keys(keys) => json!({ "keys": keys }).to_string().into_response(),
        Answer::Body(body) => body.into_response(),
        Answer::Status(status) => status.into_response(),
        Answer::Elsewhere(url) => Redirect::temporary(&url).into_response(),
        Answer::Never => std::future::pending().await,
    }
}

/// Tries to come in: whether they are, or the close code.
async fn enter(server: &Running, token: &str) -> Result<Client, u16> {
    let mut client = Client::open(server.address).await;
    let join = Join {
        room: "plan",
        token: Some(token),
        ..Join::default()
    };
    let channel = Channel::ZERO;
    client.send(&ClientMessage::Join { channel, join }).await;
    loop {
        match client.next().await {
            Some(tokio_tungstenite::tungstenite::Message::Binary(bytes)) => {
                let mut messages = mote_protocol::wire::server_messages(&bytes).map(Result::unwrap);
                if messages.any(|message| matches!(message, ServerMessage::Welcome { .. })) {
                    return Ok(client);
                }
            }
            Some(tokio_tungstenite::tungstenite::Message::Close(Some(frame))) => {
                return Err(frame.code.into());
            }
            other => panic!("neither in nor out: {other:?}"),
        }
    }
}

#[tokio::test]
async fn who_has_a_token_by_a_fetched_key_is_in_and_others_are_not() {
    let known = Signer::new("a");
    let issuer = Issuer::start(Answer::Keys(vec![known.public()])).await;
    let server = issuer.server();
    enter(&server, &known.token()).await.unwrap();
    let impostor = Signer::new("a");
    assert_eq!(enter(&server, &impostor.token()).await.unwrap_err(), 4100);
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_key_that_is_new_is_fetched_when_it_is_seen_first() {
    let (old, new) = (Signer::new("old"), Signer::new("new"));
    let issuer = Issuer::start(Answer::Keys(vec![old.public()])).await;
    let server = issuer.server();
    let _stays = enter(&server, &old.token()).await.unwrap();
    issuer.becomes(Answer::Keys(vec![old.public(), new.public()]));
    enter(&server, &new.token()).await.unwrap();
    enter(&server, &old.token()).await.unwrap();
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn strange_keys_make_one_request_however_many_there_are() {
    let known = Signer::new("known");
    let issuer = Issuer::start(Answer::Keys(vec![known.public()])).await;
    let server = issuer.server();
    let _in = enter(&server, &known.token()).await.unwrap();
    let flood = (0..20).map(|i| {
        let token = Signer::new(&format!("strange-{i}")).token();
        let address = server.address;
        tokio::spawn(async move {
            let mut client = Client::open(address).await;
            let join = Join {
                room: "plan",
                token: Some(&token),
                ..Join::default()
            };
            let channel = Channel::ZERO;
            client.send(&ClientMessage::Join { channel, join }).await;
            client.close_code().await
        })
    });
    for refused in flood.collect::<Vec<_>>() {
        assert_eq!(refused.await.unwrap(), 4100);
    }
    assert!(issuer.asked.load(Ordering::SeqCst) <= 3);
    // Meanwhile, and after it, everybody else comes in.
    enter(&server, &known.token()).await.unwrap();
}

#[tokio::test]
async fn an_address_that_is_away_later_changes_nothing() {
    let (known, new) = (Signer::new("known"), Signer::new("new"));
    let issuer = Issuer::start(Answer::Keys(vec![known.public()])).await;
    let server = issuer.server();
    let _in = enter(&server, &known.token()).await.unwrap();
    issuer.becomes(Answer::Status(StatusCode::INTERNAL_SERVER_ERROR));
    assert_eq!(enter(&server, &new.token()).await.unwrap_err(), 4100);
    enter(&server, &known.token()).await.unwrap();
}

#[tokio::test]
async fn an_address_that_is_no_good_lets_nobody_in_until_it_is() {
    let known = Signer::new("known");
    let elsewhere = Issuer::start(Answer::Keys(vec![known.public()])).await;
    let huge = format!("{{\"keys\":[],\"x\":\"{}\"}}", "x".repeat(300 * 1024));
    for wrong in [
        Answer::Status(StatusCode::NOT_FOUND),
        Answer::Body("<html>".into()),
        Answer::Body(huge),
        Answer::Elsewhere(elsewhere.url.clone()),
    ] {
        let issuer = Issuer::start(wrong).await;
        let server = issuer.server();
        // Not the token's fault: come again.
        assert_eq!(enter(&server, &known.token()).await.unwrap_err(), 1013);
        let metrics = request(server.address, "/metrics").await;
        assert!(metrics.contains("mote_auth_failures_total{reason=\"keys_away\"} 1\n"));
    }
    assert_eq!(
        elsewhere.asked.load(Ordering::SeqCst),
        0,
        "nobody was led there"
    );
}

#[tokio::test]
async fn an_address_that_never_answers_is_given_up_and_asked_again() {
    let known = Signer::new("known");
    let issuer = Issuer::start(Answer::Never).await;
    let server = issuer.server();
    let began = tokio::time::Instant::now();
    assert_eq!(enter(&server, &known.token()).await.unwrap_err(), 1013);
    assert!(began.elapsed() < Duration::from_secs(12));
    issuer.becomes(Answer::Keys(vec![known.public()]));
    enter(&server, &known.token()).await.unwrap();
}

#[tokio::test]
async fn the_admin_api_waits_for_a_key_that_is_new_too() {
    let (old, new) = (Signer::new("old"), Signer::new("new"));
    let issuer = Issuer::start(Answer::Keys(vec![old.public()])).await;
    let server = issuer.server();
    let ask = async |token: &str| {
        let lines = format!("GET /api/v1/node HTTP/1.1\r\nAuthorization: Bearer {token}");
        http::ask(server.address, &lines).await
    };
    assert!(ask(&old.token()).await.starts_with("HTTP/1.1 200"));
    issuer.becomes(Answer::Keys(vec![old.public(), new.public()]));
    assert!(ask(&new.token()).await.starts_with("HTTP/1.1 200"));
    let nobody = Signer::new("nobody");
    assert!(ask(&nobody.token()).await.starts_with("HTTP/1.1 401"));
}

/// Asks until that is what is answered.
async fn until_ready_is(server: &Running, status: u16, words: &str) {
    let wanted = format!("HTTP/1.1 {status} ");
    let asking = async {
        loop {
            let answer = request(server.address, "/readyz").await;
            if answer.starts_with(&wanted) && answer.ends_with(&format!("\r\n\r\n{words}")) {
                return;
            }
        }
    };
    let found = tokio::time::timeout(PATIENCE, asking).await;
    found.unwrap_or_else(|_| panic!("never {status} {words}"));
}

#[tokio::test]
async fn a_server_is_ready_when_it_has_its_first_keys_and_says_when_they_are_away_later() {
    let (known, new) = (Signer::new("known"), Signer::new("new"));
    let issuer = Issuer::start(Answer::Status(StatusCode::BAD_GATEWAY)).await;
    let server = issuer.server();
    let early = request(server.address, "/readyz").await;
    assert!(
        early.starts_with("HTTP/1.1 503") && early.ends_with("starting"),
        "{early}"
    );
    assert!(request(server.address, "/healthz").await.ends_with("ok"));
    issuer.becomes(Answer::Keys(vec![known.public()]));
    until_ready_is(&server, 200, "ok").await;
    let metrics = request(server.address, "/metrics").await;
    assert!(metrics.contains("\nmote_jwks_up 1\n"), "{metrics}");

    issuer.becomes(Answer::Status(StatusCode::BAD_GATEWAY));
    // An unknown key makes it ask.
    assert_eq!(enter(&server, &new.token()).await.unwrap_err(), 4100);
    let words = "degraded: the address of the keys of tokens is away";
    until_ready_is(&server, 200, words).await;
    enter(&server, &known.token()).await.unwrap();
    let metrics = request(server.address, "/metrics").await;
    assert!(metrics.contains("\nmote_jwks_up 0\n"), "{metrics}");
}

#[tokio::test]
async fn a_server_whose_keys_never_come_takes_people_after_a_while_and_says_what_is_missing() {
    let issuer = Issuer::start(Answer::Never).await;
    let server = issuer.server();
    until_ready_is(&server, 503, "starting").await;
    let words = "degraded: the keys of tokens have not been fetched";
    until_ready_is(&server, 200, words).await;
}
