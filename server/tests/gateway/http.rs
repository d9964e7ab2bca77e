//! HTTP, and the router in somebody else's application.

use std::net::SocketAddr;
use std::time::Duration;

use crate::support::{Client, PATIENCE, start};
use axum::Router;
use axum::routing::get;
use mote_protocol::wire::ServerMessage;
use mote_server::Config;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

pub(crate) async fn request(address: SocketAddr, target: &str) -> String {
    ask(address, &format!("GET {target} HTTP/1.1")).await
}

/// The answer to a request of these lines.
pub(crate) async fn ask(address: SocketAddr, lines: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!("{lines}\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut answer))
        .await
        .unwrap()
        .unwrap();
    answer
}

#[tokio::test]
async fn the_health_check_says_ok() {
    let server = start(Config::default());
    let answer = request(server.address, "/healthz").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nok"), "{answer}");
}

/// A proxy may know the bytes as a body, and somebody could hide frames in it.
#[tokio::test]
async fn a_request_for_a_websocket_has_no_body() {
    let server = start(Config::default());
    for body in [
        "Content-Length: 5\r\n\r\nhello",
        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let request = format!(
            "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut status = [0; 12];
        let read = stream.read_exact(&mut status);
        timeout(PATIENCE, read).await.unwrap().unwrap();
        assert_eq!(&status, b"HTTP/1.1 400", "{body}");
    }
}

#[tokio::test]
async fn without_a_demo_folder_a_page_says_that_the_server_runs() {
    let server = start(Config::default());
    let answer = request(server.address, "/").await;
    assert!(answer.contains("The Mote server runs"), "{answer}");
    assert!(
        answer.contains("x-content-type-options: nosniff"),
        "{answer}"
    );
    assert!(
        request(server.address, "/other")
            .await
            .starts_with("HTTP/1.1 404")
    );
}

#[tokio::test]
async fn a_demo_folder_is_served_with_right_types_and_nothing_outside_of_it() {
    let folder = std::env::temp_dir().join(format!("mote-demo-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("sdk")).unwrap();
    std::fs::write(folder.join("index.html"), "the demo").unwrap();
    std::fs::write(folder.join("sdk/index.js"), "export {}").unwrap();
    std::fs::write(folder.join("sdk/mote.wasm"), "wasm").unwrap();
    let server = start(Config {
        demo_dir: Some(folder.clone()),
        ..Config::default()
    });
    for (target, kind) in [
        ("/", "text/html"),
        ("/sdk/index.js", "text/javascript"),
        ("/sdk/mote.wasm", "application/wasm"),
    ] {
        let answer = request(server.address, target).await;
        assert!(
            answer.contains(&format!("content-type: {kind}")),
            "{answer}"
        );
        assert!(answer.contains("cache-control: no-cache"), "{answer}");
    }
    for target in [
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/sdk/../../etc/passwd",
        "//etc/passwd",
    ] {
        let answer = request(server.address, target).await;
        assert!(!answer.starts_with("HTTP/1.1 2"), "{target}: {answer}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_plain_request_to_the_websocket_address_is_told_what_it_is() {
    let server = start(Config::default());
    let answer = request(server.address, "/ws").await;
    assert!(answer.starts_with("HTTP/1.1 426"), "{answer}");
    assert!(answer.contains("mote.v1"), "{answer}");
}

/// An application of somebody else's, with Mote under `/presence`.
pub(crate) async fn application(config: &Config) -> SocketAddr {
    let app = Router::new()
        .route("/", get(|| async { "my application" }))
        .nest("/presence", mote_server::router(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async { axum::serve(listener, app).await });
    address
}

#[tokio::test]
async fn the_router_works_inside_another_application_timers_included() {
    let resume_grace = Duration::from_millis(100);
    let config = Config {
        resume_grace,
        ..Config::default()
    };
    let address = application(&config).await;
    assert!(request(address, "/").await.ends_with("my application"));
    assert!(request(address, "/presence/healthz").await.ends_with("ok"));
    let mut ada = Client::open_at(address, "/presence/ws", Some("mote.v1")).await;
    ada.send_join("r").await;
    let mut bob = Client::open_at(address, "/presence/ws", Some("mote.v1")).await;
    bob.send_join("r").await;
    drop(bob);
    ada.until(|message| matches!(message, ServerMessage::UserLeft { user: 1, .. }))
        .await;
}

#[tokio::test]
async fn the_router_limits_connections_of_an_address_where_it_is_told_addresses() {
    let config = Config {
        max_connections_per_ip: 1,
        ..Config::default()
    };
    let address = application(&config).await;
    let mut first = Client::open_at(address, "/presence/ws", Some("mote.v1")).await;
    first.send_join("r").await;
    let mut second = Client::open_at(address, "/presence/ws", Some("mote.v1")).await;
    assert_eq!(second.close_code().await, 4203);
}

#[test]
#[should_panic(expected = "tick_hz is \"0\", but must be a whole number from 1 to 120")]
fn the_router_refuses_a_setting_out_of_its_range() {
    let _ = mote_server::router(&Config {
        tick_hz: 0,
        ..Config::default()
    });
}
