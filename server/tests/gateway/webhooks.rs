//! What an application is told by HTTP, and what it may do meanwhile.

use std::time::{Duration, Instant};

use mote_protocol::wire::{Channel, ClientMessage, Join, ServerMessage};
use mote_server::auth::{Rights, Secret, Token};
use mote_server::config::{AuthConfig, WebhookConfig};
use mote_server::{Config, router};
use serde_json::json;
use tokio::net::TcpListener;

use super::http::request;
use super::receiver::{Answer, Receiver, SECRET, Told, config, url_of, words};
use super::support::{Client, PATIENCE, Running, start};

const TOKEN_SECRET: &str = "0123456789abcdef0123456789abcdef";

fn server(webhook: WebhookConfig) -> Running {
    start(Config {
        webhook,
        resume_grace: Duration::from_millis(500),
        ..Config::default()
    })
}

async fn join(server: &Running, room: &str, name: &str) -> Client {
    let mut client = Client::open(server.address).await;
    let join = Join {
        room,
        name: Some(name),
        ..Join::default()
    };
    send_join(&mut client, join).await;
    client
}

/// In, with the resume value of the seat.
async fn send_join(client: &mut Client, join: Join<'_>) -> [u8; 16] {
    let channel = Channel::ZERO;
    client.send(&ClientMessage::Join { channel, join }).await;
    let mut resume = None;
    while resume.is_none() {
        let Some(tokio_tungstenite::tungstenite::Message::Binary(bytes)) = client.next().await
        else {
            panic!("not let in");
        };
        for message in mote_protocol::wire::server_messages(&bytes) {
            if let ServerMessage::Welcome { welcome, .. } = message.unwrap() {
                resume = Some(welcome.resume);
            }
        }
    }
    resume.unwrap()
}

async fn leave(client: &mut Client) {
    let channel = Channel::ZERO;
    client.send(&ClientMessage::Leave { channel }).await;
}

/// How many events the server says had this result.
async fn count(server: &Running, result: &str) -> u64 {
    let metrics = request(server.address, "/metrics").await;
    let begin = format!("\nmote_webhooks_total{{result=\"{result}\"}} ");
    let (_, rest) = metrics.split_once(&begin).unwrap();
    rest.lines().next().unwrap().parse().unwrap()
}

async fn until_count(server: &Running, result: &str, least: u64) {
    let since = Instant::now();
    while count(server, result).await < least {
        assert!(since.elapsed() < PATIENCE, "{result} is under {least}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn who_comes_and_goes_is_told_once_in_order_and_signed() {
    let receiver = Receiver::start(Answer::Ok).await;
    let server = start(Config {
        webhook: receiver.config(),
        auth: AuthConfig {
            secret: Some(Secret::new(TOKEN_SECRET).unwrap()),
            ..AuthConfig::default()
        },
        ..Config::default()
    });
    let token = Token::new("user-1").name("Ada").room("*", Rights::PERSON);
    let token = token.sign(&Secret::new(TOKEN_SECRET).unwrap()).unwrap();
    let reader = Token::new("user-2").room("*", Rights::READ);
    let reader = reader.sign(&Secret::new(TOKEN_SECRET).unwrap()).unwrap();
    // Who only looks on is neither listed nor told of.
    let mut watching = Client::open(server.address).await;
    let mut ada = Client::open(server.address).await;
    for (client, token) in [(&mut watching, &reader), (&mut ada, &token)] {
        let join = Join {
            room: "plan \"\u{1}b",
            token: Some(token),
            ..Join::default()
        };
        send_join(client, join).await;
    }
    leave(&mut ada).await;
    leave(&mut watching).await;
    let events = receiver.until_events(4).await;
    let names = words(&events);
    let room = "plan \"\u{1}b";
    assert_eq!(
        names,
        [
            format!("room.opened {room}"),
            format!("person.joined {room} Ada"),
            format!("person.left {room} Ada"),
            format!("room.closed {room}"),
        ]
    );
    let (at, node) = (&events[1]["at"], &events[1]["node"]);
    assert_eq!(
        events[1],
        json!({ "type": "person.joined", "room": room, "user": 0, "account": "user-1",
                "name": "Ada", "at": at, "node": node })
    );
    assert_eq!(
        events[3],
        json!({ "type": "room.closed", "room": room, "at": events[3]["at"], "node": node })
    );
    assert_eq!(node.as_str().unwrap().len(), 16);
    assert!(events.is_sorted_by_key(|event| event["at"].as_u64().unwrap()));
    for told in receiver.told() {
        assert!(told.is_signed_with(SECRET));
        assert_eq!(told.headers["content-type"], "application/json");
        assert!(!told.id().contains('.'));
    }
    assert_eq!(count(&server, "delivered").await, 4);
}

#[tokio::test]
async fn a_crowd_is_told_in_few_requests_of_limited_size() {
    let receiver = Receiver::start(Answer::Ok).await;
    let server = server(receiver.config());
    let mut clients = Vec::new();
    for number in 0..16 {
        let mut client = Client::open(server.address).await;
        for channel in Channel::all() {
            let join = Join {
                room: &format!("room {number} {}", channel.number()),
                ..Join::default()
            };
            client.send(&ClientMessage::Join { channel, join }).await;
        }
        clients.push(client);
    }
    let events = receiver.until_events(2 * 256).await;
    let mut once = words(&events);
    once.sort();
    once.dedup();
    assert_eq!((events.len(), once.len()), (512, 512));
    let sizes: Vec<_> = receiver
        .told()
        .iter()
        .map(|told| told.events().len())
        .collect();
    assert!(sizes.iter().all(|size| *size <= 100), "{sizes:?}");
    assert!(sizes.len() < 20, "{sizes:?}");
}

#[tokio::test]
async fn a_receiver_that_is_down_gets_everything_when_it_is_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let server = server(config(&url_of(address)));
    let mut ada = join(&server, "plan", "Ada").await;
    until_count(&server, "retried", 1).await;
    leave(&mut ada).await;
    let listener = TcpListener::bind(address).await.unwrap();
    let receiver = Receiver::start_on(listener, Answer::Ok);
    let events = words(&receiver.until_events(4).await);
    assert_eq!(events[3], "room.closed plan");
    assert_eq!(count(&server, "failed").await, 0);
}

#[tokio::test]
async fn what_is_not_taken_is_sent_again_under_the_same_id_and_nothing_overtakes_it() {
    for wrong in [
        Answer::Status(500),
        Answer::Status(404),
        Answer::Status(304),
        Answer::RetryAfter(1),
    ] {
        let receiver = Receiver::start(wrong).await;
        let server = server(receiver.config());
        let mut ada = join(&server, "plan", "Ada").await;
        receiver.until(|told| told.len() >= 2).await;
        leave(&mut ada).await;
        receiver.becomes(Answer::Ok);
        let events = words(&receiver.until_events(4).await);
        assert!(events[1] == "person.joined plan Ada" && events[3] == "room.closed plan");
        let told = receiver.told();
        assert!(told[0].id() == told[1].id() && told[0].body == told[1].body);
        assert_ne!(told[0].id(), told.last().unwrap().id());
        assert!(told.iter().all(|told| told.is_signed_with(SECRET)));
    }
}

#[tokio::test]
async fn nobody_leads_it_to_another_address_and_an_endless_answer_is_not_read() {
    let elsewhere = Receiver::start(Answer::Ok).await;
    let receiver = Receiver::start(Answer::Elsewhere(elsewhere.url.clone())).await;
    let server = server(receiver.config());
    let _ada = join(&server, "plan", "Ada").await;
    receiver.until(|told| told.len() >= 2).await;
    receiver.becomes(Answer::Endless);
    receiver.until_events(2).await;
    let _bob = join(&server, "plan", "Bob").await;
    receiver.until_events(3).await;
    assert!(elsewhere.told().is_empty());
}

#[tokio::test]
async fn one_that_wants_no_more_is_left_alone() {
    let receiver = Receiver::start(Answer::Status(410)).await;
    let server = server(receiver.config());
    let mut ada = join(&server, "plan", "Ada").await;
    until_count(&server, "dropped", 2).await;
    receiver.becomes(Answer::Ok);
    leave(&mut ada).await;
    until_count(&server, "dropped", 4).await;
    assert_eq!(receiver.told().len(), 1);
}

#[tokio::test]
async fn while_it_hangs_nobody_notices_and_what_is_too_much_is_dropped_and_counted() {
    let receiver = Receiver::start(Answer::Never).await;
    let server = start(Config {
        webhook: receiver.config(),
        max_join_burst: 10_000,
        max_message_rate: 1_000_000,
        max_byte_rate: 100_000_000,
        ..Config::default()
    });
    let mut ada = Client::join(server.address, "calm").await;
    receiver.until(|told| told.len() == 1).await;
    let mut storm = Client::open(server.address).await;
    // Four events each.
    for _ in 0..5_000 {
        let join = Join {
            room: "storm",
            ..Join::default()
        };
        let channel = Channel::ZERO;
        storm.send(&ClientMessage::Join { channel, join }).await;
        leave(&mut storm).await;
    }
    let wanted = 4 * 5_000 - 16_384;
    until_count(&server, "dropped", wanted).await;
    assert_eq!(count(&server, "dropped").await, wanted);
    let mut bob = Client::join(server.address, "calm").await;
    bob.shout(b"hello").await;
    ada.until(|message| matches!(message, ServerMessage::Event { .. }))
        .await;
    assert_eq!(receiver.told().len(), 1);
}

#[tokio::test]
async fn a_line_that_is_found_again_is_no_news_and_one_that_is_not_is_told_after_the_grace() {
    let receiver = Receiver::start(Answer::Ok).await;
    let server = start(Config {
        webhook: receiver.config(),
        resume_grace: Duration::from_secs(2),
        ..Config::default()
    });
    let mut ada = Client::open(server.address).await;
    let named = |resume| Join {
        room: "plan",
        name: Some("Ada"),
        resume,
        ..Join::default()
    };
    let resume = send_join(&mut ada, named(None)).await;
    drop(ada);
    let mut again = Client::open(server.address).await;
    assert_eq!(send_join(&mut again, named(Some(resume))).await, resume);
    let _bob = join(&server, "plan", "Bob").await;
    receiver.until_events(3).await;
    drop(again);
    let events = words(&receiver.until_events(4).await);
    assert_eq!(
        events[1..],
        [
            "person.joined plan Ada",
            "person.joined plan Bob",
            "person.left plan Ada"
        ]
    );
}

#[tokio::test]
async fn a_server_that_stops_tells_what_is_left_to_tell() {
    let receiver = Receiver::start(Answer::Ok).await;
    let mut server = start(Config {
        webhook: receiver.config(),
        drain: Duration::from_millis(50),
        ..Config::default()
    });
    let mut ada = join(&server, "plan", "Ada").await;
    server.stop();
    assert_eq!(ada.close_code().await, 1012);
    drop(ada);
    tokio::time::timeout(PATIENCE, &mut server.task)
        .await
        .unwrap()
        .unwrap();
    let events = words(&receiver.events());
    assert_eq!(events[2..], ["person.left plan Ada", "room.closed plan"]);
}

#[tokio::test]
async fn a_server_that_stops_does_not_wait_for_a_receiver_that_hangs() {
    let receiver = Receiver::start(Answer::Never).await;
    let mut server = start(Config {
        webhook: receiver.config(),
        drain: Duration::from_millis(50),
        ..Config::default()
    });
    let ada = join(&server, "plan", "Ada").await;
    receiver.until(|told| !told.is_empty()).await;
    drop(ada);
    let since = Instant::now();
    server.stop();
    tokio::time::timeout(PATIENCE, &mut server.task)
        .await
        .unwrap()
        .unwrap();
    assert!(since.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn only_what_is_asked_for_is_told_and_each_secret_signs() {
    let receiver = Receiver::start(Answer::Ok).await;
    let other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    let file = std::env::temp_dir().join(format!("mote-webhook-secrets-{}", std::process::id()));
    std::fs::write(&file, format!("{other}\n")).unwrap();
    let server = server(WebhookConfig {
        events: "person.joined".parse().unwrap(),
        rooms: mote_server::bus::owner::RoomPatterns::parse("board-*").unwrap(),
        secret_file: Some(file.clone()),
        ..receiver.config()
    });
    std::fs::remove_file(file).unwrap();
    let _in_another = join(&server, "plan", "Ada").await;
    let _in_one = join(&server, "board-1", "Bob").await;
    let told: Vec<Told> = receiver.until(|told| !told.is_empty()).await;
    assert_eq!(words(&told[0].events()), ["person.joined board-1 Bob"]);
    assert!(told[0].is_signed_with(SECRET) && told[0].is_signed_with(other));
    assert!(!told[0].is_signed_with("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
}

#[tokio::test]
async fn a_router_in_somebodys_application_tells_too() {
    let receiver = Receiver::start(Answer::Ok).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = router(&Config {
        webhook: receiver.config(),
        ..Config::default()
    });
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let _ada = Client::join(address, "plan").await;
    receiver.until_events(2).await;
}
