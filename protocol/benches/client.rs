//! The time of the client machine in large rooms: snapshots, joins one by one, cursors per frame.
//! `cargo xtask bench --micro`, or `cargo bench -p mote-protocol --bench client`.

mod support;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use mote_protocol::client::{Client, Config, Enter, Records};
use mote_protocol::limits::MESSAGE_BYTES_MAX;
use mote_protocol::time::Instant;
use mote_protocol::wire::{ServerMessage, server_messages};
use support::{CHANNEL, batch, encoded, snapshot, state, user_joined};

const NOW: Instant = Instant::ZERO;

/// Takes everything that waits, as a shell does after each message.
fn drain(client: &mut Client) {
    while let Some(output) = client.poll_output() {
        black_box(output);
    }
    let mut records = Records::default();
    client.poll_records(&mut records);
    black_box(records.notices().count());
    black_box(client.poll_timeout());
}

/// A client that has sent its Join.
fn joining() -> Client {
    let mut client = Client::new(Config::default(), 7);
    let room = Enter {
        room: "plan",
        ..Enter::default()
    };
    client.enter_room(NOW, room).expect("a good id");
    drain(&mut client);
    client.handle_open(NOW);
    drain(&mut client);
    client
}

/// A client in a room of so many.
fn joined(people: u32) -> Client {
    let mut client = joining();
    for message in websocket_messages(&snapshot(people)) {
        client.handle_message(NOW, &message);
        drain(&mut client);
    }
    let room = client.room(CHANNEL).expect("entered");
    assert_eq!(room.people().len(), people as usize);
    client
}

/// Parts of what a server would send at once, each as large as a WebSocket message may be.
fn websocket_messages(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut parts = vec![Vec::new()];
    for message in server_messages(bytes) {
        let one = encoded(&[message.expect("valid")]);
        match parts.last_mut() {
            Some(open) if open.len() + one.len() <= MESSAGE_BYTES_MAX => open.extend(one),
            _ => parts.push(one),
        }
    }
    parts
}

#[divan::bench(args = [100, 1_000, 10_000])]
fn snapshot_taken(bencher: Bencher<'_, '_>, people: u32) {
    let parts = websocket_messages(&snapshot(people));
    let bencher = bencher.counter(ItemsCount::new(people));
    bencher
        .with_inputs(joining)
        .bench_local_values(|mut client| {
            for part in &parts {
                client.handle_message(NOW, part);
                drain(&mut client);
            }
            client
        });
}

/// The same room again after a lost line: the difference to what was known is told.
#[divan::bench(args = [100, 1_000, 10_000])]
fn snapshot_taken_again(bencher: Bencher<'_, '_>, people: u32) {
    let parts = websocket_messages(&snapshot(people));
    let lost = || {
        let mut client = joined(people);
        client.handle_close(NOW, 1006, "");
        drain(&mut client);
        client.reconnect_now(NOW);
        drain(&mut client);
        client.handle_open(NOW);
        drain(&mut client);
        client
    };
    let bencher = bencher.counter(ItemsCount::new(people));
    bencher.with_inputs(lost).bench_local_values(|mut client| {
        for part in &parts {
            client.handle_message(NOW, part);
            drain(&mut client);
        }
        client
    });
}

/// Live joins in batches of 100, which an application polls in between.
#[divan::bench(args = [100, 1_000, 10_000])]
fn joins_in_batches(bencher: Bencher<'_, '_>, people: u32) {
    let users: Vec<u32> = (1..=people).collect();
    let batches: Vec<_> = users
        .chunks(100)
        .map(|users| {
            let joins: Vec<_> = users.iter().map(|&user| user_joined(user)).collect();
            encoded(&joins)
        })
        .collect();
    let bencher = bencher.counter(ItemsCount::new(people));
    bencher
        .with_inputs(|| joined(1))
        .bench_local_values(|mut client| {
            for batch in &batches {
                client.handle_message(NOW, batch);
                drain(&mut client);
            }
            client
        });
}

/// Everybody leaves, the lowest id first: the most that a roster must move.
#[divan::bench(args = [100, 1_000, 10_000])]
fn leaves_from_the_front(bencher: Bencher<'_, '_>, people: u32) {
    let leaves: Vec<_> = (0..people - 1)
        .map(|user| {
            let channel = CHANNEL;
            encoded(&[ServerMessage::UserLeft { channel, user }])
        })
        .collect();
    let bencher = bencher.counter(ItemsCount::new(people));
    bencher
        .with_inputs(|| joined(people))
        .bench_local_values(|mut client| {
            for leave in &leaves {
                client.handle_message(NOW, leave);
                drain(&mut client);
            }
            client
        });
}

/// A thousand of so many people moved.
#[divan::bench(args = [1_000, 10_000])]
fn batch_of_1000_in_a_room_of(bencher: Bencher<'_, '_>, people: u32) {
    let mut client = joined(people);
    let channel = CHANNEL;
    let turns = [1, 2].map(|turn| {
        let cursors = batch(1_000, turn);
        let cursors = cursors.as_cursors();
        encoded(&[ServerMessage::CursorBatch { channel, cursors }])
    });
    let mut turn = 0;
    bencher.counter(ItemsCount::new(1_000_u32)).bench_local(|| {
        turn = 1 - turn;
        client.handle_message(NOW, &turns[turn]);
        drain(&mut client);
    });
}

#[divan::bench(args = [1_000, 10_000])]
fn a_state_in_a_room_of(bencher: Bencher<'_, '_>, people: u32) {
    let mut client = joined(people);
    let (channel, fields) = (CHANNEL, state());
    let fields = fields.as_fields();
    let user = people / 2;
    let bytes = encoded(&[ServerMessage::State {
        channel,
        user,
        fields,
    }]);
    bencher.bench_local(|| {
        client.handle_message(NOW, &bytes);
        drain(&mut client);
    });
}

fn main() {
    divan::main();
}
