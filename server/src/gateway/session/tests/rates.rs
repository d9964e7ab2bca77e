//! How much one connection may send.

use super::*;
use crate::limits::{CURSOR_BURST, MESSAGE_BURST};

const RATES: Rates = Rates {
    cursors: 100,
    messages: 10,
    bytes: 64 * 1024,
};

fn world() -> World {
    let mut world = World::new();
    world.session.rates = RATES;
    world
}

fn cursor(x: u16) -> ClientMessage<'static> {
    ClientMessage::Cursor {
        channel: Channel::ZERO,
        point: Point { x, y: 0 },
    }
}

fn event(payload: &[u8]) -> ClientMessage<'_> {
    let channel = Channel::ZERO;
    let event = Event { name: "e", payload };
    ClientMessage::Event { channel, event }
}

/// Lets the session and the rooms do what is due, up to `until`.
fn pass(world: &mut World, session: &mut Session, until: Instant) {
    loop {
        let due = session.poll_timeout();
        let due = world.hub.poll_timeout().map_or(due, |at| due.min(at));
        if due > until {
            break;
        }
        world.now = world.now.max(due);
        session.handle_timeout(world.now).unwrap();
        world.hub.handle_timeout(world.now);
    }
    world.now = until;
}

/// The positions that a listener hears of, in order.
fn positions(world: &World, listener: &Session) -> Vec<u16> {
    let told = world.heard(listener).into_iter();
    told.filter_map(|heard| match heard {
        Heard::Cursor(_, (x, _)) => Some(x),
        _ => None,
    })
    .collect()
}

// R-RATE-1
#[test]
fn of_cursors_that_come_too_fast_the_newest_goes_in_when_there_is_place() {
    let mut world = world();
    let (mut ada, bob) = (world.joined("r"), world.joined("r"));
    world.heard(&bob);
    for x in 0..10_000 {
        world.send(&mut ada, &cursor(x)).unwrap();
    }
    let start = world.now;
    pass(&mut world, &mut ada, start + Duration::from_secs(1));
    let heard = positions(&world, &bob);
    assert_eq!(heard.last(), Some(&9_999));
    assert!(heard.len() < 30, "{heard:?}");
    assert!(heard.is_sorted());
    assert_eq!(ada.poll_timeout(), start + world.session.heartbeat);
}

// R-RATE-1
#[test]
fn the_first_cursors_after_a_pause_are_not_held() {
    let world = world();
    let mut ada = world.joined("r");
    let burst = CURSOR_BURST.as_millis() * u128::from(RATES.cursors) / 1_000;
    for x in 0..u16::try_from(burst).unwrap() {
        world.send(&mut ada, &cursor(x)).unwrap();
    }
    assert_eq!(ada.poll_timeout(), world.now + world.session.heartbeat);
    world.send(&mut ada, &cursor(1)).unwrap();
    assert!(ada.poll_timeout() < world.now + CURSOR_BURST);
}

// R-RATE-1
#[test]
fn a_held_cursor_goes_in_before_what_its_sender_says_next() {
    let mut world = world();
    let (mut ada, bob) = (world.joined("r"), world.joined("r"));
    for x in 0..1_000 {
        world.send(&mut ada, &cursor(x)).unwrap();
    }
    let start = world.now;
    let mut fields = FieldsBuf::new();
    let body = b"\x01s";
    fields.push(Field { tag: 7, body }).unwrap();
    let surface = ClientMessage::State {
        channel: Channel::ZERO,
        fields: fields.as_fields(),
    };
    world.send(&mut ada, &surface).unwrap();
    pass(&mut world, &mut ada, start + Duration::from_secs(1));
    let told = world.heard(&bob);
    // The old position is not shown on the new surface, so nobody hears of it at all.
    let state = told
        .iter()
        .position(|heard| matches!(heard, Heard::State(..)));
    let cursor = told
        .iter()
        .rposition(|heard| matches!(heard, Heard::Cursor(..)));
    assert!(state.is_some() && cursor < state, "{told:?}");
}

// R-RATE-1
#[test]
fn a_held_cursor_of_a_room_that_is_left_is_forgotten() {
    let mut world = world();
    let mut ada = world.joined("r");
    for x in 0..1_000 {
        world.send(&mut ada, &cursor(x)).unwrap();
    }
    let channel = Channel::ZERO;
    world
        .send(&mut ada, &ClientMessage::Leave { channel })
        .unwrap();
    world.heard(&ada);
    let start = world.now;
    pass(&mut world, &mut ada, start + Duration::from_secs(1));
    assert_eq!(world.heard(&ada), []);
}

// R-RATE-1 R-ORD-3
#[test]
fn a_held_cursor_goes_in_when_the_socket_ends() {
    let mut world = world();
    let (mut ada, bob) = (world.joined("r"), world.joined("r"));
    world.heard(&bob);
    for x in 0..1_000 {
        world.send(&mut ada, &cursor(x)).unwrap();
    }
    ada.handle_end(world.now);
    let due = world.hub.poll_timeout().unwrap();
    world.now = due;
    world.hub.handle_timeout(due);
    assert_eq!(positions(&world, &bob).last(), Some(&999));
}

// R-RATE-1
#[test]
fn a_room_joined_next_on_the_channel_gets_no_held_cursor() {
    let mut world = world();
    let mut ada = world.open();
    for x in 0..50 {
        // No room is on this channel yet: refused, not held.
        world.send(&mut ada, &cursor(x)).unwrap();
    }
    let bob = world.joined("r");
    world.send(&mut ada, &join(0, "r")).unwrap();
    world.heard(&bob);
    let start = world.now;
    pass(&mut world, &mut ada, start + Duration::from_secs(1));
    assert!(positions(&world, &bob).is_empty());
}

/// Sends until it is refused: how many were taken, how many warnings came, and the end.
fn flood(
    world: &World,
    session: &mut Session,
    message: &ClientMessage<'_>,
) -> (usize, usize, Close) {
    let mut taken = 0;
    let mut warnings = 0;
    loop {
        let sent = world.send(session, message);
        let told = world.heard(session);
        warnings += told
            .iter()
            .filter(|heard| matches!(heard, Heard::Error(_)))
            .count();
        match sent {
            Ok(()) => taken += 1,
            Err(close) => return (taken, warnings, close),
        }
    }
}

// R-RATE-2
#[test]
fn other_messages_over_their_rate_are_warned_of_and_then_close_with_4200() {
    let mut world = world();
    let (mut ada, bob) = (world.joined("r"), world.joined("r"));
    world.now = world.now + MESSAGE_BURST;
    world.heard(&ada);
    world.heard(&bob);
    let (taken, warnings, close) = flood(&world, &mut ada, &event(b""));
    assert_eq!((taken, warnings), (60, 1));
    assert_eq!(close.code, CloseCode::TooManyMessages);
    assert!(
        close.reason.contains("10 messages a second"),
        "{}",
        close.reason
    );
    let told = world.heard(&bob).len();
    assert_eq!(told, taken, "what was taken was handled");
}

// R-RATE-2
#[test]
fn bytes_over_their_rate_are_warned_of_and_then_close_with_4200() {
    let mut world = world();
    world.session.rates.messages = 1_000;
    let mut ada = world.joined("r");
    world.now = world.now + MESSAGE_BURST;
    world.heard(&ada);
    let (taken, warnings, close) = flood(&world, &mut ada, &event(&[0; 16_370]));
    assert_eq!((taken, warnings), (24, 1));
    assert!(
        close.reason.contains("65536 bytes a second"),
        "{}",
        close.reason
    );
}

// R-RATE-2
#[test]
fn who_stays_within_the_rates_is_never_warned() {
    let mut world = world();
    let mut ada = world.joined("r");
    world.heard(&ada);
    for _ in 0..1_000 {
        world.now = world.now + Duration::from_millis(100);
        world.send(&mut ada, &event(&[0; 6_000])).unwrap();
    }
    assert_eq!(world.heard(&ada), []);
}

// R-RATE-2
#[test]
fn a_client_that_comes_back_with_all_it_may_have_queued_is_not_warned() {
    use mote_protocol::limits::{CHANNELS, QUEUED_EVENT_BYTES_MAX, QUEUED_EVENTS_MAX};
    let world = World::new();
    let mut ada = world.open();
    let rooms: Vec<String> = (0..CHANNELS).map(|room| format!("r{room}")).collect();
    let body = vec![b'x'; 16_000];
    for (number, room) in (0..).zip(&rooms) {
        world.send(&mut ada, &join(number, room)).unwrap();
        let mut fields = FieldsBuf::new();
        fields
            .push(Field {
                tag: 200,
                body: &body,
            })
            .unwrap();
        let (channel, fields) = (channel(number), fields.as_fields());
        world
            .send(&mut ada, &ClientMessage::State { channel, fields })
            .unwrap();
    }
    let payload = vec![0; QUEUED_EVENT_BYTES_MAX / QUEUED_EVENTS_MAX];
    for _ in 0..QUEUED_EVENTS_MAX {
        world.send(&mut ada, &event(&payload)).unwrap();
    }
    let told = world.heard(&ada);
    assert!(!told.iter().any(|heard| matches!(heard, Heard::Error(_))));
}
