//! `cargo xtask bench`: the same work against Mote, the floor and real peers, one after the other in
//! one run; a server and the load on loopback, each on a core of its own where that can be.

mod case;
mod chart;
mod cluster;
mod cores;
mod crowd;
mod document;
mod failover;
mod frames;
mod idle;
mod instructions;
mod large;
mod machine;
mod micro;
mod peers;
mod reading;
mod results;
mod section;
mod server;
mod slow;
mod subject;
mod sweep;
mod table;
mod targets;

use std::path::PathBuf;

use rustix::process::{Resource, getrlimit, setrlimit};

use crate::kit::Kit;
use crate::run::{Failure, Result, quiet};
use crate::step::step;
use crate::{cargo, setup};

use case::Case;
use crowd::Crowd;
use peers::Peers;
use reading::Reading;
use results::Results;
use section::Section;
use server::Server;
use subject::Subject;

/// What is measured.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Which servers
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Subject::ALL)]
    peers: Vec<Subject>,
    /// Which loads: rooms x people in each @ moves a second of each
    #[arg(long, value_delimiter = ',', default_values_t = case::DEFAULT)]
    cases: Vec<Case>,
    /// How long each load is measured [default: 5, with --slow 20, with --large 60]
    #[arg(long)]
    seconds: Option<u32>,
    /// How often; the servers take turns, and the tables have the medians
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    repetitions: u32,
    /// Instead of the loads: so many connections in which nothing happens
    #[arg(long, value_name = "CONNECTIONS", value_parser = clap::value_parser!(u32).range(100..=18_000))]
    idle: Option<u32>,
    /// Instead of the loads: one room of 10,000 people, 1,000 of whom move, against Mote
    #[arg(long)]
    large: bool,
    /// Instead of the loads: rooms whose people are spread over several nodes with a Redis between
    /// them, Mote's and Socket.IO's
    #[arg(long)]
    cluster: bool,
    /// Instead of the loads: somebody who reads slowly, or not at all, against Mote
    #[arg(long)]
    slow: bool,
    /// The loads and all of that which else stands instead of them
    #[arg(long, conflicts_with_all = ["idle", "large", "slow", "cluster"])]
    all: bool,
    /// Only the time of single steps: codec, client machine, room machine
    #[arg(long)]
    micro: bool,
    /// Only how many instructions the hot paths take
    #[arg(long, conflicts_with = "micro")]
    instructions: bool,
    /// Only what drawing cursors takes of a page, in a browser
    #[arg(long, conflicts_with_all = ["micro", "instructions"])]
    frames: bool,
    /// Only how soon everybody sees everybody again when a node of three is killed, so many times
    #[arg(long, value_name = "KILLS", num_args = 0..=1, default_missing_value = "50", conflicts_with_all = ["micro", "instructions", "frames"], value_parser = clap::value_parser!(u32).range(1..=1000))]
    failover: Option<u32>,
    /// Write the outcome into docs/benchmarks.md as well
    #[arg(long)]
    write: bool,
}

pub(crate) fn run(options: &Options) -> Result {
    let kit = Kit::new()?;
    if options.micro {
        return micro::run(&kit);
    }
    if options.instructions {
        return instructions::report(&kit, options.write);
    }
    if options.frames {
        return frames::report(options.write);
    }
    if let Some(kills) = options.failover {
        return failover::report(kills, options.write);
    }
    allow_many_sockets()?;
    let bench = Bench::new(kit, options)?;
    let mut sections = Vec::new();
    let all = options.all;
    if all || !(options.large || options.slow || options.cluster || options.idle.is_some()) {
        sections.push(sweep::run(&bench, options)?);
    }
    if let Some(connections) = options.idle {
        sections.push(idle::run(&bench, &bench.subjects, connections)?);
    } else if all {
        sections.push(idle::run(&bench, &bench.subjects, idle::OF_ALL)?);
        sections.push(idle::run(&bench, &[Subject::Mote], idle::OF_MOTE)?);
    }
    if all || options.slow {
        sections.push(slow::run(&bench, options)?);
    }
    if all || options.large {
        sections.push(large::run(&bench, options)?);
    }
    if all || options.cluster {
        sections.push(cluster::run(&bench, options)?);
    }
    for section in &sections {
        println!("\n## {}\n\n{}", section.title, section.text);
    }
    if options.write {
        section::write(&bench.kit, &sections)?;
    }
    let wrong: Vec<_> = sections
        .into_iter()
        .flat_map(|section| section.wrong)
        .collect();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Failure::new(format!(
            "wrong deliveries: {}.",
            wrong.join("; ")
        )))
    }
}

/// The servers inherit the limit, and some raise it only if they are asked to.
fn allow_many_sockets() -> Result {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit)
        .map_err(|error| Failure::new(format!("`ulimit -n` cannot be raised: {error}.")))
}

/// What every run needs.
struct Bench {
    kit: Kit,
    mote: PathBuf,
    floor: PathBuf,
    load: PathBuf,
    peers: Option<Peers>,
    /// Those that are there to be measured.
    subjects: Vec<Subject>,
}

impl Bench {
    fn new(kit: Kit, options: &Options) -> Result<Self> {
        let names = ["mote", "mote-floor", "mote-load"];
        let binaries = step("server, floor and load, release", |_| {
            cargo::release_binaries(&kit, &names)
        })?;
        let [mote, floor, load] = binaries.try_into().expect("three were asked for");
        let mut bench = Self {
            kit,
            mote,
            floor,
            load,
            peers: None,
            subjects: options.peers.clone(),
        };
        let needs_npm = !(options.large || options.slow);
        if needs_npm && bench.subjects.iter().any(|subject| subject.is_npm()) {
            match setup::to_run_node(&bench.kit).and_then(|()| Peers::install(&bench.kit)) {
                Ok(installed) => bench.peers = Some(installed),
                Err(failure) => println!("{failure}\nThe peers from npm are left out."),
            }
        }
        if bench.peers.is_none() {
            bench.subjects.retain(|subject| !subject.is_npm());
        }
        Ok(bench)
    }

    /// A fresh server, one load.
    fn measure(&self, subject: Subject, crowd: &Crowd) -> Result<Reading> {
        let server = Server::start(self, subject)?;
        self.load(&[server], None, subject.protocol(), crowd)
    }

    /// One load on servers that share its rooms.
    fn load(
        &self,
        servers: &[Server],
        redis: Option<&Server>,
        protocol: &str,
        crowd: &Crowd,
    ) -> Result<Reading> {
        let addresses: Vec<_> = servers.iter().map(|one| one.address.to_string()).collect();
        let pids: Vec<_> = servers.iter().map(|one| one.pid().to_string()).collect();
        let mut load = cores::pinned(&self.kit, cores::LOAD, &self.load)?;
        load.args(["--server", &addresses.join(",")]);
        load.args(["--pid", &pids.join(",")]);
        if let Some(redis) = redis {
            load.args(["--redis", &redis.address.to_string()]);
        }
        load.args(["--protocol", protocol]).args(crowd.words());
        Reading::parse(&quiet(&mut load)?)
    }
}
