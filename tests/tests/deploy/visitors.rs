//! The limit of each address counts visitors, not nginx, and nobody can say to be another visitor.

use std::net::{IpAddr, SocketAddr, TcpStream};

use mote_tests::process::Mote;
use mote_tests::raw::{Handshake, Join, RawClient, http_get};
use socket2::{Domain, Socket, Type};

use crate::nginx::Nginx;
use crate::proxy::LEAST_CONNECTIONS;

/// A connection from another address of this machine, all of which begin with 127.
fn from(address: &str, to: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    let ip: IpAddr = address.parse().expect("an address");
    let address = SocketAddr::new(ip, 0);
    socket.bind(&address.into()).expect("an address of ours");
    socket.connect(&to.into()).expect("nginx listens");
    socket.into()
}

fn visit(address: &str, nginx: &Nginx, claim: Option<&str>) -> RawClient {
    let mut handshake = Handshake::default();
    if let Some(claim) = claim {
        handshake = handshake.with_header(&format!("X-Forwarded-For: {claim}"));
    }
    let opened = RawClient::ask_over(from(address, nginx.addr()), &handshake);
    opened.expect("an upgrade")
}

fn hits(node: &Mote) -> u32 {
    let (_, metrics) = http_get(node.addr(), "/metrics");
    let name = "mote_limit_hits_total{limit=\"connections_per_ip\"} ";
    let mut values = metrics.lines().filter_map(|line| line.strip_prefix(name));
    let value = values.next().expect("the metric");
    value.parse().expect("a number")
}

/// A node that lets each address in once, and nginx in front of it.
fn one_each(flags: &[&str]) -> (Mote, Nginx) {
    let node = Mote::start(&[&["--max-connections-per-ip", "1"], flags].concat());
    let nginx = Nginx::start(LEAST_CONNECTIONS, &[node.addr()]);
    (node, nginx)
}

#[test]
fn a_node_that_trusts_nginx_limits_each_visitor() {
    let (node, nginx) = one_each(&["--trusted-proxies", "127.0.0.1"]);
    let people = ["127.0.0.11", "127.0.0.12", "127.0.0.13"].map(|visitor| {
        let mut client = visit(visitor, &nginx, None);
        client.join(&Join::room("room"));
        client
    });
    // Whatever they say themselves changes nothing.
    for claim in [None, Some("198.51.100.9"), Some("127.0.0.1")] {
        let mut again = visit("127.0.0.11", &nginx, claim);
        assert_eq!(again.close_code(), Some(4203), "{claim:?}");
    }
    let mut other = visit("127.0.0.14", &nginx, Some("127.0.0.11"));
    other.join(&Join::room("room"));
    assert_eq!(hits(&node), 3);
    drop(people);
}

#[test]
fn to_a_node_that_does_not_all_visitors_are_one() {
    let (node, nginx) = one_each(&[]);
    let mut first = visit("127.0.0.11", &nginx, None);
    first.join(&Join::room("room"));
    let mut second = visit("127.0.0.12", &nginx, None);
    assert_eq!(second.close_code(), Some(4203));
    assert_eq!(hits(&node), 1);
}
