//! Cursors on a real socket.

use mote_tests::raw::{Join, Opcode, RawClient, Said, cursor, leave, state};

use crate::server::TestServer;

/// Frames that carry messages; Pings may come in between.
fn binary_frame(client: &mut RawClient) -> Vec<u8> {
    loop {
        let (frame, raw) = client.frame().expect("the server stays");
        if frame.opcode == Opcode::Binary {
            return raw;
        }
    }
}

// R-CUR-1 R-VAR-1
#[test]
fn a_move_is_five_bytes_up_and_six_bytes_down_and_nothing_else() {
    let server = TestServer::start();
    let mut ada = RawClient::connect(server.addr());
    let mut bob = RawClient::connect(server.addr());
    ada.join(&Join::room("wire"));
    bob.join(&Join::room("wire"));

    let moved = cursor(0, 0x1234, 0xABCD);
    assert_eq!(moved, [0x10, 0x12, 0x34, 0xAB, 0xCD]);
    let before = bob.bytes_received();
    ada.send(&moved);

    let frame = binary_frame(&mut bob);
    assert_eq!(frame, [0x82, 6, 0x20, 0x00, 0x12, 0x34, 0xAB, 0xCD]);
    assert_eq!(bob.bytes_received() - before, frame.len());
}

// R-BAT-4
#[test]
fn ones_own_cursor_does_not_come_back_in_a_small_room() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("own");
    ada.send(&cursor(0, 1, 2));
    bob.until(|said| *said == Said::Cursor(0, 0, 1, 2));
    assert_eq!(ada.until_heartbeat(), []);
}

#[test]
fn two_people_who_move_at_once_see_each_other() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("both");
    ada.send(&cursor(0, 10, 11));
    bob.send(&cursor(0, 20, 21));
    bob.until(|said| *said == Said::Cursor(0, 0, 10, 11));
    ada.until(|said| *said == Said::Cursor(0, 1, 20, 21));
}

// R-ORD-3
#[test]
fn of_a_burst_the_newest_position_arrives_last_and_none_goes_back() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("burst");
    for x in 0..=100 {
        ada.send(&cursor(0, x, 7));
    }
    let seen = bob.until(|said| *said == Said::Cursor(0, 0, 100, 7));
    let positions: Vec<u16> = seen
        .iter()
        .map(|said| match said {
            Said::Cursor(0, 0, x, 7) => *x,
            other => panic!("not a cursor of Ada: {other:?}"),
        })
        .collect();
    assert!(positions.is_sorted(), "{positions:?}");
}

// R-BAT-1
#[test]
fn people_who_move_together_come_in_one_batch_in_ascending_order() {
    let server = TestServer::start();
    let mut watcher = RawClient::connect(server.addr());
    watcher.join(&Join::room("batch").observing());
    let mut people: Vec<RawClient> = (0..4).map(|_| RawClient::connect(server.addr())).collect();
    for person in &mut people {
        person.join(&Join::room("batch"));
    }
    // In a busy room cursors wait for the flush; a few rounds make it busy.
    let mut batches = 0;
    for round in 0..20u16 {
        for (person, x) in people.iter_mut().zip(0..) {
            person.send(&cursor(0, x, round));
        }
        let mut last_seen = [false; 4];
        while last_seen.contains(&false) {
            let moved = match watcher.said() {
                Said::Cursor(0, user, x, y) => vec![(user, x, y)],
                Said::Batch(0, cursors) => {
                    batches += 1;
                    cursors
                }
                _ => continue,
            };
            assert!(moved.is_sorted_by(|a, b| a.0 < b.0), "{moved:?}");
            for (user, x, y) in moved {
                assert_eq!(u32::from(x), user);
                last_seen[user as usize] |= y == round;
            }
        }
    }
    assert!(
        batches > 0,
        "80 moves of four people and never two in one flush"
    );
}

// R-CUR-2 R-SNAP-1
#[test]
fn a_newcomer_is_told_where_the_others_are() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("late");
    ada.send(&cursor(0, 5, 6));
    bob.until(|said| *said == Said::Cursor(0, 0, 5, 6));
    let mut cleo = RawClient::connect(server.addr());
    let snapshot = cleo.join(&Join::room("late"));
    assert!(
        snapshot.contains(&Said::Batch(0, vec![(0, 5, 6)])),
        "{snapshot:?}"
    );
}

#[test]
fn a_cursor_goes_with_its_owner() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("gone");
    ada.send(&cursor(0, 5, 6));
    bob.until(|said| *said == Said::Cursor(0, 0, 5, 6));
    ada.send(&leave(0));
    bob.until(|said| *said == Said::Count(0, 1));
    let mut cleo = RawClient::connect(server.addr());
    let snapshot = cleo.join(&Join::room("gone"));
    assert!(snapshot.contains(&Said::Batch(0, vec![])), "{snapshot:?}");
}

// R-STA-9
#[test]
fn no_position_is_ever_shown_on_a_surface_that_it_does_not_belong_to() {
    const SURFACE: u8 = 7;
    const ROUNDS: u16 = 200;
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("surfaces");
    // In round r: an old position (r, 0) on the surface before, the new surface, a position (r, 1).
    for round in 1..=ROUNDS {
        let name = format!("{round}");
        let body = mote_tests::raw::text(&name);
        let bytes = [
            cursor(0, round, 0),
            state(0, &[(SURFACE, &body)]),
            cursor(0, round, 1),
        ];
        ada.send(&bytes.concat());
    }
    let mut surface = 0;
    let mut last = (0, 0);
    while last != (ROUNDS, 1) {
        match bob.said() {
            Said::State(0, 0, fields) => {
                let (_, body) = &fields[0];
                let name = String::from_utf8(body[1..].to_vec()).unwrap();
                surface = name.parse().unwrap();
            }
            Said::Cursor(0, 0, x, y) => {
                let belongs_to = if y == 0 { x - 1 } else { x };
                assert_eq!(
                    belongs_to, surface,
                    "position ({x}, {y}) on surface {surface}"
                );
                last = (x, y);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(surface, ROUNDS);
}

// R-STA-9
#[test]
fn a_new_surface_clears_the_cursor_until_the_next_move() {
    const SURFACE: u8 = 7;
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("cleared");
    ada.send(&cursor(0, 5, 6));
    bob.until(|said| matches!(said, Said::Cursor(..)));
    ada.send(&state(0, &[(SURFACE, b"\x03map")]));
    bob.until(|said| matches!(said, Said::State(..)));
    let mut cleo = RawClient::connect(server.addr());
    let snapshot = cleo.join(&Join::room("cleared"));
    assert!(snapshot.contains(&Said::Batch(0, vec![])), "{snapshot:?}");
    let surface = Said::State(0, 0, vec![(SURFACE, b"\x03map".to_vec())]);
    assert!(snapshot.contains(&surface), "{snapshot:?}");
}
