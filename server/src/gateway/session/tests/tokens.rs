//! Where nobody comes in without a token: who does, and as whom.

use mote_protocol::wire::{ServerMessage, server_messages};

use super::*;
use crate::auth::{Key, KeySet, Reason, Rules, Secret, Token};

/// The time at the zero of the tests, in seconds since 1970.
pub(super) const ZERO_S: u64 = 1_800_000_000;

pub(super) const ALL: Rights = Rights::PERSON;

pub(super) fn secret() -> Secret {
    Secret::new("0123456789abcdef0123456789abcdef").unwrap()
}

/// A server that asks for tokens.
pub(super) fn guarded() -> World {
    let keys = KeySet::from_iter([Key::from(secret())]);
    let calendar = |now: Instant| ZERO_S + (now - Instant::ZERO).as_secs();
    let mut world = World::new();
    world.verifier = Some(Arc::new(Verifier::new(keys, Rules::default(), calendar)));
    world
}

impl World {
    pub(super) fn sign(&self, token: &Token) -> String {
        let now_s = ZERO_S + (self.now - Instant::ZERO).as_secs();
        token.sign_at(now_s, &secret()).unwrap()
    }

    /// A token for an hour.
    pub(super) fn token(&self, account: &str, room: &str, rights: Rights) -> String {
        self.sign(&Token::new(account).room(room, rights))
    }

    /// In a room as an account with these rights; what was heard is forgotten.
    pub(super) fn seated(&self, account: &str, room: &str, rights: Rights) -> Session {
        let mut session = self.open();
        let token = self.token(account, room, rights);
        self.send(&mut session, &with_token(0, room, &token))
            .unwrap();
        self.heard(&session);
        session
    }

    fn failures(&self, reason: Reason) -> u64 {
        self.verifier.as_ref().unwrap().failures().of(reason)
    }

    /// What a socket hears next, all of it.
    fn bytes(&self, session: &Session) -> Vec<u8> {
        let mut all = Vec::new();
        while let Next::Send(outgoing) = session.connection().next(self.now) {
            if let Outgoing::Message(bytes) = outgoing {
                all.extend_from_slice(&bytes);
            }
            session.connection().written(self.now);
        }
        all
    }
}

pub(super) fn with_token<'a>(number: u8, room: &'a str, token: &'a str) -> ClientMessage<'a> {
    let join = Join {
        room,
        token: Some(token),
        ..Join::default()
    };
    ClientMessage::Join {
        channel: channel(number),
        join,
    }
}

/// The accounts of those who are told of.
fn accounts(bytes: &[u8]) -> Vec<(String, String)> {
    let joined = server_messages(bytes).filter_map(|message| match message.unwrap() {
        ServerMessage::UserJoined { joined, .. } => {
            Some((joined.account.to_owned(), joined.name.to_owned()))
        }
        _ => None,
    });
    joined.collect()
}

#[test]
fn nobody_comes_in_without_a_token_and_no_room_is_made_for_them() {
    let world = guarded();
    let mut session = world.open();
    let close = world.send(&mut session, &join(0, "plan")).unwrap_err();
    assert_eq!(close.code, CloseCode::BadToken);
    assert_eq!(close.reason, "this server lets nobody in without a token");
    assert_eq!((world.hub.rooms(), world.failures(Reason::Missing)), (0, 1));
}

/// R-TOK-1.
#[test]
fn a_token_that_is_no_good_closes_with_the_code_of_its_reason() {
    let world = guarded();
    let mut cases = vec![
        ("hunter2".to_owned(), CloseCode::BadToken),
        (world.token("ada", "other", ALL), CloseCode::NotAllowed),
        (
            world.token("ada", "plan", Rights::EVENT),
            CloseCode::NotAllowed,
        ),
    ];
    let other = Secret::new("fedcba9876543210fedcba9876543210").unwrap();
    let forged = Token::new("ada").room("*", ALL).sign_at(ZERO_S, &other);
    cases.push((forged.unwrap(), CloseCode::BadToken));
    let old = Token::new("ada")
        .room("*", ALL)
        .sign_at(ZERO_S - 3_700, &secret());
    cases.push((old.unwrap(), CloseCode::TokenExpired));
    let early = Token::new("ada")
        .room("*", ALL)
        .sign_at(ZERO_S + 60, &secret());
    cases.push((early.unwrap(), CloseCode::BadToken));
    for (token, expected) in cases {
        let mut session = world.open();
        let result = world.send(&mut session, &with_token(0, "plan", &token));
        assert_eq!(code(result), expected, "{token}");
    }
    assert_eq!(world.hub.rooms(), 0);
}

#[test]
fn a_token_for_one_room_is_none_for_another() {
    let world = guarded();
    let token = world.token("ada", "board-*", ALL);
    let mut session = world.open();
    world
        .send(&mut session, &with_token(0, "board-1", &token))
        .unwrap();
    world.heard(&session);
    world
        .send(&mut session, &with_token(1, "plan", &token))
        .unwrap();
    let text = "the token does not allow to read this room";
    assert_eq!(world.heard(&session), [Heard::Error(text.into())]);
    // The channel stays free, and the first room is not touched.
    let right = world.token("ada", "plan", ALL);
    world
        .send(&mut session, &with_token(1, "plan", &right))
        .unwrap();
    assert!(matches!(world.heard(&session)[0], Heard::Welcome { .. }));
    world.send(&mut session, &cursor(0)).unwrap();
    assert_eq!(world.heard(&session), []);
}

#[test]
fn an_account_comes_from_the_token_and_its_name_and_colour_win() {
    let world = guarded();
    let named = Token::new("user-1")
        .name("Ada")
        .color("#010203")
        .room("plan", ALL);
    let token = world.sign(&named);
    let mut session = world.open();
    let join = Join {
        room: "plan",
        token: Some(&token),
        name: Some("Root"),
        color: Some(mote_protocol::color::Color::from_rgb(0xFF_FF_FF)),
        ..Join::default()
    };
    let channel = Channel::ZERO;
    world
        .send(&mut session, &ClientMessage::Join { channel, join })
        .unwrap();
    let bytes = world.bytes(&session);
    assert_eq!(accounts(&bytes), [("user-1".into(), "Ada".into())]);
    let color = server_messages(&bytes).find_map(|message| match message.unwrap() {
        ServerMessage::UserJoined { joined, .. } => Some(joined.color.to_rgb()),
        _ => None,
    });
    assert_eq!(color, Some(0x01_02_03));
}

#[test]
fn a_name_that_no_token_claims_is_theirs_to_choose() {
    let world = guarded();
    let token = world.token("user-1", "plan", ALL);
    let mut session = world.open();
    let join = Join {
        room: "plan",
        token: Some(&token),
        name: Some("Grace"),
        ..Join::default()
    };
    let channel = Channel::ZERO;
    world
        .send(&mut session, &ClientMessage::Join { channel, join })
        .unwrap();
    let told = accounts(&world.bytes(&session));
    assert_eq!(told, [("user-1".into(), "Grace".into())]);
}

/// R-SEAT-7, R-TOK-2. Who stole a resume value, and has a token, still gets no seat but their own.
#[test]
fn a_resume_value_brings_back_the_seat_of_the_same_account_only() {
    let world = guarded();
    let token = world.token("ada", "plan", ALL);
    let mut ada = world.open();
    world
        .send(&mut ada, &with_token(0, "plan", &token))
        .unwrap();
    let welcome = world.bytes(&ada);
    let resume: Resume = welcome[5..21].try_into().unwrap();
    let come_back = |account: &str| {
        let token = world.token(account, "plan", ALL);
        let mut session = world.open();
        let join = Join {
            room: "plan",
            token: Some(&token),
            resume: Some(resume),
            ..Join::default()
        };
        let channel = Channel::ZERO;
        world
            .send(&mut session, &ClientMessage::Join { channel, join })
            .unwrap();
        let first = world.heard(&session)[0].clone();
        (session, first)
    };
    let (_eve, first) = come_back("eve");
    let (user, resumed) = (1, false);
    assert_eq!(first, Heard::Welcome { user, resumed });
    assert!(!ada.connection().is_closing(), "nobody took the seat");
    let (_again, first) = come_back("ada");
    let (user, resumed) = (0, true);
    assert_eq!(first, Heard::Welcome { user, resumed });
    assert!(ada.connection().is_closing());
}

#[test]
fn words_of_a_token_in_an_answer_are_cut_to_what_the_wire_takes() {
    let world = guarded();
    let mut session = world.seated("ada", "plan", ALL);
    // The name of a claim is named in the answer, when it is there twice.
    let long = "\u{e4}".repeat(2_000);
    let claims = format!(r#"{{"sub":"ada","rooms":"{long}","exp":1}}"#);
    let token = signed(&claims);
    world
        .send(&mut session, &with_token(1, "other", &token))
        .unwrap();
    let heard = world.heard(&session);
    assert!(
        matches!(&heard[..], [Heard::Error(text)] if text.len() <= 256),
        "{heard:?}"
    );
}

/// A token of any claims, by the secret.
fn signed(claims: &str) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use ring::hmac;
    let parts = [r#"{"alg":"HS256"}"#, claims].map(|part| URL_SAFE_NO_PAD.encode(part));
    let signed = parts.join(".");
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"0123456789abcdef0123456789abcdef");
    let signature = hmac::sign(&key, signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// A token is costly to verify: bad ones are counted like joins.
#[test]
fn a_flood_of_joins_with_bad_tokens_is_closed() {
    let world = guarded();
    let mut session = world.seated("ada", "plan", ALL);
    let flood = (0..100).find_map(|_| world.send(&mut session, &with_token(1, "b", "bad")).err());
    assert_eq!(flood.unwrap().code, CloseCode::TooManyMessages);
    assert!(world.failures(Reason::Malformed) < 50);
}

// R-JOIN-7
#[test]
fn a_room_that_may_not_be_entered_keeps_those_away_that_came_with_it_only_if_there_is_no_other() {
    let world = guarded();
    let token = world.token("ada", "plan", ALL);
    let joins = [(0, "secret"), (1, "plan"), (2, "other")];
    let bytes_of = |joins: &[(u8, &str)]| {
        let mut bytes = Vec::new();
        for (number, room) in joins {
            let join = with_token(*number, room, &token);
            join.encode(&mut bytes).unwrap();
        }
        bytes
    };
    let mut session = world.open();
    session
        .handle_message(world.now, &bytes_of(&joins))
        .unwrap();
    let has = |number| session.connection().membership(channel(number)).is_some();
    assert_eq!([0, 1, 2].map(has), [false, true, false]);
    let heard = world.heard(&session);
    let refused = |heard: &&Heard| matches!(heard, Heard::Error(_));
    assert_eq!(heard.iter().filter(refused).count(), 2);

    let mut session = world.open();
    let result = session.handle_message(world.now, &bytes_of(&[joins[0], joins[2]]));
    assert_eq!(code(result), CloseCode::NotAllowed);
    assert_eq!(world.heard(&session), []);
}
