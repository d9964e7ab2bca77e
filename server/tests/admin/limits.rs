//! What a request may be.

use std::time::Duration;

use mote_server::limits::{ADMIN_BODY_BYTES_MAX, ADMIN_REQUESTS_AT_ONCE_MAX};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::calls::{Backend, config, send};
use super::support::{PATIENCE, Running, start};

#[tokio::test]
async fn what_cannot_be_read_is_told_apart_and_told_why() {
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    let target = "/api/v1/rooms/r/agents/bot";
    let put = async |kind: &str, body: &[u8]| {
        let lines = [&*backend.authorization, kind];
        send(server.address, "PUT", target, &lines, body).await
    };
    let json = "Content-Type: application/json; charset=utf-8";
    let deep = format!("{{\"presence\":{}{}}}", "{\"a\":".repeat(60_000), "1");
    for (kind, body, status, problem) in [
        (json, &b"{"[..], 400, "bad-request"),
        (json, b"", 400, "bad-request"),
        (json, b"{} {}", 400, "bad-request"),
        (json, b"\xff", 400, "bad-request"),
        (json, br#"{"presence":{"a":"\ud83d"}}"#, 400, "bad-request"),
        (json, br#"{"presence":{"a":1e400}}"#, 400, "bad-request"),
        (json, &deep.as_bytes()[..60_000], 400, "bad-request"),
        ("Content-Type: text/plain", b"{}", 415, "not-json"),
        ("X-Nothing: 1", b"{}", 415, "not-json"),
        (json, &[b' '; ADMIN_BODY_BYTES_MAX + 1], 413, "too-large"),
    ] {
        let answer = put(kind, body).await;
        assert_eq!(
            (answer.status, answer.problem().0),
            (status, problem),
            "{answer:?}"
        );
    }
    assert_eq!(put(json, b"{}").await.status, 201);
}

#[tokio::test]
async fn addresses_and_methods_that_are_not_there_are_problems_too() {
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    for path in ["/room", "/rooms/", "/rooms/a/b", "/node/x"] {
        let answer = backend.get(path).await;
        assert_eq!(
            (answer.status, answer.problem().0),
            (404, "unknown"),
            "{path}"
        );
    }
    for (method, path, allowed) in [
        ("POST", "/rooms", "get"),
        ("PUT", "/rooms/a", "delete"),
        ("GET", "/rooms/a/agents/b", "patch"),
        ("GET", "/rooms/a/events", "post"),
    ] {
        let answer = backend.call(method, path, &Value::Null).await;
        assert_eq!(
            (answer.status, answer.problem().0),
            (405, "method-not-allowed")
        );
        let allow = answer.head.lines().find(|line| line.starts_with("allow:"));
        assert!(allow.unwrap().contains(allowed), "{path}: {allow:?}");
    }
    for query in [
        "limit=0",
        "limit=1001",
        "limit=x",
        "limit=1&limit=2",
        "cursor=-1",
        "x=1",
    ] {
        let answer = backend.get(&format!("/rooms/a/people?{query}")).await;
        assert_eq!(
            (answer.status, answer.problem().0),
            (422, "invalid"),
            "{query}"
        );
    }
}

/// Requests whose bodies do not come have no place for ever, and others wait for no one.
#[tokio::test]
async fn bodies_that_do_not_come_are_given_up_and_hold_up_nobody_else_for_longer() {
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    let mut slow = Vec::new();
    for _ in 0..ADMIN_REQUESTS_AT_ONCE_MAX {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let head = format!(
            "PUT /api/v1/rooms/r/agents/slow HTTP/1.1\r\nHost: x\r\n{}\r\n\
             Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{{",
            backend.authorization
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    let full = backend.until("/node", |answer| answer.status == 503).await;
    assert_eq!(full.problem().0, "unavailable");
    assert!(full.head.contains("retry-after: 1"), "{full:?}");
    for stream in &mut slow {
        let mut answer = [0; 12];
        let read = timeout(PATIENCE, stream.read_exact(&mut answer)).await;
        read.unwrap().unwrap();
        assert_eq!(&answer, b"HTTP/1.1 408");
    }
    assert_eq!(backend.get("/node").await.status, 200);
    assert!(hits(&server, "admin_requests_at_once").await > 0);
    assert_eq!(
        hits(&server, "admin_body").await,
        ADMIN_REQUESTS_AT_ONCE_MAX
    );
}

/// How often a limit was hit.
async fn hits(server: &Running, limit: &str) -> usize {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut metrics = String::new();
    stream.read_to_string(&mut metrics).await.unwrap();
    let name = format!("mote_limit_hits_total{{limit=\"{limit}\"}} ");
    let count = metrics.lines().find_map(|line| line.strip_prefix(&name));
    count.unwrap().parse().unwrap()
}

#[tokio::test]
async fn strangers_who_knock_take_nothing_away_from_those_who_may() {
    let server = start(config());
    let backend = Backend::of(server.address, "*");
    for _ in 0..200 {
        let answer = send(server.address, "GET", "/api/v1/node", &[], b"").await;
        assert_eq!(answer.status, 401);
    }
    let asked = timeout(Duration::from_secs(5), backend.get("/node")).await;
    assert_eq!(asked.unwrap().status, 200);
    let metrics = send(server.address, "GET", "/metrics", &[], b"").await;
    assert_eq!(metrics.status, 200);
}

#[tokio::test]
async fn the_description_is_served_to_anybody_and_has_every_address() {
    let server = start(config());
    let answer = send(server.address, "GET", "/api/v1/openapi.json", &[], b"").await;
    assert!(answer.head.contains("content-type: application/json"));
    let description = answer.body;
    assert_eq!(description["openapi"], "3.1.0");
    assert_eq!(description["info"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(description["security"], json!([{ "token": [] }]));
    let paths: Vec<_> = description["paths"].as_object().unwrap().keys().collect();
    assert_eq!(
        paths,
        [
            "/cluster",
            "/node",
            "/rooms",
            "/rooms/{room}",
            "/rooms/{room}/accounts/{account}/kick",
            "/rooms/{room}/agents/{agent}",
            "/rooms/{room}/events",
            "/rooms/{room}/people",
            "/rooms/{room}/people/{connectionId}/kick",
        ]
    );
}
