//! Rooms whose people are spread over several nodes, with a Redis between them.

use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use super::case::{DENSE, SMALL};
use super::cores::{self, Awake, Receiving};
use super::results::{Median, wrong_in};
use super::server::{Server, mote, npm_program};
use super::table::{grid, number, title};
use super::targets::{self, Target};
use super::{Bench, Case, Crowd, Options, Reading, Section};
use crate::cluster::redis_words;
use crate::run::Result;
use crate::setup;
use crate::step::step;

const SECONDS: u32 = 5;

/// Dense rooms on nodes that have something to do: ten rooms share each wake-up. No peer could carry it.
const BUSY: Case = Case { rooms: 10, ..DENSE };

/// What a node pays for each flush of a room is shared by four times as many updates as in a room of
/// 100. No peer could carry it.
const CROWDED: Case = Case {
    rooms: 1,
    people: 200,
    ..DENSE
};

/// Flushes a second of Mote's rooms, and one for what a node writes besides.
const PUBLISHES_MAX: f64 = 31.0;

/// Nodes of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fleet {
    /// One node of Mote without Redis.
    Alone,
    /// So many nodes of Mote on a Redis.
    Mote(u32),
    /// So many nodes of Socket.IO with its Redis adapter.
    SocketIo(u32),
}

const FLEETS: [Fleet; 5] = [
    Fleet::Alone,
    Fleet::Mote(1),
    Fleet::Mote(2),
    Fleet::Mote(3),
    Fleet::SocketIo(3),
];

impl Fleet {
    const fn nodes(self) -> u32 {
        match self {
            Self::Alone => 1,
            Self::Mote(nodes) | Self::SocketIo(nodes) => nodes,
        }
    }

    const fn protocol(self) -> &'static str {
        match self {
            Self::Alone | Self::Mote(_) => "mote",
            Self::SocketIo(_) => "socket-io",
        }
    }
}

impl fmt::Display for Fleet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alone => write!(f, "Mote, 1 node, no Redis"),
            Self::Mote(1) => write!(f, "Mote, 1 node"),
            Self::Mote(nodes) => write!(f, "Mote, {nodes} nodes"),
            Self::SocketIo(nodes) => write!(f, "Socket.IO, {nodes} nodes"),
        }
    }
}

/// What was read of a fleet.
type Found = Vec<(Fleet, Vec<Reading>)>;

pub(super) fn run(bench: &Bench, options: &Options) -> Result<Section> {
    setup::to_run_redis()?;
    let (receiving, awake) = (Receiving::on_the_load_core(), Awake::cores());
    let mut text = [receiving.words(), awake.words()].concat();
    let mut promises = Vec::new();
    let mut wrong = Vec::new();
    for case in [BUSY, CROWDED, DENSE, SMALL] {
        let found = measure(bench, options, case)?;
        let rows: Vec<_> = found
            .iter()
            .map(|(fleet, all)| row(*fleet, case, all))
            .collect();
        text.push_str(&format!(
            "### {}\n\n{}\n{}",
            title(&case),
            grid(&HEADS, &rows),
            price(&found)
        ));
        promises.extend(promises_of(case, &found));
        for (fleet, readings) in &found {
            let owes_none = !matches!(fleet, Fleet::SocketIo(_));
            let name = format!("{fleet} {case}");
            wrong.extend(
                readings
                    .iter()
                    .flat_map(|reading| wrong_in(reading, &name, owes_none)),
            );
        }
    }
    text.push_str(&targets::table(&promises));
    Ok(Section {
        title: "Several nodes on Redis".to_owned(),
        text,
        wrong,
        bars: Vec::new(),
    })
}

fn measure(bench: &Bench, options: &Options, case: Case) -> Result<Found> {
    let has_peers = bench.peers.is_some() && ![BUSY, CROWDED].contains(&case);
    let fleets = FLEETS
        .into_iter()
        .filter(|fleet| has_peers || !matches!(fleet, Fleet::SocketIo(_)));
    let mut found: Found = fleets.map(|fleet| (fleet, Vec::new())).collect();
    for repetition in 1..=options.repetitions {
        let crowd = Crowd::new(case, options.seconds.unwrap_or(SECONDS), repetition);
        for (fleet, readings) in &mut found {
            let name = format!("{repetition}/{} {case} {fleet}", options.repetitions);
            let reading = step(&name, |step| {
                let reading = one(bench, *fleet, &crowd)?;
                step.remark(reading.short());
                Ok(reading)
            })?;
            readings.push(reading);
        }
    }
    Ok(found)
}

/// A fresh Redis, fresh nodes, one load.
fn one(bench: &Bench, fleet: Fleet, crowd: &Crowd) -> Result<Reading> {
    if fleet == Fleet::Alone {
        let alone = Server::start_with(|address| mote(bench, address, &[]))?;
        return bench.load(&[alone], None, fleet.protocol(), crowd);
    }
    let redis = Server::start_with(|address| redis(bench, address))?;
    let url = format!("redis://{}", redis.address);
    let nodes = (0..fleet.nodes()).map(|_| {
        Server::start_with(|address| match fleet {
            Fleet::SocketIo(_) => socket_io(bench, address, &url),
            Fleet::Alone | Fleet::Mote(_) => mote(bench, address, &["--redis", &url]),
        })
    });
    let nodes = nodes.collect::<Result<Vec<_>>>()?;
    bench.load(&nodes, Some(&redis), fleet.protocol(), crowd)
}

/// It keeps nothing on disk.
fn redis(bench: &Bench, address: SocketAddr) -> Result<Command> {
    let mut command = cores::pinned(&bench.kit, cores::SERVER, &setup::redis_program()?)?;
    command.args(redis_words(address)).stdout(Stdio::null());
    Ok(command)
}

fn socket_io(bench: &Bench, address: SocketAddr, url: &str) -> Result<Command> {
    let peers = bench.peers.as_ref().expect("fleets of peers need them");
    let mut command = npm_program(bench, peers, Path::new("node"))?;
    command.args(["socketio.mjs", &address.port().to_string(), url]);
    Ok(command)
}

const HEADS: [&str; 8] = [
    "servers",
    "CPU µs per update",
    "spread",
    "Redis commands per room and second",
    "publishes per room, node and second",
    "Redis KB in / out per room and second",
    "p50 / p99 / max ms",
    "delivered",
];

fn row(fleet: Fleet, case: Case, readings: &[Reading]) -> Vec<String> {
    let cpu = Median::of(readings, Reading::cpu_us);
    let median = |value: &dyn Fn(&Reading) -> f64| Median::of(readings, value).median;
    let of_redis = |value: f64| match fleet {
        Fleet::Alone => "–".to_owned(),
        Fleet::Mote(_) | Fleet::SocketIo(_) => number(value),
    };
    let kilobytes = |name| of_redis(per_room(case, readings, name) / 1e3);
    let latencies = ["p50_ms", "p99_ms", "max_ms"];
    vec![
        fleet.to_string(),
        number(cpu.median),
        format!("{}–{}", number(cpu.min), number(cpu.max)),
        of_redis(per_room(case, readings, "redis_commands")),
        of_redis(publishes(fleet, case, readings)),
        format!(
            "{} / {}",
            kilobytes("redis_bytes_in"),
            kilobytes("redis_bytes_out")
        ),
        latencies
            .map(|name| number(median(&|reading| reading.get(name))))
            .join(" / "),
        format!("{:.1} %", median(&Reading::delivered_percent)),
    ]
}

/// Of a counter of Redis, in a second, for each room.
fn per_room(case: Case, readings: &[Reading], name: &str) -> f64 {
    let per_second = |reading: &Reading| reading.get(name) / reading.get("seconds");
    Median::of(readings, per_second).median / f64::from(case.rooms)
}

fn publishes(fleet: Fleet, case: Case, readings: &[Reading]) -> f64 {
    per_room(case, readings, "redis_publishes") / f64::from(fleet.nodes())
}

/// What three nodes take more than one.
fn price_of_three(found: &Found) -> Option<f64> {
    let cpu = |fleet| {
        let (_, readings) = found.iter().find(|(other, _)| *other == fleet)?;
        Some(Median::of(readings, Reading::cpu_us).median)
    };
    Some(cpu(Fleet::Mote(3))? / cpu(Fleet::Alone)?)
}

fn price(found: &Found) -> String {
    price_of_three(found).map_or_else(String::new, |ratio| {
        let (three, alone) = (Fleet::Mote(3), Fleet::Alone);
        format!("CPU of {three} / {alone}: {}.\n\n", number(ratio))
    })
}

/// What is promised of this case.
fn promises_of(case: Case, found: &Found) -> Vec<Target> {
    let of = |fleet| {
        let (_, readings) = found.iter().find(|(other, _)| *other == fleet)?;
        Some(readings.as_slice())
    };
    let redis = |fleet, name| Some(per_room(case, of(fleet)?, name));
    let bytes = |fleet| Some(redis(fleet, "redis_bytes_in")? + redis(fleet, "redis_bytes_out")?);
    let (three, peer) = (Fleet::Mote(3), Fleet::SocketIo(3));
    let commands = |fleet| redis(fleet, "redis_commands");
    // A large room shares each batch among many, one of 5 hardly anything.
    let is_dense = case != SMALL;
    let (commands_max, bytes_max) = if is_dense { (0.1, 0.1) } else { (1.0, 0.5) };
    let ratio = |a: Option<f64>, b: Option<f64>| Some(a? / b?);
    let lines = [
        (
            format!("CPU of {three} / {}", Fleet::Alone),
            price_of_three(found).filter(|_| is_dense),
            1.3,
        ),
        (
            format!("publishes per room, node and second of {three}"),
            of(three).map(|readings| publishes(three, case, readings)),
            PUBLISHES_MAX,
        ),
        (
            format!("Redis commands of {three} / {peer}"),
            ratio(commands(three), commands(peer)),
            commands_max,
        ),
        (
            format!("Redis bytes of {three} / {peer}"),
            ratio(bytes(three), bytes(peer)),
            bytes_max,
        ),
    ];
    let target = |(name, measured, limit): (String, Option<f64>, f64)| {
        measured.map(|measured| Target {
            name: format!("{case}: {name}"),
            measured,
            limit,
        })
    };
    lines.into_iter().filter_map(target).collect()
}

#[cfg(test)]
mod tests {
    use super::{BUSY, DENSE, Fleet, Reading, SMALL, promises_of};

    fn reading(cpu: &str, commands: u32) -> Reading {
        let text = format!(
            "seconds 2\nserver_cpu_s {cpu}\ndelivered 1000\nredis_commands {commands}\n\
             redis_publishes {commands}\nredis_bytes_in 1000\nredis_bytes_out 3000"
        );
        Reading::parse(&text).expect("names and numbers")
    }

    #[test]
    fn promises_are_of_the_fleets_that_were_measured() {
        let mut found = vec![
            (Fleet::Alone, vec![reading("1", 0)]),
            (Fleet::Mote(3), vec![reading("1.2", 360)]),
        ];
        let named = |found: &Vec<_>, case| {
            let promises = promises_of(case, found);
            promises
                .into_iter()
                .map(|target| target.measured)
                .collect::<Vec<_>>()
        };
        assert_eq!(named(&found, BUSY), [1.2, 6.0]);
        assert_eq!(named(&found, DENSE), [1.2, 60.0]);
        assert_eq!(named(&found, SMALL), [3.0]);
        found.push((Fleet::SocketIo(3), vec![reading("9", 3600)]));
        assert_eq!(named(&found, DENSE), [1.2, 60.0, 0.1, 1.0]);
    }
}
