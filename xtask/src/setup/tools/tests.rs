//! Reading the lock file, and when a tool counts as present.

use std::path::Path;

use super::*;

const LOCK: &str = "\
[[package]]
name = \"wasm-bindgen-macro\"
version = \"9.9.9\"

[[package]]
name = \"wasm-bindgen\"
version = \"1.2.3\"
";

#[test]
fn the_locked_version_is_that_of_the_very_package() {
    assert_eq!(locked_version(LOCK, "wasm-bindgen"), Some("1.2.3"));
    assert_eq!(locked_version(LOCK, "wasm-bindgen-test"), None);
    assert_eq!(
        locked_version("name = \"wasm-bindgen\"", "wasm-bindgen"),
        None
    );
}

#[test]
fn a_tool_that_is_missing_or_of_another_version_does_not_count() {
    assert!(!runs(Path::new("/no/such/tool"), "1.0.0"));
    assert!(!runs(Path::new("cargo"), "0.0.1"));
    let version = quiet(Command::new("cargo").arg("--version")).unwrap();
    assert!(runs(
        Path::new("cargo"),
        version.split_whitespace().nth(1).unwrap()
    ));
}
