//! Full rooms, too many connections, and a server that goes away.

use std::time::Duration;

use mote_tests::raw::{Join, RawClient, Said, event};

use crate::server::TestServer;

// R-JOIN-7 R-CLOSE-4
#[test]
fn a_full_room_closes_a_socket_with_4005_and_refuses_one_that_has_other_rooms() {
    let server = TestServer::with(|config| config.max_people_per_room = 2);
    let (mut ada, _bob) = server.pair("full");
    let mut cleo = RawClient::connect(server.addr());
    cleo.send(&Join::room("full").to_bytes());
    assert_eq!(cleo.close_code(), Some(4005));

    let mut dora = RawClient::connect(server.addr());
    dora.enter(&Join::room("elsewhere").on(0));
    dora.send(&Join::room("full").on(1).to_bytes());
    let refused = dora.said();
    assert!(
        matches!(&refused, Said::Control(1, 1, text, _) if !text.is_empty()),
        "{refused:?}"
    );
    // The channel stayed free.
    dora.enter(&Join::room("a third").on(1));

    let mut observer = RawClient::connect(server.addr());
    let snapshot = observer.join(&Join::room("full").observing());
    assert_eq!(snapshot.last(), Some(&Said::Count(0, 2)));
    assert_eq!(ada.until_heartbeat(), []);
}

#[test]
fn one_address_may_have_only_so_many_connections() {
    let server = TestServer::with(|config| config.max_connections_per_ip = 2);
    let mut first = RawClient::connect(server.addr());
    first.join(&Join::room("crowd"));
    let second = RawClient::connect(server.addr());
    let mut third = RawClient::connect(server.addr());
    assert_eq!(third.close_code(), Some(4203));
    second.cut();
    // The place is free as soon as the server has noticed the cut.
    let mut retries = 0;
    loop {
        let mut again = RawClient::connect(server.addr());
        again.send(&Join::room("crowd").to_bytes());
        match again.said_or_closed() {
            Ok(said) => {
                assert!(matches!(said, Said::Welcome { .. }), "{said:?}");
                return;
            }
            Err(closed) => assert_eq!(closed.code, Some(4203)),
        }
        retries += 1;
        assert!(retries < 1_000, "the place is never free again");
    }
}

// R-CLOSE-4
#[test]
fn a_server_that_goes_away_says_so_and_then_closes_with_1012() {
    let server = TestServer::with(|config| config.drain = Duration::from_secs(2));
    let (mut ada, mut bob) = server.pair("drain");
    server.begin_shutdown();
    let drain = ada.said();
    let Said::Control(0, 3, _, within_ms) = &drain else {
        panic!("no Drain but {drain:?}");
    };
    assert_eq!(*within_ms, mote_tests::raw::varint(2_000));
    // Until it closes, the room lives on.
    ada.send(&event(0, "bye", b""));
    bob.until(|said| matches!(said, Said::Control(0, 3, ..)));
    for client in [&mut ada, &mut bob] {
        assert_eq!(client.close_code(), Some(1012));
    }
    server.join();
}
