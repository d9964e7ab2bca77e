//! Everybody at once.

use std::io::Write;
use std::net::{Ipv4Addr, TcpStream};

use mote_tests::raw::{Handshake, Join, RawClient, Said, heartbeat, leave};

use crate::attack::{Answer, Attack, Family, ending, other, outcome};
use crate::jwt;
use crate::kit::binary;
use crate::target::{
    CONNECTIONS_PER_ACCOUNT_MAX, CONNECTIONS_PER_IP_MAX, JOINS_PER_IP_MAX, Target,
};

pub(crate) const FAMILY: Family = Family {
    name: "storms",
    is_at_once: false,
    attacks: &[
        Attack {
            name: "2,000 come at once, each with a full join",
            expected: Answer::Served,
            counts: "",
            run: |target| everybody_comes(target, 2_000),
        },
        Attack {
            name: "2,000 are cut off and come back at once to their seats",
            expected: Answer::Served,
            counts: "",
            run: everybody_comes_back,
        },
        Attack {
            name: "more sockets from one address than it may have",
            expected: Answer::Close(4203),
            counts: "connections_per_ip",
            run: |target| {
                let clients: Vec<RawClient> = (0..CONNECTIONS_PER_IP_MAX)
                    .map(|_| target.connect())
                    .collect();
                let answer = ending(&mut target.connect());
                drop(clients);
                answer
            },
        },
        Attack {
            name: "more sockets of one account than it may have, from many addresses",
            expected: Answer::Close(4203),
            counts: "connections_per_account",
            run: |target| {
                let open = |i| {
                    let mut client = RawClient::over(target.stream_from(source(target, i), None));
                    client.join(&target.join(&format!("account-{}", i / PEOPLE_PER_ROOM)));
                    client
                };
                let clients: Vec<RawClient> = (0..CONNECTIONS_PER_ACCOUNT_MAX).map(open).collect();
                let mut late = target.connect();
                late.send(&target.join("account-0").to_bytes());
                let answer = ending(&mut late);
                drop(clients);
                answer
            },
        },
        Attack {
            name: "more joins from one address than it may have, by many sockets",
            expected: Answer::Close(4200),
            counts: "joins_per_ip",
            run: |target| {
                // Each socket keeps to its own limit.
                let rounds = (0..JOINS_PER_IP_MAX / 40 + 2).map(|round| {
                    let mut client = target.connect();
                    let join = target.join("revolving-door").to_bytes();
                    let all: Vec<Vec<u8>> =
                        (0..40).map(|_| [&join[..], &leave(0)].concat()).collect();
                    client.send(&all.concat());
                    (round, outcome(&mut client))
                });
                let refused = { rounds }.find(|(_, answer)| *answer != Answer::Served);
                refused.map_or(Answer::Served, |(_, answer)| answer)
            },
        },
        Attack {
            name: "five thousand connections, opened and dropped without a word",
            expected: Answer::Served,
            counts: "",
            run: |target| {
                (0..5_000).for_each(|_| drop(target.stream()));
                Answer::Served
            },
        },
    ],
};

/// A room of a storm has so many people.
const PEOPLE_PER_ROOM: usize = 50;

/// So many people come at the same moment, say hello and leave.
pub(super) fn everybody_comes(target: &Target, count: usize) -> Answer {
    let mut clients = storm(target, &vec![None; count]);
    let welcomed = clients.iter_mut().map(|client| welcome(client).map(drop));
    let answer = match welcomed.collect::<Result<(), String>>() {
        Ok(()) => Answer::Served,
        Err(wrong) => other(wrong),
    };
    leave_all(&mut clients);
    answer
}

fn everybody_comes_back(target: &Target) -> Answer {
    let count = 2_000;
    let mut clients = storm(target, &vec![None; count]);
    let seats: Result<Vec<_>, String> = clients.iter_mut().map(welcome).collect();
    let seats: Vec<_> = match seats {
        Ok(seats) => seats.into_iter().map(|(value, _)| Some(value)).collect(),
        Err(wrong) => return other(wrong),
    };
    clients.into_iter().for_each(RawClient::cut);
    let mut clients = storm(target, &seats);
    let back: Vec<_> = clients.iter_mut().map(welcome).collect();
    let mut lost = back.iter().filter(|back| !matches!(back, Ok((_, true))));
    if let Some(first) = lost.next() {
        return other(format!(
            "{} have lost their seats: {first:?}",
            1 + lost.count()
        ));
    }
    leave_all(&mut clients);
    Answer::Served
}

/// They leave, room by room: it is their coming that is tried.
fn leave_all(clients: &mut [RawClient]) {
    for room in clients.chunks_mut(PEOPLE_PER_ROOM) {
        for client in room.iter_mut() {
            client.send(&[leave(0), heartbeat()].concat());
        }
        // Then none of them is kept a seat.
        for client in room {
            client.until(|said| *said == Said::Heartbeat);
        }
    }
}

/// All of them connect and ask, and nobody reads before the last has asked.
fn storm(target: &Target, seats: &[Option<[u8; 16]>]) -> Vec<RawClient> {
    let handshake = Handshake::default().to_bytes();
    let ask = |(i, &resume): (usize, &Option<[u8; 16]>)| {
        let room = format!("storm-{}", i / PEOPLE_PER_ROOM);
        let token = jwt::token(&jwt::claims(&format!("guest-{i}"), "storm-*"));
        let join = Join {
            resume,
            ..Join::room(&room).with_token(&token)
        };
        let mut stream = target.stream_from(source(target, i), None);
        let all = [&handshake[..], &binary(&join.to_bytes())].concat();
        stream.write_all(&all).expect("it reads");
        stream
    };
    let asked: Vec<TcpStream> = seats.iter().enumerate().map(ask).collect();
    let answers = asked.into_iter().map(RawClient::read_answer);
    answers.map(|client| client.expect("an upgrade")).collect()
}

/// A storm comes from some addresses, each with half of what one may have.
pub(super) fn source(target: &Target, i: usize) -> Ipv4Addr {
    let [.., high, low] = target.source().octets();
    let part = u8::try_from(i * 2 / CONNECTIONS_PER_IP_MAX).unwrap_or(u8::MAX);
    Ipv4Addr::new(127, 10 + part, high, low)
}

/// Reads the snapshot: the resume value, and whether the seat is the one before.
fn welcome(client: &mut RawClient) -> Result<([u8; 16], bool), String> {
    let mut welcome = None;
    loop {
        match client.said_or_closed() {
            Ok(Said::Welcome {
                resume, resumed, ..
            }) => welcome = Some((resume, resumed)),
            Ok(Said::Count(..)) => return welcome.ok_or_else(|| "no Welcome".to_owned()),
            Ok(_) => {}
            Err(closed) => return Err(format!("{closed:?}")),
        }
    }
}
