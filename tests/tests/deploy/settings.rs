//! The server's settings in the files are settings that there are.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

use mote_server::Config;
use mote_server::config::{self, ConfigError};

use crate::files::{all, read};

/// What the server makes of an environment.
pub(crate) fn server_with(env: &BTreeMap<String, String>) -> Config {
    let loaded = config::load([OsString::from("mote")], |name| {
        env.get(name).map(OsString::from)
    });
    let (_, config) = loaded.expect("an environment that the server takes");
    config.check().expect("settings that go together");
    assert!(config.auth.asks_for_tokens(), "whoever deploys it means it");
    config
}

fn known() -> BTreeSet<String> {
    let args = ["mote", "--help"].map(OsString::from);
    let Err(ConfigError::Flags(help)) = config::load(args, |_| None) else {
        panic!("no help");
    };
    variables(&help.to_string())
}

/// Everything in a text that looks like a variable of Mote's.
fn variables(text: &str) -> BTreeSet<String> {
    let word = |c: char| c.is_ascii_uppercase() || c == '_';
    let words = text.split(|c| !word(c));
    let ours = words.filter(|word| word.starts_with("MOTE_"));
    ours.map(str::to_owned).collect()
}

#[test]
fn every_variable_in_the_files_is_a_setting_of_the_server() {
    let known = known();
    assert!(known.contains("MOTE_LISTEN"), "{known:?}");
    let mut found = BTreeSet::new();
    for name in all() {
        for variable in variables(&read(&name)) {
            assert!(known.contains(&variable), "{name}: {variable}");
            found.insert(variable);
        }
    }
    assert!(found.contains("MOTE_TRUSTED_PROXIES"), "{found:?}");
}

#[test]
fn the_environment_of_the_unit_is_taken_by_the_server() {
    let file = read("systemd/mote.env");
    let lines = file.lines().map(|line| line.trim_start_matches('#'));
    let pairs = lines.filter_map(|line| line.split_once('='));
    let env = pairs.filter(|(name, _)| name.starts_with("MOTE_"));
    let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut env: BTreeMap<_, _> = env.collect();
    // As it is it lets nobody in: it does not start.
    let unset = env.insert(
        "MOTE_AUTH_SECRET".into(),
        "a secret as openssl rand makes one".into(),
    );
    assert_eq!(unset.as_deref(), Some(""));
    let config = server_with(&env);
    let here = ["127.0.0.1", "::1"].map(|here| here.parse().expect("an address"));
    assert!(
        here.iter()
            .all(|&here| config.trusted_proxies.contain(here))
    );
    assert!(!config.allowed_origins.is_empty());
}
