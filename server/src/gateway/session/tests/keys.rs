//! Keys that are fetched: who waits for them, for how long, and what then.

use super::tokens::{ALL, ZERO_S, secret, with_token};
use super::*;
use crate::auth::{Jwks, Key, KeySet, Reason, Rules, Secret, Token};
use crate::limits::{JWKS_GAP, JWKS_WAIT_MAX};

const OTHER: &str = "fedcba9876543210fedcba9876543210";

fn keys(secret: &str) -> KeySet {
    KeySet::from_iter([Key::from(Secret::new(secret).unwrap())])
}

/// A server whose keys nobody has fetched yet.
fn waiting() -> (World, Arc<Jwks>) {
    let jwks = Arc::new(Jwks::new(KeySet::default()));
    let calendar = |now: Instant| ZERO_S + (now - Instant::ZERO).as_secs();
    let verifier = Verifier::new(KeySet::default(), Rules::default(), calendar);
    let mut world = World::new();
    world.verifier = Some(Arc::new(verifier.with_fetched(Arc::clone(&jwks))));
    (world, jwks)
}

fn fetched(world: &World, jwks: &Jwks, keys: Option<KeySet>) {
    jwks.handle_begin(world.now);
    jwks.handle_end(world.now, keys);
}

fn good() -> KeySet {
    KeySet::from_iter([Key::from(secret())])
}

/// When the next attempt is due.
fn due(jwks: &Jwks) -> Instant {
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    match jwks.poll_due(&mut cx, None) {
        std::task::Poll::Ready(due) => due,
        std::task::Poll::Pending => panic!("it is told at once"),
    }
}

#[test]
fn who_comes_before_the_keys_waits_for_them_with_all_that_they_say() {
    let (world, jwks) = waiting();
    let mut session = world.open();
    let token = world.token("ada", "plan", ALL);
    world
        .send(&mut session, &with_token(0, "plan", &token))
        .unwrap();
    world.send(&mut session, &cursor(0)).unwrap();
    assert!(session.is_held());
    assert_eq!((world.heard(&session), world.hub.rooms()), (vec![], 0));
    fetched(&world, &jwks, Some(good()));
    session.handle_ready(world.now).unwrap();
    assert!(!session.is_held());
    assert!(matches!(world.heard(&session)[0], Heard::Welcome { .. }));
    assert_eq!(
        world
            .verifier
            .as_ref()
            .unwrap()
            .failures()
            .of(Reason::KeysAway),
        0
    );
}

#[test]
fn keys_that_cannot_be_fetched_are_not_the_tokens_fault() {
    let (world, jwks) = waiting();
    let mut session = world.open();
    let token = world.token("ada", "plan", ALL);
    world
        .send(&mut session, &with_token(0, "plan", &token))
        .unwrap();
    fetched(&world, &jwks, None);
    let close = session.handle_ready(world.now).unwrap_err();
    assert_eq!(close.code, CloseCode::TryAgainLater);
    assert!(close.reason.contains("come again later"));
}

#[test]
fn an_address_that_does_not_answer_holds_nobody_for_ever() {
    let (mut world, _jwks) = waiting();
    let mut session = world.open();
    let token = world.token("ada", "plan", ALL);
    world
        .send(&mut session, &with_token(0, "plan", &token))
        .unwrap();
    let until = world.now + JWKS_WAIT_MAX;
    assert_eq!(session.poll_timeout(), until);
    world.now = until;
    assert_eq!(
        code(session.handle_timeout(world.now)),
        CloseCode::TryAgainLater
    );
}

#[test]
fn an_unknown_key_is_fetched_soon_and_not_oftener_than_may_be() {
    let (mut world, jwks) = waiting();
    assert_eq!(due(&jwks), Instant::ZERO, "the first at once");
    fetched(&world, &jwks, Some(good()));
    let began = world.now;
    assert!(due(&jwks) > began + MINUTE, "nobody needs it before");
    world.now = world.now + SECOND;
    let strange = Token::new("ada").room("plan", ALL);
    let strange = strange
        .key_id("new")
        .sign_at(ZERO_S, &Secret::new(OTHER).unwrap());
    let strange = strange.unwrap();
    let mut session = world.open();
    // The token names its key, so what the nameless one says of it is not the last word.
    world
        .send(&mut session, &with_token(0, "plan", &strange))
        .unwrap();
    assert!(session.is_held());

    let (mut world, jwks) = waiting();
    fetched(&world, &jwks, Some(KeySet::default()));
    let began = world.now;
    world.now = world.now + SECOND;
    let mut sessions: Vec<_> = (0..50).map(|_| world.open()).collect();
    for session in &mut sessions {
        world
            .send(session, &with_token(0, "plan", &strange))
            .unwrap();
        assert!(session.is_held());
    }
    assert_eq!(due(&jwks), began + JWKS_GAP, "one attempt for all of them");
    world.now = due(&jwks);
    fetched(&world, &jwks, Some(keys(OTHER)));
    for session in &mut sessions {
        session.handle_ready(world.now).unwrap();
        assert!(!session.is_held());
    }
}

#[test]
fn an_attempt_under_way_may_be_too_early_so_the_next_one_counts() {
    let (mut world, jwks) = waiting();
    fetched(&world, &jwks, Some(KeySet::default()));
    jwks.handle_begin(world.now);
    let mut session = world.open();
    let token = world.token("ada", "plan", ALL);
    world
        .send(&mut session, &with_token(0, "plan", &token))
        .unwrap();
    jwks.handle_end(world.now, Some(KeySet::default()));
    session.handle_ready(world.now).unwrap();
    assert!(session.is_held(), "that one began before the token came");
    world.now = due(&jwks);
    fetched(&world, &jwks, Some(good()));
    session.handle_ready(world.now).unwrap();
    assert!(matches!(world.heard(&session)[0], Heard::Welcome { .. }));
}

#[test]
fn keys_that_were_known_stay_known_while_the_address_is_away() {
    let (mut world, jwks) = waiting();
    fetched(&world, &jwks, Some(good()));
    for _ in 0..10 {
        world.now = due(&jwks);
        fetched(&world, &jwks, None);
    }
    let _ada = world.seated("ada", "plan", ALL);
    assert_eq!(world.hub.rooms(), 1);
}

#[test]
fn a_fresh_token_waits_for_its_key_too() {
    let (mut world, jwks) = waiting();
    fetched(&world, &jwks, Some(KeySet::default()));
    let mut session = world.open();
    let token = world.token("ada", "plan", ALL);
    world
        .send(&mut session, &with_token(0, "plan", &token))
        .unwrap();
    world.now = due(&jwks);
    fetched(&world, &jwks, Some(good()));
    session.handle_ready(world.now).unwrap();
    world.heard(&session);

    // The keys changed: the old one is gone, and so is the room's key for a moment.
    world.now = due(&jwks);
    fetched(&world, &jwks, Some(KeySet::default()));
    let fresh = world.token("ada", "plan", ALL);
    let channel = Channel::ZERO;
    let message = ClientMessage::Token {
        channel,
        token: &fresh,
    };
    world.send(&mut session, &message).unwrap();
    assert!(session.is_held());
    world.now = due(&jwks);
    fetched(&world, &jwks, Some(good()));
    session.handle_ready(world.now).unwrap();
    assert_eq!(world.heard(&session), []);
    assert!(!session.is_held());
}

const MINUTE: Duration = Duration::from_secs(60);
