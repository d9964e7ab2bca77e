//! The memory of the server's process, whatever its clients do.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mote_tests::process::Mote;
use mote_tests::raw::{Frame, Join, Opcode, RawClient, Said};

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;
/// More than any wait in here takes.
const PATIENCE: Duration = Duration::from_secs(20);

fn join_in_tens(addr: SocketAddr, people: usize) -> Vec<RawClient> {
    let mut clients = Vec::with_capacity(people);
    for number in 0..people {
        let mut client = RawClient::connect(addr);
        client.join(&Join::room(&format!("room {}", number / 10)));
        clients.push(client);
    }
    clients
}

#[test]
fn an_idle_websocket_takes_less_than_6_kib() {
    const SOCKETS: usize = 2_000;
    let mote = Mote::start(&["--max-connections-per-ip", "10000"]);
    // What a process does at its first connections is not theirs.
    let _first = join_in_tens(mote.addr(), 100);
    let before = mote.memory_bytes();
    let mut clients = join_in_tens(mote.addr(), SOCKETS);
    let each = mote.memory_bytes().saturating_sub(before) / SOCKETS as u64;
    assert!(each < 6 * KIB, "{each} bytes a socket");
    // They are all served.
    for client in clients.iter_mut().step_by(500) {
        client.until_heartbeat();
    }
}

#[test]
fn a_flood_of_pings_by_one_who_never_reads_is_closed_and_costs_no_memory() {
    let mote = Mote::start(&[]);
    let mut witness = RawClient::connect(mote.addr());
    witness.join(&Join::room("witness"));
    let mut flood = RawClient::connect(mote.addr());
    flood.join(&Join::room("flood"));
    let before = mote.memory_bytes();
    let pings = Frame::whole(Opcode::Ping, &[0xAB; 125])
        .to_bytes([0; 4])
        .repeat(500);
    let start = Instant::now();
    let mut most = before;
    while flood.send_raw(&pings).is_ok() {
        assert!(start.elapsed() < PATIENCE, "it is never closed");
        most = most.max(mote.memory_bytes());
    }
    let grown = most - before;
    assert!(grown < 4 * MIB, "{grown} bytes");
    // What it was told lies unread in its own system, the reset after it notwithstanding.
    assert_eq!(flood.close_code(), Some(4200));
    witness.until_heartbeat();
}

/// Many begin a message and never end it: each is closed with 4000, or holds little.
fn unfinished(fragment: &Frame, what: &str) {
    const SOCKETS: usize = 50;
    let mote = Mote::start(&[]);
    let mut clients = join_in_tens(mote.addr(), SOCKETS);
    let before = mote.memory_bytes();
    let begin = Frame {
        is_final: false,
        ..Frame::whole(Opcode::Binary, &fragment.payload)
    };
    let many = fragment.to_bytes([0; 4]).repeat(1_000);
    for client in &mut clients {
        client
            .send_raw(&begin.to_bytes([0; 4]))
            .expect("the server reads");
        client.send_raw(&many).expect("the server reads");
        // Its answer shows that all of them were taken; control frames may come in between.
        client.send_frame(&Frame::whole(Opcode::Ping, b""));
        while client.frame().expect(what).0.opcode != Opcode::Pong {}
    }
    let each = mote.memory_bytes().saturating_sub(before) / SOCKETS as u64;
    assert!(each < 16 * KIB, "{what}: {each} bytes a socket");
    for client in &mut clients {
        // It may be closed before all 60,000 are sent.
        let _ = (1..60).try_for_each(|_| client.send_raw(&many));
    }
    for mut client in clients {
        let closed = client.until_closed().1;
        assert_eq!(closed.code, Some(4000), "{what}");
        assert_eq!(closed.reason, "a message in too many fragments", "{what}");
    }
    let each = mote.memory_bytes().saturating_sub(before) / SOCKETS as u64;
    assert!(each < 16 * KIB, "{what}, after it: {each} bytes a socket");
}

fn fragment(payload: &[u8]) -> Frame {
    Frame {
        is_final: false,
        ..Frame::whole(Opcode::Continuation, payload)
    }
}

#[test]
fn sixty_thousand_fragments_of_a_byte_are_closed_with_4000_and_cost_little() {
    unfinished(&fragment(&[0x80]), "one byte");
}

#[test]
fn sixty_thousand_empty_fragments_are_closed_with_4000_and_cost_little() {
    unfinished(&fragment(&[]), "empty");
}

#[test]
fn a_header_of_the_largest_message_reserves_nothing() {
    const SOCKETS: usize = 200;
    let mote = Mote::start(&[]);
    let mut clients = join_in_tens(mote.addr(), SOCKETS);
    let before = mote.memory_bytes();
    // A binary frame of 65,536 bytes, of which the first five come.
    let begin = [
        0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5,
    ];
    for client in &mut clients {
        client.until_heartbeat();
        client.send_raw(&begin).expect("the server reads");
    }
    // Somebody who came later was heard, so they were, too.
    let mut last = RawClient::connect(mote.addr());
    last.join(&Join::room("last"));
    assert!(!last.until_heartbeat().contains(&Said::Heartbeat));
    let each = mote.memory_bytes().saturating_sub(before) / SOCKETS as u64;
    assert!(each < 4 * KIB, "{each} bytes a socket");
}
