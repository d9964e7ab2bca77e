//! The outbox alone.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::Outbox;
use crate::client::notice::{Notice, Output, Status};
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
        out.send(&[ClientMessage::Event { channel, event }]);
    }
    out.send(&[ClientMessage::Heartbeat]);
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
fn the_transport_is_told_first_and_in_the_order_in_which_sockets_live() {
    let mut out = Outbox::default();
    out.tell(Notice::Status(Status::Connected));
    out.disconnect(1000);
    out.connect();
    out.send(&[ClientMessage::Leave { channel: CHANNEL }]);
    assert_eq!(
        polled(&mut out),
        [
            Output::Transmit(vec![0x40]),
            Output::Disconnect { code: 1000 },
            Output::Connect,
            Output::Notice(Notice::Status(Status::Connected)),
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
fn counts_moves_and_statuses_are_conflated() {
    let mut out = Outbox::default();
    let other = Channel::LAST;
    out.tell(Notice::Status(Status::Connecting));
    for _ in 0..3 {
        out.tell(Notice::Status(Status::Connected));
        out.tell_count(CHANNEL);
        out.tell_moved(other);
        out.tell_moved(CHANNEL);
    }
    assert_eq!(
        polled(&mut out),
        [
            Output::Notice(Notice::Status(Status::Connected)),
            Output::Notice(Notice::Count {
                channel: CHANNEL,
                count: 7
            }),
            Output::Notice(Notice::CursorsMoved { channel: CHANNEL }),
            Output::Notice(Notice::CursorsMoved { channel: other }),
        ]
    );
}

#[test]
fn nothing_is_told_of_a_room_that_was_left() {
    let mut out = Outbox::default();
    let other = Channel::LAST;
    for channel in [CHANNEL, other] {
        out.tell(Notice::UserLeft { channel, user: 1 });
        out.tell_count(channel);
        out.tell_moved(channel);
    }
    out.forget(CHANNEL);
    assert_eq!(
        polled(&mut out),
        [
            Output::Notice(Notice::UserLeft {
                channel: other,
                user: 1
            }),
            Output::Notice(Notice::Count {
                channel: other,
                count: 7
            }),
            Output::Notice(Notice::CursorsMoved { channel: other }),
        ]
    );
}

#[test]
fn errors_do_not_pile_up_past_the_backlog_and_polling_ends_it() {
    let mut out = Outbox::default();
    let error = || Notice::Error {
        channel: None,
        text: String::from_utf8(vec![b'x'; 1 << 20]).expect("ASCII"),
    };
    for _ in 0..100 {
        out.tell(error());
    }
    assert!(out.is_backlogged());
    assert_eq!(polled(&mut out).len(), 16);
    assert!(!out.is_backlogged());
}

fn polled(out: &mut Outbox) -> Vec<Output> {
    core::iter::from_fn(|| out.poll(|_| 7)).collect()
}
