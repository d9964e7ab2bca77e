//! Pages that may connect, and those that may not.

use std::net::SocketAddr;

use crate::http::{application, ask};
use crate::limits::counter;
use crate::support::{Client, start};
use mote_server::Config;
use mote_server::access::AllowedOrigins;
use mote_server::auth::Secret;
use mote_server::config::AuthConfig;

const OURS: (&str, &str) = ("Sec-WebSocket-Protocol", "mote.v1");

fn listing(origins: &str) -> Config {
    Config {
        allowed_origins: AllowedOrigins::parse(origins).unwrap(),
        ..Config::default()
    }
}

async fn open_from(address: SocketAddr, origins: &[&str]) -> Result<Client, (u16, String)> {
    let headers = origins.iter().map(|origin| ("Origin", *origin));
    let headers: Vec<_> = headers.chain([OURS]).collect();
    Client::try_open(address, "/ws", &headers).await
}

/// R-CLOSE-7.
#[tokio::test]
async fn a_page_that_is_not_on_the_list_is_refused_before_the_upgrade_and_counted() {
    let server = start(listing("https://app.example.com,https://*.trees.example"));
    let address = server.address;
    for origin in [
        "https://app.example.com",
        "https://APP.example.com:443",
        "https://old.oak.trees.example",
    ] {
        let mut client = open_from(address, &[origin]).await.unwrap();
        client.send_join("r").await;
    }
    // Who is no browser says nothing of a page.
    open_from(address, &[]).await.unwrap().send_join("r").await;
    let foreign = [
        "https://evil.example/<script>",
        "https://evil.example",
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://app.example.com.evil.example",
        "https://trees.example",
        "null",
        "http://localhost:5173",
    ];
    for origin in foreign {
        let (status, body) = open_from(address, &[origin]).await.unwrap_err();
        assert_eq!(status, 403, "{origin}");
        assert!(body.contains("MOTE_ALLOWED_ORIGINS"), "{body}");
        assert!(!body.contains("evil"), "{body}");
    }
    let twice = ["https://app.example.com", "https://evil.example"];
    assert_eq!(open_from(address, &twice).await.unwrap_err().0, 403);
    let refused = counter(address, "mote_origins_refused_total").await;
    assert_eq!(refused, foreign.len() as u64 + 1);
    assert_eq!(
        counter(address, "mote_connections").await,
        0,
        "no place was taken"
    );
}

#[tokio::test]
async fn without_tokens_a_page_of_this_machine_may_connect_and_one_of_the_internet_may_not() {
    let server = start(Config::default());
    for origin in [
        "http://localhost:5173",
        "http://127.0.0.1:8000",
        "http://[::1]",
    ] {
        let mut client = open_from(server.address, &[origin]).await.unwrap();
        client.send_join("r").await;
    }
    // A name that leads to this machine is foreign all the same.
    let host = format!("evil.example:{}", server.address.port());
    let origin = format!("http://{host}");
    let headers = [OURS, ("Origin", &*origin), ("Host", &*host)];
    for headers in [&headers[..2], &headers[..]] {
        let refused = Client::try_open(server.address, "/ws", headers).await;
        assert_eq!(refused.unwrap_err().0, 403);
    }
}

#[tokio::test]
async fn with_tokens_every_page_may_connect_unless_there_is_a_list() {
    let auth = AuthConfig {
        secret: Some(Secret::new("0123456789abcdef0123456789abcdef").unwrap()),
        ..AuthConfig::default()
    };
    let config = Config {
        auth,
        ..Config::default()
    };
    let server = start(config.clone());
    let mut client = open_from(server.address, &["https://evil.example"])
        .await
        .unwrap();
    // A join without a token: a foreign page has none.
    let message = vec![0x30, 0, 1, b'r'].into();
    client.send_raw(message).await;
    assert_eq!(client.close_code().await, 4100);
    let server = start(Config {
        allowed_origins: AllowedOrigins::parse("https://app.example.com").unwrap(),
        ..config
    });
    let refused = open_from(server.address, &["https://evil.example"]).await;
    assert_eq!(refused.unwrap_err().0, 403);
}

#[tokio::test]
async fn a_mounted_server_takes_pages_of_its_application_and_those_on_its_list() {
    let open = async |address, origin: &str, host: &str| {
        let headers = [OURS, ("Origin", origin), ("Host", host)];
        let opened = Client::try_open(address, "/presence/ws", &headers).await;
        opened.map_err(|(status, _)| status)
    };
    let address = application(&Config::default()).await;
    let host = "app.example.com";
    open(address, "https://app.example.com", host)
        .await
        .unwrap();
    let refused = open(address, "https://evil.example", host).await;
    assert_eq!(refused.unwrap_err(), 403);
    let address = application(&listing("https://other.example.com")).await;
    open(address, "https://other.example.com", host)
        .await
        .unwrap();
    let refused = open(address, "https://app.example.com", host).await;
    assert_eq!(refused.unwrap_err(), 403);
}

/// The head of the answer to a request with these lines.
#[tokio::test]
async fn the_same_pages_may_read_what_is_asked_by_http() {
    let server = start(listing("https://app.example.com"));
    let get = async |origin: &str| {
        let lines = format!("GET /healthz HTTP/1.1\r\nOrigin: {origin}");
        ask(server.address, &lines).await
    };
    let allowed = "\r\naccess-control-allow-origin: https://app.example.com\r\n";
    let answer = get("https://app.example.com").await;
    assert!(answer.contains(allowed), "{answer}");
    assert!(answer.ends_with("\r\n\r\nok"), "{answer}");
    let answer = get("https://evil.example").await;
    assert!(!answer.contains("access-control-allow-origin"), "{answer}");
    let preflight = "OPTIONS /healthz HTTP/1.1\r\nOrigin: https://app.example.com\r\n\
                     Access-Control-Request-Method: DELETE\r\n\
                     Access-Control-Request-Headers: authorization";
    let answer = ask(server.address, preflight).await;
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.contains(allowed),
        "{answer}"
    );
    assert!(answer.contains("\r\naccess-control-allow-headers: authorization,content-type\r\n"));
    assert!(answer.contains("DELETE"), "{answer}");
    assert!(
        !answer.contains("access-control-allow-credentials"),
        "{answer}"
    );
}
