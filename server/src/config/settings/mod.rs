//! The table of settings: one entry each for flag, environment variable and TOML key.

mod access;
mod auth;
mod limits;
mod redis;
mod server;
mod tls;
mod watching;
mod webhook;

use std::time::Duration;

use super::Config;

/// One setting. `tick-hz` is `--tick-hz`, `MOTE_TICK_HZ` and `tick_hz`.
pub(super) struct Setting {
    pub(super) name: &'static str,
    /// What stands for the value in `--help`.
    pub(super) value: &'static str,
    pub(super) help: &'static str,
    /// As it would be written; empty where there is none.
    pub(super) show: fn(&Config) -> String,
    /// An error says what would be right.
    pub(super) set: fn(&mut Config, &str) -> Result<(), String>,
}

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);

/// Every setting, in the order of `--help`.
pub(super) fn settings() -> impl Iterator<Item = &'static Setting> {
    let groups = [
        server::SETTINGS,
        access::SETTINGS,
        limits::SETTINGS,
        auth::SETTINGS,
        webhook::SETTINGS,
        tls::SETTINGS,
        redis::SETTINGS,
        watching::SETTINGS,
    ];
    groups.into_iter().flatten()
}
