//! The repository is tidy, and every rule can fail.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::paths;

#[test]
fn the_repository_is_tidy() {
    let found = findings(&paths::root());
    assert!(
        found.is_empty(),
        "the house rules are broken:\n{}",
        found.join("\n")
    );
}

/// A small checkout in which every rule is kept; removed at the end of the test.
struct Checkout(PathBuf);

const SECURITY: &str = "## Threats\n\n| a | b | c |\n|---|---|---|\n| x | `y` | `it_holds` |\n\n\
    ## Dependencies\n\n| a | b |\n|---|---|\n| `lib`, `react` | server |\n\n\
    ## Unsafe code\n\n- `server/src/u.rs`: 1 for speed\n";

impl Checkout {
    fn new(name: &str) -> Self {
        let root = std::env::temp_dir().join(format!("mote-tidy-{}-{name}", std::process::id()));
        let checkout = Self(root);
        checkout.write(
            "Cargo.toml",
            "[workspace.package]\nversion = \"1.2.3\"\n\n[workspace.dependencies]\n\
             # Ours.\nmote-x = { path = \"x\" }\nlib = \"1\"\n\n[profile.dev]\ndebug = 1\n",
        );
        checkout.write("SECURITY.md", SECURITY);
        checkout.write(
            "Cargo.lock",
            "name = \"wasm-bindgen\"\nversion = \"0.2.99\"\n",
        );
        checkout.write(
            "npm/package.json",
            "{\n  \"version\": \"1.2.3\",\n  \"peerDependencies\": {\n    \"react\": \"1\"\n  }\n}\n",
        );
        checkout.write("server/src/u.rs", "//! U.\nfn it_holds() { unsafe {} }\n");
        checkout.write("npm/package-lock.json", "{}\n");
        checkout.write("CHANGELOG.md", "# Changelog\n\n## [1.2.3] - today\n");
        checkout.write("protocol/SPEC.md", "**R-ONE-1** A rule.\n");
        checkout.write(
            "protocol/src/lib.rs",
            "//! Code. It never asks SystemTime.\n",
        );
        checkout.write("protocol/src/tests.rs", "//! R-ONE-1\n");
        checkout.write("npm/test/a.test.ts", "// R-ONE-1\n");
        checkout
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.0.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn findings(&self) -> Vec<String> {
        findings(Path::new(&self.0))
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

#[test]
fn a_checkout_that_keeps_the_rules_has_no_findings() {
    let checkout = Checkout::new("kept");
    checkout.write("node_modules/x/index.ts", "// TODO: not ours\n");
    checkout.write(
        "README.md",
        "`cargo xtask test --only lint`, mastodon, TODOs\n",
    );
    assert_eq!(checkout.findings(), [] as [&str; 0]);
}

#[test]
fn each_rule_finds_its_breach_at_its_line() {
    let long = "//! Long.\n".repeat(501);
    let cases = [
        (
            "protocol/src/a.rs",
            "//! A.\nuse std::time::Duration;\n",
            "a.rs:2: `std::time`",
        ),
        (
            "protocol/src/a.rs",
            "//! A.\nlet x = Instant::now();\n",
            "a.rs:2: `Instant::now`",
        ),
        (
            "protocol/src/a.rs",
            "//! A.\nuse rand::Rng;\n",
            "a.rs:2: `rand::`",
        ),
        (
            "server/src/a.rs",
            "fn main() {}\n",
            "a.rs:1: the first line",
        ),
        ("server/src/a.rs", &long, "a.rs:501: longer than 500 lines"),
        ("server/src/a.rs", "//! A.\n// TODO: b\n", "a.rs:2: `TODO`"),
        (
            "server/src/a.rs",
            "//! A.\n#[ignore]\n",
            "a.rs:2: `#[ignore`",
        ),
        (
            "npm/test/b.test.ts",
            "it.only('x')\n",
            "b.test.ts:1: `.only(`",
        ),
        (
            "tests/e2e/b.spec.ts",
            "test.skip('x')\n",
            "b.spec.ts:1: `test.skip`",
        ),
        (".ci/run", "cargo test || true\n", "run:1: `|| true`"),
        ("README.md", "see /work/here\n", "README.md:1: `/work/`"),
        (
            "docs/a.md",
            "https://registry.npmjs.org/x\n",
            "a.md:1: `registry.npmjs.org`",
        ),
        (
            "npm/package-lock.json",
            "\"resolved\": \"https://x\"\n",
            "omit-lockfile-registry",
        ),
        (
            "protocol/SPEC.md",
            "**R-ONE-1** A.\n**R-ONE-2** B.\n",
            "SPEC.md:2: no test cites R-ONE-2",
        ),
        (
            "protocol/SPEC.md",
            "**R-ONE-1** A.\n**R-ONE-1** B.\n",
            "stands at line 1 already",
        ),
        ("protocol/SPEC.md", "nothing\n", "SPEC.md: has no rules"),
        (
            "tests/tests/a.rs",
            "//! R-TWO-1\n",
            "a.rs:1: R-TWO-1 is no rule",
        ),
        (
            "npm/package.json",
            "{ }\n",
            "package.json: names no version",
        ),
        (
            "CHANGELOG.md",
            "## [1.2.2]\n## [1.2.3]\n",
            "version 1.2.2, Cargo.toml has 1.2.3",
        ),
        (
            "SECURITY.md",
            "## Threats\n",
            "the dependency lib is not in its list",
        ),
        (
            "npm/package.json",
            "{\n  \"version\": \"1.2.3\"\n}\n",
            "react is in its list and no dependency",
        ),
        (
            "server/src/u.rs",
            "//! U.\nfn it_holds() {}\n",
            "u.rs: 0 unsafe places, SECURITY.md names 1",
        ),
        (
            "server/src/v.rs",
            "//! V.\n#[allow(unsafe_code)]\n// not unsafe { here }\n",
            "v.rs: 1 unsafe places, SECURITY.md names 0",
        ),
        (
            "server/src/u.rs",
            "//! U.\nfn it_breaks() { unsafe {} }\n",
            "SECURITY.md: there is no test it_holds",
        ),
        (
            "a.md",
            "install wasm-bindgen 0.2.99\n",
            "a.md:1: wasm-bindgen's version",
        ),
    ];
    for (index, (path, text, expected)) in cases.into_iter().enumerate() {
        let checkout = Checkout::new(&index.to_string());
        checkout.write(path, text);
        let found = checkout.findings();
        assert!(
            found.iter().any(|line| line.contains(expected)),
            "{path}: {text}: {found:#?}"
        );
    }
}

#[test]
fn a_missing_specification_is_told() {
    let checkout = Checkout::new("no-spec");
    fs::remove_file(checkout.0.join("protocol/SPEC.md")).unwrap();
    assert!(checkout.findings()[0].starts_with("protocol/SPEC.md: missing"));
}
