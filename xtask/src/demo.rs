//! `cargo xtask demo`: the server with the demo page, from nothing.

use std::net::TcpListener;
use std::process::Command;

use crate::run::{Failure, Result};
use crate::{cargo, npm, page, setup, wasm};

const ADDRESS: &str = "127.0.0.1:3001";

/// Makes everything and becomes the server; `args` are passed on to it.
pub(crate) fn run(args: &[String]) -> Result {
    let own_address = listen_argument(args);
    let address = own_address.unwrap_or(ADDRESS);
    check_free(address)?;
    let kit = setup::to_build()?;
    wasm::build(&kit)?;
    npm::build(&kit)?;
    let page = page::assemble(&kit)?;
    let mut server = kit.command(cargo::server(&kit)?)?;
    if own_address.is_none() {
        server.args(["--listen", ADDRESS]);
    }
    server.args(args).env("MOTE_DEMO_DIR", page);
    println!("\n  http://{address}   Ctrl-C stops it.\n");
    become_program(server)
}

/// This process becomes the server, so that Ctrl-C and every other signal reach it and its exit code
/// is the verb's.
#[cfg(unix)]
fn become_program(mut server: Command) -> Result {
    use std::os::unix::process::CommandExt;
    Err(Failure::new(format!(
        "the server could not be started: {}.",
        server.exec()
    )))
}

/// Says so before minutes of building; a port that is taken later the server reports itself.
fn check_free(address: &str) -> Result {
    match TcpListener::bind(address) {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::new(format!(
            "nothing can listen on {address} ({error}): stop what does, or choose another port: \
             cargo xtask demo -- --listen 127.0.0.1:3002"
        ))),
    }
}

fn listen_argument(args: &[String]) -> Option<&str> {
    let mut args = args.iter().map(String::as_str);
    while let Some(arg) = args.next() {
        if arg == "--listen" {
            return args.next();
        }
        if let Some(address) = arg.strip_prefix("--listen=") {
            return Some(address);
        }
    }
    None
}

#[cfg(test)]
mod tests;
