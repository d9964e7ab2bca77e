//! How a server runs: where it listens, its times, its threads.

use super::{HOUR, MINUTE, SECOND, Setting};
use crate::config::values::{duration, folder, number, show_duration, show_file, whole_seconds};
use crate::limits::HTTP_CONNECTION_TIME_MAX;
use std::time::Duration;

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        name: "listen",
        value: "ADDRESS",
        help: "Address and port to listen on; port 0 takes a free one",
        show: |config| config.listen.to_string(),
        set: |config, text| {
            let right =
                "must be an IP address and a port, written like 127.0.0.1:3001 or [::]:3001";
            config.listen = text.parse().map_err(|_| right)?;
            Ok(())
        },
    },
    Setting {
        name: "demo-dir",
        value: "FOLDER",
        help: "Serve the files of this folder at /",
        show: |config| show_file(config.demo_dir.as_deref()),
        set: |config, text| {
            config.demo_dir = Some(folder(text)?);
            Ok(())
        },
    },
    Setting {
        name: "tick-hz",
        value: "HZ",
        help: "Send the cursors of a room at most this many times a second",
        show: |config| config.tick_hz.to_string(),
        set: |config, text| {
            config.tick_hz = number(text, &(1..=120))?;
            Ok(())
        },
    },
    Setting {
        name: "heartbeat",
        value: "TIME",
        help: "Ping a socket that is quiet for this long, close it after twice as long (1001)",
        show: |config| show_duration(config.heartbeat),
        set: |config, text| {
            config.heartbeat = whole_seconds(text, &(SECOND..=255 * SECOND))?;
            Ok(())
        },
    },
    Setting {
        name: "resume-grace",
        value: "TIME",
        help: "Keep the seat of somebody whose connection was lost for this long, then free it",
        show: |config| show_duration(config.resume_grace),
        set: |config, text| {
            config.resume_grace = duration(text, &(Duration::ZERO..=HOUR))?;
            Ok(())
        },
    },
    Setting {
        name: "join-timeout",
        value: "TIME",
        help: "Close a socket that is in no room for this long (4202)",
        show: |config| show_duration(config.join_timeout),
        set: |config, text| {
            config.join_timeout = duration(text, &(SECOND / 10..=HOUR))?;
            Ok(())
        },
    },
    Setting {
        name: "write-timeout",
        value: "TIME",
        help: "Close a connection (4201) that takes nothing for this long while something waits",
        show: |config| show_duration(config.write_timeout),
        set: |config, text| {
            config.write_timeout = duration(text, &(SECOND / 10..=HOUR))?;
            Ok(())
        },
    },
    Setting {
        name: "close-timeout",
        value: "TIME",
        help: "Wait this long for the answer to a close, then drop the socket",
        show: |config| show_duration(config.close_timeout),
        set: |config, text| {
            config.close_timeout = duration(text, &(SECOND / 10..=MINUTE))?;
            Ok(())
        },
    },
    Setting {
        name: "header-timeout",
        value: "TIME",
        help: "Close a connection whose HTTP request head takes longer than this",
        show: |config| show_duration(config.header_timeout),
        set: |config, text| {
            config.header_timeout = duration(text, &(SECOND / 10..=HTTP_CONNECTION_TIME_MAX))?;
            Ok(())
        },
    },
    Setting {
        name: "backlog",
        value: "COUNT",
        help: "Connections that may wait to be accepted; the system refuses more, may allow fewer",
        show: |config| config.backlog.to_string(),
        set: |config, text| {
            config.backlog = number(text, &(1..=65_535))?;
            Ok(())
        },
    },
    Setting {
        name: "drain",
        value: "TIME",
        help: "When stopped, spread the closing of the sockets over this time",
        show: |config| show_duration(config.drain),
        set: |config, text| {
            config.drain = duration(text, &(Duration::ZERO..=HOUR))?;
            Ok(())
        },
    },
    Setting {
        name: "worker-threads",
        value: "COUNT",
        help: "Threads that serve; by default as many as there are cores",
        show: |config| config.worker_threads.to_string(),
        set: |config, text| {
            config.worker_threads = number(text, &(1..=1_024))?;
            Ok(())
        },
    },
];
