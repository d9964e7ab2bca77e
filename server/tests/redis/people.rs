//! People on servers that share rooms over a real engine: what each sees of the others.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mote_protocol::coords::Point;
use mote_protocol::wire::{Channel, ClientMessage, Join, ServerMessage, server_messages};
use mote_server::Config;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use super::engines::{Engine, PATIENCE};
use super::servers::Server;
use super::support::{Client, Running, start};

/// After the engine is back everybody agrees within this time.
const AGREED_WITHIN: Duration = Duration::from_secs(5);

/// A person in the room "plan", who remembers what was said.
struct Person {
    client: Client,
    id: u32,
    resume: [u8; 16],
    is_resumed: bool,
    here: BTreeSet<u32>,
    count: u32,
    left: Vec<u32>,
    joined: Vec<u32>,
    events: Vec<Vec<u8>>,
    cursors: Vec<u32>,
}

fn server(engine: &Engine) -> Running {
    start(Config {
        redis: Some(engine.url().parse().unwrap()),
        resume_grace: Duration::from_secs(1),
        worker_threads: 1,
        ..Config::default()
    })
}

impl Person {
    async fn join(address: SocketAddr, name: &str) -> Self {
        Self::join_with(address, name, None).await
    }

    async fn join_with(address: SocketAddr, name: &str, resume: Option<[u8; 16]>) -> Self {
        let mut client = Client::open(address).await;
        let join = Join {
            room: "plan",
            name: Some(name),
            resume,
            ..Join::default()
        };
        let channel = Channel::ZERO;
        client.send(&ClientMessage::Join { channel, join }).await;
        let mut person = Self {
            client,
            id: 0,
            resume: [0; 16],
            is_resumed: false,
            here: BTreeSet::new(),
            count: 0,
            left: Vec::new(),
            joined: Vec::new(),
            events: Vec::new(),
            cursors: Vec::new(),
        };
        person.until(|person| person.count > 0).await;
        person
    }

    /// Reads until it is so, and everything that was said with it.
    async fn until(&mut self, is_so: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        while !is_so(self) {
            assert!(
                started.elapsed() < PATIENCE,
                "{:?} of {}",
                self.here,
                self.count
            );
            let Some(Message::Binary(bytes)) = self.client.next().await else {
                panic!("the socket ended");
            };
            for message in server_messages(&bytes) {
                self.hear(&message.unwrap());
            }
        }
    }

    fn hear(&mut self, message: &ServerMessage<'_>) {
        match message {
            ServerMessage::Welcome { welcome, .. } => {
                self.id = welcome.user;
                self.resume = welcome.resume;
                self.is_resumed = welcome.resumed;
            }
            ServerMessage::UserJoined { joined, .. } => {
                let user = joined.user;
                assert!(self.here.insert(user), "{user} joined twice");
                self.joined.push(user);
            }
            ServerMessage::UserLeft { user, .. } => {
                assert!(self.here.remove(user), "{user} left and was not here");
                self.left.push(*user);
            }
            ServerMessage::PresenceUpdate { count, .. } => self.count = *count,
            ServerMessage::Event { user, event, .. } => {
                assert!(self.here.contains(user), "{user} speaks and is not here");
                self.events.push(event.payload.to_vec());
            }
            ServerMessage::CursorBatch { cursors, .. } => {
                self.cursors
                    .extend(cursors.iter().map(|cursor| cursor.user));
            }
            ServerMessage::Cursor { cursor, .. } => self.cursors.push(cursor.user),
            _ => {}
        }
    }

    async fn sees(&mut self, count: usize) {
        let is_all = |person: &Self| person.here.len() == count && person.count as usize == count;
        self.until(is_all).await;
    }

    async fn hears(&mut self, payload: &[u8]) {
        self.until(|person| person.events.iter().any(|event| event == payload))
            .await;
    }

    /// Until both servers know of each other's return, what is said is not heard; then it is, once.
    async fn hears_again(&mut self, other: &mut Self) {
        let started = Instant::now();
        for number in 0_u8.. {
            other.client.shout(&[number]).await;
            let heard = self.until(|person| !person.events.is_empty());
            if timeout(Duration::from_millis(100), heard).await.is_ok() {
                break;
            }
            assert!(started.elapsed() < AGREED_WITHIN, "still not heard");
        }
        other.client.shout(b"last").await;
        self.hears(b"last").await;
        let different: BTreeSet<_> = self.events.iter().collect();
        assert_eq!(different.len(), self.events.len(), "{:?}", self.events);
    }

    async fn moves(&mut self) {
        let point = Point { x: 7, y: 8 };
        let channel = Channel::ZERO;
        self.client
            .send(&ClientMessage::Cursor { channel, point })
            .await;
    }
}

#[tokio::test]
async fn people_on_three_servers_see_each_other_move_speak_and_leave() {
    let engine = Engine::start();
    let servers = [server(&engine), server(&engine), server(&engine)];
    let mut ada = Person::join(servers[0].address, "Ada").await;
    let mut bob = Person::join(servers[1].address, "Bob").await;
    let mut cy = Person::join(servers[2].address, "Cy").await;
    for person in [&mut ada, &mut bob, &mut cy] {
        person.sees(3).await;
    }
    assert_eq!(BTreeSet::from([ada.id, bob.id, cy.id]).len(), 3);
    bob.moves().await;
    bob.client.shout(b"hello").await;
    let id = bob.id;
    for other in [&mut ada, &mut cy] {
        other.hears(b"hello").await;
        other.until(|person| person.cursors.contains(&id)).await;
    }
    bob.client
        .send(&ClientMessage::Leave {
            channel: Channel::ZERO,
        })
        .await;
    for other in [&mut ada, &mut cy] {
        other.sees(2).await;
        assert_eq!(other.left, [id]);
    }
}

#[tokio::test]
async fn with_the_engine_away_people_of_one_server_go_on_and_after_it_all_agree() {
    let mut engine = Engine::start();
    let servers = [server(&engine), server(&engine)];
    let mut ada = Person::join(servers[0].address, "Ada").await;
    let mut bob = Person::join(servers[1].address, "Bob").await;
    ada.sees(2).await;
    engine.kill();
    let mut cy = Person::join(servers[0].address, "Cy").await;
    cy.client.shout(b"alone").await;
    ada.hears(b"alone").await;
    engine.run();
    for person in [&mut ada, &mut bob, &mut cy] {
        person.sees(3).await;
        assert_eq!(person.left, Vec::<u32>::new());
    }
    bob.client.shout(b"together").await;
    ada.hears(b"together").await;
    cy.hears(b"together").await;
}

#[tokio::test]
async fn the_people_of_a_server_that_is_cut_off_leave_once_and_come_back_once() {
    let engine = Engine::start();
    let proxy = super::proxy::Proxy::start(engine.port);
    let near = server(&engine);
    let far = start(Config {
        redis: Some(proxy.url().parse().unwrap()),
        resume_grace: Duration::from_secs(1),
        worker_threads: 1,
        ..Config::default()
    });
    let mut ada = Person::join(near.address, "Ada").await;
    let mut bob = Person::join(far.address, "Bob").await;
    ada.sees(2).await;
    bob.sees(2).await;
    proxy.cut();
    ada.sees(1).await;
    assert_eq!(ada.left, [bob.id]);
    proxy.mend();
    ada.sees(2).await;
    bob.sees(2).await;
    assert_eq!((ada.left.len(), ada.joined.len()), (1, 3));
    ada.hears_again(&mut bob).await;
    assert_eq!((ada.left.len(), ada.joined.len()), (1, 3));
}

#[tokio::test]
async fn a_killed_server_and_one_that_was_paused_leave_no_ghosts() {
    let engine = Engine::start();
    let flags = ["--redis", &engine.url(), "--resume-grace", "1s"];
    let mut servers = [(); 3].map(|()| Server::start(&flags));
    let mut ada = Person::join(servers[0].address, "Ada").await;
    let mut bob = Person::join(servers[1].address, "Bob").await;
    let cy = Person::join(servers[2].address, "Cy").await;
    for person in [&mut ada, &mut bob] {
        person.sees(3).await;
    }
    servers[2].kill();
    for person in [&mut ada, &mut bob] {
        person.sees(2).await;
        assert_eq!(person.left, [cy.id]);
    }
    servers[1].signal("-STOP");
    ada.sees(1).await;
    assert_eq!(ada.left, [cy.id, bob.id]);
    servers[1].signal("-CONT");
    ada.sees(2).await;
    // He was there all the time, and still is.
    assert_eq!(bob.here, BTreeSet::from([ada.id, bob.id]));
    ada.hears_again(&mut bob).await;
    assert_eq!(ada.left, [cy.id, bob.id]);
}

/// A rolling deploy, as one person's browser lives it.
#[tokio::test]
async fn who_is_sent_away_by_a_server_that_stops_goes_on_at_another_and_nobody_sees_a_leave() {
    let engine = Engine::start();
    let flags = ["--redis", &engine.url(), "--drain", "200ms"];
    let servers = [(); 3].map(|()| Server::start(&flags));
    let mut ada = Person::join(servers[0].address, "Ada").await;
    let mut bob = Person::join(servers[1].address, "Bob").await;
    ada.sees(2).await;
    bob.client.shout(b"before").await;
    ada.hears(b"before").await;
    servers[1].signal("-TERM");
    assert_eq!(bob.client.close_code().await, 1012);
    let mut again = Person::join_with(servers[2].address, "Bob", Some(bob.resume)).await;
    assert_eq!((again.id, again.is_resumed), (bob.id, true));
    assert_eq!(again.here, BTreeSet::from([ada.id, bob.id]));
    again.client.shout(b"after").await;
    ada.hears(b"after").await;
    ada.client.shout(b"welcome").await;
    again.hears(b"welcome").await;
    // Long enough for the lease of the server that stopped to be gone, and the grace of its people.
    let later = timeout(
        Duration::from_secs(16),
        ada.until(|person| !person.left.is_empty()),
    );
    assert!(later.await.is_err(), "{:?} left", ada.left);
    assert_eq!(ada.joined.len(), 2);
}

#[tokio::test]
async fn an_engine_that_is_paused_or_flushed_makes_nobody_leave() {
    let engine = Engine::start();
    let servers = [server(&engine), server(&engine)];
    let mut ada = Person::join(servers[0].address, "Ada").await;
    let mut bob = Person::join(servers[1].address, "Bob").await;
    ada.sees(2).await;
    bob.sees(2).await;
    engine.pause();
    let mut cy = Person::join(servers[0].address, "Cy").await;
    cy.client.shout(b"alone").await;
    ada.hears(b"alone").await;
    engine.resume();
    bob.sees(3).await;
    engine.do_it(&["FLUSHALL"]);
    let mut dee = Person::join(servers[1].address, "Dee").await;
    for person in [&mut ada, &mut bob, &mut cy, &mut dee] {
        person.sees(4).await;
        assert_eq!(person.left, Vec::<u32>::new());
    }
    dee.client.shout(b"all").await;
    for person in [&mut ada, &mut bob, &mut cy] {
        person.hears(b"all").await;
    }
}
