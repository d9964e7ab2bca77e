//! The verbs of the project: `cargo xtask <verb>`. Each makes the machine ready for what it needs,
//! says what it does and how long that took, and is quick the second time.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod bench;
mod cargo;
mod checks;
mod cluster;
mod demo;
mod e2e;
mod fuzz;
mod kit;
mod lint;
mod native;
mod npm;
mod page;
mod paths;
mod run;
mod setup;
mod size;
mod step;
mod tidy;
mod wasm;

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::run::Result;

fn main() -> ExitCode {
    let outcome = match Verbs::parse().verb {
        Verb::Demo { args } => demo::run(&args),
        Verb::Cluster { listen } => cluster::run(listen),
        Verb::Test { only } | Verb::Ci { only } => checks::run(&only),
        Verb::Setup => setup::everything().map(drop),
        Verb::Size(options) => size::run(&options),
        Verb::Docs => npm::docs(),
        Verb::Bench(options) => bench::run(&options),
        Verb::Fuzz(options) => fuzz::run(&options),
        Verb::Screenshot => e2e::screenshot(),
    };
    finish(outcome)
}

/// Environment variables that the verbs listen to, in one place.
const ENVIRONMENT: &str = "\
Environment:
  MOTE_CACHE           where compiled tools are kept (default: ~/.cache/mote)
  MOTE_WASM_TOOLCHAIN  `debian` builds the wasm crates with Debian's rustc-web and a std built from
                       its sources, even where rustup could add the target
  CHROME, CHROMEDRIVER, FIREFOX, GECKODRIVER
                       the browsers for tests, and their drivers (default: found on PATH)
  NGINX                the nginx for tests (default: found on PATH, or the distribution's unpacked)
  REDIS_SERVER, VALKEY_SERVER
                       the engines for tests of shared rooms (default: found on PATH)
  SCHEMATHESIS         what tests the admin API (default: found on PATH, or installed into MOTE_CACHE)
  KOSOKU               the runner of the Autobahn suite's cases (default: found on PATH, or
                       installed with pip)";

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The verbs of this project", after_help = ENVIRONMENT)]
struct Verbs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Build all that is missing and serve the demo page on http://127.0.0.1:3001
    Demo {
        /// Passed on to `mote`, for example `-- --listen 127.0.0.1:3002`
        #[arg(last = true)]
        args: Vec<String>,
    },
    /// Serve the demo page from three nodes behind nginx, on Redis; a button kills one of them
    Cluster {
        /// Where the page is
        #[arg(long, default_value = "127.0.0.1:3001")]
        listen: SocketAddr,
    },
    /// Check everything, stopping at the first failure
    Test {
        /// Only this part; may be repeated
        #[arg(long, value_enum)]
        only: Vec<checks::Part>,
    },
    /// What continuous integration runs: the same as `test`
    Ci {
        /// Only this part; may be repeated
        #[arg(long, value_enum)]
        only: Vec<checks::Part>,
    },
    /// Make the machine ready for every other verb
    Setup,
    /// Build the npm package and print what a browser downloads, compressed
    Size(size::Options),
    /// Make the SDK's API reference in docs/reference/dist
    Docs,
    /// Measure the server beside real peers: processor time, bytes, latency, memory
    Bench(bench::Options),
    /// Look for bytes that break a promise: libFuzzer on the targets of `fuzz/`
    Fuzz(fuzz::Options),
    /// Take the README's picture from the demo page
    Screenshot,
}

fn finish(outcome: Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\n{failure}");
            ExitCode::FAILURE
        }
    }
}
