//! Precedence, and the sentence for each thing that can be wrong.

use super::*;
use std::ffi::OsString;

mod auth;
mod files;
mod limits;
mod webhook;

const NO_ENV: &[(&str, &str)] = &[];

fn load_with(args: &[&str], env: &[(&str, &str)]) -> Result<Config, String> {
    let args = std::iter::once("mote").chain(args.iter().copied());
    let env = |name: &str| {
        let found = env.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| OsString::from(value))
    };
    let loaded = load(args.map(OsString::from), env);
    let (_, config) = loaded.map_err(|error| error.to_string())?;
    Ok(config)
}

/// A file of the test's own, removed at its end.
struct File(PathBuf);

impl File {
    fn new(name: &str, text: impl AsRef<[u8]>) -> Self {
        let name = format!("mote-{}-{name}.toml", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn without_any_setting_the_defaults_hold() {
    assert_eq!(load_with(&[], NO_ENV), Ok(Config::default()));
}

#[test]
fn a_flag_wins_over_the_environment_that_over_the_file_that_over_the_default() {
    let file = File::new(
        "precedence",
        "tick_hz = 10\ndrain = \"1s\"\nmax_rooms = 7\n",
    );
    let env = [
        ("MOTE_TICK_HZ", "20"),
        ("MOTE_DRAIN", "2s"),
        ("MOTE_CONFIG", file.path()),
    ];
    let config = load_with(&["--tick-hz", "30"], &env).unwrap();
    assert_eq!(config.tick_hz, 30);
    assert_eq!(config.drain, Duration::from_secs(2));
    assert_eq!(config.max_rooms, 7);
    assert_eq!(config.heartbeat, Duration::from_secs(20));
}

#[test]
fn the_flag_names_the_file_before_the_environment_does() {
    let file = File::new("named", "tick_hz = 10\n");
    let env = [("MOTE_CONFIG", "/nowhere/at/all")];
    assert_eq!(
        load_with(&["--config", file.path()], &env).unwrap().tick_hz,
        10
    );
}

#[test]
fn every_setting_reads_back_what_it_shows() {
    let defaults = Config::default();
    for setting in settings::settings() {
        let shown = (setting.show)(&defaults);
        if !shown.is_empty() {
            let mut config = defaults.clone();
            (setting.set)(&mut config, &shown).unwrap_or_else(|right| {
                panic!("{} shows {shown}, but {right}", setting.name);
            });
            assert_eq!(config, defaults, "{}", setting.name);
        }
    }
}

#[test]
fn a_configuration_made_in_code_is_checked_too() {
    assert!(Config::default().check().is_ok());
    let config = Config {
        heartbeat: Duration::ZERO,
        ..Config::default()
    };
    let sentence = config.check().unwrap_err().to_string();
    let expected = "heartbeat is \"0s\", but must be a time from 1s to 255s";
    assert!(sentence.starts_with(expected), "{sentence}");
}

#[test]
fn times_are_read_in_their_units() {
    for (text, millis) in [("500ms", 500), ("10s", 10_000), ("2m", 120_000), ("0s", 0)] {
        let config = load_with(&["--resume-grace", text], NO_ENV).unwrap();
        assert_eq!(config.resume_grace, Duration::from_millis(millis), "{text}");
    }
}

#[test]
fn sizes_are_read_in_their_units_also_from_the_file() {
    for (text, bytes) in [
        ("65536", 65_536),
        ("256KiB", 262_144),
        ("1MiB", 1_048_576),
        ("100001", 100_001),
    ] {
        let config = load_with(&["--max-queue", text], NO_ENV).unwrap();
        assert_eq!(config.max_queue, bytes, "{text}");
    }
    let file = File::new("sizes", "max_queue = 131072\nmax_room_state = \"2MiB\"\n");
    let config = load_with(&["--config", file.path()], NO_ENV).unwrap();
    assert_eq!(
        (config.max_queue, config.max_room_state),
        (131_072, 2_097_152)
    );
}

#[test]
fn a_queue_that_cannot_hold_the_cursors_of_a_whole_room_is_refused() {
    let config = Config {
        max_people_per_room: 1_000_000,
        ..Config::default()
    };
    let sentence = config.check().unwrap_err().to_string();
    assert_eq!(
        sentence,
        "max_queue is \"1MiB\", but must be at least 9782KiB where max_people_per_room is 1000000: \
         the cursors of a whole room may wait for one connection"
    );
    let config = Config {
        max_queue: 9_782 * 1_024,
        ..config
    };
    assert!(config.check().is_ok());
}

#[test]
fn limits_reach_the_rooms_and_sessions() {
    let args = [
        ["--max-room-state", "1MiB"],
        ["--max-join-burst", "17"],
        ["--max-rooms-per-connection", "3"],
        ["--join-timeout", "3s"],
        ["--max-cursor-rate", "100"],
        ["--max-message-rate", "30"],
        ["--max-byte-rate", "64KiB"],
    ];
    let config = load_with(args.as_flattened(), NO_ENV).unwrap();
    assert_eq!(config.room().state_bytes_max, 1_048_576);
    assert_eq!(config.session().join_burst_max, 17);
    assert_eq!(config.session().rooms_max, 3);
    assert_eq!(config.session().join_timeout, Duration::from_secs(3));
    let rates = config.session().rates;
    let set = (rates.cursors, rates.messages, rates.bytes);
    assert_eq!(set, (100, 30, 65_536));
}

#[test]
fn a_bad_value_is_named_with_where_it_came_from_and_what_would_be_right() {
    let number = "must be a whole number from 1 to 120";
    let cases = [
        ("tick-hz", "0", number),
        ("tick-hz", "121", number),
        ("tick-hz", "-1", number),
        ("tick-hz", "1.5", number),
        ("tick-hz", "", number),
        (
            "heartbeat",
            "500ms",
            "must be a time from 1s to 255s, written like 500ms, 10s, 2m or 1h",
        ),
        (
            "heartbeat",
            "1500ms",
            "must be whole seconds, written like 10s or 2m",
        ),
        (
            "heartbeat",
            "256s",
            "must be a time from 1s to 255s, written like 500ms, 10s, 2m or 1h",
        ),
        (
            "resume-grace",
            "10",
            "must be a time from 0s to 60m, written like 500ms, 10s, 2m or 1h",
        ),
        (
            "resume-grace",
            "61m",
            "must be a time from 0s to 60m, written like 500ms, 10s, 2m or 1h",
        ),
        (
            "join-timeout",
            "1ms",
            "must be a time from 100ms to 60m, written like 500ms, 10s, 2m or 1h",
        ),
        (
            "drain",
            "99999999999999999999s",
            "must be a time from 0s to 60m, written like 500ms, 10s, 2m or 1h",
        ),
        (
            "drain",
            "18446744073709551615m",
            "must be a time from 0s to 60m, written like 500ms, 10s, 2m or 1h",
        ),
        (
            "max-people-per-room",
            "0",
            "must be a whole number from 1 to 1000000",
        ),
        (
            "max-observers-per-room",
            "many",
            "must be a whole number from 0 to 1000000",
        ),
        (
            "max-rooms",
            "0",
            "must be a whole number from 1 to 100000000",
        ),
        (
            "max-connections",
            "0",
            "must be a whole number from 1 to 100000000",
        ),
        (
            "max-connections-per-ip",
            "0",
            "must be a whole number from 1 to 100000000",
        ),
        (
            "write-timeout",
            "0s",
            "must be a time from 100ms to 60m, written like 500ms, 10s, 2m or 1h",
        ),
        (
            "close-timeout",
            "61s",
            "must be a time from 100ms to 1m, written like 500ms, 10s, 2m or 1h",
        ),
        (
            "header-timeout",
            "2m",
            "must be a time from 100ms to 1m, written like 500ms, 10s, 2m or 1h",
        ),
        (
            "max-queue",
            "63KiB",
            "must be a size from 64KiB to 256MiB, written like 65536, 256KiB or 1MiB",
        ),
        (
            "max-queue",
            "257MiB",
            "must be a size from 64KiB to 256MiB, written like 65536, 256KiB or 1MiB",
        ),
        (
            "max-queue",
            "1MB",
            "must be a size from 64KiB to 256MiB, written like 65536, 256KiB or 1MiB",
        ),
        (
            "max-queue",
            "1.5MiB",
            "must be a size from 64KiB to 256MiB, written like 65536, 256KiB or 1MiB",
        ),
        (
            "max-queue",
            "-1",
            "must be a size from 64KiB to 256MiB, written like 65536, 256KiB or 1MiB",
        ),
        (
            "max-queue",
            "",
            "must be a size from 64KiB to 256MiB, written like 65536, 256KiB or 1MiB",
        ),
        (
            "max-queue",
            "KiB",
            "must be a size from 64KiB to 256MiB, written like 65536, 256KiB or 1MiB",
        ),
        (
            "max-queue",
            "18446744073709551615MiB",
            "must be a size from 64KiB to 256MiB, written like 65536, 256KiB or 1MiB",
        ),
        (
            "max-room-state",
            "16383",
            "must be a size from 16KiB to 256MiB, written like 65536, 256KiB or 1MiB",
        ),
        (
            "max-http-connections",
            "0",
            "must be a whole number from 1 to 1000000",
        ),
        (
            "max-join-burst",
            "15",
            "must be a whole number from 16 to 10000",
        ),
        (
            "max-cursor-rate",
            "0",
            "must be a whole number from 1 to 1000000000",
        ),
        (
            "max-message-rate",
            "1000000001",
            "must be a whole number from 1 to 1000000000",
        ),
        (
            "max-byte-rate",
            "16383",
            "must be a size from 16KiB to 1000000000, written like 65536, 256KiB or 1MiB",
        ),
        ("backlog", "0", "must be a whole number from 1 to 65535"),
        (
            "worker-threads",
            "0",
            "must be a whole number from 1 to 1024",
        ),
        (
            "redis-prefix",
            "a{b}",
            "must be 1 to 64 letters, digits, or any of - _ . :",
        ),
        (
            "node-address",
            "node-1.example.com",
            "must be a URL like wss://node-1.example.com/ws",
        ),
        (
            "log",
            "loud",
            "must be off, error, warn, info, debug or trace",
        ),
        (
            "listen",
            "localhost",
            "must be an IP address and a port, written like 127.0.0.1:3001 or [::]:3001",
        ),
    ];
    for (name, value, right) in cases {
        let flag = format!("--{name}={value}");
        let sentence = format!("the flag --{name} is {value:?}, but {right}");
        assert_eq!(load_with(&[&flag], NO_ENV), Err(sentence));

        let variable = format!("MOTE_{}", name.to_uppercase().replace('-', "_"));
        let sentence = format!("the environment variable {variable} is {value:?}, but {right}");
        assert_eq!(load_with(&[], &[(&variable, value)]), Err(sentence));
    }
}

#[test]
fn the_engine_is_set_and_a_wrong_one_is_refused_without_its_password() {
    let env = [("MOTE_REDIS", "redis+cluster://:hunter2@a:1,b:2")];
    let config = load_with(&[], &env).unwrap();
    assert!(config.redis.is_some() && config.check().is_ok());
    assert!(!format!("{config:?}").contains("hunter2"));
    let sentence = load_with(&["--redis", "http://:hunter2@a"], NO_ENV).unwrap_err();
    let expected = "the flag --redis is not right, but must be redis://HOST:PORT";
    assert!(sentence.starts_with(expected), "{sentence}");
    assert!(!sentence.contains("hunter2"), "{sentence}");
}

#[test]
fn a_demo_folder_that_is_not_there_is_said_so() {
    let sentence = load_with(&["--demo-dir", "/nowhere/at/all"], NO_ENV).unwrap_err();
    let expected =
        "the flag --demo-dir is \"/nowhere/at/all\", but must be a folder that can be read: ";
    assert!(sentence.starts_with(expected), "{sentence}");
}

#[test]
fn a_bad_value_in_the_file_names_the_file() {
    let file = File::new("value", "tick_hz = \"fast\"\n");
    let path = file.path();
    let sentence = format!(
        "tick_hz in the configuration file {path} is \"fast\", but must be a whole number from 1 to 120"
    );
    assert_eq!(load_with(&["--config", path], NO_ENV), Err(sentence));
}

#[test]
fn a_value_of_another_type_in_the_file_is_refused() {
    for text in [
        "tick_hz = 1.5",
        "tick_hz = true",
        "tick_hz = [60]",
        "[tick_hz]\nx = 1",
    ] {
        let file = File::new("type", text);
        let sentence = load_with(&["--config", file.path()], NO_ENV).unwrap_err();
        assert!(
            sentence.ends_with("but must be a whole number from 1 to 120"),
            "{sentence}"
        );
    }
}

#[test]
fn an_unknown_key_is_named_with_those_that_there_are() {
    let file = File::new("key", "tickhz = 60\n");
    let sentence = load_with(&["--config", file.path()], NO_ENV).unwrap_err();
    assert!(
        sentence.contains("has the unknown key \"tickhz\"; there are listen, demo_dir, tick_hz")
    );
}

#[test]
fn a_file_that_is_not_toml_or_not_there_is_said_so() {
    let file = File::new("syntax", "tick_hz = = 60\n");
    let sentence = load_with(&["--config", file.path()], NO_ENV).unwrap_err();
    assert!(
        sentence.contains("is not TOML") && sentence.contains("line 1"),
        "{sentence}"
    );
    let sentence = load_with(&[], &[("MOTE_CONFIG", "/nowhere/at/all")]).unwrap_err();
    let expected = "the configuration file /nowhere/at/all must be a file that can be read: ";
    assert!(sentence.starts_with(expected), "{sentence}");
}

#[test]
fn an_unknown_flag_is_refused() {
    let sentence = load_with(&["--tick-rate", "60"], NO_ENV).unwrap_err();
    assert!(
        sentence.contains("unexpected argument '--tick-rate'"),
        "{sentence}"
    );
}

#[cfg(unix)]
#[test]
fn a_value_that_is_not_utf8_is_refused() {
    use std::os::unix::ffi::OsStringExt;
    let env = |name: &str| (name == "MOTE_LOG").then(|| OsString::from_vec(vec![0xFF]));
    let error = load([OsString::from("mote")], env).unwrap_err();
    assert!(error.to_string().ends_with("but must be UTF-8"), "{error}");
}

#[test]
fn help_names_every_setting_with_its_default_and_variable() {
    let help = load_with(&["--help"], NO_ENV).unwrap_err();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for setting in settings::settings() {
        let value = match setting.value {
            "BOOL" => "[=<BOOL>]".into(),
            value => format!(" <{value}>"),
        };
        assert!(help.contains(&format!("--{}{value}", setting.name)));
        let variable = format!("env MOTE_{}]", setting.key().to_uppercase());
        let shown = match (setting.show)(&Config::default()) {
            shown if shown.is_empty() => format!("{} [{variable}", setting.help),
            shown => format!("{} [default {shown}, {variable}", setting.help),
        };
        assert!(help.contains(&shown), "{shown}");
    }
}
