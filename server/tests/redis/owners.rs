//! Rooms that one server each serves: who joins elsewhere is sent there.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mote_protocol::wire::{
    Channel, ClientMessage, Control, Join, SUBPROTOCOL, ServerMessage, server_messages,
};
use mote_server::bus::owner::owner;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message;

use super::engines::{Engine, PATIENCE};
use super::servers::Server;
use super::support::Client;

/// Addresses that clients would be sent to; nobody goes there here.
const NAMES: [&str; 3] = ["ws://a.test/ws", "ws://b.test/ws", "ws://c.test/ws"];

fn servers(engine: &Engine) -> [Server; 3] {
    NAMES.map(|name| server(engine, name))
}

fn server(engine: &Engine, name: &str) -> Server {
    let url = engine.url();
    let shared = ["--redis", &url, "--node-address", name];
    let owned = ["--owner-rooms", "board-*", "--resume-grace", "1s"];
    let drain = ["--drain", "30s"];
    Server::start(&[&shared[..], &owned, &drain].concat())
}

/// The address that a Join is answered with; none when it is let in.
async fn sent_to(address: SocketAddr, path: &str, room: &str) -> Option<String> {
    let mut client = Client::open_at(address, path, Some(SUBPROTOCOL)).await;
    let channel = Channel::ZERO;
    let join = Join {
        room,
        ..Join::default()
    };
    client.send(&ClientMessage::Join { channel, join }).await;
    let sent_to = redirect_or_welcome(&mut client).await;
    if sent_to.is_none() {
        client.send(&ClientMessage::Leave { channel }).await;
    }
    sent_to
}

/// Which of the two comes next: an address, or none.
async fn redirect_or_welcome(client: &mut Client) -> Option<String> {
    loop {
        let Some(Message::Binary(bytes)) = client.next().await else {
            panic!("the socket ended");
        };
        for message in server_messages(&bytes) {
            match message.unwrap() {
                ServerMessage::Welcome { .. } => return None,
                ServerMessage::Control {
                    control: Control::Redirect { url, .. },
                    ..
                } => return Some(url.to_owned()),
                _ => {}
            }
        }
    }
}

/// Until this server sends people of the room there.
async fn sends(address: SocketAddr, room: &str, to: Option<&str>) {
    let started = Instant::now();
    loop {
        let sent = sent_to(address, "/ws", room).await;
        if sent.as_deref() == to {
            return;
        }
        assert!(
            started.elapsed() < PATIENCE,
            "{room} is at {sent:?}, not {to:?}"
        );
        sleep(Duration::from_millis(50)).await;
    }
}

/// A room of the server with this number.
fn room_of(number: usize) -> String {
    let mut rooms = (0..).map(|n| format!("board-{n}"));
    rooms
        .find(|room| owner(room, NAMES) == Some(NAMES[number]))
        .expect("each has a share")
}

#[tokio::test]
async fn people_are_sent_to_the_one_server_of_their_room() {
    let engine = Engine::start();
    let servers = servers(&engine);
    for (of, name) in NAMES.into_iter().enumerate() {
        let room = room_of(of);
        for (at, server) in servers.iter().enumerate() {
            let to = (at != of).then_some(name);
            sends(server.address, &room, to).await;
        }
    }
}

#[tokio::test]
async fn who_cannot_go_there_is_served_here_and_so_are_all_other_rooms() {
    let engine = Engine::start();
    let servers = servers(&engine);
    let room = room_of(1);
    sends(servers[0].address, &room, Some(NAMES[1])).await;
    assert_eq!(
        sent_to(servers[0].address, "/ws?proxy=1", &room).await,
        None
    );
    assert_eq!(sent_to(servers[0].address, "/ws", "plan").await, None);
}

#[tokio::test]
async fn the_rooms_of_a_server_that_is_gone_have_another_one_and_no_others_move() {
    let engine = Engine::start();
    let mut servers = servers(&engine);
    let rooms = [0, 1, 2].map(room_of);
    for (room, name) in rooms.iter().zip(NAMES).skip(1) {
        sends(servers[0].address, room, Some(name)).await;
    }
    servers[1].kill();
    let heir = owner(&rooms[1], [NAMES[0], NAMES[2]]).expect("one of two");
    sends(
        servers[0].address,
        &rooms[1],
        (heir != NAMES[0]).then_some(heir),
    )
    .await;
    sends(servers[0].address, &rooms[0], None).await;
    sends(servers[0].address, &rooms[2], Some(NAMES[2])).await;
}

#[tokio::test]
async fn people_follow_their_room_to_a_server_that_has_come() {
    let engine = Engine::start();
    let before = [0, 2].map(|number| server(&engine, NAMES[number]));
    let room = room_of(1);
    let first = owner(&room, [NAMES[0], NAMES[2]]).expect("one of two");
    let at = &before[usize::from(first == NAMES[2])];
    sends(at.address, &room, None).await;
    let mut ada = Client::join(at.address, &room).await;
    let _new = server(&engine, NAMES[1]);
    let sent_to = timeout(PATIENCE, redirect_or_welcome(&mut ada)).await;
    assert_eq!(sent_to.unwrap().as_deref(), Some(NAMES[1]));
}

#[tokio::test]
async fn nobody_is_sent_to_a_server_that_drains() {
    let engine = Engine::start();
    let servers = servers(&engine);
    let room = room_of(1);
    sends(servers[0].address, &room, Some(NAMES[1])).await;
    // As long as it is here, the server waits for it.
    let mut ada = Client::join(servers[1].address, "plan").await;
    servers[1].signal("-TERM");
    ada.until(|message| {
        let ServerMessage::Control { control, .. } = message else {
            return false;
        };
        matches!(control, Control::Drain { .. })
    })
    .await;
    let heir = owner(&room, [NAMES[0], NAMES[2]]).expect("one of two");
    let to = (heir != NAMES[0]).then_some(heir);
    sends(servers[0].address, &room, to).await;
    // It was here until now.
    ada.send(&ClientMessage::Heartbeat).await;
    assert_eq!(ada.close_code().await, 1012);
}
