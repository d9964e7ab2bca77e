//! What a connection is limited in together with others, and that every hit is counted.

use super::tokens::{ALL, guarded, with_token};
use super::*;
use crate::limits::PING_BURST_MAX;
use std::net::IpAddr;

const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

impl World {
    fn open_sharing(&self, shares: &Arc<Shares>, address: IpAddr) -> Session {
        let mut session = self.open();
        session.share_limits(Arc::clone(shares), Some(address));
        session
    }

    fn hits(&self, limit: Limit) -> u64 {
        self.hub.hits().of(limit)
    }
}

#[test]
fn an_account_has_so_many_connections_however_many_rooms_each_is_in() {
    let world = guarded();
    let shares = Arc::new(Shares::new(2, 1_000));
    let token = world.token("ada", "*", ALL);
    let enter = |session: &mut Session, number, room| {
        world.send(session, &with_token(number, room, &token))
    };
    let mut first = world.open_sharing(&shares, HOME);
    let mut second = world.open_sharing(&shares, HOME);
    for number in 0..4 {
        enter(&mut first, number, "plan").unwrap();
    }
    enter(&mut second, 0, "plan").unwrap();
    let mut third = world.open_sharing(&shares, HOME);
    let close = enter(&mut third, 0, "plan").unwrap_err();
    assert_eq!(close.code, CloseCode::TooManyConnections);
    assert_eq!(close.reason, "too many connections of this account");
    assert_eq!(world.hits(Limit::ConnectionsPerAccount), 1);

    let mut other = world.open_sharing(&shares, HOME);
    let bobs = world.token("bob", "*", ALL);
    world
        .send(&mut other, &with_token(0, "plan", &bobs))
        .unwrap();

    // A token that takes another's place is the same connection still.
    let channel = Channel::ZERO;
    let fresh = ClientMessage::Token {
        channel,
        token: &token,
    };
    world.send(&mut second, &fresh).unwrap();
    drop(first);
    enter(&mut third, 0, "plan").unwrap();
    drop((second, third));
    let mut again = [(), ()].map(|()| world.open_sharing(&shares, HOME));
    for session in &mut again {
        enter(session, 0, "plan").unwrap();
    }
}

/// R-JOIN-7.
#[test]
fn an_account_with_too_many_connections_keeps_the_rooms_that_one_has_under_another() {
    let world = guarded();
    let shares = Arc::new(Shares::new(1, 1_000));
    let mut first = world.open_sharing(&shares, HOME);
    let token = world.token("ada", "*", ALL);
    world
        .send(&mut first, &with_token(0, "plan", &token))
        .unwrap();
    let mut second = world.open_sharing(&shares, HOME);
    let bobs = world.token("bob", "*", ALL);
    world
        .send(&mut second, &with_token(0, "plan", &bobs))
        .unwrap();
    world.heard(&second);
    world
        .send(&mut second, &with_token(1, "plan", &token))
        .unwrap();
    let told = world.heard(&second);
    let text = "too many connections of this account";
    assert_eq!(told, [Heard::Error(text.into())]);
}

#[test]
fn joins_of_one_address_are_limited_over_all_of_its_connections() {
    let mut world = World::new();
    let shares = Arc::new(Shares::new(1_000, 6));
    let mut rest = Vec::new();
    for _ in 0..6 {
        let mut session = world.open_sharing(&shares, HOME);
        world.send(&mut session, &join(0, "r")).unwrap();
        rest.push(session);
    }
    let mut session = world.open_sharing(&shares, HOME);
    let close = world.send(&mut session, &join(0, "r")).unwrap_err();
    assert_eq!(close.code, CloseCode::TooManyMessages);
    assert_eq!(close.reason, "too many joins from this address");
    assert_eq!(world.hits(Limit::JoinsPerIp), 1);
    let elsewhere = "192.0.2.2".parse().unwrap();
    let mut other = world.open_sharing(&shares, elsewhere);
    world.send(&mut other, &join(0, "r")).unwrap();
    world.now = world.now + 10 * SECOND;
    let mut later = world.open_sharing(&shares, HOME);
    world.send(&mut later, &join(0, "r")).unwrap();
}

#[test]
fn a_connection_is_in_as_many_rooms_as_it_may_and_one_that_is_left_makes_place() {
    let mut world = World::new();
    world.session.rooms_max = 2;
    let mut session = world.joined("a");
    world.send(&mut session, &join(1, "b")).unwrap();
    world.heard(&session);
    world.send(&mut session, &join(2, "c")).unwrap();
    let text = "this connection is in as many rooms as it may";
    let told = world.heard(&session);
    assert_eq!(told, [Heard::Error(text.into())]);
    assert_eq!(world.hits(Limit::RoomsPerConnection), 1);
    let channel = Channel::ZERO;
    world
        .send(&mut session, &ClientMessage::Leave { channel })
        .unwrap();
    world.send(&mut session, &join(2, "c")).unwrap();
    assert_eq!(session.connection().rooms(), 2);
}

#[test]
fn nobody_comes_in_while_too_much_waits_for_all() {
    let config = HubConfig {
        queue_bytes_total_max: 64 * 1024,
        ..HubConfig::default()
    };
    let mut world = World::new();
    world.hub = Arc::new(Hub::new(config, [5; 32]));
    let loud = world.joined("r");
    let slow = world.joined("r");
    let shout = |payload: &[u8]| {
        let Membership { room, listener } = loud.connection().membership(Channel::ZERO).unwrap();
        let event = Event { name: "e", payload };
        room.event(world.now, listener, event).unwrap();
    };
    for _ in 0..4 {
        shout(&[0; 13_000]);
    }
    let mut third = world.open();
    let close = world.send(&mut third, &join(0, "other")).unwrap_err();
    assert_eq!(close.code, CloseCode::TryAgainLater);
    assert_eq!(world.hits(Limit::QueueTotalJoins), 1);
    assert_eq!(world.hub.rooms(), 1);
    world.heard(&slow);
    world.send(&mut third, &join(0, "other")).unwrap();
}

#[test]
fn what_is_sent_too_often_is_counted_by_what_it_was() {
    let mut world = World::new();
    let channel = Channel::ZERO;
    let mut hasty = world.joined("r");
    let mut leave_and_join = || {
        world.send(&mut hasty, &ClientMessage::Leave { channel })?;
        world.send(&mut hasty, &join(0, "r"))
    };
    while leave_and_join().is_ok() {}
    assert_eq!(world.hits(Limit::JoinBurst), 1);

    world.session.rates = Rates {
        cursors: 10,
        messages: 10,
        bytes: 1_000,
    };
    let mut session = world.joined("r");
    for _ in 0..8 {
        world.send(&mut session, &cursor(0)).unwrap();
    }
    assert!(world.hits(Limit::CursorRate) > 0);
    let result = (0..=PING_BURST_MAX).try_for_each(|_| session.handle_ping(world.now));
    assert_eq!(code(result), CloseCode::TooManyMessages);
    assert_eq!(world.hits(Limit::Pings), 1);

    let mut chatty = world.joined("r");
    let mut beats = || world.send(&mut chatty, &ClientMessage::Heartbeat);
    while beats().is_ok() {}
    assert_eq!(world.hits(Limit::MessageRate), 2, "a warning, and the end");

    let mut heavy = world.joined("r");
    let event = Event {
        name: "e",
        payload: &[0; 1_000],
    };
    let mut shout = || world.send(&mut heavy, &ClientMessage::Event { channel, event });
    while shout().is_ok() {}
    assert_eq!(world.hits(Limit::ByteRate), 2);

    let mut idle = world.open();
    world.now = world.now + world.session.join_timeout;
    assert_eq!(code(idle.handle_timeout(world.now)), CloseCode::NoJoin);
    assert_eq!(world.hits(Limit::JoinTimeout), 1);
}

#[test]
fn what_a_room_has_no_place_for_is_counted() {
    let mut world = World::with(RoomConfig {
        people_max: 1,
        observers_max: 0,
        state_bytes_max: 16 * 1024,
        ..RoomConfig::default()
    });
    world.session.rates.bytes = 1_000_000;
    let mut ada = world.joined("r");
    let mut bob = world.open();
    assert_eq!(
        code(world.send(&mut bob, &join(0, "r"))),
        CloseCode::RoomFull
    );
    assert_eq!(world.hits(Limit::PeoplePerRoom), 1);
    let channel = Channel::ZERO;
    let observing = Join {
        room: "r",
        observer: true,
        ..Join::default()
    };
    let mut eve = world.open();
    let join = ClientMessage::Join {
        channel,
        join: observing,
    };
    assert_eq!(code(world.send(&mut eve, &join)), CloseCode::RoomFull);
    assert_eq!(world.hits(Limit::ObserversPerRoom), 1);
    for tag in [200, 201] {
        let mut fields = FieldsBuf::new();
        let body = &[b'x'; 9_000];
        fields.push(Field { tag, body }).unwrap();
        let fields = fields.as_fields();
        world
            .send(&mut ada, &ClientMessage::State { channel, fields })
            .unwrap();
    }
    assert_eq!(world.hits(Limit::PersonState), 1);
}
