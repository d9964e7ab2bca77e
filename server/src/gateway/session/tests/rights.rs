//! Each message needs its right, in its own room.

use super::tokens::{ALL, guarded, with_token};
use super::*;

fn state(number: u8, fields: &FieldsBuf) -> ClientMessage<'_> {
    ClientMessage::State {
        channel: channel(number),
        fields: fields.as_fields(),
    }
}

fn event(number: u8) -> ClientMessage<'static> {
    ClientMessage::Event {
        channel: channel(number),
        event: Event {
            name: "wave",
            payload: b"1",
        },
    }
}

fn away() -> FieldsBuf {
    let mut fields = FieldsBuf::new();
    fields.push(Field { tag: 4, body: &[2] }).unwrap();
    fields
}

fn lacks(right: &str) -> [Heard; 1] {
    let text = format!("the token does not give the right to this in this room: {right}");
    [Heard::Error(text)]
}

/// R-TOK-2.
#[test]
fn who_may_only_read_is_an_observer_whose_every_message_is_refused() {
    let world = guarded();
    let ada = world.seated("ada", "plan", ALL);
    let mut session = world.open();
    let token = world.token("bob", "plan", Rights::READ);
    world
        .send(&mut session, &with_token(0, "plan", &token))
        .unwrap();
    let heard = world.heard(&session);
    assert!(
        heard.contains(&Heard::Count(1)),
        "Ada alone is listed: {heard:?}"
    );
    let fields = away();
    world.send(&mut session, &cursor(0)).unwrap();
    assert_eq!(world.heard(&session), lacks("presence"));
    world.send(&mut session, &state(0, &fields)).unwrap();
    assert_eq!(world.heard(&session), lacks("presence"));
    world.send(&mut session, &event(0)).unwrap();
    assert_eq!(world.heard(&session), lacks("event"));
    world.hub.handle_timeout(world.now + SECOND);
    assert_eq!(world.heard(&ada), [], "the others heard nothing of it");
}

#[test]
fn without_the_right_to_events_everything_else_goes_on() {
    let world = guarded();
    let ada = world.seated("ada", "plan", ALL);
    let mut bob = world.seated("bob", "plan", Rights::READ | Rights::PRESENCE);
    world.heard(&ada);
    world.send(&mut bob, &event(0)).unwrap();
    assert_eq!(world.heard(&bob), lacks("event"));
    assert_eq!(world.heard(&ada), []);
    world.send(&mut bob, &state(0, &away())).unwrap();
    world.send(&mut bob, &cursor(0)).unwrap();
    assert_eq!(world.heard(&bob), []);
    let heard = world.heard(&ada);
    assert!(
        heard.contains(&Heard::State(1, vec![(4, vec![2])])),
        "{heard:?}"
    );
    assert!(heard.contains(&Heard::Cursor(1, (1, 2))), "{heard:?}");
}

/// No confused deputy: what one room's token allows is of no use in another room of the socket.
#[test]
fn rights_of_one_room_are_no_rights_in_another_of_the_same_socket() {
    let world = guarded();
    let mine = world.seated("ada", "mine", ALL);
    let news = world.seated("ada", "news", ALL);
    let mut bob = world.seated("bob", "mine", ALL);
    let token = world.token("bob", "news", Rights::READ);
    world
        .send(&mut bob, &with_token(1, "news", &token))
        .unwrap();
    for session in [&mine, &news, &bob] {
        world.heard(session);
    }
    for number in [0, 1, 0, 1] {
        world.send(&mut bob, &event(number)).unwrap();
        let refused = world.heard(&bob);
        assert_eq!(refused == lacks("event"), number == 1, "{refused:?}");
    }
    assert_eq!(world.heard(&mine).len(), 2);
    assert_eq!(world.heard(&news), []);
}

#[test]
fn rights_end_with_the_room_that_they_were_for() {
    let world = guarded();
    let mut bob = world.seated("bob", "plan", ALL);
    let channel = Channel::ZERO;
    world
        .send(&mut bob, &ClientMessage::Leave { channel })
        .unwrap();
    let token = world.token("bob", "news", Rights::READ | Rights::PRESENCE);
    world
        .send(&mut bob, &with_token(0, "news", &token))
        .unwrap();
    world.heard(&bob);
    world.send(&mut bob, &event(0)).unwrap();
    assert_eq!(world.heard(&bob), lacks("event"));
}

#[test]
fn a_server_that_asks_for_no_tokens_gives_every_right() {
    let world = World::new();
    let ada = world.joined("plan");
    let mut bob = world.joined("plan");
    world.heard(&ada);
    world.send(&mut bob, &event(0)).unwrap();
    assert_eq!(world.heard(&ada), [Heard::Event(1, "wave".into())]);
    let token = ClientMessage::Token {
        channel: Channel::ZERO,
        token: "whatever",
    };
    world.send(&mut bob, &token).unwrap();
    assert_eq!(world.heard(&bob), []);
}
