//! Who may manage what.

use std::net::SocketAddr;

use axum::Router;
use mote_server::auth::{Rights, Secret, Token};
use mote_server::config::AuthConfig;
use mote_server::{Config, mount};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::calls::{Answer, Backend, admin, config, secret, send};
use super::person::Person;
use super::support::start;

async fn with(address: SocketAddr, path: &str, token: &str) -> Answer {
    let line = format!("Authorization: Bearer {token}");
    send(address, "GET", &format!("/api/v1{path}"), &[&line], b"").await
}

/// Every operation on a room, and a body that would do.
const ON_ROOM: [(&str, &str, &str); 9] = [
    ("GET", "", ""),
    ("DELETE", "", ""),
    ("GET", "/people", ""),
    ("POST", "/people/0/kick", ""),
    ("POST", "/accounts/user-1/kick", ""),
    ("POST", "/events", r#"{"event":{"type":"e"}}"#),
    ("PUT", "/agents/bot", "{}"),
    ("PATCH", "/agents/bot", "{}"),
    ("DELETE", "/agents/bot", ""),
];

async fn on_room(address: SocketAddr, room: &str, authorization: &str) -> Vec<Answer> {
    let mut answers = Vec::new();
    for (method, path, body) in ON_ROOM {
        let target = format!("/api/v1/rooms/{room}{path}");
        let json = "Content-Type: application/json";
        let lines = [authorization, json];
        answers.push(send(address, method, &target, &lines, body.as_bytes()).await);
    }
    answers
}

#[tokio::test]
async fn nobody_without_a_good_token_manages_anything() {
    let server = start(config());
    let address = server.address;
    let other = Secret::new("fedcba9876543210fedcba9876543210").unwrap();
    let all = Token::new("backend").room("*", Rights::ADMIN);
    let old = all.sign_at(1_700_000_000, &secret()).unwrap();
    let forged = all.sign(&other).unwrap();
    for (token, part) in [
        (None, "Authorization: Bearer"),
        (Some("bad"), ""),
        (Some(&*old), "expired"),
        (Some(&*forged), ""),
    ] {
        let line = token.map_or("X-Nothing: 1".into(), |token| {
            format!("Authorization: Bearer {token}")
        });
        for answer in on_room(address, "board-1", &line).await {
            assert_eq!(answer.status, 401, "{answer:?}");
            assert!(answer.head.contains("www-authenticate: bearer"));
            let (kind, detail) = answer.problem();
            assert_eq!(kind, "unauthorized");
            assert!(detail.contains(part), "{detail}");
        }
        for path in ["rooms", "node", "cluster"] {
            let target = format!("/api/v1/{path}");
            let answer = send(address, "GET", &target, &[&line], b"").await;
            assert_eq!(answer.status, 401, "{path}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn a_token_for_people_or_for_other_rooms_manages_nothing_here() {
    let server = start(config());
    let person = Token::new("user-1").room("*", Rights::PERSON);
    let person = person.sign(&secret()).unwrap();
    for token in [
        person,
        admin("board-2"),
        admin("board-10*"),
        admin("other-*"),
    ] {
        let line = format!("Authorization: Bearer {token}");
        for answer in on_room(server.address, "board-1", &line).await {
            assert_eq!(answer.status, 403, "{answer:?}");
            assert_eq!(answer.problem().0, "forbidden");
        }
        assert_eq!(with(server.address, "/node", &token).await.status, 403);
        assert_eq!(with(server.address, "/rooms", &token).await.status, 403);
    }
}

#[tokio::test]
async fn a_token_for_one_room_is_none_for_a_room_that_its_address_could_be_taken_for() {
    let server = start(config());
    let line = format!("Authorization: Bearer {}", admin("a"));
    for room in ["a%2Fb", "a%2f..%2fb", "A", "a%20", "%61%00", "a%2Fpeople"] {
        for answer in on_room(server.address, room, &line).await {
            assert_eq!(answer.status, 403, "{room}: {answer:?}");
        }
    }
    // Written otherwise it is the same one.
    assert_eq!(
        with(server.address, "/rooms/%61", &admin("a")).await.status,
        404
    );
}

#[tokio::test]
async fn rooms_are_listed_as_far_as_the_token_goes() {
    let server = start(config());
    let _ada = Person::join(server.address, "acme/plan", "ada").await;
    let _bob = Person::join(server.address, "other", "bob").await;
    let acme = Backend::of(server.address, "acme/*");
    assert_eq!(acme.get("/rooms").await.status, 403);
    assert_eq!(acme.get("/rooms?prefix=acme").await.status, 403);
    let answer = acme.get("/rooms?prefix=acme/").await;
    assert_eq!(answer.body["rooms"][0]["room"], "acme/plan", "{answer:?}");
    assert_eq!(answer.body["rooms"].as_array().unwrap().len(), 1);
    assert_eq!(acme.get("/rooms?prefix=acme/p").await.status, 200);
    // One room is not all that begin so.
    let one = Backend::of(server.address, "acme/plan");
    assert_eq!(one.get("/rooms?prefix=acme/plan").await.status, 403);
    assert_eq!(one.get("/rooms/acme%2Fplan").await.status, 200);
}

#[tokio::test]
async fn the_right_to_manage_a_room_lets_nobody_into_it_and_no_person_is_an_agent() {
    let server = start(config());
    let refused = async |token: &str| {
        let mut client = super::support::Client::open(server.address).await;
        let join = mote_protocol::wire::Join {
            room: "r",
            token: Some(token),
            ..Default::default()
        };
        let channel = mote_protocol::wire::Channel::ZERO;
        let join = mote_protocol::wire::ClientMessage::Join { channel, join };
        client.send(&join).await;
        client.close_code().await
    };
    assert_eq!(refused(&admin("*")).await, 4103);
    // Who makes tokens with another library may write anything.
    let claims = json!({
        "sub": "agent:bot", "exp": 4_000_000_000_u64,
        "rooms": [{ "room": "*", "rights": ["read", "presence"] }],
    });
    assert_eq!(refused(&hs256(&claims)).await, 4100);
}

/// A token as anybody with the secret could make it; good for at most a year, so `exp` is put right.
fn hs256(claims: &Value) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
    let now_s = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let mut claims = claims.clone();
    claims["exp"] = (now_s + 60).into();
    let part = |value: &Value| BASE64.encode(value.to_string());
    let signed = format!("{}.{}", part(&json!({ "alg": "HS256" })), part(&claims));
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, b"0123456789abcdef0123456789abcdef");
    let signature = ring::hmac::sign(&key, signed.as_bytes());
    format!("{signed}.{}", BASE64.encode(signature))
}

#[tokio::test]
async fn without_a_key_this_machine_alone_manages_and_neither_proxies_nor_pages_from_elsewhere() {
    let server = start(Config::default());
    let get = async |lines: &[&str]| {
        let answer = send(server.address, "GET", "/api/v1/node", lines, b"").await;
        answer.status
    };
    assert_eq!(get(&[]).await, 200);
    assert_eq!(get(&["Host: localhost"]).await, 200);
    assert_eq!(get(&["Origin: http://localhost:5173"]).await, 200);
    for line in [
        "Host: rebound.test",
        "Host: ",
        "Origin: https://evil.test",
        "Origin: null",
        "X-Forwarded-For: 127.0.0.1",
        "Forwarded: for=127.0.0.1",
        "X-Real-IP: 127.0.0.1",
    ] {
        assert_eq!(get(&[line]).await, 403, "{line}");
    }
    let answer = send(server.address, "GET", "/api/v1/node", &["Host: x"], b"").await;
    assert!(answer.problem().1.contains("auth_secret"), "{answer:?}");
}

#[tokio::test]
async fn where_anybody_may_come_in_nobody_manages_without_a_token() {
    let server = start(Config {
        auth: AuthConfig {
            allow_anonymous: true,
            ..AuthConfig::default()
        },
        ..Config::default()
    });
    let answer = send(server.address, "GET", "/api/v1/node", &[], b"").await;
    assert_eq!(answer.status, 403);
}

async fn application(config: &Config, knows_addresses: bool) -> SocketAddr {
    let (router, presence) = mount(config);
    let routes = router.merge(presence.admin_router());
    let app = Router::new().nest("/presence", routes);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        if knows_addresses {
            let app = app.into_make_service_with_connect_info::<SocketAddr>();
            axum::serve(listener, app).await
        } else {
            axum::serve(listener, app).await
        }
    });
    address
}

#[tokio::test]
async fn in_somebodys_application_it_is_where_it_is_mounted_and_closed_where_addresses_are_not_known()
 {
    let get = async |address, lines: &[&str]| {
        send(address, "GET", "/presence/api/v1/node", lines, b"")
            .await
            .status
    };
    let open = application(&Config::default(), true).await;
    assert_eq!(get(open, &[]).await, 200);
    let unknown = application(&Config::default(), false).await;
    assert_eq!(get(unknown, &[]).await, 403);
    let with_key = application(&config(), false).await;
    assert_eq!(get(with_key, &[]).await, 401);
    let line = format!("Authorization: Bearer {}", admin("*"));
    assert_eq!(get(with_key, &[&line]).await, 200);
}
