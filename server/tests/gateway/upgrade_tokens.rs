//! Tokens that come with the upgrade: nowhere unless it is switched on, and never answered with.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use mote_protocol::wire::{Channel, ClientMessage, Join, ServerMessage};
use mote_server::Config;
use mote_server::auth::{Rights, Secret, Token};
use mote_server::config::AuthConfig;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::support::{Client, Running, start};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn server(in_subprotocol: bool, in_query: bool) -> Running {
    start(Config {
        auth: AuthConfig {
            secret: Some(Secret::new(SECRET).unwrap()),
            in_subprotocol,
            in_query,
            ..AuthConfig::default()
        },
        ..Config::default()
    })
}

fn token(account: &str) -> String {
    let token = Token::new(account).room("plan", Rights::PERSON);
    token.sign(&Secret::new(SECRET).unwrap()).unwrap()
}

fn in_header(token: &str) -> String {
    format!("mote.v1, mote.token.{token}")
}

fn in_query(token: &str) -> String {
    format!("/ws?proxy=1&token={token}")
}

async fn send_join(client: &mut Client, token: Option<&str>) {
    let join = Join {
        room: "plan",
        token,
        ..Join::default()
    };
    let channel = Channel::ZERO;
    client.send(&ClientMessage::Join { channel, join }).await;
}

/// As whom they come in who are open already.
async fn is_in_as(mut client: Client, own: Option<&str>, account: &str) {
    send_join(&mut client, own).await;
    client
        .until(|message| match message {
            ServerMessage::UserJoined { joined, .. } => joined.account == account,
            _ => false,
        })
        .await;
}

async fn is_refused(mut client: Client) {
    send_join(&mut client, None).await;
    assert_eq!(client.close_code().await, 4100);
}

#[tokio::test]
async fn switched_on_each_lets_in_who_has_no_token_in_the_join() {
    let server = server(true, true);
    let (ada, bob, eve) = (token("ada"), token("bob"), token("eve"));
    let open =
        async |path: &str, offer: &str| Client::open_at(server.address, path, Some(offer)).await;
    is_in_as(open("/ws", &in_header(&ada)).await, None, "ada").await;
    is_in_as(open(&in_query(&ada), "mote.v1").await, None, "ada").await;
    let escaped = in_query(&ada.replace('.', "%2E"));
    is_in_as(open(&escaped, "mote.v1").await, None, "ada").await;
    // A Join's own wins over the header, and that over the address.
    let both = (in_query(&eve), in_header(&bob));
    is_in_as(open(&both.0, &both.1).await, Some(&ada), "ada").await;
    is_in_as(open(&both.0, &both.1).await, None, "bob").await;
}

#[tokio::test]
async fn switched_off_neither_is_looked_at() {
    let server = server(false, false);
    let ada = token("ada");
    let address = server.address;
    is_refused(Client::open_at(address, "/ws", Some(&in_header(&ada))).await).await;
    is_refused(Client::open_at(address, &in_query(&ada), Some("mote.v1")).await).await;
}

#[tokio::test]
async fn the_answer_names_the_subprotocol_and_never_a_token() {
    for server in [server(true, true), server(false, false)] {
        let ada = token("ada");
        for offer in [
            in_header(&ada),
            format!("mote.token.{ada}, mote.v1"),
            format!("mote.token.{ada}"),
            format!("mote.token.{ada}, other"),
        ] {
            let url = format!("ws://{}/ws", server.address);
            let mut request = url.into_client_request().unwrap();
            let headers = request.headers_mut();
            headers.insert("Sec-WebSocket-Protocol", offer.parse().unwrap());
            let mut stream = TcpStream::connect(server.address).unwrap();
            let mut head = format!("GET /ws HTTP/1.1\r\nHost: {}\r\n", server.address);
            for (name, value) in request.headers().iter().filter(|(name, _)| *name != "host") {
                head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
            }
            let answer = tokio::task::spawn_blocking(move || {
                stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
                let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
                let head = lines.by_ref().take_while(|line| !line.is_empty());
                head.collect::<Vec<_>>().join("\n")
            });
            let answer = answer.await.unwrap();
            assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
            assert!(!answer.contains("mote.token"), "{answer}");
            let is_offered = offer.contains("mote.v1");
            assert_eq!(
                answer.contains("sec-websocket-protocol: mote.v1"),
                is_offered
            );
        }
    }
}

#[tokio::test]
async fn one_that_is_too_long_is_refused() {
    let server = server(true, true);
    let long = "a".repeat(8 * 1024 + 1);
    let mut in_header = Client::open_at(server.address, "/ws", Some(&in_header(&long))).await;
    assert_eq!(in_header.close_code().await, 4100);
    let mut in_query = Client::open_at(server.address, &in_query(&long), Some("mote.v1")).await;
    assert_eq!(in_query.close_code().await, 4100);
}

#[test]
fn neither_stands_in_the_log_at_its_most_talkative() {
    let mut mote = Command::new(env!("CARGO_BIN_EXE_mote"))
        .args(["--listen", "127.0.0.1:0", "--log", "trace"])
        .args(["--auth-in-subprotocol", "--auth-in-query"])
        .env_clear()
        .env("MOTE_AUTH_SECRET", SECRET)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(mote.stderr.take().unwrap());
    let mut said = String::new();
    let address = loop {
        assert_ne!(log.read_line(&mut said).unwrap(), 0, "{said}");
        if let Some((_, address)) = said.split_once("ready: open http://") {
            break address.trim().trim_end_matches('/').to_owned();
        }
    };
    let token = token("ada");
    for (path, offer) in [
        ("/ws".into(), in_header(&token)),
        (in_query(&token), "mote.v1".into()),
    ] {
        let mut stream = TcpStream::connect(&address).unwrap();
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Protocol: {offer}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 101");
        // What it logs of the connection comes before this is answered.
        stream.write_all(&[0x88, 0x80, 0, 0, 0, 0]).unwrap();
        stream.read_to_end(&mut Vec::new()).unwrap();
    }
    mote.kill().unwrap();
    mote.wait().unwrap();
    log.read_to_string(&mut said).unwrap();
    assert!(said.contains("opened") && said.contains("closed"), "{said}");
    assert!(
        !said.contains(&token) && !said.contains("mote.token"),
        "{said}"
    );
}
