//! A Join waits for its room to be opened, where other nodes serve it, too.

use std::sync::Mutex;

use bytes::Bytes;

use super::*;
use crate::bus::{Bus, BusEvents, BusOutput, NodeId, Record};
use crate::limits::OPEN_WAIT_MAX;

/// An engine that does nothing by itself.
#[derive(Debug, Default)]
struct Silent(Mutex<Vec<String>>);

impl Silent {
    fn note(&self, what: String) {
        self.0.lock().unwrap().push(what);
    }
}

impl Bus for Silent {
    fn node(&self) -> NodeId {
        NodeId(7)
    }

    fn open(&self, room: &str) {
        self.note(format!("open {room}"));
    }

    fn close(&self, room: &str, farewell: Option<Bytes>) {
        self.note(format!("close {room} {}", farewell.is_some()));
    }

    fn carry_out(&self, room: &str, output: BusOutput) {
        let what = match output {
            BusOutput::Publish { .. } => "publish",
            BusOutput::WantIds => "ids",
            BusOutput::WantRecord => "record",
        };
        self.note(format!("{what} {room}"));
    }
}

fn shared() -> (World, Arc<Silent>) {
    let bus = Arc::new(Silent::default());
    let config = HubConfig {
        bus: Some(Arc::clone(&bus) as Arc<dyn Bus>),
        ..HubConfig::default()
    };
    let mut world = World::new();
    world.hub = Arc::new(Hub::new(config, [5; 32]));
    (world, bus)
}

fn opened(world: &World, room: &str) {
    let record = Record {
        blocks: vec![2],
        live_nodes: vec![NodeId(7)],
        ..Record::default()
    };
    world.hub.opened(world.now, room, &record);
}

fn calls(bus: &Silent) -> Vec<String> {
    std::mem::take(&mut bus.0.lock().unwrap())
}

#[test]
fn a_join_and_what_comes_after_it_wait_for_the_room_in_order() {
    let (world, bus) = shared();
    let mut ada = world.open();
    let mut bytes = Vec::new();
    for message in [ClientMessage::Heartbeat, join(4, "r"), cursor(4)] {
        message.encode(&mut bytes).unwrap();
    }
    ada.handle_message(world.now, &bytes).unwrap();
    let leave = ClientMessage::Leave {
        channel: channel(4),
    };
    world.send(&mut ada, &leave).unwrap();
    assert!(ada.is_held());
    assert_eq!(world.heard(&ada), [Heard::Heartbeat]);
    assert_eq!(calls(&bus), ["open r"]);

    ada.handle_ready(world.now).unwrap();
    assert!(ada.is_held(), "not yet");
    opened(&world, "r");
    ada.handle_ready(world.now).unwrap();
    assert!(!ada.is_held());
    let told = world.heard(&ada);
    let resumed = false;
    assert_eq!(told[0], Heard::Welcome { user: 32, resumed });
    assert!(ada.connection().membership(channel(4)).is_none(), "left");
}

#[test]
fn a_room_that_is_open_is_joined_at_once() {
    let (world, _bus) = shared();
    let mut ada = world.open();
    world.send(&mut ada, &join(0, "r")).unwrap();
    opened(&world, "r");
    ada.handle_ready(world.now).unwrap();
    let mut bob = world.open();
    world.send(&mut bob, &join(0, "r")).unwrap();
    let resumed = false;
    let welcome = Heard::Welcome { user: 33, resumed };
    assert_eq!(world.heard(&bob)[0], welcome);
}

#[test]
fn nobody_waits_for_longer_than_the_limit() {
    let (mut world, _bus) = shared();
    let mut ada = world.open();
    world.send(&mut ada, &join(0, "r")).unwrap();
    let due = world.now + OPEN_WAIT_MAX;
    assert_eq!(ada.poll_timeout(), due);
    world.now = due;
    ada.handle_timeout(due).unwrap();
    let told = world.heard(&ada);
    assert!(
        matches!(
            told[0],
            Heard::Welcome {
                user: 1_048_576..,
                ..
            }
        ),
        "{told:?}"
    );
}

#[test]
fn nobody_waits_while_the_engine_is_away() {
    let (world, _bus) = shared();
    let mut ada = world.open();
    world.send(&mut ada, &join(0, "r")).unwrap();
    world.hub.unavailable(world.now, "r");
    ada.handle_ready(world.now).unwrap();
    assert!(matches!(world.heard(&ada)[0], Heard::Welcome { .. }));
}

#[test]
fn several_rooms_of_one_message_are_waited_for_one_by_one() {
    let (world, _bus) = shared();
    let mut ada = world.open();
    let mut bytes = Vec::new();
    for message in [join(0, "a"), join(1, "b"), cursor(1)] {
        message.encode(&mut bytes).unwrap();
    }
    ada.handle_message(world.now, &bytes).unwrap();
    for room in ["a", "b"] {
        assert!(ada.is_held(), "for {room}");
        // The second room is made when the first is there.
        assert!(world.hub.rooms() >= 1);
        opened(&world, room);
        ada.handle_ready(world.now).unwrap();
    }
    assert!(!ada.is_held());
    let is_in = |number| ada.connection().membership(channel(number)).is_some();
    assert!(is_in(0) && is_in(1));
}

#[test]
fn whoever_sends_too_much_meanwhile_is_closed() {
    let (world, _bus) = shared();
    let mut ada = world.open();
    world.send(&mut ada, &join(0, "r")).unwrap();
    let event = Event {
        name: "e",
        payload: &[0; 16_000],
    };
    let event = ClientMessage::Event {
        channel: Channel::ZERO,
        event,
    };
    for _ in 0..8 {
        world.send(&mut ada, &event).unwrap();
    }
    let refused = world.send(&mut ada, &event);
    assert_eq!(code(refused), CloseCode::TooManyMessages);
}

#[test]
fn a_room_whose_only_waiter_went_is_closed_again() {
    let (mut world, bus) = shared();
    let mut ada = world.open();
    world.send(&mut ada, &join(0, "r")).unwrap();
    ada.handle_end(world.now);
    world.now = world.now + SECOND * 3;
    world.hub.handle_timeout(world.now);
    assert_eq!(world.hub.rooms(), 0);
    assert_eq!(calls(&bus), ["open r", "close r false"]);
}
