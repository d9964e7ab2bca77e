//! `mote-load`: many clients that move their cursors, and how soon the others see it.
//!
//! One thread with its own event loop, so that one core takes more frames than any server under
//! test sends. Speaks to a server on this machine only, in Mote's wire or in that of the peers that
//! Mote is measured beside. Every position carries a running number, so that each delivery is
//! matched with the moment it was sent. The result is lines of a name and a number, for `xtask bench`.

mod client;
mod counters;
mod crowd;
mod frame;
mod histogram;
mod large;
mod ledger;
mod memory;
mod options;
mod peer;
mod plane;
mod poller;
mod probe;
mod redis;
mod report;
mod run;
mod schedule;
mod slow;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use options::Options;
use rustix::process::{Resource, getrlimit, setrlimit};

fn main() -> ExitCode {
    let options = Options::parse();
    if let Err(error) = raise_limit() {
        let _ = writeln!(io::stderr(), "mote-load: {error}");
    }
    let result = if options.viewports {
        large::run(&options)
    } else {
        run::run(&options)
    };
    match result {
        Ok(report) => {
            let printed = io::stdout().write_all(report.to_string().as_bytes());
            printed.map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
        }
        Err(error) => {
            let _ = writeln!(io::stderr(), "mote-load: {error}");
            ExitCode::FAILURE
        }
    }
}

/// As many sockets as the machine lets a process have.
fn raise_limit() -> io::Result<()> {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    Ok(setrlimit(Resource::Nofile, limit)?)
}
