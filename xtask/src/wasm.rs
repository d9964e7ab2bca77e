//! The browser's half: built for size into npm/wasm/, tested in a headless browser.

use std::fs;
use std::path::PathBuf;

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

/// The tests of both crates that ship in the module, in the browser.
pub(crate) fn test(kit: &Kit) -> Result {
    for name in ["protocol", "client-wasm"] {
        shown_step(&format!("{name} in the browser"), || {
            let mut test = kit.wasm_command("wasm-pack")?;
            test.args(["test", "--headless", "--chrome", "--mode", "no-install"]);
            if let Some(browser) = &kit.browser {
                test.arg("--chromedriver").arg(&browser.driver);
                let capabilities = capabilities(kit, name, browser)?;
                test.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities);
            }
            shown(test.arg(name))
        })?;
    }
    Ok(())
}

/// The crate's webdriver.json with the browser's place in it, which chromedriver cannot guess for
/// every distribution.
fn capabilities(kit: &Kit, name: &str, browser: &Browser) -> Result<PathBuf> {
    let given = kit.root.join(name).join("webdriver.json");
    let options = r#""goog:chromeOptions": {"#;
    let binary = format!("{options} \"binary\": {:?},", browser.chrome);
    let text = fs::read_to_string(&given).map_err(|error| unusable(&given, &error))?;
    let made = kit.cache.join(format!("webdriver-{name}.json"));
    fs::write(&made, text.replacen(options, &binary, 1))
        .map_err(|error| unusable(&made, &error))?;
    Ok(made)
}

fn unusable(file: &std::path::Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{} cannot be used: {error}.", file.display()))
}
