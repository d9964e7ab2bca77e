//! Making the machine ready: each step looks first, then installs what is missing, then looks again.

mod apt;
mod browser;
mod debian;
mod node;
mod tools;
mod wasm_target;

use crate::kit::Kit;
use crate::npm;
use crate::run::Result;

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

/// A browser for tests and its driver.
pub(crate) fn to_browse(kit: &mut Kit) -> Result {
    browser::ready(kit)
}

/// The licence and source checker.
pub(crate) fn to_judge_dependencies(kit: &mut Kit) -> Result {
    tools::cargo_deny(kit)
}

/// All of it.
pub(crate) fn everything() -> Result<Kit> {
    let mut kit = to_build()?;
    to_browse(&mut kit)?;
    to_judge_dependencies(&mut kit)?;
    npm::install(&kit, "tests/e2e")?;
    Ok(kit)
}
