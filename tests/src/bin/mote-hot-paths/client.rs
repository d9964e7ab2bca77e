//! The client machine.

use std::hint::black_box;

use mote_protocol::client::{Client, Config, Enter, Records};
use mote_protocol::color::Color;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Channel, ServerMessage, UserJoined, Welcome};

use super::Turn;
use super::codec::write_batch;

const NOW: Instant = Instant::ZERO;
const PEOPLE: u32 = 100;

/// A batch of a hundred cursors, each of which moved, is taken and its notice polled.
pub(super) fn batch() -> Turn {
    let mut client = Client::new(Config::default(), 7);
    let options = Enter {
        room: "plan",
        ..Enter::default()
    };
    client.enter_room(NOW, options).expect("a good id");
    drain(&mut client);
    client.handle_open(NOW);
    client.handle_message(NOW, &snapshot());
    drain(&mut client);
    let mut batches = [1, 2].map(|at| {
        let mut bytes = Vec::new();
        write_batch(PEOPLE, at, &mut bytes);
        bytes
    });
    Box::new(move || {
        batches.rotate_left(1);
        client.handle_message(NOW, black_box(&batches[0]));
        drain(&mut client);
    })
}

/// The room as its last joiner is told of it.
fn snapshot() -> Vec<u8> {
    let channel = Channel::ZERO;
    let welcome = Welcome {
        user: PEOPLE - 1,
        tick_hz: 60,
        heartbeat_s: 20,
        resumed: false,
        resume: [7; 16],
    };
    let person = |user| UserJoined {
        user,
        name: "Gentle Otter",
        color: Color::from_rgb(0x0f_766e),
        account: "",
    };
    let mut messages = vec![ServerMessage::Welcome { channel, welcome }];
    messages.extend((0..PEOPLE).map(|user| {
        let joined = person(user);
        ServerMessage::UserJoined { channel, joined }
    }));
    let count = PEOPLE;
    messages.push(ServerMessage::PresenceUpdate { channel, count });
    let mut bytes = Vec::new();
    for message in messages {
        message.encode(&mut bytes).expect("within the limits");
    }
    bytes
}

fn drain(client: &mut Client) {
    while let Some(output) = client.poll_output() {
        black_box(output);
    }
    let mut records = Records::default();
    client.poll_records(&mut records);
    black_box(records.as_bytes());
    black_box(client.poll_timeout());
}
