//! Time: heads that do not come, pings, slow readers, lost lines, the drain.

use std::cell::Cell;
use std::time::{Duration, Instant};

use crate::support::{Client, PATIENCE, start};
use mote_protocol::wire::{ClientMessage, Control, ServerMessage};
use mote_server::Config;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

/// Everything that comes until the socket ends.
async fn read_to_end(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = timeout(PATIENCE, stream.read_to_end(&mut bytes))
        .await
        .expect("still open");
    bytes
}

#[tokio::test]
async fn a_request_head_that_does_not_come_ends_the_connection() {
    let header_timeout = Duration::from_secs(1);
    let server = start(Config {
        header_timeout,
        ..Config::default()
    });
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    let mut slow = TcpStream::connect(server.address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHo").await.unwrap();
    let start = Instant::now();
    read_to_end(&mut silent).await;
    read_to_end(&mut slow).await;
    let elapsed = start.elapsed();
    assert!(elapsed >= header_timeout / 2, "{elapsed:?}");
    assert!(elapsed < Config::default().header_timeout, "{elapsed:?}");
}

#[tokio::test]
async fn one_http_connection_too_many_is_closed_and_the_others_are_served() {
    let server = start(Config {
        max_http_connections: 1,
        ..Config::default()
    });
    let mut first = TcpStream::connect(server.address).await.unwrap();
    first.write_all(b"GET /healthz HTTP/1.1\r\n").await.unwrap();
    let mut second = TcpStream::connect(server.address).await.unwrap();
    assert!(read_to_end(&mut second).await.is_empty());
    let rest = b"Host: mote\r\nConnection: close\r\n\r\n";
    first.write_all(rest).await.unwrap();
    let answer = read_to_end(&mut first).await;
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{answer:?}");
}

#[tokio::test]
async fn a_request_head_without_end_is_refused() {
    let server = start(Config::default());
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nX-Long: ")
        .await
        .unwrap();
    let _ = stream.write_all(&[b'x'; 20_000]).await;
    let answer = read_to_end(&mut stream).await;
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 431"));
}

/// A client that upgrades, joins the room "r", and then only listens to bytes.
async fn bare_client(address: std::net::SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "GET /ws HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         Sec-WebSocket-Protocol: mote.v1\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // A masked binary frame (mask 0) with a join.
    stream
        .write_all(&[0x82, 0x84, 0, 0, 0, 0, 0x30, 0, 1, b'r'])
        .await
        .unwrap();
    stream
}

#[tokio::test]
async fn a_socket_that_answers_no_ping_is_dropped() {
    let heartbeat = Duration::from_secs(1);
    let server = start(Config {
        heartbeat,
        ..Config::default()
    });
    let mut stream = bare_client(server.address).await;
    let bytes = read_to_end(&mut stream).await;
    let pings = bytes
        .windows(2)
        .filter(|pair| *pair == [0x89, 0x00])
        .count();
    assert!(pings >= 1, "{bytes:?}");
}

#[tokio::test]
async fn a_socket_that_answers_pings_and_says_nothing_stays() {
    let heartbeat = Duration::from_secs(1);
    let server = start(Config {
        heartbeat,
        ..Config::default()
    });
    let mut client = Client::join(server.address, "r").await;
    for _ in 0..4 {
        // Reading answers pings, as a browser does.
        let message = timeout(PATIENCE, futures_util::StreamExt::next(&mut client.socket)).await;
        assert!(
            matches!(message, Ok(Some(Ok(Message::Ping(_))))),
            "{message:?}"
        );
    }
}

#[tokio::test]
async fn a_lost_person_leaves_when_the_grace_is_over() {
    let resume_grace = Duration::from_millis(200);
    let server = start(Config {
        resume_grace,
        ..Config::default()
    });
    let mut ada = Client::join(server.address, "r").await;
    let bob = Client::join(server.address, "r").await;
    drop(bob);
    ada.until(|message| matches!(message, ServerMessage::UserLeft { user: 1, .. }))
        .await;
}

#[tokio::test]
async fn a_reader_that_does_not_read_is_given_up_and_the_others_go_on() {
    let resume_grace = Duration::ZERO;
    let server = start(Config {
        resume_grace,
        max_byte_rate: 1_000_000_000,
        max_message_rate: 1_000_000,
        ..Config::default()
    });
    let mut loud = Client::join(server.address, "r").await;
    let mut deaf = bare_client(server.address).await;
    loud.until(|message| matches!(message, ServerMessage::UserJoined { .. }))
        .await;
    let mut well = Client::join(server.address, "r").await;
    let is_gone = Cell::new(false);
    // More than the kernel and the outbox hold together. The next is said when the one who reads has heard the
    // last, so that nothing waits for them however busy the machine is.
    let shouting = async {
        while !is_gone.get() {
            loud.shout(&[7; 16_000]).await;
            well.until(|message| {
                is_gone.set(matches!(message, ServerMessage::UserLeft { user: 1, .. }));
                is_gone.get() || matches!(message, ServerMessage::Event { .. })
            })
            .await;
        }
    };
    timeout(PATIENCE, shouting).await.expect("never given up");
    deaf.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_stop_tells_everybody_then_closes_with_1012_and_ends() {
    let drain = Duration::from_millis(300);
    let mut server = start(Config {
        drain,
        ..Config::default()
    });
    let mut clients = Vec::new();
    for _ in 0..3 {
        clients.push(Client::join(server.address, "r").await);
    }
    server.stop();
    for client in &mut clients {
        let is_drain = |message: &ServerMessage<'_>| {
            let within_ms = 300;
            matches!(message, ServerMessage::Control { control: Control::Drain { within_ms: ms, .. }, .. } if *ms == within_ms)
        };
        client.until(is_drain).await;
        assert_eq!(client.close_code().await, 1012);
    }
    timeout(PATIENCE, &mut server.task)
        .await
        .expect("did not end")
        .unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
}

/// R-CTL-9.
#[tokio::test]
async fn who_says_that_they_go_is_closed_at_once_after_all_that_was_said_before() {
    let drain = Duration::from_secs(3_600);
    let mut server = start(Config {
        drain,
        ..Config::default()
    });
    let mut goes = Client::join(server.address, "r").await;
    let mut stays = Client::join(server.address, "r").await;
    server.stop();
    let is_drain = |message: &ServerMessage<'_>| {
        let control = |control: &Control<'_>| matches!(control, Control::Drain { .. });
        matches!(message, ServerMessage::Control { control: one, .. } if control(one))
    };
    goes.until(is_drain).await;
    stays.shout(b"to who goes").await;
    goes.until(|message| matches!(message, ServerMessage::Event { .. }))
        .await;
    goes.shout(b"the last").await;
    goes.send(&ClientMessage::Heartbeat).await;
    stays
        .until(|message| matches!(message, ServerMessage::Event { event, .. } if event.payload == b"the last"))
        .await;
    assert_eq!(goes.close_code().await, 1012);
    assert!(!server.task.is_finished(), "somebody is there");
    stays.send(&ClientMessage::Heartbeat).await;
    assert_eq!(stays.close_code().await, 1012);
    timeout(PATIENCE, &mut server.task)
        .await
        .expect("did not end")
        .unwrap();
}

#[tokio::test]
async fn a_stop_waits_for_nobody_when_nobody_is_there() {
    let drain = Duration::from_secs(3_600);
    let mut server = start(Config {
        drain,
        ..Config::default()
    });
    drop(Client::join(server.address, "r").await);
    server.stop();
    timeout(PATIENCE, &mut server.task)
        .await
        .expect("did not end")
        .unwrap();
}

#[tokio::test]
async fn a_peer_that_ignores_the_close_does_not_keep_the_server() {
    let mut server = start(Config {
        drain: Duration::ZERO,
        ..Config::default()
    });
    let mut rude = bare_client(server.address).await;
    let mut first = [0; 12];
    rude.read_exact(&mut first).await.unwrap();
    server.stop();
    timeout(PATIENCE, &mut server.task)
        .await
        .expect("did not end")
        .unwrap();
}
