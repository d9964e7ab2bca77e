//! Readers that are slow, or do not read at all.

use std::time::{Duration, Instant};

use mote_tests::raw::{Join, RawClient, Said, cursor, event, leave, state};

use crate::server::TestServer;

#[test]
fn a_join_asks_for_much_more_than_it_says_so_nobody_may_ask_without_end() {
    let server = TestServer::start();
    let mut people: Vec<RawClient> = (0..4).map(|_| RawClient::connect(server.addr())).collect();
    let large = vec![0x5A; 15 * 1024];
    for person in &mut people {
        person.join(&Join::room("large"));
        person.send(&state(0, &[(9, &large)]));
        person.until_heartbeat();
    }
    let mut greedy = RawClient::connect(server.addr());
    let join = Join::room("large").to_bytes();
    let once = [leave(0), join.clone()].concat();
    // 24 KiB that ask for 120 MiB: either a mebibyte of it waits, or the burst of joins is used up.
    greedy.send(&[join, once.repeat(2_000)].concat());
    let code = greedy.close_code();
    assert!(matches!(code, Some(4200 | 4201)), "{code:?}");
    let received = greedy.bytes_received();
    assert!(received < 4 * 1024 * 1024, "{received} bytes");
}

// R-CLOSE-4
#[test]
fn who_never_reads_is_dropped_and_the_others_do_not_wait() {
    let server = TestServer::with(|config| {
        config.resume_grace = Duration::from_millis(100);
        config.max_byte_rate = 1_000_000_000;
        config.max_message_rate = 1_000_000;
    });
    let (mut ada, mut bob) = server.pair("stuck");
    let mut stuck = RawClient::connect(server.addr());
    let (id, _) = stuck.enter(&Join::room("stuck"));
    bob.until(|said| *said == Said::Count(0, 3));
    let payload = vec![0x5A; 16 * 1024];
    let mut slowest = Duration::ZERO;
    // The kernel's buffers take a few MiB, the server's queue one more: 64 MiB are plenty.
    for round in 0..4096u16 {
        let start = Instant::now();
        ada.send(&[event(0, "flood", &payload), cursor(0, round, 0)].concat());
        let told = bob.until(|said| *said == Said::Cursor(0, 0, round, 0));
        slowest = slowest.max(start.elapsed());
        if told.contains(&Said::UserLeft(0, id)) {
            break;
        }
        assert!(round < 4095, "64 MiB and still not dropped");
    }
    assert!(
        slowest < Duration::from_secs(1),
        "a stuck reader held the others up for {slowest:?}"
    );
    let closed = stuck.until_closed().1;
    // The close frame may not get through to one who does not read.
    assert!(matches!(closed.code, None | Some(4201)), "{closed:?}");
}

// R-ORD-2 R-ORD-3
#[test]
fn a_reader_that_paused_gets_every_event_and_everybodys_last_position() {
    const ROUNDS: u16 = 40;
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("paused");
    let mut cleo = RawClient::connect(server.addr());
    cleo.join(&Join::room("paused"));
    bob.until(|said| *said == Said::Count(0, 3));
    ada.until(|said| *said == Said::Count(0, 3));
    let payload = vec![0x5A; 16 * 1024];
    for round in 1..=ROUNDS {
        ada.send(&[event(0, "e", &payload), cursor(0, round, 0)].concat());
        bob.send(&cursor(0, 0, round));
    }
    // Both were heard to the end before Cleo reads on.
    bob.until(|said| *said == Said::Cursor(0, 0, ROUNDS, 0));
    ada.until(|said| *said == Said::Cursor(0, 1, 0, ROUNDS));
    let (mut events, mut last) = (0, [(0, 0); 2]);
    while events < ROUNDS || last != [(ROUNDS, 0), (0, ROUNDS)] {
        let moved = match cleo.said() {
            Said::Event(..) => {
                events += 1;
                continue;
            }
            Said::Cursor(_, user, x, y) => vec![(user, x, y)],
            Said::Batch(_, cursors) => cursors,
            other => panic!("{other:?}"),
        };
        for (user, x, y) in moved {
            let before = std::mem::replace(&mut last[user as usize], (x, y));
            assert!(before <= (x, y), "an older position after a newer one");
        }
    }
    assert_eq!(events, ROUNDS);
}
