//! Every limit is hit from outside: with what it answers, and under its name in the metrics.

use std::net::SocketAddr;
use std::time::Duration;

use crate::http::request;
use crate::support::{Client, PATIENCE, start};
use mote_protocol::coords::Point;
use mote_protocol::wire::{Channel, ClientMessage, Field, FieldsBuf, Join, ServerMessage};
use mote_server::Config;
use mote_server::auth::{Rights, Secret, Token};
use mote_server::config::AuthConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

/// What a metric without labels, or with these, counts.
pub(crate) async fn counter(address: SocketAddr, name: &str) -> u64 {
    let answer = request(address, "/metrics").await;
    let mut values = answer.lines().filter_map(|line| line.strip_prefix(name));
    let value = values.find_map(|value| value.strip_prefix(' ')?.parse().ok());
    value.unwrap_or_else(|| panic!("no {name} in {answer}"))
}

pub(crate) async fn hits(address: SocketAddr, limit: &str) -> u64 {
    counter(
        address,
        &format!("mote_limit_hits_total{{limit=\"{limit}\"}}"),
    )
    .await
}

/// The peer may see the end of its connection before that is counted.
async fn until_hit(address: SocketAddr, limit: &str) {
    let hit = async { while hits(address, limit).await != 1 {} };
    timeout(PATIENCE, hit).await.unwrap();
}

fn channel(number: u8) -> Channel {
    Channel::new(number).unwrap()
}

async fn join(client: &mut Client, number: u8, room: &str) {
    let join = Join {
        room,
        ..Join::default()
    };
    let channel = channel(number);
    client.send(&ClientMessage::Join { channel, join }).await;
}

async fn refused(address: SocketAddr, room: &str) -> u16 {
    let mut client = Client::open(address).await;
    join(&mut client, 0, room).await;
    client.close_code().await
}

#[tokio::test]
async fn connections_in_all_and_of_an_address() {
    let server = start(Config {
        max_connections: 1,
        ..Config::default()
    });
    let _first = Client::join(server.address, "r").await;
    let mut second = Client::open(server.address).await;
    assert_eq!(second.close_code().await, 1013);
    assert_eq!(hits(server.address, "connections").await, 1);

    let server = start(Config {
        max_connections_per_ip: 1,
        ..Config::default()
    });
    let _first = Client::join(server.address, "r").await;
    let mut second = Client::open(server.address).await;
    assert_eq!(second.close_code().await, 4203);
    assert_eq!(hits(server.address, "connections_per_ip").await, 1);
}

#[tokio::test]
async fn connections_of_an_account() {
    let secret = Secret::new("0123456789abcdef0123456789abcdef").unwrap();
    let auth = AuthConfig {
        secret: Some(secret.clone()),
        ..AuthConfig::default()
    };
    let server = start(Config {
        auth,
        max_connections_per_account: 1,
        ..Config::default()
    });
    let token = Token::new("ada").room("*", Rights::PERSON);
    let token = token.sign(&secret).unwrap();
    let enter = async |number| {
        let mut client = Client::open(server.address).await;
        for number in 0..number {
            let join = Join {
                room: "r",
                token: Some(&token),
                ..Join::default()
            };
            let channel = channel(number);
            client.send(&ClientMessage::Join { channel, join }).await;
        }
        client
    };
    let mut first = enter(3).await;
    for number in 0..3 {
        first
            .until(|message| matches!(message, ServerMessage::Welcome { channel, .. } if channel.number() == number))
            .await;
    }
    assert_eq!(enter(1).await.close_code().await, 4203);
    let limit = "connections_per_account";
    assert_eq!(hits(server.address, limit).await, 1);
    drop(first);
    let again = async { while let Some(Message::Close(_)) = enter(1).await.next().await {} };
    timeout(PATIENCE, again).await.unwrap();
}

/// To the end of what the server says.
async fn end_of(mut stream: TcpStream) -> Vec<u8> {
    let mut said = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut said));
    // Reset or ended in order: it is over.
    let _ = read.await.expect("the server ends it");
    said
}

#[tokio::test]
async fn connections_that_say_nothing() {
    let server = start(Config {
        max_http_connections: 3,
        max_http_connections_per_ip: 2,
        ..Config::default()
    });
    let silent = async || TcpStream::connect(server.address).await.unwrap();
    let two = [silent().await, silent().await];
    assert_eq!(end_of(silent().await).await, b"");
    drop(two);
    let counted = async {
        // The server has to notice that the two are gone.
        loop {
            let mut stream = silent().await;
            let head = b"GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
            let _ = stream.write_all(head).await;
            let answer = String::from_utf8(end_of(stream).await).unwrap();
            if answer.starts_with("HTTP/1.1 200") {
                return answer;
            }
        }
    };
    let answer = timeout(PATIENCE, counted).await.unwrap();
    assert!(
        !answer.contains("http_connections_per_ip\"} 0\n"),
        "{answer}"
    );
    assert!(answer.contains("http_connections\"} 0\n"), "{answer}");

    let server = start(Config {
        header_timeout: Duration::from_millis(100),
        ..Config::default()
    });
    let mut slow = TcpStream::connect(server.address).await.unwrap();
    slow.write_all(b"GET /ws HT").await.unwrap();
    end_of(slow).await;
    until_hit(server.address, "header_timeout").await;
    let mut huge = TcpStream::connect(server.address).await.unwrap();
    let head = format!("GET /ws HTTP/1.1\r\nX: {}", "x".repeat(20_000));
    let _ = huge.write_all(head.as_bytes()).await;
    assert!(end_of(huge).await.starts_with(b"HTTP/1.1 431"));
    until_hit(server.address, "header_bytes").await;
}

#[tokio::test]
async fn joins_at_once_of_an_address_and_none_in_time() {
    let server = start(Config {
        max_join_burst: 16,
        max_message_rate: 1_000,
        ..Config::default()
    });
    let mut client = Client::open(server.address).await;
    let once = [0x40, 0x30, 0, 1, b'r'];
    let joins = [&once[1..], &once.repeat(30)].concat();
    client.send_raw(Message::binary(joins)).await;
    assert_eq!(client.close_code().await, 4200);
    assert_eq!(hits(server.address, "join_burst").await, 1);

    let server = start(Config {
        max_joins_per_ip: 3,
        ..Config::default()
    });
    for _ in 0..3 {
        drop(Client::join(server.address, "r").await);
    }
    assert_eq!(refused(server.address, "r").await, 4200);
    assert_eq!(hits(server.address, "joins_per_ip").await, 1);

    let server = start(Config {
        join_timeout: Duration::from_millis(100),
        ..Config::default()
    });
    let mut client = Client::open(server.address).await;
    assert_eq!(client.close_code().await, 4202);
    assert_eq!(hits(server.address, "join_timeout").await, 1);
}

#[tokio::test]
async fn rooms_of_a_connection_and_in_all_and_who_is_in_one() {
    let server = start(Config {
        max_rooms_per_connection: 2,
        max_rooms: 2,
        max_people_per_room: 2,
        max_observers_per_room: 0,
        ..Config::default()
    });
    let address = server.address;
    let mut client = Client::join(address, "a").await;
    join(&mut client, 1, "b").await;
    join(&mut client, 2, "a").await;
    client.until_error("as many rooms as it may").await;
    assert_eq!(hits(address, "rooms_per_connection").await, 1);
    assert_eq!(refused(address, "c").await, 1013);
    assert_eq!(hits(address, "rooms").await, 1);
    let _second = Client::join(address, "a").await;
    assert_eq!(refused(address, "a").await, 4005);
    assert_eq!(hits(address, "people_per_room").await, 1);
    let mut watcher = Client::open(address).await;
    let observing = Join {
        room: "a",
        observer: true,
        ..Join::default()
    };
    let channel = Channel::ZERO;
    let join = observing;
    watcher.send(&ClientMessage::Join { channel, join }).await;
    assert_eq!(watcher.close_code().await, 4005);
    assert_eq!(hits(address, "observers_per_room").await, 1);
}

#[tokio::test]
async fn states_of_a_person_and_of_a_room() {
    let server = start(Config {
        max_room_state: 16 * 1024,
        ..Config::default()
    });
    let send = async |client: &mut Client, tag| {
        let mut fields = FieldsBuf::new();
        let body = &[b'x'; 9_000];
        fields.push(Field { tag, body }).unwrap();
        let (channel, fields) = (Channel::ZERO, fields.as_fields());
        client.send(&ClientMessage::State { channel, fields }).await;
    };
    let mut ada = Client::join(server.address, "r").await;
    send(&mut ada, 200).await;
    send(&mut ada, 201).await;
    ada.until_error("over 16 KiB").await;
    assert_eq!(hits(server.address, "person_state").await, 1);
    let mut bob = Client::join(server.address, "r").await;
    send(&mut bob, 200).await;
    bob.until_error("larger than the server allows").await;
    assert_eq!(hits(server.address, "room_state").await, 1);
}

#[tokio::test]
async fn what_a_connection_sends_too_often_or_too_large() {
    let server = start(Config {
        max_cursor_rate: 10,
        max_message_rate: 10,
        max_byte_rate: 16 * 1024,
        ..Config::default()
    });
    let address = server.address;
    let mut quick = Client::join(address, "r").await;
    for x in 0..20 {
        let (channel, point) = (Channel::ZERO, Point { x, y: 0 });
        quick.send(&ClientMessage::Cursor { channel, point }).await;
    }
    quick.send(&ClientMessage::Heartbeat).await;
    quick
        .until(|message| matches!(message, ServerMessage::Heartbeat))
        .await;
    assert!(hits(address, "cursor_rate").await > 0);

    let mut chatty = Client::join(address, "r").await;
    let beats = Message::binary(vec![0x80; 200]);
    chatty.send_raw(beats).await;
    assert_eq!(chatty.close_code().await, 4200);
    assert_eq!(
        hits(address, "message_rate").await,
        2,
        "a warning, and the end"
    );

    let mut heavy = Client::join(address, "r").await;
    for _ in 0..10 {
        heavy.shout(&[0; 16_000]).await;
    }
    assert_eq!(heavy.close_code().await, 4200);
    assert_eq!(hits(address, "byte_rate").await, 2);

    let mut pinging = Client::join(address, "r").await;
    for _ in 0..30 {
        pinging.send_raw(Message::Ping(Vec::new().into())).await;
    }
    assert_eq!(pinging.close_code().await, 4200);
    assert_eq!(hits(address, "pings").await, 1);

    let mut large = Client::join(address, "r").await;
    large.send_raw(Message::binary(vec![0x80; 65_537])).await;
    assert_eq!(large.close_code().await, 1009);
    assert_eq!(hits(address, "message_bytes").await, 1);
}
