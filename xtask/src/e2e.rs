//! The product as people meet it: the release server and the demo page in real browsers, and the
//! package in every place that it must run in.

use std::env;
use std::path::Path;
use std::process::Command;

use crate::cargo;
use crate::kit::Kit;
use crate::npm;
use crate::page;
use crate::run::{Result, quiet, shown};
use crate::setup;
use crate::step::{shown_step, step};
use crate::wasm;

/// The types of all Playwright tests.
pub(crate) fn check_types(kit: &Kit) -> Result {
    step("types of the end-to-end tests", |_| {
        let mut types = kit.command("npm")?;
        quiet(
            types
                .args(["run", "typecheck"])
                .current_dir(kit.root.join("tests/e2e")),
        )
        .map(drop)
    })
}

/// The Playwright tests; they start servers themselves, from MOTE_BIN and MOTE_DEMO_DIR.
pub(crate) fn test(kit: &Kit, server: &Path) -> Result {
    shown_with(kit, server, "end to end", "npx", &["playwright", "test"])
}

/// The tarball in bundlers, frameworks and runtimes, whose packages they keep in the cache.
pub(crate) fn test_packages(kit: &Kit, server: &Path) -> Result {
    shown_step("package in every place", || {
        let mut command = kit.command("npm")?;
        command
            .args(["run", "--silent", "test:packages"])
            .current_dir(kit.root.join("tests/e2e"))
            .env("MOTE_BIN", server)
            .env("MOTE_CACHE", &kit.cache);
        shown(&mut command)
    })
}

/// `cargo xtask screenshot`.
pub(crate) fn screenshot() -> Result {
    let mut kit = setup::to_build()?;
    setup::to_browse(&mut kit)?;
    npm::install(&kit, "tests/e2e")?;
    wasm::build(&kit)?;
    npm::build(&kit)?;
    let server = cargo::server(&kit)?;
    shown_with(&kit, &server, "screenshot", "npm", &["run", "screenshot"])
}

fn shown_with(kit: &Kit, server: &Path, name: &str, program: &str, words: &[&str]) -> Result {
    let page = page::assemble(kit)?;
    shown_step(name, || {
        let mut command: Command = kit.command(program)?;
        command.args(words).current_dir(kit.root.join("tests/e2e"));
        command.env("MOTE_BIN", server).env("MOTE_DEMO_DIR", page);
        if let Ok(xtask) = env::current_exe() {
            command.env("MOTE_XTASK", xtask);
        }
        shown(&mut command)
    })
}
