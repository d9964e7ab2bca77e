//! Attacks on the real server, in a process of its own, while fifty people move: each has its expected
//! answer; meanwhile the people wait no longer than in calm, miss nothing and are not disconnected,
//! and afterwards the server's memory and connections are what they were.
//!
//! `cargo test -p mote-tests --test attacks` runs all of them and shows a table; words after `--` run
//! those with one of them in their name.

#![allow(clippy::print_stdout, reason = "a table is what it is for")]

mod attack;
mod crowd;
mod families;
mod issuer;
mod jwt;
mod kit;
mod report;
mod run;
mod target;

use std::process::ExitCode;

use rustix::process::{Resource, getrlimit, setrlimit};

fn main() -> ExitCode {
    // A storm is some thousand sockets here, and as many in the server, which inherits the limit.
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).expect("what is allowed anyway");
    // Flags are Cargo's own: there is one way to run this.
    let words: Vec<String> = { std::env::args() }
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let faults = run::run(&words);
    for fault in &faults {
        println!("✗ {fault}");
    }
    if faults.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
