//! The unit, as systemd's own checker reads it where there is one.

use std::fs;
use std::process::Command;
use std::time::Duration;

use mote_server::limits::DRAIN_DEFAULT;

use crate::files::{read, seconds, stopping};

/// What systemd calls its exposure, of 100, at the most: 12 is what is left to a service of sockets.
const EXPOSURE_MAX: u32 = 20;

/// The value of a key.
fn value(unit: &str, key: &str) -> String {
    let mut lines = unit.lines();
    let value = lines.find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    value
        .unwrap_or_else(|| panic!("{key} is missing"))
        .to_owned()
}

#[test]
fn it_stops_by_a_drain_that_has_the_time_it_takes() {
    let unit = read("systemd/mote.service");
    assert_eq!(value(&unit, "KillSignal"), "SIGTERM");
    let patience = seconds(&value(&unit, "TimeoutStopSec"));
    assert!(patience > stopping(DRAIN_DEFAULT) + Duration::from_secs(5));
    assert_eq!(value(&unit, "ExecStart"), "/usr/local/bin/mote");
    assert_eq!(value(&unit, "EnvironmentFile"), "-/etc/mote/mote.env");
}

#[test]
fn systemd_finds_nothing_wrong_with_it_and_little_exposed() {
    let there = Command::new("systemd-analyze").arg("--version").output();
    if there.is_err() {
        // No systemd, no units. What is checked above holds everywhere.
        return;
    }
    let folder = std::env::temp_dir().join(format!("mote-unit-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("mote.service");
    // The program is not installed where this is checked; any other stands for it.
    let unit = read("systemd/mote.service");
    fs::write(&file, unit.replace("/usr/local/bin/mote", "/bin/true")).expect("a file");
    let exposure = format!("--threshold={EXPOSURE_MAX}");
    let checks = [
        &["verify", "--man=no"][..],
        &["security", "--offline=true", &exposure],
    ];
    for check in checks {
        let output = Command::new("systemd-analyze")
            .args(check)
            .arg(&file)
            .output();
        let output = output.expect("it was there a moment ago");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{check:?}: {said}");
        assert!(!said.contains("mote.service:"), "{check:?}: {said}");
    }
    fs::remove_dir_all(folder).expect("our own folder");
}
