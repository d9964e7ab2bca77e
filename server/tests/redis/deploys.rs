//! A rolling deploy while everybody talks: each hears each event once, in its sender's order, and sees nobody
//! leave.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mote_protocol::close::CloseCode;
use mote_protocol::wire::{Channel, ClientMessage, Control, Join, ServerMessage, server_messages};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};
use tokio_tungstenite::tungstenite::Message;

use super::engines::{Engine, PATIENCE};
use super::servers::Server;
use super::support::Client;

const PEOPLE: usize = 6;

/// What a page may send in a second and a little less.
const EVENT_EVERY: Duration = Duration::from_millis(15);

/// What all people of the test know.
struct World {
    /// Where a load balancer would send somebody now.
    addresses: Mutex<Vec<SocketAddr>>,
    /// How many events each has sent.
    sent: [AtomicU32; PEOPLE],
    is_over: watch::Sender<bool>,
}

/// Somebody as their browser is: goes from server to server, as SPEC.md's R-CTL-9 says.
struct Person {
    number: usize,
    world: Arc<World>,
    /// How many connections they had.
    connections: usize,
    resume: Option<[u8; 16]>,
    /// They are told of as this id in the whole test.
    user: Option<u32>,
    /// By sender, the number of the event that is to come next.
    heard: [u32; PEOPLE],
    /// At this moment of a drain they go.
    leave_at: Option<Instant>,
    is_leaving: bool,
    /// They have the whole snapshot, so that a UserJoined is of somebody new.
    is_in: bool,
    count: u32,
}

impl Person {
    async fn connect(&mut self) -> Client {
        let addresses = self.world.addresses.lock().unwrap().clone();
        let address = addresses[(self.number + self.connections) % addresses.len()];
        let mut client = Client::open(address).await;
        let name = format!("p{}", self.number);
        let join = Join {
            room: "plan",
            name: Some(&name),
            resume: self.resume,
            ..Join::default()
        };
        let channel = Channel::ZERO;
        client.send(&ClientMessage::Join { channel, join }).await;
        self.connections += 1;
        (self.leave_at, self.is_leaving, self.is_in) = (None, false, false);
        client
    }

    async fn live(mut self) -> Self {
        let mut is_over = self.world.is_over.subscribe();
        let mut ticks = interval(EVENT_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut client = self.connect().await;
        while !self.has_heard_all(*is_over.borrow()) {
            let leave_at = self.leave_at.filter(|_| !self.is_leaving);
            tokio::select! {
                message = client.next() => match message {
                    Some(Message::Binary(bytes)) => self.hear(&bytes),
                    Some(Message::Close(Some(frame))) => {
                        assert_eq!(u16::from(frame.code), CloseCode::Restarting.code());
                        client = self.connect().await;
                    }
                    // The server has ended without a word, which a load balancer sees, too.
                    None => client = self.connect().await,
                    Some(other) => panic!("{other:?}"),
                },
                () = sleep_until(leave_at.unwrap_or_else(Instant::now)), if leave_at.is_some() => {
                    self.is_leaving = true;
                    client.send(&ClientMessage::Heartbeat).await;
                }
                _ = ticks.tick(), if self.is_talking() && !*is_over.borrow() => {
                    let number = self.world.sent[self.number].fetch_add(1, Ordering::SeqCst);
                    client.shout(format!("{} {number}", self.number).as_bytes()).await;
                }
                _ = is_over.changed() => {}
            }
        }
        self
    }

    /// Once everybody is there, and while they are in.
    fn is_talking(&self) -> bool {
        self.is_in && !self.is_leaving && self.count as usize == PEOPLE
    }

    fn has_heard_all(&self, is_over: bool) -> bool {
        let sent = self.world.sent.iter().enumerate();
        let mut others = sent.filter(|(number, _)| *number != self.number);
        is_over && others.all(|(number, sent)| self.heard[number] == sent.load(Ordering::SeqCst))
    }

    fn hear(&mut self, bytes: &[u8]) {
        for message in server_messages(bytes) {
            match message.unwrap() {
                ServerMessage::Welcome { welcome, .. } => {
                    assert_eq!(welcome.resumed, self.resume.is_some());
                    assert_eq!(*self.user.get_or_insert(welcome.user), welcome.user);
                    self.resume = Some(welcome.resume);
                }
                ServerMessage::PresenceUpdate { count, .. } => {
                    assert!(count >= self.count, "somebody left");
                    (self.count, self.is_in) = (count, true);
                }
                ServerMessage::UserLeft { user, .. } => panic!("{user} left"),
                ServerMessage::Event { event, .. } => {
                    let text = std::str::from_utf8(event.payload).unwrap();
                    let (sender, number) = text.split_once(' ').unwrap();
                    let sender: usize = sender.parse().unwrap();
                    let next = &mut self.heard[sender];
                    assert_eq!(number, next.to_string(), "{} of {sender}", self.number);
                    *next += 1;
                }
                ServerMessage::Control {
                    control: Control::Drain { within_ms, .. },
                    ..
                } => {
                    let part = u32::try_from(self.number + 1).unwrap();
                    let within = Duration::from_millis(within_ms.into());
                    self.leave_at = Some(Instant::now() + within * part / 16);
                }
                _ => {}
            }
        }
    }
}

#[tokio::test]
async fn a_rolling_deploy_under_load_loses_no_event_and_shows_no_leave() {
    let engine = Engine::start();
    let flags = ["--redis", &engine.url(), "--drain", "2s"];
    let mut servers: Vec<_> = (0..3).map(|_| Server::start(&flags)).collect();
    let world = Arc::new(World {
        addresses: Mutex::new(servers.iter().map(|server| server.address).collect()),
        sent: Default::default(),
        is_over: watch::Sender::new(false),
    });
    let people = (0..PEOPLE).map(|number| {
        let person = Person {
            number,
            world: Arc::clone(&world),
            connections: 0,
            resume: None,
            user: None,
            heard: [0; PEOPLE],
            leave_at: None,
            is_leaving: false,
            is_in: false,
            count: 0,
        };
        tokio::spawn(person.live())
    });
    let people: Vec<_> = people.collect();
    let sent = |world: &World| -> u32 {
        let sent = world.sent.iter().map(|sent| sent.load(Ordering::SeqCst));
        sent.min().unwrap()
    };
    for round in 0..3 {
        // Everybody has said something since the last server went.
        let before = sent(&world);
        while sent(&world) < before + 20 {
            assert!(
                people.iter().all(|person| !person.is_finished()),
                "round {round}"
            );
            tokio::time::sleep(EVENT_EVERY).await;
        }
        let new = Server::start(&flags);
        let mut old = std::mem::replace(&mut servers[round], new);
        let addresses = servers.iter().map(|server| server.address).collect();
        *world.addresses.lock().unwrap() = addresses;
        old.signal("-TERM");
        timeout(PATIENCE, old.ended()).await.unwrap();
    }
    world.is_over.send_replace(true);
    for person in people {
        let person = timeout(PATIENCE, person).await.unwrap().unwrap();
        assert!(person.connections > 1, "each was on a server that went");
        assert_eq!(person.count, u32::try_from(PEOPLE).unwrap());
    }
}
