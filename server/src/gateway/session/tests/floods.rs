//! Those who ask for more than they read, or too often.

use super::*;
use crate::limits::JOIN_EVERY;

#[test]
fn a_flood_of_pings_closes_with_4200_and_a_ping_now_and_then_does_not() {
    let mut world = World::new();
    let mut session = world.joined("r");
    for _ in 0..100 {
        world.now = world.now + PING_EVERY;
        session.handle_ping(world.now).unwrap();
    }
    let result = (0..=PING_BURST_MAX).try_for_each(|_| session.handle_ping(world.now));
    assert_eq!(code(result), CloseCode::TooManyMessages);
}

#[test]
fn a_flood_of_pongs_that_nobody_asked_for_closes_with_4200() {
    let world = World::new();
    let mut session = world.joined("r");
    let result = (0..=PING_BURST_MAX).try_for_each(|_| session.handle_pong(world.now));
    assert_eq!(code(result), CloseCode::TooManyMessages);
}

/// R-JOIN-6: each is answered with Control Error.
#[test]
fn an_observers_cursors_count_as_the_messages_that_they_are_answered_with() {
    let mut world = World::new();
    let mut session = world.open();
    let join = Join {
        room: "r",
        observer: true,
        ..Join::default()
    };
    let channel = Channel::ZERO;
    let join = ClientMessage::Join { channel, join };
    world.send(&mut session, &join).unwrap();
    let result = (0..1_000).try_for_each(|_| {
        world.now = world.now + Duration::from_millis(1);
        world.send(&mut session, &cursor(0))
    });
    assert_eq!(code(result), CloseCode::TooManyMessages);
}

/// A room "full" whose snapshot is larger than what may wait for one connection.
fn huge_room(world: &World) -> Vec<Session> {
    let body = vec![b'x'; 16_000];
    let person = |_| {
        let mut session = world.joined("full");
        let mut fields = FieldsBuf::new();
        fields
            .push(Field {
                tag: 200,
                body: &body,
            })
            .unwrap();
        let channel = Channel::ZERO;
        let fields = fields.as_fields();
        let message = ClientMessage::State { channel, fields };
        world.send(&mut session, &message).unwrap();
        session
    };
    (0..100).map(person).collect()
}

#[test]
fn of_a_huge_room_no_more_than_a_part_waits_for_one_who_does_not_read() {
    let world = World::new();
    let people = huge_room(&world);
    for person in &people {
        world.heard(person);
    }
    let mut slow = world.open();
    for channel in 0..8 {
        world.send(&mut slow, &join(channel, "full")).unwrap();
    }
    assert!(!slow.connection().is_overfull());
    let told = world.heard(&slow);
    let states = told
        .iter()
        .filter(|heard| matches!(heard, Heard::State(..)));
    assert_eq!(states.count(), 8 * people.len());
}

#[test]
fn who_reads_a_huge_room_has_all_of_it_and_may_join_another() {
    let world = World::new();
    let people = huge_room(&world);
    let mut reader = world.open();
    world.send(&mut reader, &join(0, "full")).unwrap();
    let told = world.heard(&reader);
    let states = told
        .iter()
        .filter(|heard| matches!(heard, Heard::State(..)));
    assert_eq!(states.count(), people.len());
    world.send(&mut reader, &join(1, "other")).unwrap();
    assert!(!world.heard(&reader).is_empty());
}

#[test]
fn more_joins_at_once_than_may_be_close_with_4200_and_they_are_forgiven_in_time() {
    let mut world = World::new();
    let mut session = world.joined("r");
    let mut again = |now| {
        let leave = ClientMessage::Leave {
            channel: Channel::ZERO,
        };
        world.now = now;
        world.send(&mut session, &leave)?;
        let result = world.send(&mut session, &join(0, "r"));
        world.heard(&session);
        result
    };
    let mut now = Instant::from_millis(1_000);
    for _ in 0..100 {
        now = now + JOIN_EVERY;
        again(now).unwrap();
    }
    let result = (0..=SessionConfig::default().join_burst_max).try_for_each(|_| again(now));
    assert_eq!(code(result), CloseCode::TooManyMessages);
}
