//! Pages of other origins, and addresses that somebody only says they have.

use std::io::Write;
use std::net::Ipv4Addr;

use mote_tests::raw::{Handshake, RawClient};

use crate::attack::{Answer, Attack, Family, other};
use crate::kit::ask;
use crate::target::{CONNECTIONS_PER_IP_MAX, TRUSTED_PROXY, Target};

pub(crate) const FAMILY: Family = Family {
    name: "origins and addresses",
    is_at_once: false,
    attacks: &[
        Attack {
            name: "a socket from another origin",
            expected: Answer::Status(403),
            counts: "",
            run: |target| {
                let origins = [
                    "https://evil.example.com",
                    "http://app.example.com",
                    "https://app.example.com:8443",
                    "https://app.example.com.evil.example.net",
                    "https://evil-app.example.com",
                    "https://example.org",
                    "https://evilexample.org",
                    "https://a.example.org.evil.example.net",
                    "https://app.example.com@evil.example.net",
                    "https://evil.example.net/https://app.example.com",
                    "https://evil.example.net#.example.org",
                    "https://evil.example.net\\.example.org",
                    "null",
                    "*",
                    "https://",
                    "https://\u{430}pp.example.com",
                    "file://",
                ];
                Answer::of_all(origins.map(|origin| from_page(target, &[origin])))
            },
        },
        Attack {
            name: "two origins, one of them right",
            expected: Answer::Status(403),
            counts: "",
            run: |target| {
                let (right, wrong) = ("https://app.example.com", "https://evil.example.net");
                let joined = format!("{wrong}, {right}");
                Answer::of_all([
                    from_page(target, &[right, wrong]),
                    from_page(target, &[wrong, right]),
                    from_page(target, &[&joined]),
                ])
            },
        },
        Attack {
            name: "a spoofed X-Forwarded-For, another one for each socket",
            expected: Answer::Close(4203),
            counts: "connections_per_ip",
            run: |target| {
                let spoof = |i| format!("X-Forwarded-For: 203.0.113.{}", i % 256);
                one_too_many(target, target.source(), spoof)
            },
        },
        Attack {
            name: "a spoofed beginning of X-Forwarded-For, through a trusted proxy",
            expected: Answer::Close(4203),
            counts: "connections_per_ip",
            run: |target| {
                let spoof = |i| format!("X-Forwarded-For: 203.0.113.{}, 198.51.100.7", i % 256);
                one_too_many(target, TRUSTED_PROXY, spoof)
            },
        },
        Attack {
            name: "X-Forwarded-For that is no address, through a trusted proxy",
            expected: Answer::Status(101),
            counts: "",
            run: |target| {
                let long = "1.2.3.4,".repeat(1_500);
                let lines = [
                    "",
                    ",,,",
                    "unknown",
                    "1.2.3.4:99999",
                    "[::1",
                    "999.1.1.1",
                    "\u{ff}",
                    &long,
                ];
                Answer::of_all(lines.map(|line| {
                    let header = format!("X-Forwarded-For: {line}");
                    let request = Handshake::default().with_header(&header).to_bytes();
                    let mut stream = target.stream_from(TRUSTED_PROXY, None);
                    stream.write_all(&request).expect("it reads");
                    RawClient::read_answer(stream).map_or_else(
                        |response| Answer::Status(response.status),
                        |_| Answer::Status(101),
                    )
                }))
            },
        },
    ],
};

fn from_page(target: &Target, origins: &[&str]) -> Answer {
    let origins = origins.iter().map(|origin| format!("Origin: {origin}"));
    let extra = origins.collect();
    let handshake = Handshake {
        extra,
        ..Handshake::default()
    };
    ask(target, &handshake.to_bytes())
}

/// As many sockets as one address may have, each with another header, then one more.
fn one_too_many(target: &Target, from: Ipv4Addr, header: impl Fn(usize) -> String) -> Answer {
    let open = |i| {
        let request = Handshake::default().with_header(&header(i)).to_bytes();
        let mut stream = target.stream_from(from, None);
        stream.write_all(&request).expect("it reads");
        RawClient::read_answer(stream).expect("an upgrade")
    };
    let clients: Vec<RawClient> = (0..CONNECTIONS_PER_IP_MAX).map(open).collect();
    let mut late = open(CONNECTIONS_PER_IP_MAX);
    let answer = match late.until_closed() {
        (said, closed) if said.is_empty() => closed.into(),
        (said, _) => other(format!("{said:?}")),
    };
    drop(clients);
    answer
}
