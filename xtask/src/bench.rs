//! `cargo xtask bench`: the same work against Mote, the floor and real peers, one after the other in
//! one run; a server and the load on loopback, each on a core of its own where that can be.

mod case;
mod chart;
mod cores;
mod document;
mod instructions;
mod micro;
mod peers;
mod reading;
mod results;
mod server;
mod subject;
mod table;
mod targets;

use crate::kit::Kit;
use crate::run::{Failure, Result, quiet};
use crate::step::step;
use crate::{cargo, setup};

use case::Case;
use peers::Peers;
use reading::Reading;
use results::Results;
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
    /// How long each is measured
    #[arg(long, default_value_t = 5)]
    seconds: u32,
    /// How often; the servers take turns, and the table has the medians
    #[arg(long, default_value_t = 3)]
    repetitions: u32,
    /// Only the time of single steps: codec, client machine, room machine
    #[arg(long)]
    micro: bool,
    /// Only how many instructions the hot paths take
    #[arg(long, conflicts_with = "micro")]
    instructions: bool,
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
    let binaries = step("server, floor and load, release", |_| {
        cargo::release_binaries(&kit, &["mote", "mote-floor", "mote-load"])
    })?;
    let mut missing = Vec::new();
    let mut subjects = options.peers.clone();
    let mut peers = None;
    if subjects.iter().any(|subject| subject.is_npm()) {
        match setup::to_run_node(&kit).and_then(|()| Peers::install(&kit)) {
            Ok(installed) => peers = Some(installed),
            Err(failure) => {
                println!("{failure}");
                missing = subjects
                    .extract_if(.., |subject| subject.is_npm())
                    .collect();
            }
        }
    }
    let bench = Bench {
        kit,
        binaries,
        peers,
    };
    let mut results = Results::new(missing);
    for repetition in 1..=options.repetitions {
        for case in &options.cases {
            for subject in subjects
                .iter()
                .flat_map(|subject| subject.with_variants(case))
            {
                let name = format!("{repetition}/{} {case} {subject}", options.repetitions);
                let seed = u64::from(repetition);
                step(&name, |step| {
                    let reading = bench.measure(subject, case, options.seconds, seed)?;
                    step.remark(reading.short());
                    results.add(*case, subject, reading);
                    Ok(())
                })?;
            }
        }
    }
    println!("\n{}", table::all(&results));
    println!("{}", targets::table(&results));
    match results.wrong().as_slice() {
        [] => Ok(()),
        wrong => Err(Failure::new(format!(
            "wrong deliveries: {}.",
            wrong.join("; ")
        ))),
    }
}

/// What every run needs.
struct Bench {
    kit: Kit,
    /// `mote`, `mote-floor`, `mote-load`.
    binaries: Vec<std::path::PathBuf>,
    peers: Option<Peers>,
}

impl Bench {
    /// A fresh server, one load.
    fn measure(&self, subject: Subject, case: &Case, seconds: u32, seed: u64) -> Result<Reading> {
        let server = Server::start(self, subject)?;
        let mut load = cores::pinned(&self.kit, cores::LOAD, &self.binaries[2])?;
        load.args(["--server", &server.address.to_string()]);
        load.args(["--pid", &server.pid().to_string()]);
        load.args(["--protocol", subject.protocol()]);
        load.args(["--rooms", &case.rooms.to_string()]);
        load.args(["--people", &case.people.to_string()]);
        load.args(["--hz", &case.hz.to_string()]);
        load.args(["--seconds", &seconds.to_string()]);
        load.args(["--seed", &seed.to_string()]);
        Reading::parse(&quiet(&mut load)?)
    }
}
