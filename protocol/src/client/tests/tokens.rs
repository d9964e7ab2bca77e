//! Rooms that are joined with a fresh token each time.

use alloc::vec;
use alloc::vec::Vec;

use super::rig::{CH, Command, Rig, encode, person, room};
use crate::client::{Config, Notice};
use crate::wire::{Channel, ServerMessage, Welcome};

/// A client whose application has tokens to give.
fn rig() -> Rig {
    Rig::with(Config {
        has_tokens: true,
        ..Config::default()
    })
}

fn joined() -> Rig {
    let mut rig = rig();
    rig.enter("plan");
    give(&mut rig, CH, "first");
    rig.open();
    rig.hear(&room(CH, 0, &[]));
    rig.take_all();
    rig
}

fn give(rig: &mut Rig, channel: Channel, token: &str) {
    let now = rig.now;
    rig.run(|client| client.set_token(now, channel, token));
}

/// The channels of the tokens that were asked for.
fn asked(rig: &mut Rig) -> Vec<Channel> {
    let needed = |notice| match notice {
        Notice::TokenNeeded { channel } => Some(channel),
        _ => None,
    };
    rig.take_notices().into_iter().filter_map(needed).collect()
}

#[test]
fn a_room_that_is_entered_connects_when_its_token_is_there() {
    let mut rig = rig();
    rig.enter("plan");
    assert_eq!(asked(&mut rig), [CH]);
    rig.pass_ms(60_000);
    assert_eq!(rig.take_commands(), []);
    give(&mut rig, CH, "first");
    assert_eq!(rig.take_commands(), [Command::Connect]);
    rig.open();
    assert_eq!(rig.take_said(), ["0 join plan token first"]);
}

#[test]
fn a_second_room_is_joined_when_its_token_comes_and_the_first_one_does_not_wait() {
    let mut rig = joined();
    let second = rig.enter("other");
    assert_eq!(asked(&mut rig), [second]);
    assert!(rig.take_said().is_empty());
    give(&mut rig, second, "second");
    assert_eq!(rig.take_said(), ["1 join other token second"]);
}

#[test]
fn every_reconnect_is_made_with_a_new_token() {
    for code in [1006, 4101, 4200] {
        let mut rig = joined();
        rig.close(code);
        assert_eq!(asked(&mut rig), [CH], "once, after {code}");
        rig.pass_ms(600_000);
        assert_eq!(
            rig.take_commands(),
            [],
            "no attempt without it, after {code}"
        );
        give(&mut rig, CH, "fresh");
        assert_eq!(rig.take_commands(), [Command::Connect]);
        rig.open();
        assert_eq!(
            rig.take_said(),
            ["0 join plan token fresh resume"],
            "after {code}"
        );
    }
}

#[test]
fn a_token_that_no_socket_used_is_kept_for_the_next_attempt() {
    let mut rig = rig();
    rig.enter("plan");
    give(&mut rig, CH, "first");
    rig.take_all();
    rig.close(1006);
    assert_eq!(asked(&mut rig), []);
    rig.pass_ms(600);
    assert_eq!(rig.take_commands(), [Command::Connect]);
}

#[test]
fn after_a_close_for_good_no_token_is_asked_for() {
    let mut rig = joined();
    rig.close(4004);
    assert_eq!(asked(&mut rig), []);
}

#[test]
fn a_page_that_is_shown_again_connects_as_soon_as_the_token_is_there() {
    let mut rig = joined();
    rig.close(4200);
    let now = rig.now;
    rig.run(|client| client.reconnect_now(now));
    rig.take_all();
    give(&mut rig, CH, "fresh");
    assert_eq!(rig.take_commands(), vec![Command::Connect]);
}

/// R-WEL-2. They asked for a seat, and their token gives none: nobody in the room is themselves, and
/// nothing is said that would be refused.
#[test]
fn who_is_made_an_observer_by_a_token_is_nobody_and_says_nothing() {
    let mut rig = rig();
    rig.enter("plan");
    rig.field(4, &[2]);
    rig.cursor(7);
    give(&mut rig, CH, "first");
    rig.open();
    rig.take_all();
    let mut told = encode(&[ServerMessage::Welcome {
        channel: CH,
        welcome: Welcome {
            user: 0,
            tick_hz: 60,
            heartbeat_s: 20,
            resumed: false,
            resume: [0; 16],
        },
    }]);
    told.extend(encode(&[
        person(CH, 0),
        ServerMessage::PresenceUpdate {
            channel: CH,
            count: 1,
        },
    ]));
    rig.hear(&told);
    rig.cursor(9);
    rig.field(4, &[1]);
    rig.pass_ms(1_000);
    assert!(rig.take_said().is_empty());
    let view = rig.client.room(CH).expect("a room");
    assert_eq!((view.user(), view.resume()), (None, None));
    assert!(view.person(0).is_some(), "somebody else");
    // The next token may give a seat: it is asked for again.
    rig.close(1006);
    rig.pass_ms(600_000);
    give(&mut rig, CH, "second");
    rig.open();
    assert_eq!(rig.take_said(), ["0 join plan token second"]);
    rig.hear(&room(CH, 3, &[]));
    assert_eq!(rig.take_said(), ["0 state 4=[1]"]);
}
