//! Who sends too much, and what the others notice of it.

use std::thread;
use std::time::Duration;

use mote_tests::raw::{Frame, Join, Opcode, RawClient, Said, cursor, event};

use crate::server::TestServer;

// R-RATE-2
#[test]
fn a_flood_of_large_events_is_warned_of_then_cut_off_and_nobody_else_is_harmed() {
    let server = TestServer::with(|config| config.resume_grace = Duration::from_millis(100));
    let mut readers: Vec<_> = (0..3).map(|_| RawClient::connect(server.addr())).collect();
    for reader in &mut readers {
        reader.join(&Join::room("r"));
    }
    let mut loud = RawClient::connect(server.addr());
    let (id, _) = loud.enter(&Join::room("r"));
    let reading: Vec<_> = readers
        .into_iter()
        .map(|mut reader| {
            thread::spawn(move || {
                let is_lost = |said: &Said| matches!(said, Said::UserLeft(_, user) if *user == id);
                let told = reader.until(is_lost).into_iter();
                told.filter(|said| matches!(said, Said::Event(..))).count()
            })
        })
        .collect();
    let payload = vec![0x5A; 16 * 1024];
    let mut sent = 0;
    let flood = Frame::whole(Opcode::Binary, &event(0, "flood", &payload));
    while sent < 1_000 && loud.try_send_frame(&flood).is_ok() {
        sent += 1;
    }
    let (told, closed) = loud.until_closed();
    assert_eq!(closed.code, Some(4200), "{closed:?}");
    assert!(
        closed.reason.contains("bytes a second"),
        "{}",
        closed.reason
    );
    let warnings = told
        .iter()
        .filter(|said| matches!(said, Said::Control(_, 1, ..)));
    assert!(warnings.count() >= 1, "no warning came before");
    let heard: Vec<_> = reading
        .into_iter()
        .map(|reader| reader.join().unwrap())
        .collect();
    // 128 KiB a second, twice the burst of three seconds.
    assert!(heard.iter().all(|count| *count == heard[0]), "{heard:?}");
    assert!((45..=55).contains(&heard[0]), "{heard:?}");
}

// R-RATE-1
#[test]
fn a_flood_of_cursors_is_merged_and_its_last_position_arrives() {
    let server = TestServer::start();
    let (mut ada, mut bob) = server.pair("r");
    for x in 0..20_000 {
        ada.send(&cursor(0, x, 1));
    }
    let told = bob.until(|said| *said == Said::Cursor(0, 0, 19_999, 1));
    let told = told.iter().filter(|said| matches!(said, Said::Cursor(..)));
    assert!(told.count() < 10_000);
    ada.until_heartbeat();
}
