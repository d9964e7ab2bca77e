//! `mote-load`: many clients that move their cursors, and how soon the others see it.
//!
//! One thread with its own event loop, so that one core takes more frames than any server under
//! test sends. Speaks to a server on this machine only, in Mote's wire or in that of the peers that
//! Mote is measured beside. Every position carries a running number, so that each delivery is
//! matched with the moment it was sent. The result is lines of a name and a number, for `xtask bench`.

mod client;
mod crowd;
mod frame;
mod histogram;
mod ledger;
mod options;
mod peer;
mod poller;
mod probe;
mod report;
mod run;
mod schedule;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use options::Options;

fn main() -> ExitCode {
    let options = Options::parse();
    match run::run(&options) {
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
