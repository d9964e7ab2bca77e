//! Servers that share their rooms tell each thing once: over a real engine, to a real receiver.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use mote_protocol::wire::{Channel, ClientMessage, Join, ServerMessage, server_messages};
use mote_server::Config;
use serde_json::Value;
use tokio_tungstenite::tungstenite::Message;

use super::engines::{Engine, PATIENCE};
use super::proxy::Proxy;
use super::receiver::{Answer, Receiver, SECRET, Told, words};
use super::servers::Server;
use super::support::{Client, Running, start};

fn server(engine: &Engine, receiver: &Receiver) -> Running {
    start(Config {
        redis: Some(engine.url().parse().unwrap()),
        webhook: receiver.config(),
        resume_grace: Duration::from_secs(1),
        worker_threads: 1,
        ..Config::default()
    })
}

/// One that can be killed.
fn process(engine: &Engine, receiver: &Receiver) -> Server {
    let flags = [
        ["--redis", &engine.url()],
        ["--resume-grace", "1s"],
        ["--drain", "200ms"],
        ["--webhook-url", &receiver.url],
        ["--webhook-secret", SECRET],
    ];
    Server::start(flags.as_flattened())
}

struct Person {
    client: Client,
    resume: [u8; 16],
    is_in: bool,
    count: u32,
}

impl Person {
    async fn join(address: SocketAddr, room: &str, name: &str, resume: Option<[u8; 16]>) -> Self {
        let mut client = Client::open(address).await;
        let join = Join {
            room,
            name: Some(name),
            resume,
            ..Join::default()
        };
        let channel = Channel::ZERO;
        client.send(&ClientMessage::Join { channel, join }).await;
        let mut person = Self {
            client,
            resume: [0; 16],
            is_in: false,
            count: 0,
        };
        person.until(|person| person.is_in).await;
        person
    }

    async fn until(&mut self, is_so: impl Fn(&Self) -> bool) {
        while !is_so(self) {
            let Some(Message::Binary(bytes)) = self.client.next().await else {
                panic!("the socket ended");
            };
            for message in server_messages(&bytes) {
                match message.unwrap() {
                    ServerMessage::Welcome { welcome, .. } => {
                        self.resume = welcome.resume;
                        self.is_in = true;
                    }
                    ServerMessage::PresenceUpdate { count, .. } => self.count = count,
                    _ => {}
                }
            }
        }
    }

    async fn sees(&mut self, count: u32) {
        let seeing = self.until(|person| person.count == count);
        tokio::time::timeout(PATIENCE, seeing).await.unwrap();
    }

    async fn leave(&mut self) {
        let channel = Channel::ZERO;
        self.client.send(&ClientMessage::Leave { channel }).await;
    }
}

fn nodes(events: &[Value]) -> BTreeSet<String> {
    let nodes = events.iter().map(|event| event["node"].as_str().unwrap());
    nodes.map(str::to_owned).collect()
}

/// Each word once. What a server would tell a second time it has told before it tells that somebody else, who
/// comes and is lost only now, has left.
async fn told_once(receiver: &Receiver, servers: &[SocketAddr], expected: &[&str]) -> Vec<Value> {
    receiver.until_events(expected.len()).await;
    for (number, address) in servers.iter().enumerate() {
        drop(Person::join(*address, &format!("mark-{number}"), "Mark", None).await);
    }
    for number in 0..servers.len() {
        let closed = format!("room.closed mark-{number}");
        let is_told = |told: &[Told]| {
            let mut events = told.iter().flat_map(|told| words(&told.events()));
            events.any(|word| word == closed)
        };
        receiver.until(is_told).await;
    }
    let mut events = receiver.events();
    events.retain(|event| !event["room"].as_str().unwrap().starts_with("mark-"));
    let mut told = words(&events);
    let mut expected: Vec<_> = expected.iter().map(|word| (*word).to_owned()).collect();
    told.sort();
    expected.sort();
    assert_eq!(told, expected);
    events
}

#[tokio::test]
async fn two_servers_tell_each_person_and_each_room_once() {
    let (engine, receiver) = (Engine::start(), Receiver::start(Answer::Ok).await);
    let servers = [server(&engine, &receiver), server(&engine, &receiver)];
    let mut ada = Person::join(servers[0].address, "plan", "Ada", None).await;
    let mut bob = Person::join(servers[1].address, "plan", "Bob", None).await;
    ada.sees(2).await;
    // To the other server and back: one person all the time.
    let resume = Some(ada.resume);
    let mut moved = Person::join(servers[1].address, "plan", "Ada", resume).await;
    bob.leave().await;
    moved.leave().await;
    let events = told_once(
        &receiver,
        &servers.each_ref().map(|server| server.address),
        &[
            "room.opened plan",
            "person.joined plan Ada",
            "person.joined plan Bob",
            "person.left plan Bob",
            "person.left plan Ada",
            "room.closed plan",
        ],
    )
    .await;
    assert_eq!(nodes(&events).len(), 2);
    assert_eq!(words(&events)[0], "room.opened plan");
}

#[tokio::test]
async fn a_room_that_both_servers_open_and_close_at_once_is_told_of_once() {
    let (engine, receiver) = (Engine::start(), Receiver::start(Answer::Ok).await);
    let servers = [server(&engine, &receiver), server(&engine, &receiver)];
    let addresses = servers.each_ref().map(|server| server.address);
    let mut expected = Vec::new();
    for number in 0..20 {
        let room = &format!("room-{number}");
        let (mut ada, mut bob) = tokio::join!(
            Person::join(servers[0].address, room, "Ada", None),
            Person::join(servers[1].address, room, "Bob", None),
        );
        // Who is seen by the other is in the record.
        tokio::join!(ada.sees(2), bob.sees(2));
        tokio::join!(ada.leave(), bob.leave());
        for word in ["person.joined", "person.left"] {
            expected.push(format!("{word} {room} Ada"));
            expected.push(format!("{word} {room} Bob"));
        }
        expected.push(format!("room.opened {room}"));
        expected.push(format!("room.closed {room}"));
    }
    let expected: Vec<_> = expected.iter().map(String::as_str).collect();
    told_once(&receiver, &addresses, &expected).await;
}

#[tokio::test]
async fn of_a_killed_servers_people_one_other_tells_that_they_left_and_not_of_who_came_back() {
    let (engine, receiver) = (Engine::start(), Receiver::start(Answer::Ok).await);
    let mut servers = [(); 3].map(|()| process(&engine, &receiver));
    let mut ada = Person::join(servers[0].address, "plan", "Ada", None).await;
    let _cy = Person::join(servers[1].address, "plan", "Cy", None).await;
    let bob = Person::join(servers[2].address, "plan", "Bob", None).await;
    let dee = Person::join(servers[2].address, "plan", "Dee", None).await;
    ada.sees(4).await;
    receiver.until_events(5).await;
    servers[2].kill();
    let _back = Person::join(servers[1].address, "plan", "Dee", Some(dee.resume)).await;
    drop(bob);
    let events = told_once(
        &receiver,
        &[servers[0].address, servers[1].address],
        &[
            "room.opened plan",
            "person.joined plan Ada",
            "person.joined plan Bob",
            "person.joined plan Cy",
            "person.joined plan Dee",
            "person.left plan Bob",
        ],
    )
    .await;
    let of_bob: Vec<_> = events
        .iter()
        .filter(|event| event["name"] == "Bob")
        .collect();
    assert_eq!(
        (&of_bob[0]["node"], &of_bob[0]["user"]),
        (&of_bob[1]["node"], &of_bob[1]["user"])
    );
}

/// Nobody knows of a room that only a server had that is dead, until somebody comes into it.
#[tokio::test]
async fn who_comes_into_a_room_of_a_dead_server_makes_that_its_people_are_told_to_have_left() {
    let (engine, receiver) = (Engine::start(), Receiver::start(Answer::Ok).await);
    let mut servers = [(); 2].map(|()| process(&engine, &receiver));
    let _ada = Person::join(servers[0].address, "plan", "Ada", None).await;
    receiver.until_events(2).await;
    servers[0].kill();
    let mut bob = Person::join(servers[1].address, "plan", "Bob", None).await;
    let events = words(&receiver.until_events(4).await);
    assert_eq!(
        events[2..],
        ["person.joined plan Bob", "person.left plan Ada"]
    );
    bob.leave().await;
    let events = words(&receiver.until_events(6).await);
    assert_eq!(events[4..], ["person.left plan Bob", "room.closed plan"]);
}

#[tokio::test]
async fn a_server_that_is_cut_off_for_long_tells_of_its_people_again_when_it_is_back() {
    let (engine, receiver) = (Engine::start(), Receiver::start(Answer::Ok).await);
    let proxy = Proxy::start(engine.port);
    let near = server(&engine, &receiver);
    let far = start(Config {
        redis: Some(proxy.url().parse().unwrap()),
        webhook: receiver.config(),
        resume_grace: Duration::from_secs(1),
        worker_threads: 1,
        ..Config::default()
    });
    let mut ada = Person::join(near.address, "plan", "Ada", None).await;
    let mut bob = Person::join(far.address, "plan", "Bob", None).await;
    ada.sees(2).await;
    proxy.cut();
    let told = words(&receiver.until_events(4).await);
    assert_eq!(told[3], "person.left plan Bob");
    proxy.mend();
    let told = words(&receiver.until_events(5).await);
    assert_eq!(told[4], "person.joined plan Bob");
    bob.leave().await;
    let told = words(&receiver.until_events(6).await);
    assert_eq!(told[5], "person.left plan Bob");
}

/// A rolling deploy.
#[tokio::test]
async fn of_a_server_that_stops_only_those_are_told_of_who_do_not_come_back() {
    let (engine, receiver) = (Engine::start(), Receiver::start(Answer::Ok).await);
    let servers = [(); 2].map(|()| process(&engine, &receiver));
    let mut ada = Person::join(servers[0].address, "plan", "Ada", None).await;
    let mut bob = Person::join(servers[0].address, "plan", "Bob", None).await;
    let _cy = Person::join(servers[1].address, "plan", "Cy", None).await;
    receiver.until_events(4).await;
    servers[0].signal("-TERM");
    assert_eq!(ada.client.close_code().await, 1012);
    let _back = Person::join(servers[1].address, "plan", "Ada", Some(ada.resume)).await;
    assert_eq!(bob.client.close_code().await, 1012);
    told_once(
        &receiver,
        &[servers[1].address],
        &[
            "room.opened plan",
            "person.joined plan Ada",
            "person.joined plan Bob",
            "person.joined plan Cy",
            "person.left plan Bob",
        ],
    )
    .await;
}
