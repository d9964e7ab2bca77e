//! Too much waits for all together: what is done about it, in which order, and who notices nothing.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mote_tests::process::Mote;
use mote_tests::raw::{Join, RawClient, Said, cursor, event, http_get};

use super::readers::{NO_RATES, with_a_small_window};

const MIB: u64 = 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(30);

fn metric(addr: SocketAddr, name: &str) -> u64 {
    let (status, text) = http_get(addr, "/metrics");
    assert_eq!(status, 200);
    let mut values = text.lines().filter_map(|line| line.strip_prefix(name));
    let value = values.find_map(|rest| rest.strip_prefix(' ')?.parse().ok());
    value.unwrap_or_else(|| panic!("no {name} in {text}"))
}

fn hits(addr: SocketAddr, limit: &str) -> u64 {
    metric(addr, &format!("mote_limit_hits_total{{limit=\"{limit}\"}}"))
}

/// A good reader's room: everything that is said there is heard, in order, whatever else goes on.
struct GoodRoom {
    ada: RawClient,
    bob: RawClient,
    said: u32,
}

impl GoodRoom {
    fn new(addr: SocketAddr) -> Self {
        let mut ada = RawClient::connect(addr);
        ada.join(&Join::room("good"));
        let mut bob = RawClient::connect(addr);
        bob.join(&Join::room("good"));
        Self { ada, bob, said: 0 }
    }

    fn say(&mut self) {
        self.said += 1;
        let number = self.said.to_be_bytes();
        let x = u16::try_from(self.said % 60_000).expect("a place");
        self.ada
            .send(&[event(0, "n", &number), cursor(0, x, 0)].concat());
        let (mut events, mut is_there) = (0, false);
        while events == 0 || !is_there {
            match self.bob.said() {
                Said::Event(_, _, _, payload) => {
                    assert_eq!(payload, number, "lost or out of order");
                    events += 1;
                }
                Said::Cursor(_, _, at, _) => is_there = at == x,
                other => panic!("{other:?}"),
            }
        }
    }
}

// R-CLOSE-4
#[test]
fn readers_that_never_read_are_shed_in_the_stated_order_and_a_good_one_loses_nothing() {
    const STUCK: usize = 8;
    // Nobody is closed for their own queue, nor for their time: only for what waits for all.
    let flags = ["--max-queue-total", "4MiB", "--write-timeout", "5m"];
    let mote = Mote::start(&[&NO_RATES[..], &flags].concat());
    let addr = mote.addr();
    let mut good = GoodRoom::new(addr);
    let mut loud = Vec::new();
    let mut stuck = Vec::new();
    for number in 0..STUCK {
        let room = format!("stuck {number}");
        let mut ada = RawClient::connect(addr);
        ada.join(&Join::room(&room));
        let mut client = with_a_small_window(addr);
        client.join(&Join::room(&room));
        loud.push(ada);
        stuck.push(client);
    }
    let payload = vec![0x5A; 16 * 1024];
    let mut is_above = [false; 2];
    // 0.9 MiB for each of them, less what the kernel takes: 7 MiB in all.
    for round in 0..56 {
        for ada in &mut loud {
            ada.send(&[event(0, "flood", &payload), cursor(0, round, 0)].concat());
            ada.until_heartbeat();
        }
        good.say();
        let used = metric(addr, "mote_queued_bytes");
        is_above = [is_above[0] || used > 2 * MIB, is_above[1] || used > 3 * MIB];
    }
    assert_eq!(is_above, [true; 2]);
    let deadline = Instant::now() + PATIENCE;
    while hits(addr, "queue_total_readers") == 0 {
        good.say();
        assert!(Instant::now() < deadline, "nobody is closed");
    }
    // What is left is what may wait, and too much for anybody to come in.
    while metric(addr, "mote_queued_bytes") > 4 * MIB {
        good.say();
        assert!(Instant::now() < deadline, "too much waits still");
    }
    let closed = hits(addr, "queue_total_readers");
    assert!(closed < STUCK as u64, "{closed}: more than had to be");
    assert!(hits(addr, "queue_total_cursors") > 0);
    let mut late = RawClient::connect(addr);
    late.send(&Join::room("late").to_bytes());
    assert_eq!(late.close_code(), Some(1013));
    assert_eq!(hits(addr, "queue_total_joins"), 1);
    assert_eq!(hits(addr, "queue") + hits(addr, "write_timeout"), 0);
    good.say();

    for client in stuck {
        client.cut();
    }
    while metric(addr, "mote_queued_bytes") > 0 {
        good.say();
        assert!(Instant::now() < deadline, "what waited for them is kept");
    }
    RawClient::connect(addr).join(&Join::room("late"));
}
