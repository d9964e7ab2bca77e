//! The table of limits in the documentation is what the server does; lists can be written as lists.

use std::collections::BTreeMap;

use super::*;
use crate::limits::*;
use mote_protocol::limits::{MESSAGE_BYTES_MAX, STATE_BYTES_MAX};

const PAGE: &str = include_str!("../../../../docs/production.md");

/// By the limit's name in metrics: its setting and its default.
fn table() -> BTreeMap<&'static str, [&'static str; 2]> {
    let rows = PAGE.lines().filter(|line| line.starts_with("| "));
    let cells = rows.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    let table = cells.filter_map(|cells| match cells[..] {
        ["", _, setting, default, _, _, limit, ""] => Some((
            limit.trim_matches('`'),
            [setting.trim_matches('`'), default],
        )),
        _ => None,
    });
    table.collect()
}

fn fixed(limit: Limit) -> String {
    match limit {
        Limit::HeaderBytes => values::show_bytes(HTTP_BUFFER_BYTES_MAX),
        Limit::HttpTime => format!("{}s", HTTP_CONNECTION_TIME_MAX.as_secs()),
        Limit::PersonState => values::show_bytes(STATE_BYTES_MAX),
        Limit::RoomLog => values::show_bytes(ROOM_LOG_BYTES_MAX),
        Limit::Pings => PING_BURST_MAX.to_string(),
        Limit::MessageBytes => values::show_bytes(MESSAGE_BYTES_MAX),
        Limit::MessageParts => MESSAGE_FRAGMENTS_MAX.to_string(),
        Limit::AdminRequests => ADMIN_REQUESTS_PER_SECOND.to_string(),
        Limit::AdminRequestsAtOnce => ADMIN_REQUESTS_AT_ONCE_MAX.to_string(),
        Limit::AdminBody => values::show_bytes(ADMIN_BODY_BYTES_MAX),
        other => panic!("what sets {other:?}?"),
    }
}

#[test]
fn the_table_in_the_documentation_has_every_limit_with_its_setting_and_default() {
    let mut table = table();
    let names = table.remove("limit").expect("a table with a head");
    assert_eq!(names, ["setting", "default"]);
    let config = Config::default();
    for &limit in Limit::ALL {
        let (setting, default) = match limit.setting() {
            None => ("–", fixed(limit)),
            Some(name) => {
                let setting = settings::settings().find(|setting| setting.name == name);
                let setting = setting.unwrap_or_else(|| panic!("no setting {name}"));
                (name, (setting.show)(&config))
            }
        };
        let label = limit.label();
        let row = table.remove(label);
        assert_eq!(row, Some([setting, &*default]), "{label}");
    }
    assert!(table.is_empty(), "no limits of the server: {table:?}");
}

#[test]
fn every_setting_that_is_a_limit_is_counted_when_it_is_hit() {
    let counted: Vec<_> = Limit::ALL
        .iter()
        .filter_map(|limit| limit.setting())
        .collect();
    let limits = settings::settings().filter(|setting| setting.name.starts_with("max-"));
    for setting in limits {
        assert!(counted.contains(&setting.name), "{}", setting.name);
    }
}

#[test]
fn origins_and_proxies_are_lists_also_in_the_file() {
    let file = File::new(
        "lists",
        "allowed_origins = [\"https://a.example\", \"http://localhost:*\"]\n\
         trusted_proxies = \"10.0.0.5, fd00::/8\"\n",
    );
    let config = load_with(&["--config", file.path()], NO_ENV).unwrap();
    let shown = config.allowed_origins.to_string();
    assert_eq!(shown, "https://a.example,http://localhost:*");
    assert_eq!(config.trusted_proxies.to_string(), "10.0.0.5/32,fd00::/8");
    assert!(config.check().is_ok());
    let sentence = load_with(&["--allowed-origins", "https://a.example/"], NO_ENV).unwrap_err();
    let expected = "the flag --allowed-origins is \"https://a.example/\", but \"https://a.example/\" \
                    has more than a scheme, a host and a port: must be origins";
    assert!(sentence.starts_with(expected), "{sentence}");
}

#[test]
fn what_may_wait_for_all_is_no_less_than_what_may_wait_for_one() {
    let config = Config {
        max_queue_total: 512 * 1024,
        ..Config::default()
    };
    let sentence = config.check().unwrap_err().to_string();
    let expected = "max_queue_total is \"512KiB\", but must be at least max_queue, which is 1MiB: it is \
                    for all connections together";
    assert_eq!(sentence, expected);
}
