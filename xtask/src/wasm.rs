//! The browser's half: built for size into npm/wasm/, tested in headless browsers.

use std::fs;
use std::path::Path;

use crate::kit::{Browser, Kit};
use crate::run::{Failure, Result, quiet, shown};
use crate::step::{shown_step, step};

/// What ships is compiled with a std of its own, from the compiler's sources, and with options that
/// only a nightly compiler has by name: a panic is a trap without words and places, which nobody
/// could read (3 KB of gzip), and small functions are inlined before LLVM sees them (1.3 KB).
const STD: &str = "-Zbuild-std=std,panic_abort";
const STD_FEATURES: &str = "-Zbuild-std-features=optimize_for_size";
pub(crate) const SMALLER: &str = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none \
    -Zinline-mir=yes";

/// `npm/wasm/core.js` and `core_bg.wasm`, which `npm run build` makes the package of.
///
/// wasm-pack reads what wasm-bindgen and wasm-opt are told from client-wasm/Cargo.toml, in
/// `package.metadata.wasm-pack.profile.custom`: it has one table for all profiles of one's own.
pub(crate) fn build(kit: &Kit) -> Result {
    step("wasm", |_| {
        if !kit.root.join("npm/node_modules/.bin/wasm-opt").exists() {
            return Err(Failure::new(
                "npm/node_modules has no wasm-opt, and without it the module would be shipped \
                 unoptimised: `binaryen` belongs to npm's devDependencies.",
            ));
        }
        let mut build = kit.wasm_command("wasm-pack")?;
        build.args([
            "build",
            "client-wasm",
            "--target",
            "web",
            "--profile",
            "wasm",
        ]);
        build.args(["--mode", "no-install", "--no-pack", "--no-typescript"]);
        build.args(["--out-dir", "../npm/wasm", "--out-name", "core"]);
        build.args(["--", STD, STD_FEATURES]);
        build.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", SMALLER);
        quiet(&mut build).map(drop)
    })
}

/// The tests of both crates that ship in the module, in both browsers.
pub(crate) fn test(kit: &Kit) -> Result {
    let [chromium, firefox] = [&kit.chromium, &kit.firefox].map(|browser| {
        browser
            .as_ref()
            .expect("set-up has made the browsers ready")
    });
    for name in ["protocol", "client-wasm"] {
        shown_step(&format!("{name} in Chromium"), || {
            let capabilities = chromium_capabilities(kit, name, chromium)?;
            let words = ["--chrome", "--chromedriver"];
            test_in(kit, name, words, &chromium.driver, &capabilities)
        })?;
        shown_step(&format!("{name} in Firefox"), || {
            let capabilities = firefox_capabilities(firefox);
            let words = ["--firefox", "--geckodriver"];
            test_in(kit, name, words, &firefox.driver, &capabilities)
        })?;
    }
    Ok(())
}

fn test_in(kit: &Kit, name: &str, words: [&str; 2], driver: &Path, capabilities: &str) -> Result {
    let file = kit.cache.join(format!("webdriver-{name}.json"));
    fs::write(&file, capabilities).map_err(|error| unusable(&file, &error))?;
    let mut test = kit.wasm_command("wasm-pack")?;
    test.args(["test", "--headless", "--mode", "no-install"]);
    test.args(words).arg(driver).arg(name);
    test.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", file);
    // Of all drivers that the environment names, wasm-bindgen takes the one that it likes best;
    // wasm-pack adds the one that is meant here.
    for variable in [
        "GECKODRIVER",
        "GECKODRIVER_REMOTE",
        "CHROMEDRIVER",
        "CHROMEDRIVER_REMOTE",
    ] {
        test.env_remove(variable);
    }
    shown(&mut test)
}

/// The crate's webdriver.json with the browser's place in it, which chromedriver cannot guess for
/// every distribution.
fn chromium_capabilities(kit: &Kit, name: &str, chromium: &Browser) -> Result<String> {
    let given = kit.root.join(name).join("webdriver.json");
    let text = fs::read_to_string(&given).map_err(|error| unusable(&given, &error))?;
    let options = r#""goog:chromeOptions": {"#;
    let binary = format!("{options} \"binary\": {:?},", chromium.program);
    Ok(text.replacen(options, &binary, 1))
}

/// Firefox needs to be told nothing but its place; that it runs headless, wasm-bindgen says itself.
fn firefox_capabilities(firefox: &Browser) -> String {
    let binary = &firefox.program;
    format!(r#"{{ "moz:firefoxOptions": {{ "binary": {binary:?} }} }}"#)
}

fn unusable(file: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{} cannot be used: {error}.", file.display()))
}
