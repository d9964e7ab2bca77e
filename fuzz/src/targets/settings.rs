//! Settings from the environment and from a file: a good one or a sentence, never a panic.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use mote_server::config::load;

use crate::Target;

pub(crate) const TARGET: Target = Target {
    name: "settings",
    bytes_max: 1_024,
    run,
    seeds,
};

/// The first byte says whether the rest is a configuration file, or lines of an environment.
fn run(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else {
        return;
    };
    let program = OsString::from("mote");
    let loaded = if kind % 2 == 0 {
        let text = String::from_utf8_lossy(rest);
        load([program], |name| {
            // What is in this machine's files is no part of the input.
            let is_path = ["_FILE", "_DIR", "_CA", "_CONFIG"]
                .iter()
                .any(|end| name.ends_with(end));
            let mut lines = text.lines().filter_map(|line| line.split_once('='));
            let (_, value) = lines.find(|(key, _)| !is_path && *key == name)?;
            Some(value.into())
        })
    } else {
        let file = file();
        fs::write(file, rest).expect("a folder for files that go");
        load([program, "--config".into(), file.into()], |_| None)
    };
    match loaded {
        Ok((_, config)) => drop(config.check()),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// One for each process.
fn file() -> &'static PathBuf {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    FILE.get_or_init(|| {
        let name = format!("mote-fuzz-{}.toml", std::process::id());
        std::env::temp_dir().join(name)
    })
}

fn seeds() -> Vec<Vec<u8>> {
    const SETTINGS: &[(&str, &str)] = &[
        ("listen", "[::1]:3001"),
        ("tick_hz", "30"),
        ("heartbeat", "20s"),
        ("resume_grace", "500ms"),
        ("max_queue", "1MiB"),
        ("max_rooms", "7"),
        ("log", "debug"),
        ("allow_anonymous", "true"),
        ("auth_secret", "0123456789abcdef0123456789abcdef"),
        ("auth_jwks_url", "https://login.example.com/jwks.json"),
        ("auth_leeway", "1m"),
        ("redis", "rediss://user:p%40ss@redis.example.com:6380/3"),
        (
            "redis",
            "redis+sentinel://:secret@one:26379,two,[::1]:26379/main/0",
        ),
        ("redis", "redis+cluster://one:7000,two:7001"),
        ("redis_prefix", "mote:test"),
        (
            "allowed_origins",
            "https://app.example.com,https://*.example.com,http://localhost:*",
        ),
        ("trusted_proxies", "10.0.0.5,192.168.0.0/16,fd00::/8"),
        ("auth_url", "https://app.example.com/may"),
        ("webhook_url", "https://app.example.com/events"),
        (
            "webhook_secret",
            "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        ),
        ("webhook_events", "room.closed,person.left"),
        ("webhook_rooms", "board-*"),
        ("metrics_listen", "127.0.0.1:9090"),
        ("log_format", "json"),
        ("node_address", "wss://node-1.example.com/ws"),
        ("owner_rooms", "board-*,acme/plan"),
    ];
    let mut all = Vec::new();
    for (key, value) in SETTINGS {
        all.push(format!("\0MOTE_{}={value}\n", key.to_uppercase()).into_bytes());
        all.push(format!("\x01{key} = \"{value}\"\n").into_bytes());
    }
    all.push(b"\x01tick_hz = 60 # a comment\nmax_rooms = 7\n[table]\nx = [1, 2]\n".to_vec());
    all
}
