//! The hub, its connections and their outboxes.

mod budget;
mod outboxes;

use std::sync::Arc;
use std::time::Duration;

use mote_protocol::close::CloseCode;
use mote_protocol::coords::Point;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Channel, Event};

use super::*;
use crate::heard::{Heard, heard};
use crate::room::{JoinRequest, Joined, Refused};

const NOW: Instant = Instant::from_millis(1_000);
const TICK: Duration = Duration::from_millis(17);

fn hub() -> Hub {
    Hub::new(HubConfig::default(), [2; 32])
}

fn channel(number: u8) -> Channel {
    Channel::new(number).unwrap()
}

fn join(hub: &Hub, connection: &Arc<Connection>, number: u8, room: &str) -> Joined {
    let request = JoinRequest {
        channel: channel(number),
        name: Some("x"),
        ..JoinRequest::default()
    };
    hub.join(NOW, connection, room, request).unwrap()
}

/// Somebody in the room "r" on channel 0.
fn person(hub: &Hub) -> Arc<Connection> {
    let connection = hub.connect();
    join(hub, &connection, 0, "r");
    connection
}

fn move_to(now: Instant, who: &Connection, x: u16) {
    let Membership { room, listener } = who.membership(Channel::ZERO).unwrap();
    room.cursor(now, listener, Point { x, y: 0 }).unwrap();
}

fn shout(who: &Connection, payload: &[u8]) {
    let Membership { room, listener } = who.membership(Channel::ZERO).unwrap();
    room.event(NOW, listener, Event { name: "e", payload })
        .unwrap();
}

/// Everything that waits, as a reader that keeps up takes it; and how it ends.
fn read(now: Instant, connection: &Connection) -> (Vec<Heard>, Next) {
    let mut all = Vec::new();
    loop {
        match connection.next(now) {
            Next::Send(Outgoing::Message(bytes)) => all.extend(heard(&bytes)),
            Next::Send(Outgoing::Ping) => all.push(Heard::Other),
            end => return (all, end),
        }
        connection.written(now);
    }
}

#[test]
fn each_receiver_hears_a_room_on_its_own_channel() {
    let hub = hub();
    let ada = person(&hub);
    let bob = hub.connect();
    join(&hub, &bob, 7, "r");
    read(NOW, &bob);
    move_to(NOW, &ada, 5);
    let Next::Send(Outgoing::Message(bytes)) = bob.next(NOW) else {
        panic!("nothing came");
    };
    assert_eq!(bytes[..], [0x27, 0, 0, 5, 0, 0]);
}

#[test]
fn a_flush_that_is_due_when_somebody_joins_does_not_come_before_their_welcome() {
    let hub = hub();
    let (ada, bob) = (person(&hub), person(&hub));
    move_to(NOW, &ada, 1);
    move_to(NOW, &ada, 2);
    read(NOW, &bob);
    // The room's timer is late: the join comes first.
    let late = NOW + 2 * TICK;
    let cleo = hub.connect();
    hub.join(late, &cleo, "r", JoinRequest::default()).unwrap();
    let (told, _) = read(late, &cleo);
    assert!(matches!(told[0], Heard::Welcome { .. }), "{told:?}");
    assert!(told.contains(&Heard::Batch(vec![(0, (2, 0))])), "{told:?}");
    let (told, _) = read(late, &bob);
    assert!(told.contains(&Heard::Cursor(0, (2, 0))), "{told:?}");
}

#[test]
fn a_grace_that_is_over_when_somebody_joins_is_not_told_before_their_welcome() {
    let hub = hub();
    let (ada, _bob) = (person(&hub), person(&hub));
    hub.disconnect(NOW, &ada);
    let late = NOW + Duration::from_secs(60);
    let cleo = hub.connect();
    hub.join(late, &cleo, "r", JoinRequest::default()).unwrap();
    let (told, _) = read(late, &cleo);
    assert!(matches!(told[0], Heard::Welcome { .. }), "{told:?}");
}

#[test]
fn rooms_are_apart_and_one_socket_can_be_in_several() {
    let hub = hub();
    let both = hub.connect();
    join(&hub, &both, 0, "a");
    join(&hub, &both, 1, "b");
    let other = hub.connect();
    join(&hub, &other, 0, "c");
    read(NOW, &other);
    move_to(NOW, &both, 5);
    assert_eq!(read(NOW, &other), (vec![], Next::Wait));
    assert_eq!(hub.rooms(), 3);
}

#[test]
fn a_room_is_made_with_its_first_joiner_and_forgotten_with_its_last() {
    let hub = hub();
    let ada = person(&hub);
    let room = ada.membership(Channel::ZERO).unwrap().room;
    let bob = person(&hub);
    assert!(hub.leave(NOW, &ada, Channel::ZERO));
    assert_eq!(hub.rooms(), 1);
    assert!(hub.leave(NOW, &bob, Channel::ZERO));
    assert_eq!(hub.rooms(), 0);
    assert_eq!(room.poll_timeout(), Timer::Gone);
    let back = person(&hub);
    let new_room = back.membership(Channel::ZERO).unwrap().room;
    assert!(!Arc::ptr_eq(&room, &new_room));
}

#[test]
fn a_room_of_kept_seats_is_forgotten_when_their_grace_is_over() {
    let hub = hub();
    let ada = person(&hub);
    hub.disconnect(NOW, &ada);
    assert_eq!(hub.rooms(), 1);
    let due = hub.poll_timeout().unwrap();
    assert_eq!(due, NOW + hub.config().room.resume_grace);
    hub.handle_timeout(due);
    assert_eq!((hub.rooms(), hub.poll_timeout()), (0, None));
}

#[test]
fn joins_and_leaves_from_many_threads_leave_no_room_behind() {
    let hub = Arc::new(hub());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..500 {
                    let connection = person(&hub);
                    assert!(hub.leave(NOW, &connection, Channel::ZERO));
                    hub.disconnect(NOW, &connection);
                }
            });
        }
    });
    assert_eq!(hub.rooms(), 0);
    assert!(hub.connections().is_empty());
}

#[test]
fn a_server_makes_no_more_rooms_than_it_may() {
    let config = HubConfig {
        rooms_max: 1,
        ..HubConfig::default()
    };
    let hub = Hub::new(config, [2; 32]);
    let ada = person(&hub);
    let bob = hub.connect();
    let refused = hub.join(NOW, &bob, "other", JoinRequest::default());
    assert_eq!(refused, Err(Refused::TooManyRooms));
    hub.leave(NOW, &ada, Channel::ZERO);
    assert!(hub.join(NOW, &bob, "other", JoinRequest::default()).is_ok());
}

#[test]
fn two_hubs_give_different_resume_values_and_so_do_two_rooms() {
    let first = hub();
    let second = Hub::new(HubConfig::default(), [3; 32]);
    let connection = first.connect();
    let values = [
        join(&first, &connection, 0, "a").resume,
        join(&first, &connection, 1, "b").resume,
        join(&second, &connection, 2, "a").resume,
    ];
    assert!(values[0] != values[1] && values[0] != values[2]);
}

#[test]
fn a_takeover_closes_the_first_socket_with_4004_when_that_was_its_only_room() {
    let hub = hub();
    let first = hub.connect();
    let resume = Some(join(&hub, &first, 3, "r").resume);
    read(NOW, &first);
    let second = hub.connect();
    let request = JoinRequest {
        resume,
        ..JoinRequest::default()
    };
    assert!(hub.join(NOW, &second, "r", request).unwrap().resumed);
    let Next::Send(Outgoing::Message(kicked)) = first.next(NOW) else {
        panic!("not told");
    };
    assert_eq!(kicked[0], 0xE3);
    assert_eq!(heard(&kicked), [Heard::Kicked]);
    assert_eq!(first.next(NOW), Next::Close(CloseCode::Kicked.into()));
    assert!(first.membership(channel(3)).is_none());
}

#[test]
fn a_takeover_leaves_a_socket_with_another_room_open() {
    let hub = hub();
    let first = hub.connect();
    let resume = Some(join(&hub, &first, 0, "r").resume);
    join(&hub, &first, 1, "other");
    read(NOW, &first);
    let second = hub.connect();
    let request = JoinRequest {
        resume,
        ..JoinRequest::default()
    };
    hub.join(NOW, &second, "r", request).unwrap();
    assert_eq!(read(NOW, &first), (vec![Heard::Kicked], Next::Wait));
}

#[test]
fn a_socket_that_takes_its_own_seat_over_on_another_channel_stays_open() {
    let hub = hub();
    let own = hub.connect();
    let resume = Some(join(&hub, &own, 0, "r").resume);
    read(NOW, &own);
    let request = JoinRequest {
        resume,
        channel: channel(1),
        ..JoinRequest::default()
    };
    hub.join(NOW, &own, "r", request).unwrap();
    let (told, next) = read(NOW, &own);
    assert!(told.contains(&Heard::Kicked));
    assert_eq!(next, Next::Wait);
    assert!(own.membership(Channel::ZERO).is_none());
    assert!(own.membership(channel(1)).is_some());
}

#[test]
fn a_drain_tells_every_connection_once() {
    let hub = hub();
    let ada = person(&hub);
    let waiting = hub.connect();
    read(NOW, &ada);
    hub.drain(NOW, Duration::from_millis(2_500));
    assert_eq!(read(NOW, &ada).0, [Heard::Drain(2_500)]);
    assert_eq!(read(NOW, &waiting).0, [Heard::Drain(2_500)]);
}
