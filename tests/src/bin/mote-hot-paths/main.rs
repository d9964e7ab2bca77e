//! `mote-hot-paths`: what is done for every cursor, over and over, for `cargo xtask bench
//! --instructions` to count the instructions of.
//!
//! Without arguments it prints its paths, one a line: name, operations a turn, what one operation
//! is. With a name and a number it sets that path up and does so many turns of it. Nothing in it
//! depends on a clock, a socket or chance, so the count of one build is nearly always the same.

mod client;
mod codec;
mod room;
mod server;

use std::io::{self, Write};
use std::process::ExitCode;

/// A path that is done turn by turn.
struct Path {
    name: &'static str,
    /// Operations in one turn; counts are told for one operation.
    operations: u32,
    operation: &'static str,
    /// Sets it up; each call of what it returns is a turn.
    set_up: fn() -> Turn,
}

type Turn = Box<dyn FnMut()>;

const PATHS: [Path; 9] = [
    Path {
        name: "decode",
        operations: 1,
        operation: "decode a CursorUpdate",
        set_up: codec::decode,
    },
    Path {
        name: "encode",
        operations: 100,
        operation: "encode a cursor of a CursorBatch of 100",
        set_up: codec::encode,
    },
    Path {
        name: "room-5",
        operations: 5,
        operation: "a move in a room of 5, its share of the flush included",
        set_up: room::moves::<5>,
    },
    Path {
        name: "room-50",
        operations: 50,
        operation: "the same in a room of 50",
        set_up: room::moves::<50>,
    },
    Path {
        name: "room-100",
        operations: 100,
        operation: "the same in a room of 100",
        set_up: room::moves::<100>,
    },
    Path {
        name: "server-5",
        operations: 5 * 4,
        operation: "an update delivered in a room of 5, from the sender's message to the write",
        set_up: server::moves::<5>,
    },
    Path {
        name: "server-50",
        operations: 50 * 49,
        operation: "the same in a room of 50",
        set_up: server::moves::<50>,
    },
    Path {
        name: "server-100",
        operations: 100 * 99,
        operation: "the same in a room of 100",
        set_up: server::moves::<100>,
    },
    Path {
        name: "client",
        operations: 100,
        operation: "the client machine takes a cursor of a CursorBatch of 100",
        set_up: client::batch,
    },
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match words.as_slice() {
        [] => list(),
        [name, turns] => run(name, turns),
        _ => None,
    };
    if done.is_none() {
        let usage = "usage: mote-hot-paths [<path> <turns>]";
        let _ = writeln!(io::stderr(), "{usage}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn list() -> Option<()> {
    let mut out = io::stdout().lock();
    for path in &PATHS {
        let (name, operations, operation) = (path.name, path.operations, path.operation);
        writeln!(out, "{name}\t{operations}\t{operation}").ok()?;
    }
    Some(())
}

fn run(name: &str, turns: &str) -> Option<()> {
    let path = PATHS.iter().find(|path| path.name == name)?;
    let turns: u32 = turns.parse().ok()?;
    let mut turn = (path.set_up)();
    for _ in 0..turns {
        turn();
    }
    Some(())
}
