//! What a server says that it counts, after traffic that is known to the byte.

use std::collections::BTreeMap;

use axum::Router;
use axum::routing::get;
use mote_protocol::coords::Point;
use mote_protocol::wire::{Channel, ClientMessage, Join, ServerMessage};
use mote_server::{Config, Server};
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use crate::http::request;
use crate::support::{Client, PATIENCE, local, start};

/// Values by series, as `name{labels}`.
#[derive(Debug)]
struct Metrics(BTreeMap<String, f64>);

impl Metrics {
    async fn of(address: std::net::SocketAddr) -> Self {
        let answer = request(address, "/metrics").await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
        assert!(head.contains("content-type: text/plain; version=0.0.4"));
        Self::parse(body)
    }

    fn parse(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let values = lines.map(|line| {
            let (series, value) = line.rsplit_once(' ').unwrap();
            (series.to_owned(), value.parse().unwrap())
        });
        Self(values.collect())
    }

    fn get(&self, series: &str) -> f64 {
        *self
            .0
            .get(series)
            .unwrap_or_else(|| panic!("no {series} in {:#?}", self.0))
    }

    /// All that begins so and is not zero, without that beginning.
    fn not_zero(&self, name: &str) -> Vec<(&str, f64)> {
        let all = self.0.iter().filter(|(_, value)| **value != 0.0);
        all.filter_map(|(series, value)| {
            let labels = series.strip_prefix(name)?.strip_prefix('{')?;
            Some((labels.strip_suffix('}')?, *value))
        })
        .collect()
    }
}

/// Asks until it is so.
async fn until(address: std::net::SocketAddr, is_so: impl Fn(&Metrics) -> bool) -> Metrics {
    let mut last = None;
    let asking = async {
        loop {
            let metrics = Metrics::of(address).await;
            if is_so(&metrics) {
                return metrics;
            }
            last = Some(metrics);
        }
    };
    match timeout(PATIENCE, asking).await {
        Ok(metrics) => metrics,
        Err(_) => panic!("it never is: {last:#?}"),
    }
}

fn connections(count: f64) -> impl Fn(&Metrics) -> bool {
    move |metrics| metrics.get("mote_connections") == count
}

#[tokio::test]
async fn messages_are_counted_by_kind_to_the_byte() {
    let server = start(Config::default());
    let mut ada = Client::join(server.address, "plan").await;
    let mut bob = Client::join(server.address, "plan").await;
    // Bob came: UserJoined and the new count, for Ada.
    ada.until(|message| matches!(message, ServerMessage::PresenceUpdate { count: 2, .. }))
        .await;
    let channel = Channel::ZERO;
    let point = Point { x: 1, y: 2 };
    ada.send(&ClientMessage::Cursor { channel, point }).await;
    bob.until(|message| matches!(message, ServerMessage::Cursor { .. }))
        .await;
    ada.shout(b"1234").await;
    bob.until(|message| matches!(message, ServerMessage::Event { .. }))
        .await;
    bob.send(&ClientMessage::Heartbeat).await;
    bob.until(|message| matches!(message, ServerMessage::Heartbeat))
        .await;
    bob.send(&ClientMessage::Leave { channel }).await;
    ada.until(|message| matches!(message, ServerMessage::PresenceUpdate { count: 1, .. }))
        .await;
    // Not joined any more: told so.
    bob.shout(b"nobody hears").await;
    bob.until(|message| matches!(message, ServerMessage::Control { .. }))
        .await;

    let sent = [
        ("type=\"control\"", 1.0),
        ("type=\"cursor_broadcast\"", 1.0),
        ("type=\"event\"", 1.0),
        ("type=\"heartbeat\"", 1.0),
        ("type=\"presence_update\"", 2.0),
        ("type=\"snapshot\"", 2.0),
        ("type=\"user_joined\"", 1.0),
        ("type=\"user_left\"", 1.0),
    ];
    // What is read here may not be counted yet: that is done when it is written.
    let metrics = until(server.address, |metrics| {
        metrics.not_zero("mote_sent_messages_total") == sent
    });
    let metrics = metrics.await;
    let received = [
        ("type=\"cursor_update\"", 1.0),
        ("type=\"event\"", 2.0),
        ("type=\"heartbeat\"", 1.0),
        ("type=\"join\"", 2.0),
        ("type=\"leave\"", 1.0),
    ];
    assert_eq!(metrics.not_zero("mote_received_messages_total"), received);

    let join = encoded(&ClientMessage::Join {
        channel,
        join: Join {
            room: "plan",
            ..Join::default()
        },
    });
    let bytes = |direction: &str, kind: &str| {
        metrics.get(&format!("mote_{direction}_bytes_total{{type=\"{kind}\"}}"))
    };
    assert_eq!(bytes("received", "join"), 2.0 * join);
    assert_eq!(bytes("received", "cursor_update"), 5.0);
    assert_eq!(bytes("received", "heartbeat"), 1.0);
    assert_eq!(bytes("sent", "heartbeat"), 1.0);
    // A type and a channel, an id, two coordinates of two bytes.
    assert_eq!(bytes("sent", "cursor_broadcast"), 6.0);
    assert_eq!(bytes("sent", "user_left"), 2.0);

    assert_eq!(metrics.get("mote_joins_total{result=\"new\"}"), 2.0);
    assert_eq!(metrics.get("mote_rooms"), 1.0);
    assert_eq!(metrics.get("mote_people"), 1.0);
    assert_eq!(metrics.get("mote_observers"), 0.0);
}

#[allow(clippy::cast_precision_loss, reason = "small")]
fn encoded(message: &ClientMessage<'_>) -> f64 {
    let mut bytes = Vec::new();
    message.encode(&mut bytes).unwrap();
    bytes.len() as f64
}

#[tokio::test]
async fn sockets_are_counted_as_they_come_and_by_how_they_end() {
    let server = start(Config {
        max_connections_per_ip: 4,
        ..Config::default()
    });
    let address = server.address;
    request(address, "/ws").await;
    assert_eq!(
        Client::open_at(address, "/ws", Some("other"))
            .await
            .close_code()
            .await,
        4002
    );
    let mut text = Client::open(address).await;
    text.send_raw(Message::text("words")).await;
    assert_eq!(text.close_code().await, 4003);
    until(address, connections(0.0)).await;

    let mut some = Vec::new();
    for _ in 0..4 {
        some.push(Client::join(address, "r").await);
    }
    assert_eq!(Client::open(address).await.close_code().await, 4203);
    let mut leaving = some.pop().unwrap();
    leaving.socket.close(None).await.unwrap();
    drop(some.pop());
    let metrics = until(address, connections(2.0)).await;
    let closed = [
        ("by=\"client\",code=\"1005\"", 1.0),
        ("by=\"line\",code=\"1006\"", 1.0),
        ("by=\"server\",code=\"4002\"", 1.0),
        ("by=\"server\",code=\"4003\"", 1.0),
        ("by=\"server\",code=\"4203\"", 1.0),
    ];
    assert_eq!(metrics.not_zero("mote_connections_closed_total"), closed);
    assert_eq!(metrics.get("mote_connections_opened_total"), 7.0);
    let handshakes = [
        ("result=\"accepted\"", 7.0),
        ("result=\"not_websocket\"", 1.0),
    ];
    assert_eq!(metrics.not_zero("mote_handshakes_total"), handshakes);
    assert_eq!(
        metrics.get("mote_people"),
        2.0,
        "those in grace are not connected"
    );
}

#[tokio::test]
async fn joins_are_counted_by_result_and_observers_apart() {
    let server = start(Config {
        max_observers_per_room: 1,
        ..Config::default()
    });
    let mut clients = Vec::new();
    for observer in [false, true, true] {
        let mut client = Client::join(server.address, "lobby").await;
        let channel = Channel::new(1).unwrap();
        let join = Join {
            room: "r",
            observer,
            ..Join::default()
        };
        client.send(&ClientMessage::Join { channel, join }).await;
        clients.push(client);
    }
    // Each on a thread of its own, perhaps.
    let is_done = |metrics: &Metrics| {
        let joins = metrics.not_zero("mote_joins_total");
        joins.iter().map(|(_, count)| count).sum::<f64>() == 6.0
    };
    let metrics = until(server.address, is_done).await;
    let joins = [
        ("result=\"new\"", 4.0),
        ("result=\"observer\"", 1.0),
        ("result=\"refused\"", 1.0),
    ];
    assert_eq!(metrics.not_zero("mote_joins_total"), joins);
    assert_eq!(
        (metrics.get("mote_people"), metrics.get("mote_observers")),
        (4.0, 1.0)
    );
    drop(clients);
    let metrics = until(server.address, connections(0.0)).await;
    assert_eq!(
        (metrics.get("mote_people"), metrics.get("mote_observers")),
        (0.0, 0.0)
    );
}

/// Moves, and moves again.
async fn move_on(client: &mut Client, moves: std::ops::Range<u16>) {
    for x in moves {
        let (channel, point) = (Channel::ZERO, Point { x, y: 0 });
        client.send(&ClientMessage::Cursor { channel, point }).await;
    }
}

#[tokio::test]
async fn flushes_are_timed() {
    let server = start(Config::default());
    let mut ada = Client::join(server.address, "r").await;
    let _bob = Client::join(server.address, "r").await;
    let moving = async {
        loop {
            move_on(&mut ada, 0..10).await;
            let metrics = Metrics::of(server.address).await;
            if metrics.get("mote_flush_seconds_count") > 2.0 {
                return metrics;
            }
        }
    };
    let metrics = timeout(PATIENCE, moving).await.unwrap();
    for name in ["mote_flush_seconds", "mote_flush_late_seconds"] {
        let count = metrics.get(&format!("{name}_count"));
        assert_eq!(metrics.get(&format!("{name}_bucket{{le=\"+Inf\"}}")), count);
        assert!(metrics.get(&format!("{name}_bucket{{le=\"5\"}}")) > 0.0);
    }
    assert!(metrics.get("mote_flush_seconds_sum") > 0.0);
}

#[tokio::test]
async fn cursors_over_the_rate_are_merged() {
    let server = start(Config {
        max_cursor_rate: 4,
        ..Config::default()
    });
    let mut ada = Client::join(server.address, "r").await;
    move_on(&mut ada, 0..100).await;
    let cursors = "mote_received_messages_total{type=\"cursor_update\"}";
    let metrics = until(server.address, |metrics| metrics.get(cursors) == 100.0).await;
    assert!(metrics.get("mote_cursors_merged_total") > 50.0);
}

#[tokio::test]
async fn a_reader_that_does_not_read_is_seen_waiting_skipping_and_closed() {
    let server = start(Config {
        write_timeout: std::time::Duration::from_millis(300),
        max_byte_rate: 1_000_000_000,
        max_message_rate: 1_000_000_000,
        ..Config::default()
    });
    let mut ada = Client::join(server.address, "r").await;
    let lazy = Client::join(server.address, "r").await;
    let payload = vec![7; 4 * 1024];
    let talking = async {
        loop {
            ada.shout(&payload).await;
            let (channel, point) = (Channel::ZERO, Point { x: 1, y: 0 });
            ada.send(&ClientMessage::Cursor { channel, point }).await;
            let metrics = Metrics::of(server.address).await;
            let hits = |limit| metrics.get(&format!("mote_limit_hits_total{{limit=\"{limit}\"}}"));
            if hits("queue") + hits("write_timeout") > 0.0 {
                return metrics;
            }
        }
    };
    let metrics = timeout(PATIENCE, talking).await.unwrap();
    assert!(metrics.get("mote_cursor_flushes_skipped_total") > 0.0);
    let too_slow = "mote_connections_closed_total{by=\"server\",code=\"4201\"}";
    until(server.address, |metrics| metrics.get(too_slow) == 1.0).await;
    drop(lazy);
}

#[tokio::test]
async fn the_process_says_what_it_takes() {
    let server = start(Config::default());
    let metrics = Metrics::of(server.address).await;
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        metrics.get(&format!("mote_build_info{{version=\"{version}\"}}")),
        1.0
    );
    assert!(metrics.get("process_start_time_seconds") > 1.6e9);
    if cfg!(target_os = "linux") {
        assert!(metrics.get("process_resident_memory_bytes") > 1e6);
        assert!(metrics.get("process_open_fds") > 3.0);
        assert!(metrics.get("process_max_fds") > 3.0);
        assert!(metrics.get("process_cpu_seconds_total") >= 0.0);
    }
}

#[tokio::test]
async fn metrics_have_an_address_of_their_own_where_that_is_set() {
    let metrics_listen = Some("127.0.0.1:0".parse().unwrap());
    let server = Server::bind(local(Config {
        metrics_listen,
        ..Config::default()
    }))
    .unwrap();
    let (public, own) = (server.address(), server.metrics_address());
    assert_ne!(public, own);
    tokio::spawn(server.run(std::future::pending()));
    let mut client = Client::join(public, "r").await;
    assert!(
        request(public, "/metrics")
            .await
            .starts_with("HTTP/1.1 404")
    );
    assert!(request(own, "/ws").await.starts_with("HTTP/1.1 404"));
    assert_eq!(Metrics::of(own).await.get("mote_connections"), 1.0);
    client.socket.close(None).await.unwrap();
}

#[tokio::test]
async fn an_application_shows_them_with_its_own() {
    let (router, presence) = mote_server::mount(&Config::default());
    let app = Router::new().nest("/presence", router).route(
        "/metrics",
        get(async move || format!("mine 7\n{}", presence.metrics())),
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, app).await });
    let mut client = Client::open_at(address, "/presence/ws", Some("mote.v1")).await;
    client.send_join("r").await;
    let answer = request(address, "/metrics").await;
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let metrics = Metrics::parse(body);
    assert_eq!(
        (metrics.get("mine"), metrics.get("mote_people")),
        (7.0, 1.0)
    );
    assert!(
        !body.contains("process_"),
        "the process is the application's"
    );
    assert!(
        request(address, "/presence/metrics")
            .await
            .starts_with("HTTP/1.1 404")
    );
}
