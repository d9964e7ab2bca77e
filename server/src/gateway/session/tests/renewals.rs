//! Tokens end, and are renewed while their room goes on.

use super::tokens::{ALL, ZERO_S, guarded, secret, with_token};
use super::*;
use crate::auth::Token;

const MINUTE: Duration = Duration::from_secs(60);

fn renewal(number: u8, token: &str) -> ClientMessage<'_> {
    ClientMessage::Token {
        channel: channel(number),
        token,
    }
}

/// Lets time pass as the shell does, with a sign of life on the way.
fn pass(world: &mut World, session: &mut Session, span: Duration) -> Result<(), Close> {
    let end = world.now + span;
    while session.poll_timeout() <= end {
        world.now = world.now.max(session.poll_timeout());
        session.handle_pong(world.now).unwrap();
        session.handle_timeout(world.now)?;
    }
    world.now = end;
    Ok(())
}

fn errors(heard: Vec<Heard>) -> Vec<String> {
    let errors = heard.into_iter().filter_map(|heard| match heard {
        Heard::Error(text) => Some(text),
        _ => None,
    });
    errors.collect()
}

#[test]
fn a_token_that_ends_is_warned_of_and_then_closes_with_4101() {
    let mut world = guarded();
    let mut session = world.seated("ada", "plan", ALL);
    pass(&mut world, &mut session, MINUTE * 59).unwrap();
    assert_eq!(errors(world.heard(&session)), [""; 0]);
    pass(&mut world, &mut session, SECOND * 30).unwrap();
    let warning = "the token of this room expires: send a fresh one";
    assert_eq!(errors(world.heard(&session)), [warning]);
    // 30 s until it expires, and 30 s for clocks.
    pass(&mut world, &mut session, SECOND * 59).unwrap();
    assert_eq!(
        errors(world.heard(&session)),
        [""; 0],
        "one warning is enough"
    );
    let over = pass(&mut world, &mut session, SECOND * 2);
    assert_eq!(code(over), CloseCode::TokenExpired);
}

/// R-TOK-3.
#[test]
fn a_seat_whose_token_ended_is_kept_and_comes_back_with_a_new_one() {
    let mut world = guarded();
    let bob = world.seated("bob", "plan", ALL);
    let mut ada = world.open();
    let short = Token::new("ada").room("plan", ALL).expires_in(MINUTE);
    let token = world.sign(&short);
    world
        .send(&mut ada, &with_token(0, "plan", &token))
        .unwrap();
    let Next::Send(Outgoing::Message(welcome)) = ada.connection().next(world.now) else {
        panic!("no welcome");
    };
    let resume: Resume = welcome[5..21].try_into().unwrap();
    world.heard(&bob);
    let over = pass(&mut world, &mut ada, MINUTE * 2);
    assert_eq!(code(over), CloseCode::TokenExpired);
    ada.handle_end(world.now);
    world.hub.handle_timeout(world.now + SECOND);

    let token = world.token("ada", "plan", ALL);
    let join = Join {
        room: "plan",
        token: Some(&token),
        resume: Some(resume),
        ..Join::default()
    };
    let mut back = world.open();
    let channel = Channel::ZERO;
    world
        .send(&mut back, &ClientMessage::Join { channel, join })
        .unwrap();
    let (user, resumed) = (1, true);
    assert_eq!(world.heard(&back)[0], Heard::Welcome { user, resumed });
    assert_eq!(world.heard(&bob), [], "nobody saw them go");
}

/// R-TOK-3.
#[test]
fn a_fresh_token_takes_the_place_of_the_one_before() {
    let mut world = guarded();
    let mut session = world.seated("ada", "plan", Rights::READ | Rights::PRESENCE);
    pass(&mut world, &mut session, MINUTE * 59).unwrap();
    let fresh = world.token("ada", "plan", ALL);
    world.send(&mut session, &renewal(0, &fresh)).unwrap();
    assert_eq!(errors(world.heard(&session)), [""; 0]);
    // It gives more than the first one, from now on.
    let channel = Channel::ZERO;
    let event = Event {
        name: "e",
        payload: b"",
    };
    world
        .send(&mut session, &ClientMessage::Event { channel, event })
        .unwrap();
    assert_eq!(errors(world.heard(&session)), [""; 0]);
    pass(&mut world, &mut session, MINUTE * 59).unwrap();
    assert_eq!(errors(world.heard(&session)), [""; 0]);
    assert_eq!(
        code(pass(&mut world, &mut session, MINUTE * 2)),
        CloseCode::TokenExpired
    );
}

#[test]
fn a_fresh_token_may_give_less() {
    let world = guarded();
    let mut session = world.seated("ada", "plan", ALL);
    let less = world.token("ada", "plan", Rights::READ);
    world.send(&mut session, &renewal(0, &less)).unwrap();
    world.send(&mut session, &cursor(0)).unwrap();
    assert_eq!(errors(world.heard(&session)).len(), 1);
}

#[test]
fn a_fresh_token_that_is_no_good_is_refused_and_the_one_before_holds() {
    let mut world = guarded();
    let mut session = world.seated("ada", "plan", ALL);
    let other_account = world.token("eve", "plan", ALL);
    let other_room = world.token("ada", "other", ALL);
    let old = Token::new("ada")
        .room("plan", ALL)
        .sign_at(ZERO_S - 4_000, &secret());
    for (token, said) in [
        (&*other_account, "another account"),
        (&*other_room, "does not allow to read this room"),
        (&*old.unwrap(), "has expired"),
        ("bad", "must be a JWT"),
        ("", "must be a JWT"),
    ] {
        world.send(&mut session, &renewal(0, token)).unwrap();
        let errors = errors(world.heard(&session));
        assert!(
            matches!(&errors[..], [text] if text.contains(said)),
            "{errors:?}"
        );
    }
    world.send(&mut session, &cursor(0)).unwrap();
    pass(&mut world, &mut session, MINUTE * 59).unwrap();
    assert_eq!(errors(world.heard(&session)), [""; 0]);
}

/// In a room for an hour, and in another on channel 1 for a minute.
fn in_another_for_a_minute(world: &World) -> Session {
    let mut session = world.seated("ada", "plan", ALL);
    let short = Token::new("ada").room("other", ALL).expires_in(MINUTE);
    let token = world.sign(&short);
    world
        .send(&mut session, &with_token(1, "other", &token))
        .unwrap();
    session
}

#[test]
fn a_token_of_one_channel_renews_no_other() {
    let mut world = guarded();
    let mut session = in_another_for_a_minute(&world);
    let fresh = world.token("ada", "*", ALL);
    world.send(&mut session, &renewal(0, &fresh)).unwrap();
    world.heard(&session);
    assert_eq!(
        code(pass(&mut world, &mut session, MINUTE * 2)),
        CloseCode::TokenExpired
    );
}

#[test]
fn a_room_that_was_left_does_not_end_the_socket() {
    let mut world = guarded();
    let mut session = in_another_for_a_minute(&world);
    let channel = channel(1);
    world
        .send(&mut session, &ClientMessage::Leave { channel })
        .unwrap();
    world.heard(&session);
    pass(&mut world, &mut session, MINUTE * 30).unwrap();
    assert_eq!(errors(world.heard(&session)), [""; 0]);
}

#[test]
fn a_token_for_seconds_is_not_warned_of_at_once() {
    let mut world = guarded();
    let mut session = world.open();
    let token = world.sign(&Token::new("ada").room("plan", ALL).expires_in(SECOND * 10));
    world
        .send(&mut session, &with_token(0, "plan", &token))
        .unwrap();
    pass(&mut world, &mut session, SECOND * 4).unwrap();
    assert_eq!(errors(world.heard(&session)), [""; 0]);
    pass(&mut world, &mut session, SECOND * 2).unwrap();
    assert_eq!(errors(world.heard(&session)).len(), 1);
}

#[test]
fn a_flood_of_tokens_is_closed() {
    let world = guarded();
    let mut session = world.seated("ada", "plan", ALL);
    let flood = (0..100).find_map(|_| world.send(&mut session, &renewal(0, "bad")).err());
    assert_eq!(flood.unwrap().code, CloseCode::TooManyMessages);
}
