//! Making the machine ready: each step looks first, then installs what is missing, then looks again.

mod apt;
mod browser;
mod components;
mod debian;
mod folder;
mod installed;
mod node;
mod place;
mod python;
mod redis;
mod tools;
mod unpacked;
mod valkey;
mod wasm_target;

pub(crate) use folder::unwritable;

use std::path::PathBuf;
use std::time::Duration;

use crate::kit::Kit;
use crate::npm;
use crate::run::Result;

/// How long a download by rustup may take. A refused or stuck one is an answer too, and then the next
/// way is taken.
const RUSTUP_LIMIT: Duration = Duration::from_secs(60);

/// What it takes to build everything that people run.
pub(crate) fn to_build() -> Result<Kit> {
    let mut kit = Kit::new()?;
    to_run_node(&kit)?;
    to_compile_wasm(&mut kit)?;
    npm::install(&kit, "npm")?;
    Ok(kit)
}

/// Node.js and npm.
pub(crate) fn to_run_node(kit: &Kit) -> Result {
    node::ready(kit)
}

/// A compiler for the browser, and what makes a module of its output.
pub(crate) fn to_compile_wasm(kit: &mut Kit) -> Result {
    wasm_target::ready(kit)?;
    tools::wasm_bindgen(kit)?;
    tools::wasm_pack(kit)
}

/// Chromium, for pictures and measurements.
pub(crate) fn to_browse(kit: &mut Kit) -> Result {
    browser::chromium(kit)
}

/// Every browser that tests run in.
pub(crate) fn to_test_in_browsers(kit: &mut Kit) -> Result {
    browser::chromium(kit)?;
    browser::firefox(kit)
}

/// Formatting, clippy, and the checker of licences and sources.
pub(crate) fn to_lint(kit: &mut Kit) -> Result {
    components::ready()?;
    tools::cargo_deny(kit)
}

/// What the server is run behind.
pub(crate) fn to_proxy(kit: &mut Kit) -> Result {
    unpacked::nginx(kit)
}

/// What reads metrics and alerts.
pub(crate) fn to_check_metrics(kit: &mut Kit) -> Result {
    unpacked::promtool(kit)
}

/// The engine that joins the rooms of several servers.
pub(crate) fn to_run_redis() -> Result {
    redis::redis()
}

/// Where that engine is.
pub(crate) fn redis_program() -> Result<PathBuf> {
    redis::program()
}

/// Every engine that the tests of shared rooms run on.
pub(crate) fn to_test_engines(kit: &mut Kit) -> Result {
    to_run_redis()?;
    valkey::ready(kit)
}

/// What tries the admin API against its description.
pub(crate) fn to_test_the_admin_api(kit: &mut Kit) -> Result {
    python::schemathesis(kit)
}

/// What counts the instructions of hot paths; no other verb needs it.
pub(crate) fn to_count_instructions() -> Result {
    installed::valgrind()
}

/// What libFuzzer is built with.
pub(crate) fn to_fuzz() -> Result {
    installed::cxx()
}

/// The cases that the frame layer is held against.
pub(crate) fn to_conform(kit: &mut Kit) -> Result {
    python::kosoku(kit)
}

/// All of it.
pub(crate) fn everything() -> Result<Kit> {
    let mut kit = to_build()?;
    to_test_in_browsers(&mut kit)?;
    to_lint(&mut kit)?;
    to_test_engines(&mut kit)?;
    to_test_the_admin_api(&mut kit)?;
    to_proxy(&mut kit)?;
    to_check_metrics(&mut kit)?;
    to_conform(&mut kit)?;
    to_fuzz()?;
    npm::install(&kit, "tests/e2e")?;
    Ok(kit)
}
