//! What an application or a transport that does not poll brings about: nothing without bound.

use alloc::vec;
use alloc::vec::Vec;

use super::rig::{CH, Rig, encode, person, room, welcome};
use crate::client::connection::Connection;
use crate::client::{Client, Notice, Output};
use crate::limits::{NOTICE_BYTES_MAX, OUTBOUND_BYTES_MAX};
use crate::wire::{Event, ServerMessage};

#[test]
fn an_application_that_does_not_poll_is_not_read_for_and_hears_everything_when_it_does() {
    let mut rig = Rig::joined(&[1]);
    let (now, flood) = (rig.now, flood());
    let mut told = 0;
    while matches!(rig.client.connection, Connection::Open { .. }) {
        rig.client.handle_message(now, &flood);
        told += 4;
        assert!(told * 16_000 < 2 * NOTICE_BYTES_MAX, "it reads on");
    }
    // Time passes and nothing more is begun.
    for _ in 0..100 {
        let at = rig.client.poll_timeout().expect("a wait");
        rig.client.handle_timeout(at);
        rig.client.reconnect_now(at);
        rig.now = at;
    }
    assert!(matches!(rig.client.connection, Connection::Waiting { .. }));
    rig.run(|_| {});
    let events = rig.take_notices();
    let is_event = |notice: &&Notice<'_>| matches!(notice, Notice::Event { .. });
    assert_eq!(
        events.iter().filter(is_event).count(),
        told - 4,
        "the last message was not read"
    );
    rig.take_all();
    rig.come_back();
    assert_eq!(rig.take_said(), ["0 join plan resume"]);
}

#[test]
fn a_transport_that_takes_nothing_is_given_up() {
    let mut rig = Rig::joined(&[]);
    let now = rig.now;
    let payload = vec![0; 16_000];
    for _ in 0..=OUTBOUND_BYTES_MAX / 16_000 {
        let sent = rig.client.broadcast_event(now, CH, "e", &payload);
        assert!(sent.is_ok());
    }
    assert!(matches!(rig.client.connection, Connection::Waiting { .. }));
    assert!(
        polled(&mut rig.client)
            .iter()
            .all(|output| !matches!(output, Output::Transmit(_)))
    );
}

#[test]
fn a_snapshot_that_says_more_than_may_wait_is_given_up() {
    let mut rig = Rig::joined(&[1]);
    rig.close(1006);
    rig.come_back();
    rig.hear(&welcome(CH, 0, true));
    rig.hear(&encode(&[person(CH, 0), person(CH, 1)]));
    let flood = flood();
    for _ in 0..=NOTICE_BYTES_MAX / flood.len() {
        rig.hear(&flood);
    }
    assert!(matches!(rig.client.connection, Connection::Waiting { .. }));
    let error = |notice: &Notice<'_>| matches!(notice, Notice::Error { channel: None, .. });
    assert!(rig.take_notices().iter().any(error));
}

#[test]
fn an_application_that_enters_and_leaves_without_polling_piles_nothing_up() {
    let mut rig = Rig::new();
    let now = rig.now;
    for _ in 0..10_000 {
        let options = crate::client::Enter {
            room: "plan",
            ..crate::client::Enter::default()
        };
        let channel = rig.client.enter_room(now, options).expect("a free channel");
        rig.client.leave_room(now, channel);
    }
    assert!(polled(&mut rig.client).len() <= 2);
}

#[test]
fn sixteen_rooms_come_back_with_full_queues_in_messages_of_at_most_64_kib() {
    let mut rig = Rig::new();
    let now = rig.now;
    let payload = vec![0; 16_000];
    let mut snapshots = Vec::new();
    for number in 0..16 {
        let channel = rig.enter(&alloc::format!("r{number}"));
        for _ in 0..4 {
            let queued = rig.client.broadcast_event(now, channel, "e", &payload);
            assert!(queued.is_ok());
        }
        snapshots.extend(room(channel, 0, &[]));
    }
    rig.open();
    rig.take_all();
    rig.hear(&snapshots);
    let sent = rig.take_sent();
    assert!(sent.iter().all(|bytes| bytes.len() <= 64 * 1024));
    assert!(sent.iter().map(Vec::len).sum::<usize>() > 64 * 16_000);
    assert!(matches!(rig.client.connection, Connection::Open { .. }));
}

/// Four large events of user 1.
fn flood() -> Vec<u8> {
    let payload = vec![0; 16_000];
    let event = Event {
        name: "e",
        payload: &payload,
    };
    let message = ServerMessage::Event {
        channel: CH,
        user: 1,
        event,
    };
    encode(&[message; 4])
}

fn polled(client: &mut Client) -> Vec<Output> {
    core::iter::from_fn(|| client.poll_output()).collect()
}
