//! Readers that are slower than what they are sent: what they cost, and how it ends.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mote_tests::process::Mote;
use mote_tests::raw::{Join, RawClient, Said, cursor, event};
use socket2::{Domain, Socket, Type};

const MIB: u64 = 1024 * 1024;
/// So that what is sent here is limited by the readers alone.
pub(super) const NO_RATES: [&str; 6] = [
    "--max-message-rate",
    "1000000",
    "--max-byte-rate",
    "256MiB",
    "--max-cursor-rate",
    "1000000",
];

/// Somebody whose system takes little, so that what is not read soon waits in the server.
pub(super) fn with_a_small_window(addr: SocketAddr) -> RawClient {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket
        .set_recv_buffer_size(4 * 1024)
        .expect("a socket option");
    socket.connect(&addr.into()).expect("the server listens");
    RawClient::over(socket.into())
}

#[test]
fn readers_that_never_read_cost_one_queue_and_the_others_hear_everything() {
    const STUCK: usize = 10;
    const ROUNDS: usize = 600;
    let mote = Mote::start(&NO_RATES);
    let mut ada = RawClient::connect(mote.addr());
    ada.join(&Join::room("stuck"));
    let mut bob = RawClient::connect(mote.addr());
    bob.join(&Join::room("stuck"));
    let stuck: Vec<_> = (0..STUCK)
        .map(|_| {
            let mut client = RawClient::connect(mote.addr());
            client.join(&Join::room("stuck"));
            client
        })
        .collect();
    let payload = vec![0x5A; 16 * 1024];
    let before = mote.memory_bytes();
    let mut most = before;
    let mut slowest = Duration::ZERO;
    // 9.4 MiB for each of them: the kernel takes a part, the server's queue 1 MiB.
    for _ in 0..ROUNDS {
        let start = Instant::now();
        ada.send(&event(0, "flood", &payload));
        bob.until(|said| matches!(said, Said::Event(..)));
        slowest = slowest.max(start.elapsed());
        most = most.max(mote.memory_bytes());
    }
    ada.send(&cursor(0, 1, 2));
    bob.until(|said| *said == Said::Cursor(0, 0, 1, 2));
    assert!(
        slowest < Duration::from_secs(1),
        "Bob waited for {slowest:?}"
    );
    // What waits for all of them is there only once.
    assert!(most - before < 4 * MIB, "{} bytes", most - before);
    for mut client in stuck {
        // The close frame comes after what the kernel had, or not at all.
        let code = client.until_closed().1.code;
        assert!(matches!(code, None | Some(4201)), "{code:?}");
    }
}

#[test]
fn who_never_reads_costs_its_queue_and_no_more() {
    const STUCK: u64 = 5;
    let mote = Mote::start(&NO_RATES);
    let payload = vec![0x5A; 16 * 1024];
    let mut before = 0;
    let mut most = 0;
    let mut loud = Vec::new();
    let mut stuck = Vec::new();
    for number in 0..STUCK {
        // A room for each: what waits for several of one room is there only once.
        let room = format!("stuck {number}");
        let mut ada = RawClient::connect(mote.addr());
        ada.join(&Join::room(&room));
        let mut client = with_a_small_window(mote.addr());
        client.join(&Join::room(&room));
        loud.push(ada);
        stuck.push(client);
        before = mote.memory_bytes();
    }
    // 3 MiB for each of them.
    for _ in 0..192 {
        for ada in &mut loud {
            ada.send(&event(0, "flood", &payload));
            ada.until_heartbeat();
        }
        most = mote.memory_bytes().max(most);
    }
    let each = (most - before) / STUCK;
    // A mebibyte, and what the allocator rounds it up to.
    let is_a_queue = (MIB / 2..5 * MIB / 2).contains(&each);
    assert!(is_a_queue, "{each} bytes each");
    for mut client in stuck {
        let code = client.until_closed().1.code;
        assert!(matches!(code, None | Some(4201)), "{code:?}");
    }
}

// R-ORD-2 R-ORD-3
#[test]
fn a_reader_that_trickles_skips_stale_cursors_and_ends_with_every_event_and_the_newest() {
    // 19 MiB, of which the kernel holds a few and the reader takes a sixth: it is behind.
    const ROUNDS: u16 = 1_200;
    let queue = ["--max-queue", "64MiB"];
    let mote = Mote::start(&[&NO_RATES[..], &queue].concat());
    let mut ada = RawClient::connect(mote.addr());
    ada.join(&Join::room("trickle"));
    let mut bob = RawClient::connect(mote.addr());
    bob.join(&Join::room("trickle"));
    let mut slow = RawClient::connect(mote.addr());
    slow.join(&Join::room("trickle"));
    bob.until(|said| *said == Said::Count(0, 3));
    let before = mote.memory_bytes();
    let mut most = before;
    let (mut bobs, mut slows) = (Heard::default(), Heard::default());
    for round in 1..=ROUNDS {
        let mut payload = vec![0x5A; 16 * 1024];
        payload[..2].copy_from_slice(&round.to_be_bytes());
        ada.send(&[event(0, "e", &payload), cursor(0, round, 0)].concat());
        while bobs.events < round {
            bobs.hear(&bob.said());
        }
        if round % 6 == 0 {
            slows.hear(&slow.said());
            most = most.max(mote.memory_bytes());
        }
    }
    while bobs.last < ROUNDS {
        bobs.hear(&bob.said());
    }
    while (slows.events, slows.last) != (ROUNDS, ROUNDS) {
        slows.hear(&slow.said());
    }
    let (all, few) = (bobs.cursors, slows.cursors);
    assert!(few < all * 3 / 4, "not behind: {few} of {all} positions");
    let grown = most - before;
    let sent = u64::from(ROUNDS) * 16 * 1024;
    assert!(grown < sent + 4 * MIB, "{grown} bytes for {sent}");
}

/// What came of the flood, in order.
#[derive(Default)]
struct Heard {
    events: u16,
    cursors: u16,
    last: u16,
}

impl Heard {
    fn hear(&mut self, said: &Said) {
        match said {
            Said::Event(_, _, _, payload) => {
                self.events += 1;
                let number = u16::to_be_bytes(self.events);
                assert_eq!(payload[..2], number, "lost or out of order");
            }
            &Said::Cursor(_, 0, x, _) => {
                assert!(x > self.last, "an older position after a newer one");
                self.cursors += 1;
                self.last = x;
            }
            Said::Batch(_, cursors) => {
                let moved = cursors
                    .iter()
                    .map(|&(user, x, y)| Said::Cursor(0, user, x, y));
                moved.for_each(|said| self.hear(&said));
            }
            other => panic!("{other:?}"),
        }
    }
}

fn positions(said: Said) -> Vec<(u32, u16, u16)> {
    match said {
        Said::Cursor(_, user, x, y) => vec![(user, x, y)],
        Said::Batch(_, cursors) => cursors,
        other => panic!("{other:?}"),
    }
}

// R-ORD-3
#[test]
fn who_paused_among_many_movers_is_told_the_newest_and_not_the_past() {
    const MOVERS: u16 = 60;
    const ROUNDS: u16 = 250;
    let mote = Mote::start(&[&NO_RATES[..], &["--tick-hz", "120"]].concat());
    let addr = mote.addr();
    let room = Join::room("pause");
    let mut movers: Vec<_> = (0..MOVERS).map(|_| RawClient::connect(addr)).collect();
    for mover in &mut movers {
        mover.join(&room);
    }
    let mut paused = with_a_small_window(addr);
    let mut witness = RawClient::connect(addr);
    paused.join(&room.observing());
    witness.join(&room.observing());
    let (paused_before, witness_before) = (paused.bytes_received(), witness.bytes_received());
    for round in 1..=ROUNDS {
        for (mover, number) in movers.iter_mut().zip(0..) {
            mover.send(&cursor(0, round, number));
        }
        let mut behind: HashSet<u32> = (0..MOVERS.into()).collect();
        while !behind.is_empty() {
            for (user, x, _) in positions(witness.said()) {
                if x == round {
                    behind.remove(&user);
                }
            }
        }
    }
    let mut newest = vec![0; MOVERS.into()];
    while newest.iter().any(|x| *x < ROUNDS) {
        for (user, x, y) in positions(paused.said()) {
            assert_eq!(u32::from(y), user);
            let older = std::mem::replace(&mut newest[user as usize], x);
            assert!(older <= x, "an older position after a newer one");
        }
    }
    let all = witness.bytes_received() - witness_before;
    let few = paused.bytes_received() - paused_before;
    assert!(few < all / 2, "{few} bytes of {all}: it was told the past");
}

#[test]
fn a_hot_room_does_not_delay_a_calm_one() {
    let mote = Mote::start(&NO_RATES);
    let addr = mote.addr();
    let mut hot: Vec<_> = (0..300).map(|_| RawClient::connect(addr)).collect();
    for client in &mut hot {
        client.join(&Join::room("hot"));
    }
    // What the others are sent stays in their systems: reading it would only heat this machine.
    let listeners = hot.split_off(20);
    let is_over = Arc::new(AtomicBool::new(false));
    let heat = thread::spawn({
        let is_over = Arc::clone(&is_over);
        move || {
            let mut sent = 0;
            while !is_over.load(Ordering::Relaxed) {
                for client in &mut hot {
                    client.send(&cursor(0, sent, 0).repeat(50));
                }
                for client in &mut hot {
                    client.until_heartbeat();
                }
                sent += 1;
            }
            sent
        }
    });
    let mut calm = RawClient::connect(addr);
    calm.join(&Join::room("calm"));
    let mut listener = RawClient::connect(addr);
    listener.join(&Join::room("calm"));
    let mut took = Vec::new();
    for round in 1..=100 {
        let start = Instant::now();
        calm.send(&cursor(0, round, 0));
        listener.until(|said| *said == Said::Cursor(0, 0, round, 0));
        took.push(start.elapsed());
    }
    is_over.store(true, Ordering::Relaxed);
    let sent = heat.join().expect("the hot room is served, too");
    assert!(sent > 20, "{sent} rounds: the hot room was not hot");
    took.sort();
    let (median, worst) = (took[50], took[99]);
    assert!(median < Duration::from_millis(50), "{median:?}");
    assert!(worst < Duration::from_secs(1), "{worst:?}");
    drop(listeners);
}
