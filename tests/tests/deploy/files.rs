//! Where the files are, and what is in them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use mote_server::limits::{CLOSE_TIMEOUT_DEFAULT, DRAIN_MARGIN, HANDOVER_LINGER_MAX};
use serde::de::DeserializeOwned;

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("a folder of the checkout").to_owned()
}

/// A file in `deploy/`.
pub(crate) fn path(name: &str) -> PathBuf {
    root().join("deploy").join(name)
}

pub(crate) fn read(name: &str) -> String {
    let path = path(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What a YAML file says.
pub(crate) fn yaml<T: DeserializeOwned>(name: &str) -> T {
    serde_saphyr::from_str(&read(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every file in `deploy/`, by its name there.
pub(crate) fn all() -> Vec<String> {
    let mut names = Vec::new();
    collect(&path(""), "", &mut names);
    assert!(names.len() > 10, "few files: {names:?}");
    names.sort();
    names
}

fn collect(folder: &Path, prefix: &str, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), names);
        } else {
            names.push(name);
        }
    }
}

/// How long a server takes to stop at the most when it drains for so long.
pub(crate) fn stopping(drain: Duration) -> Duration {
    drain + CLOSE_TIMEOUT_DEFAULT + DRAIN_MARGIN + HANDOVER_LINGER_MAX
}

/// "20s" as a time.
pub(crate) fn seconds(text: &str) -> Duration {
    let number = text
        .strip_suffix('s')
        .and_then(|number| number.parse().ok());
    Duration::from_secs(number.unwrap_or_else(|| panic!("{text:?} are no seconds")))
}

#[test]
fn every_file_is_explained_in_the_guide() {
    let guide = fs::read_to_string(root().join("docs/deploy.md")).expect("the guide");
    for name in all() {
        assert!(guide.contains(&format!("deploy/{name}")), "{name}");
    }
}
