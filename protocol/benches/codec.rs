//! The time of the codec: every hot message both ways, batches, and the snapshot of a room of 100.
//! `cargo xtask bench --micro`, or `cargo bench -p mote-protocol --bench codec`.

mod support;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use mote_protocol::coords::Point;
use mote_protocol::wire::{
    ClientMessage, Cursor, CursorsBuf, ServerMessage, client_messages, server_messages,
};

use support::{CHANNEL, batch, encoded, snapshot, state, user_joined};

const MOVED: ClientMessage<'static> = ClientMessage::Cursor {
    channel: CHANNEL,
    point: Point {
        x: 20_000,
        y: 9_000,
    },
};

fn encode_server(bencher: Bencher<'_, '_>, message: ServerMessage<'_>) {
    let mut out = Vec::with_capacity(64 * 1024);
    bencher.bench_local(|| {
        out.clear();
        black_box(&message).encode(&mut out)
    });
}

fn decode_server(bencher: Bencher<'_, '_>, bytes: &[u8]) {
    bencher.bench_local(|| {
        let messages = server_messages(black_box(bytes));
        messages
            .filter(|message| black_box(message).is_ok())
            .count()
    });
}

#[divan::bench]
fn cursor_update_encode(bencher: Bencher<'_, '_>) {
    let mut out = Vec::with_capacity(64);
    bencher.bench_local(|| {
        out.clear();
        black_box(&MOVED).encode(&mut out)
    });
}

#[divan::bench]
fn cursor_update_decode(bencher: Bencher<'_, '_>) {
    let mut bytes = Vec::new();
    MOVED.encode(&mut bytes).expect("within the limits");
    bencher.bench_local(|| {
        let messages = client_messages(black_box(&bytes));
        messages
            .filter(|message| black_box(message).is_ok())
            .count()
    });
}

#[divan::bench]
fn cursor_broadcast_encode(bencher: Bencher<'_, '_>) {
    encode_server(bencher, broadcast());
}

#[divan::bench]
fn cursor_broadcast_decode(bencher: Bencher<'_, '_>) {
    decode_server(bencher, &encoded(&[broadcast()]));
}

#[divan::bench(args = [10, 100, 1_000])]
fn cursor_batch_encode(bencher: Bencher<'_, '_>, people: u32) {
    let cursors: Vec<Cursor> = batch(people, 0).as_cursors().iter().collect();
    let mut buf = CursorsBuf::new();
    let mut out = Vec::with_capacity(64 * 1024);
    bencher.counter(ItemsCount::new(people)).bench_local(|| {
        buf.clear();
        out.clear();
        for &cursor in black_box(&cursors) {
            buf.push(cursor).expect("ascending");
        }
        let cursors = buf.as_cursors();
        let channel = CHANNEL;
        ServerMessage::CursorBatch { channel, cursors }.encode(&mut out)
    });
}

/// The bytes are checked once and walked once.
#[divan::bench(args = [10, 100, 1_000])]
fn cursor_batch_decode(bencher: Bencher<'_, '_>, people: u32) {
    let cursors = batch(people, 0);
    let cursors = cursors.as_cursors();
    let channel = CHANNEL;
    let bytes = encoded(&[ServerMessage::CursorBatch { channel, cursors }]);
    bencher.counter(ItemsCount::new(people)).bench_local(|| {
        for message in server_messages(black_box(&bytes)) {
            if let Ok(ServerMessage::CursorBatch { cursors, .. }) = message {
                cursors.iter().for_each(|cursor| {
                    black_box(cursor);
                });
            }
        }
    });
}

#[divan::bench]
fn state_encode(bencher: Bencher<'_, '_>) {
    let fields = state();
    let fields = fields.as_fields();
    let (channel, user) = (CHANNEL, 7);
    encode_server(
        bencher,
        ServerMessage::State {
            channel,
            user,
            fields,
        },
    );
}

#[divan::bench]
fn state_decode(bencher: Bencher<'_, '_>) {
    let fields = state();
    let fields = fields.as_fields();
    let (channel, user) = (CHANNEL, 7);
    decode_server(
        bencher,
        &encoded(&[ServerMessage::State {
            channel,
            user,
            fields,
        }]),
    );
}

#[divan::bench]
fn user_joined_encode(bencher: Bencher<'_, '_>) {
    encode_server(bencher, user_joined(7));
}

#[divan::bench]
fn user_joined_decode(bencher: Bencher<'_, '_>) {
    decode_server(bencher, &encoded(&[user_joined(7)]));
}

#[divan::bench(args = [100])]
fn snapshot_encode(bencher: Bencher<'_, '_>, people: u32) {
    let counter = ItemsCount::new(people);
    bencher
        .counter(counter)
        .bench_local(|| snapshot(black_box(people)));
}

#[divan::bench(args = [100])]
fn snapshot_decode(bencher: Bencher<'_, '_>, people: u32) {
    decode_server(bencher.counter(ItemsCount::new(people)), &snapshot(people));
}

fn broadcast() -> ServerMessage<'static> {
    let (user, point) = (
        7,
        Point {
            x: 20_000,
            y: 9_000,
        },
    );
    let cursor = Cursor { user, point };
    let channel = CHANNEL;
    ServerMessage::Cursor { channel, cursor }
}

fn main() {
    divan::main();
}
