//! Whose connection it is behind proxies: the limit of each address counts the people.

use std::net::SocketAddr;

use crate::http::application;
use crate::limits::hits;
use crate::support::{Client, start};
use mote_server::Config;
use mote_server::access::TrustedProxies;

fn one_each(trusted: &str) -> Config {
    Config {
        max_connections_per_ip: 1,
        trusted_proxies: TrustedProxies::parse(trusted).unwrap(),
        ..Config::default()
    }
}

/// Through a proxy that writes these lines.
async fn open(address: SocketAddr, path: &str, lines: &[&str]) -> Client {
    let lines = lines.iter().map(|line| ("X-Forwarded-For", *line));
    let ours = [
        ("Sec-WebSocket-Protocol", "mote.v1"),
        ("Forwarded", "for=192.0.2.66"),
    ];
    let headers: Vec<_> = lines.chain(ours).collect();
    Client::try_open(address, path, &headers).await.unwrap()
}

#[tokio::test]
async fn who_comes_through_a_trusted_proxy_counts_by_their_own_address() {
    let server = start(one_each("127.0.0.0/8,10.0.0.0/8"));
    let address = server.address;
    let mut people = Vec::new();
    for lines in [
        &["198.51.100.1"][..],
        &["198.51.100.2:4711"],
        &["2001:db8:1::9"],
        &["[2001:db8:2::9]:443"],
        // What stands before was written by whoever it is.
        &["198.51.100.1, 198.51.100.3"],
        &["198.51.100.1", "198.51.100.4, 10.0.0.7"],
        // No address: it counts as the proxy's own.
        &["nonsense"],
    ] {
        let mut person = open(address, "/ws", lines).await;
        person.send_join("r").await;
        people.push(person);
    }
    let before = hits(address, "connections_per_ip").await;
    assert_eq!(before, 0);
    for lines in [
        &["198.51.100.1"][..],
        &["198.51.100.9, 198.51.100.2"],
        // Of one network: one customer.
        &["2001:db8:1::77"],
        &["198.51.100.4, 10.0.0.8"],
        &["198.51.100.9, more nonsense"],
        &["", ""],
        &[],
    ] {
        let mut person = open(address, "/ws", lines).await;
        assert_eq!(person.close_code().await, 4203, "{lines:?}");
    }
    assert_eq!(hits(address, "connections_per_ip").await, 7);
}

#[tokio::test]
async fn whoever_is_no_trusted_proxy_cannot_say_to_be_somebody_else() {
    for trusted in ["", "192.0.2.0/24"] {
        let server = start(one_each(trusted));
        let mut first = open(server.address, "/ws", &["198.51.100.1"]).await;
        first.send_join("r").await;
        let mut second = open(server.address, "/ws", &["198.51.100.2"]).await;
        assert_eq!(second.close_code().await, 4203);
    }
}

#[tokio::test]
async fn the_router_reads_the_same_header_where_it_is_told_addresses() {
    let address = application(&one_each("127.0.0.1")).await;
    let mut first = open(address, "/presence/ws", &["198.51.100.1"]).await;
    first.send_join("r").await;
    let mut second = open(address, "/presence/ws", &["198.51.100.2"]).await;
    second.send_join("r").await;
    let mut third = open(address, "/presence/ws", &["198.51.100.1"]).await;
    assert_eq!(third.close_code().await, 4203);
}
