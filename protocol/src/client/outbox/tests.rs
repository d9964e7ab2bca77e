//! The outbox alone.

use alloc::vec;
use alloc::vec::Vec;

use super::Outbox;
use crate::client::notice::{Notice, Output};
use crate::limits::MESSAGE_BYTES_MAX;
use crate::wire::{Channel, ClientMessage, Event};

const CHANNEL: Channel = Channel::ZERO;

#[test]
fn what_is_said_in_one_go_is_packed_and_no_message_is_over_64_kib() {
    let mut out = Outbox::default();
    let payload = [0; 16_000];
    let (channel, name) = (CHANNEL, "e");
    for _ in 0..5 {
        let event = Event {
            name,
            payload: &payload,
        };
        out.send(&ClientMessage::Event { channel, event });
    }
    out.send(&ClientMessage::Heartbeat);
    let lengths: Vec<usize> = polled(&mut out)
        .iter()
        .map(|output| match output {
            Output::Transmit(bytes) => bytes.len(),
            _ => 0,
        })
        .collect();
    assert_eq!(lengths.len(), 2);
    assert!(lengths.iter().all(|&length| length <= MESSAGE_BYTES_MAX));
    let event_bytes = 1 + 2 + 2 + 16_000;
    assert_eq!(lengths.iter().sum::<usize>(), 5 * event_bytes + 1);
}

#[test]
fn the_transport_is_told_in_the_order_in_which_sockets_live() {
    let mut out = Outbox::default();
    out.disconnect(1000);
    out.connect();
    out.send(&ClientMessage::Leave { channel: CHANNEL });
    assert_eq!(
        polled(&mut out),
        [
            Output::Transmit(vec![0x40]),
            Output::Disconnect { code: 1000 },
            Output::Connect,
        ]
    );
}

#[test]
fn a_socket_that_nobody_heard_of_is_neither_opened_nor_closed() {
    let mut out = Outbox::default();
    out.connect();
    out.disconnect(1000);
    assert_eq!(polled(&mut out), []);
    out.connect();
    out.discard();
    assert_eq!(polled(&mut out), []);
}

#[test]
fn nothing_is_told_of_a_room_that_was_left() {
    let mut out = Outbox::default();
    let left = |channel| Notice::UserLeft { channel, user: 1 };
    for channel in [CHANNEL, Channel::LAST, CHANNEL] {
        out.tell(left(channel));
    }
    out.tell_error(None, "of the connection");
    out.forget(CHANNEL);
    let told: Vec<_> = out.records.notices().collect();
    let error = Notice::Error {
        channel: None,
        text: "of the connection",
    };
    assert_eq!(told, [left(Channel::LAST), error]);
}

#[test]
fn errors_do_not_pile_up_past_the_backlog() {
    let mut out = Outbox::default();
    let text = "x".repeat(1 << 20);
    for _ in 0..100 {
        out.tell_error(None, &text);
    }
    assert!(out.is_backlogged());
    assert_eq!(out.records.notices().count(), 16);
}

fn polled(out: &mut Outbox) -> Vec<Output> {
    core::iter::from_fn(|| out.poll()).collect()
}
