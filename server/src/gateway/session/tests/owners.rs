//! A room moves to a server that has come, and its people follow.

use std::sync::Mutex;

use bytes::Bytes;

use super::*;
use crate::bus::owner::RoomPatterns;
use crate::bus::{Bus, BusEvents, BusOutput, NodeId, Record};

/// An engine that only says where the owned room is served.
#[derive(Debug, Default)]
struct Signpost(Mutex<Option<Box<str>>>);

impl Bus for Signpost {
    fn node(&self) -> NodeId {
        NodeId(7)
    }

    fn open(&self, _: &str) {}

    fn close(&self, _: &str, _: Option<Bytes>) {}

    fn owner(&self, _: Instant, _: &str) -> Option<Box<str>> {
        self.0.lock().unwrap().clone()
    }

    fn carry_out(&self, _: &str, _: BusOutput) {}
}

fn signposted() -> (World, Arc<Signpost>) {
    let bus = Arc::new(Signpost::default());
    let config = HubConfig {
        bus: Some(Arc::clone(&bus) as Arc<dyn Bus>),
        owner_rooms: RoomPatterns::parse("board-*").unwrap(),
        ..HubConfig::default()
    };
    let mut world = World::new();
    world.hub = Arc::new(Hub::new(config, [5; 32]));
    (world, bus)
}

/// A connection in these rooms, on the channels from 0 on.
fn in_rooms(world: &World, mut session: Session, rooms: &[&str]) -> Session {
    for (number, room) in (0..).zip(rooms) {
        world.send(&mut session, &join(number, room)).unwrap();
        let record = Record {
            blocks: vec![2],
            live_nodes: vec![NodeId(7)],
            ..Record::default()
        };
        world.hub.opened(world.now, room, &record);
        session.handle_ready(world.now).unwrap();
        assert!(session.connection().membership(channel(number)).is_some());
    }
    world.heard(&session);
    session
}

/// What is said within some seconds.
fn told_within(world: &mut World, session: &mut Session, seconds: u32) -> Vec<Heard> {
    let end = world.now + SECOND * seconds;
    while session.poll_timeout() <= end {
        world.now = session.poll_timeout();
        session.handle_timeout(world.now).unwrap();
    }
    world.now = end;
    let mut told = world.heard(session);
    told.retain(|heard| matches!(heard, Heard::Redirect(_)));
    told
}

#[test]
fn people_of_a_room_that_has_another_server_now_are_sent_after_it() {
    let (mut world, bus) = signposted();
    let mut ada = in_rooms(&world, world.open(), &["plan", "board-1"]);
    assert_eq!(told_within(&mut world, &mut ada, 10), []);
    *bus.0.lock().unwrap() = Some("ws://new.test/ws".into());
    let redirect = Heard::Redirect("ws://new.test/ws".into());
    assert_eq!(told_within(&mut world, &mut ada, 5), [redirect]);
}

#[test]
fn who_cannot_go_there_stays() {
    let (mut world, bus) = signposted();
    let mut carried = world.open();
    carried.carry();
    let mut ada = in_rooms(&world, carried, &["board-1"]);
    *bus.0.lock().unwrap() = Some("ws://new.test/ws".into());
    assert_eq!(told_within(&mut world, &mut ada, 10), []);
}
