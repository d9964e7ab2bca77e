//! Two nodes behind nginx: people meet, lines live, a node that goes sends its people to the other.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mote_tests::process::Mote;
use mote_tests::raw::{Handshake, Join, Opcode, RawClient, Said, cursor, event, http_get};

use crate::files;
use crate::nginx::{BALANCES, Folder, Nginx, READ_TIMEOUT_S};

const STICKY: &str = "upstream-sticky.conf";
pub(crate) const LEAST_CONNECTIONS: &str = "upstream.conf";

/// Longer than a node takes to notice that somebody has gone.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Two nodes with these flags, and nginx in front of them.
fn two_nodes(balance: &str, flags: &[&str]) -> ([Mote; 2], Nginx) {
    let nodes = [Mote::start(flags), Mote::start(flags)];
    let nginx = Nginx::start(balance, &[nodes[0].addr(), nodes[1].addr()]);
    (nodes, nginx)
}

/// How many people a node has, by its own account.
fn connections(node: &Mote) -> u32 {
    let (status, metrics) = http_get(node.addr(), "/metrics");
    assert_eq!(status, 200);
    let mut values = metrics
        .lines()
        .filter_map(|line| line.strip_prefix("mote_connections "));
    let value = values.next().expect("the metric that autoscaling goes by");
    value.parse().expect("a number")
}

/// Which of the nodes has the one person.
pub(crate) fn where_is_one(nodes: &[Mote; 2]) -> usize {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match [connections(&nodes[0]), connections(&nodes[1])] {
            [1, 0] => return 0,
            [0, 1] => return 1,
            others => assert!(Instant::now() < deadline, "{others:?}"),
        }
    }
}

fn open(addr: SocketAddr, path: &str) -> RawClient {
    let handshake = Handshake {
        path: path.to_owned(),
        ..Handshake::default()
    };
    RawClient::open(addr, &handshake)
}

#[test]
fn nginx_finds_nothing_wrong_with_the_files() {
    let nodes = files::read("nginx/nodes.conf");
    // The names are those of other machines.
    let nodes = nodes.replace("server node-", "server 127.0.0.");
    let site = files::read("nginx/site.conf");
    for balance in BALANCES {
        let (is_right, said) = Folder::new(balance, &nodes, &site).test();
        assert!(is_right, "{balance}: {said}");
        assert!(!said.contains("[warn]"), "{balance}: {said}");
    }
    let (is_right, said) = Folder::new(STICKY, "server 127.0.0.1 no_such=1;", &site).test();
    assert!(!is_right, "a check that finds nothing is none: {said}");
}

#[test]
fn two_people_of_one_key_meet_on_one_node_and_see_each_other_move() {
    let (nodes, nginx) = two_nodes(STICKY, &[]);
    let mut ada = RawClient::connect(nginx.addr());
    let mut bob = RawClient::connect(nginx.addr());
    ada.join(&Join::room("plan").named("Ada"));
    bob.join(&Join::room("plan").named("Bob"));
    ada.until(|said| *said == Said::Count(0, 2));
    ada.send(&cursor(0, 7, 8));
    bob.until(|said| match said {
        Said::Cursor(0, user, x, y) => (*user, *x, *y) == (0, 7, 8),
        Said::Batch(0, cursors) => cursors.contains(&(0, 7, 8)),
        _ => false,
    });
    bob.send(&event(0, "wave", b"1"));
    ada.until(|said| matches!(said, Said::Event(0, 1, name, _) if name == "wave"));
    let mut both = [connections(&nodes[0]), connections(&nodes[1])];
    both.sort_unstable();
    assert_eq!(both, [0, 2]);
}

#[test]
fn a_key_has_its_node_whoever_brings_it_and_keys_are_spread() {
    let (nodes, nginx) = two_nodes(STICKY, &[]);
    let with_cookie = |value: &str| {
        let cookie = format!("Cookie: mote={value}");
        let handshake = Handshake::default().with_header(&cookie);
        RawClient::open(nginx.addr(), &handshake)
    };
    let mut people = Vec::new();
    for number in 0..16 {
        let (path, room) = (format!("/ws?shard=team-{number}"), format!("plan {number}"));
        for _ in 0..2 {
            // The key of the address wins over the cookie, which differs.
            let cookie = format!("Cookie: mote={}", people.len());
            let handshake = Handshake {
                path: path.clone(),
                ..Handshake::default()
            };
            let mut person = RawClient::open(nginx.addr(), &handshake.with_header(&cookie));
            let snapshot = person.join(&Join::room(&room));
            people.push((person, snapshot));
        }
        let (_, second) = people.last().expect("just pushed");
        assert!(second.contains(&Said::Count(0, 2)), "{path}: {second:?}");
    }
    for number in 0..16 {
        let mut again = Vec::new();
        for _ in 0..2 {
            let mut person = with_cookie(&format!("visitor {number}"));
            again.push(person.join(&Join::room(&format!("visit {number}"))));
            people.push((person, Vec::new()));
        }
        assert!(again[1].contains(&Said::Count(0, 2)), "visitor {number}");
    }
    let both = [connections(&nodes[0]), connections(&nodes[1])];
    assert_eq!(both[0] + both[1], 64);
    assert!(both.iter().all(|&count| count >= 8), "{both:?}");
}

#[test]
fn without_keys_nodes_get_equally_many() {
    let (nodes, nginx) = two_nodes(LEAST_CONNECTIONS, &[]);
    let join = |number: usize| {
        let mut client = RawClient::connect(nginx.addr());
        client.join(&Join::room(&format!("room {number}")));
        client
    };
    let people: Vec<_> = (0..20).map(join).collect();
    assert_eq!([connections(&nodes[0]), connections(&nodes[1])], [10, 10]);
    drop(people);
}

#[test]
fn pings_keep_a_quiet_line_beyond_the_time_out_and_without_them_it_is_cut() {
    let (_nodes, nginx) = two_nodes(STICKY, &["--heartbeat", "1s"]);
    let mut ada = RawClient::connect(nginx.addr());
    ada.join(&Join::room("quiet"));
    let mut pings = 0;
    // One a second: so many take more than twice the time-out.
    while pings < 2 * READ_TIMEOUT_S + 1 {
        let (frame, _) = ada.frame().expect("the line lives");
        pings += u32::from(frame.opcode == Opcode::Ping);
    }
    ada.until_heartbeat();

    let (_nodes, nginx) = two_nodes(STICKY, &["--heartbeat", "60s"]);
    let mut bob = RawClient::connect(nginx.addr());
    bob.join(&Join::room("quiet"));
    assert_eq!(bob.close_code(), None, "cut without a word");
}

#[test]
fn a_node_that_goes_sends_its_people_through_nginx_to_the_other() {
    for balance in BALANCES {
        let (mut nodes, nginx) = two_nodes(balance, &["--drain", "2s"]);
        let mut ada = RawClient::connect(nginx.addr());
        let (user, resume) = ada.enter(&Join::room("plan").named("Ada"));
        let first = where_is_one(&nodes);
        nodes[first].terminate();
        let said = ada.until(|said| matches!(said, Said::Control(0, 3, ..)));
        let Some(Said::Control(_, _, _, more)) = said.last() else {
            unreachable!("that was waited for");
        };
        // 2,000 ms as a varint.
        assert_eq!(*more, [0xD0, 0x0F], "within the time of the drain");
        ada.close(1000);

        // It listens no more, so nginx takes the other one, within the same request.
        let mut again = open(nginx.addr(), "/ws");
        let join = Join::room("plan").named("Ada").resuming(resume);
        assert_eq!(again.enter(&join).0, user);
        assert!(nodes[first].wait(), "it ended in order");
        assert_eq!(connections(&nodes[1 - first]), 1);
    }
}

#[test]
fn who_does_not_go_by_themselves_is_closed_and_comes_back_too() {
    let (nodes, nginx) = two_nodes(LEAST_CONNECTIONS, &["--drain", "100ms"]);
    let mut ada = RawClient::connect(nginx.addr());
    ada.join(&Join::room("plan"));
    nodes[where_is_one(&nodes)].terminate();
    assert_eq!(ada.close_code(), Some(1012));
    let mut again = RawClient::connect(nginx.addr());
    again.join(&Join::room("plan"));
}

#[test]
fn visitors_get_the_page_and_the_health_and_not_what_operators_read() {
    let (_nodes, nginx) = two_nodes(LEAST_CONNECTIONS, &[]);
    let get = |path| http_get(nginx.addr(), path);
    assert_eq!(get("/healthz"), (200, "ok".to_owned()));
    assert!(get("/").1.contains("The Mote server runs"));
    for path in ["/metrics", "/readyz"] {
        assert_eq!(get(path).0, 404, "{path}");
    }
}
