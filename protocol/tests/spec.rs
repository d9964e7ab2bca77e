//! SPEC.md says of the limits and close codes what the code does.
#![cfg(not(target_arch = "wasm32"))]

use mote_protocol::close::CloseCode;
use mote_protocol::limits;

const SPEC: &str = include_str!("../SPEC.md");

macro_rules! limits {
    ($($name:ident),+ $(,)?) => { [$((stringify!($name), limits::$name)),+] };
}

#[test]
fn the_table_of_limits_is_that_of_the_code() {
    let code = limits![
        CHANNELS,
        MESSAGE_BYTES_MAX,
        ROOM_BYTES_MAX,
        NAME_CHARS_MAX,
        NAME_BYTES_MAX,
        ACCOUNT_BYTES_MAX,
        TOKEN_BYTES_MAX,
        STATE_BYTES_MAX,
        SURFACE_BYTES_MAX,
        CUSTOM_DEPTH_MAX,
        EVENT_NAME_BYTES_MAX,
        EVENT_PAYLOAD_BYTES_MAX,
        CONTROL_TEXT_BYTES_MAX,
        REDIRECT_URL_BYTES_MAX,
        BATCH_CURSORS_MAX,
        RESUME_BYTES,
    ];
    let table: Vec<(&str, usize)> = rows("## Limits")
        .map(|row| (row[0], row[1].parse().expect("a number")))
        .collect();
    assert_eq!(table, code);
}

#[test]
fn no_limit_of_the_wire_is_left_out_of_the_table() {
    let source = include_str!("../src/limits.rs");
    let (wire, _) = source
        .split_once("// The client machine.")
        .expect("two parts");
    let names: Vec<&str> = wire
        .lines()
        .filter_map(|line| line.strip_prefix("pub const ")?.split(':').next())
        .collect();
    let table: Vec<&str> = rows("## Limits").map(|row| row[0]).collect();
    assert_eq!(table, names);
}

/// R-CLOSE-5.
#[test]
fn the_table_of_close_codes_says_what_the_code_does() {
    let codes: Vec<CloseCode> = rows("## Close codes")
        .map(|row| {
            let number = row[0].parse().expect("a number");
            let code = CloseCode::from_u16(number).expect("a code of this version");
            let then = match code.retry() {
                mote_protocol::close::Retry::Stop => "stops",
                mote_protocol::close::Retry::NewToken => "gets a token, then reconnects",
                mote_protocol::close::Retry::Slow => "reconnects slowly",
                mote_protocol::close::Retry::Normal => "reconnects",
            };
            assert_eq!(row[2], then, "{number}");
            code
        })
        .collect();
    // The codes of RFC 6455 that have no meaning of our own are left out.
    let is_general = |code: &CloseCode| {
        matches!(
            code,
            CloseCode::Normal | CloseCode::GoingAway | CloseCode::Internal
        )
    };
    let own: Vec<CloseCode> = CloseCode::ALL
        .iter()
        .copied()
        .filter(|code| !is_general(code))
        .collect();
    assert_eq!(codes, own);
}

/// The rows of the first table after a heading, without its head.
fn rows(heading: &str) -> impl Iterator<Item = Vec<&'static str>> {
    let (_, after) = SPEC.split_once(heading).expect("the heading");
    after
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .skip(2)
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
}
