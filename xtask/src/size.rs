//! `cargo xtask size`: what a page downloads, beside what it would of others.

use std::fs;

use clap::Args;

use crate::npm;
use crate::run::{Failure, Result, quiet, shown};
use crate::{setup, wasm};

/// What is compared, and where it goes.
#[derive(Args)]
pub(crate) struct Options {
    /// Beside the SDKs of others, installed from npm and bundled in the same way
    #[arg(long)]
    peers: bool,
    /// With --peers: put the table into docs/size.md
    #[arg(long, requires = "peers")]
    write: bool,
}

pub(crate) fn run(options: &Options) -> Result {
    let kit = setup::to_build()?;
    wasm::build(&kit)?;
    npm::build(&kit)?;
    if !options.peers {
        return shown(npm::npm(&kit)?.args(["run", "--silent", "size"]));
    }
    npm::install(&kit, PEERS)?;
    let mut node = kit.command("node")?;
    let table = quiet(
        node.arg(kit.root.join(PEERS).join("table.mjs"))
            .arg(kit.root.join("npm")),
    )?;
    println!("{table}");
    if options.write {
        fs::write(kit.root.join(PAGE), format!("{HEAD}{table}"))
            .map_err(|error| Failure::new(format!("{PAGE} cannot be written: {error}.")))?;
        println!("{PAGE} is written.");
    }
    Ok(())
}

const PEERS: &str = "tests/sizes";
const PAGE: &str = "docs/size.md";

const HEAD: &str = "\
# What a page downloads

Made by `cargo xtask size --peers --write`: each bundled and minified by the same esbuild, with everything it
needs but React, and compressed. Of the others only what an application imports for presence; of
`@mote/presence` everything that a line names, the WebAssembly inside. Budgets in `npm/build/entries.mjs` keep
it so.

";
