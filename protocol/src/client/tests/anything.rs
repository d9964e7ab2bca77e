//! Anything may happen, in any order: nothing panics, grows or spins.

use alloc::vec;
use alloc::vec::Vec;
use core::time::Duration;

use proptest::prelude::*;

use super::rig::{
    count, cursors, encode, event, left, named, person, room, snapshot, state, welcome,
};
use crate::client::{Client, Config, Enter, Output, Status};
use crate::coords::Point;
use crate::limits::{MESSAGE_BYTES_MAX, ROSTER_PEOPLE_MAX};
use crate::time::Instant;
use crate::wire::{Channel, Control, ServerMessage, client_messages};

#[derive(Clone, Debug)]
enum Operation {
    Enter(u8, bool),
    Leave(Channel),
    Cursor(Channel, u16),
    Field(Channel, u8, Vec<u8>),
    Custom(Channel, u8),
    Event(Channel, u8),
    Token(Channel),
    Reconnect,
    Offline,
    Close,
    Open,
    Closed(u16),
    Hear(Vec<u8>),
    Pass(u32),
    Drain,
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_machine_keeps_its_promises(
        seed in any::<u64>(),
        operations in prop::collection::vec(operation(), 1..120),
    ) {
        let mut client = Client::new(Config::default(), seed);
        let mut now = Instant::from_millis(5);
        for operation in operations {
            act(&mut client, &mut now, &operation);
            if !matches!(operation, Operation::Drain) {
                continue;
            }
            for output in core::iter::from_fn(|| client.poll_output()) {
                if let Output::Transmit(bytes) = output {
                    prop_assert!(bytes.len() <= MESSAGE_BYTES_MAX);
                    prop_assert!(client_messages(&bytes).all(|message| message.is_ok()));
                }
            }
            // A timeout that was handled is over.
            if let Some(at) = client.poll_timeout() {
                now = now.max(at);
                client.handle_timeout(now);
                while client.poll_output().is_some() {}
                prop_assert!(client.poll_timeout().is_none_or(|next| next > now));
            }
        }
        for room in Channel::all().filter_map(|channel| client.room(channel)) {
            let users: Vec<u32> = room.people().iter().map(|person| person.user).collect();
            prop_assert!(users.len() <= ROSTER_PEOPLE_MAX);
            prop_assert!(users.is_sorted());
        }
        client.close(now);
        prop_assert_eq!(client.status(), Status::Disconnected);
        prop_assert_eq!(client.poll_timeout(), None);
    }
}

fn act(client: &mut Client, now: &mut Instant, operation: &Operation) {
    let at = *now;
    match operation {
        Operation::Enter(room, observer) => {
            let options = Enter {
                room: ["a", "b", "c", "d"][usize::from(room % 4)],
                observer: *observer,
                ..Enter::default()
            };
            let _ = client.enter_room(at, options);
        }
        Operation::Leave(channel) => client.leave_room(at, *channel),
        Operation::Cursor(channel, x) => client.update_cursor(at, *channel, Point { x: *x, y: 0 }),
        Operation::Field(channel, tag, body) => {
            let _ = client.set_field(at, *channel, *tag, body);
        }
        Operation::Custom(channel, length) => {
            let text = "x".repeat(usize::from(*length));
            let _ = client.update_custom(at, *channel, &text, &text);
        }
        Operation::Event(channel, length) => {
            let payload = vec![0; usize::from(*length) * 64];
            let _ = client.broadcast_event(at, *channel, "e", &payload);
        }
        Operation::Token(channel) => client.set_token(at, *channel, "t"),
        Operation::Reconnect => client.reconnect_now(at),
        Operation::Offline => client.set_offline(at),
        Operation::Close => client.close(at),
        Operation::Open => client.handle_open(at),
        Operation::Closed(code) => client.handle_close(at, *code, ""),
        Operation::Hear(bytes) => client.handle_message(at, bytes),
        Operation::Pass(span_ms) => {
            *now = at + Duration::from_millis(u64::from(*span_ms));
            client.handle_timeout(*now);
        }
        Operation::Drain => {}
    }
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        4 => (any::<u8>(), prop::bool::weighted(0.1))
            .prop_map(|(room, observer)| Operation::Enter(room, observer)),
        1 => channel().prop_map(Operation::Leave),
        4 => (channel(), any::<u16>()).prop_map(|(channel, x)| Operation::Cursor(channel, x)),
        2 => (channel(), any::<u8>(), prop::collection::vec(any::<u8>(), 0..9))
            .prop_map(|(channel, tag, body)| Operation::Field(channel, tag, body)),
        1 => (channel(), any::<u8>())
            .prop_map(|(channel, length)| Operation::Custom(channel, length)),
        2 => (channel(), any::<u8>())
            .prop_map(|(channel, length)| Operation::Event(channel, length)),
        1 => channel().prop_map(Operation::Token),
        1 => Just(Operation::Reconnect),
        1 => Just(Operation::Offline),
        8 => Just(Operation::Open),
        1 => prop_oneof![Just(1006u16), Just(4100), Just(4200), Just(4004)]
            .prop_map(Operation::Closed),
        16 => heard().prop_map(Operation::Hear),
        4 => (0u32..40_000).prop_map(Operation::Pass),
        8 => Just(Operation::Drain),
        1 => prop::bool::weighted(0.05)
            .prop_map(|close| if close { Operation::Close } else { Operation::Drain }),
    ]
}

/// Mostly the low channels, where the rooms are.
fn channel() -> impl Strategy<Value = Channel> + Clone {
    prop_oneof![9 => 0u8..4, 1 => 0u8..16]
        .prop_map(|number| Channel::new(number).unwrap_or_default())
}

fn heard() -> impl Strategy<Value = Vec<u8>> {
    let good = (channel(), 0u32..6, 0u32..6, 0u8..15).prop_map(|(channel, user, other, kind)| {
        let others = [other + 6, other + 12];
        let control = |control| encode(&[ServerMessage::Control { channel, control }]);
        let text = "";
        match kind {
            0 => welcome(channel, user, other % 2 == 0),
            1 => room(channel, user, &others),
            2 => snapshot(
                channel,
                user,
                true,
                &others,
                &[state(channel, user, &[(4, &[1])])],
            ),
            3 => encode(&[person(channel, user)]),
            4 => encode(&[named(channel, user, "Zoe")]),
            5 => left(channel, user),
            6 => count(channel, other as usize),
            7 => cursors(channel, &[(user, 3), (user + 1 + other, 4)]),
            8 => state(channel, user, &[(5, b"{}"), (7, b"\x01s")]),
            9 => event(channel, user, "e"),
            10 => control(Control::Error { text }),
            11 => control(Control::Kicked { text }),
            12 => control(Control::Pace { text, hz: 3 }),
            13 => control(Control::Redirect {
                text,
                url: ["ws://a/ws", "ws://b/ws"][other as usize % 2],
            }),
            _ => encode(&[ServerMessage::Control {
                channel: Channel::ZERO,
                control: Control::Drain {
                    text,
                    within_ms: other * 1_000,
                },
            }]),
        }
    });
    let random = prop::collection::vec(any::<u8>(), 0..30);
    let bent = (good.clone(), any::<prop::sample::Index>(), any::<u8>()).prop_map(
        |(mut bytes, at, byte)| {
            let at = at.index(bytes.len());
            bytes[at] = byte;
            bytes
        },
    );
    prop_oneof![20 => good, 1 => random, 1 => bent]
}
