//! `cargo xtask test`: everything, in order, stopping at the first failure.

use std::time::Instant;

use clap::ValueEnum;

use crate::kit::Kit;
use crate::run::Result;
use crate::{cargo, e2e, lint, native, npm, setup, wasm};

/// A part of the checks, for working on one thing.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Formatting, clippy, house rules, licences and sources of dependencies
    Lint,
    /// Native Rust tests, with the doc tests, with real engines for shared rooms, the admin API against its
    /// description, and some seconds of fuzzing
    Native,
    /// The wasm crates in headless browsers
    Wasm,
    /// The npm package: build and size budget, types, tests, known vulnerabilities
    Npm,
    /// The demo page in real browsers
    E2e,
    /// The packed npm package in Next.js, Vite and every other place that it must run in
    Packages,
}

/// All parts when none is named.
pub(crate) fn run(only: &[Part]) -> Result {
    let started = Instant::now();
    let wanted = |part| only.is_empty() || only.contains(&part);
    let kit = make_ready(&wanted)?;
    if wanted(Part::Lint) {
        lint::run(&kit)?;
    }
    if wanted(Part::Native) {
        native::test(&kit)?;
    }
    let browsed = wanted(Part::E2e) || wanted(Part::Packages);
    if wanted(Part::Wasm) || wanted(Part::Npm) || browsed {
        wasm::build(&kit)?;
    }
    if wanted(Part::Wasm) {
        wasm::test(&kit)?;
    }
    if wanted(Part::Npm) || browsed {
        npm::build(&kit)?;
        let server = cargo::server(&kit)?;
        if wanted(Part::Npm) {
            npm::check(&kit, &server)?;
            npm::reference(&kit)?;
        }
        if browsed {
            e2e::check_types(&kit)?;
        }
        if wanted(Part::E2e) {
            e2e::test(&kit, &server)?;
        }
        if wanted(Part::Packages) {
            e2e::test_packages(&kit, &server)?;
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    let what = if only.is_empty() {
        "Everything"
    } else {
        "What was asked for"
    };
    println!("\n✓ {what} passed in {seconds:.0} s.");
    Ok(())
}

/// Only what the wanted parts need.
fn make_ready(wanted: &impl Fn(Part) -> bool) -> Result<Kit> {
    let mut kit = Kit::new()?;
    let browsed = wanted(Part::E2e) || wanted(Part::Packages);
    let node = wanted(Part::Wasm) || wanted(Part::Npm) || browsed;
    if node {
        setup::to_run_node(&kit)?;
    }
    if node || wanted(Part::Lint) {
        setup::to_compile_wasm(&mut kit)?;
    }
    if wanted(Part::Wasm) || wanted(Part::E2e) {
        setup::to_test_in_browsers(&mut kit)?;
    } else if browsed {
        setup::to_browse(&mut kit)?;
    }
    if wanted(Part::Native) || wanted(Part::E2e) {
        setup::to_test_engines(&mut kit)?;
        setup::to_proxy(&mut kit)?;
    }
    if wanted(Part::Native) {
        setup::to_test_the_admin_api(&mut kit)?;
        setup::to_check_metrics(&mut kit)?;
        setup::to_conform(&mut kit)?;
        setup::to_fuzz()?;
    }
    if wanted(Part::Lint) {
        setup::to_lint(&mut kit)?;
    }
    if node {
        npm::install(&kit, "npm")?;
    }
    if wanted(Part::Npm) {
        npm::install(&kit, npm::REACT_18)?;
        npm::install(&kit, npm::REFERENCE)?;
    }
    if browsed {
        npm::install(&kit, "tests/e2e")?;
    }
    Ok(kit)
}
