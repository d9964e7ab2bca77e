//! The log of the `mote` binary: what is in it, what never is, and that nobody outside can write lines of
//! their own into it.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

#[allow(dead_code, reason = "the tests of the gateway use all of it")]
#[path = "gateway/support.rs"]
mod support;

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use mote_protocol::wire::{Channel, ClientMessage, Join, ServerMessage};
use mote_server::auth::{Rights, Secret, Token};
use serde_json::Value;
use support::Client;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// What somebody might call a room, to write a line into a log, to clear a terminal or to turn its text
/// around.
const HOSTILE: &str =
    "r\n2026-01-01T00:00:00Z ERROR mote: forged\r\u{1b}[2J\u{9b}31m\u{7}\u{202e}\u{2028}\"}\\";

struct Server {
    process: Child,
    log: BufReader<ChildStderr>,
    /// What was read of it.
    said: String,
    address: SocketAddr,
}

impl Server {
    fn start(flags: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mote"));
        command.args(["--listen", "127.0.0.1:0", "--drain", "0s"]);
        command.args(flags).env_clear().stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap());
        let mut said = String::new();
        let address = loop {
            let start = said.len();
            assert_ne!(log.read_line(&mut said).unwrap(), 0, "it ended: {said}");
            if let Some((_, rest)) = said[start..].split_once("ready: open http://") {
                break rest.split('/').next().unwrap().parse().unwrap();
            }
        };
        Self {
            process,
            log,
            said,
            address,
        }
    }

    /// Stops it in order: everything that it has logged.
    fn stop(mut self) -> String {
        let id = self.process.id().to_string();
        let mut kill = Command::new("kill");
        assert!(kill.args(["-TERM", &id]).status().unwrap().success());
        self.log.read_to_string(&mut self.said).unwrap();
        assert!(self.process.wait().unwrap().success());
        self.said
    }
}

/// Asks to come in; whether they are.
async fn enter(client: &mut Client, room: &str, name: Option<&str>, token: Option<&str>) -> bool {
    let join = Join {
        room,
        name,
        token,
        ..Join::default()
    };
    let channel = Channel::ZERO;
    client.send(&ClientMessage::Join { channel, join }).await;
    match client.next().await {
        Some(tokio_tungstenite::tungstenite::Message::Binary(bytes)) => {
            let mut messages = mote_protocol::wire::server_messages(&bytes);
            messages.any(|message| matches!(message, Ok(ServerMessage::Welcome { .. })))
        }
        _ => false,
    }
}

#[tokio::test]
async fn in_json_each_line_is_an_object_whatever_a_room_is_called() {
    let server = Server::start(&["--log", "debug", "--log-format", "json"]);
    let mut ada = Client::open(server.address).await;
    assert!(enter(&mut ada, HOSTILE, Some("A\u{1b}[31m\nB"), None).await);
    let said = server.stop();
    let lines: Vec<Value> = said
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect();
    for line in &lines {
        for key in ["timestamp", "level", "target", "message"] {
            assert!(line[key].is_string(), "{line}");
        }
    }
    let joined = lines.iter().find(|line| line["message"] == "joined");
    let joined = joined.unwrap_or_else(|| panic!("{said}"));
    assert_eq!(joined["room"], HOSTILE);
    assert!(lines.iter().all(|line| line["level"] != "ERROR"), "{said}");
}

#[tokio::test]
async fn for_people_each_event_is_a_line_that_a_terminal_only_shows() {
    let server = Server::start(&["--log", "trace"]);
    let mut ada = Client::open(server.address).await;
    assert!(enter(&mut ada, HOSTILE, Some("A\u{1b}[31m\nB"), None).await);
    let said = server.stop();
    let is_obeyed =
        |c: &char| (c.is_control() && *c != '\n') || ('\u{2028}'..='\u{202e}').contains(c);
    assert_eq!(said.chars().find(is_obeyed), None, "{said:?}");
    for line in said.lines() {
        assert!(line.starts_with("20") && line.contains(" mote"), "{line}");
    }
    let forged = said.lines().filter(|line| line.contains("forged"));
    let [forged] = forged.collect::<Vec<_>>()[..] else {
        panic!("once, in its own line: {said}");
    };
    assert!(
        forged.contains("DEBUG") && forged.contains("joined"),
        "{forged}"
    );
}

#[tokio::test]
async fn no_token_and_no_secret_is_ever_in_it() {
    let flags = ["--auth-secret", SECRET, "--log", "trace"];
    for format in ["pretty", "json"] {
        let server = Server::start(&[&flags[..], &["--log-format", format]].concat());
        let token = |account: &str, secret: &str| {
            let secret = Secret::new(secret).unwrap();
            let token = Token::new(account).room("plan", Rights::PERSON);
            token
                .expires_in(Duration::from_secs(60))
                .sign(&secret)
                .unwrap()
        };
        let good = token("user-1", SECRET);
        let (renewed, others) = (token("user-1", SECRET), token("user-2", SECRET));
        let forged = token("user-1", "another secret, just as long as it");
        let mut ada = Client::open(server.address).await;
        assert!(enter(&mut ada, "plan", None, Some(&good)).await);
        for token in [&renewed, &others, &forged] {
            let channel = Channel::ZERO;
            ada.send(&ClientMessage::Token { channel, token }).await;
        }
        ada.until(|message| matches!(message, ServerMessage::Control { .. }))
            .await;
        for bad in [&forged, "not.a.token", &format!("{good}x")] {
            let mut client = Client::open(server.address).await;
            assert!(!enter(&mut client, "plan", None, Some(bad)).await);
        }
        let said = server.stop();
        assert!(
            said.contains("joined") && said.contains("signature"),
            "{said}"
        );
        for secret in [&good, &renewed, &others, &forged, "not.a.token", SECRET] {
            for part in secret.split('.').chain([secret]) {
                assert!(part.len() < 6 || !said.contains(part), "{part}: {said}");
            }
        }
    }
}

#[tokio::test]
async fn a_flood_of_bad_tokens_is_a_line_and_not_a_flood() {
    let server = Server::start(&["--auth-secret", SECRET]);
    for _ in 0..50 {
        let mut client = Client::open(server.address).await;
        assert!(!enter(&mut client, "plan", None, Some("a.b.c")).await);
    }
    let said = server.stop();
    let lines = said
        .lines()
        .filter(|line| line.contains("tokens are refused"));
    let lines: Vec<_> = lines.collect();
    assert!((1..=3).contains(&lines.len()), "{said}");
    assert!(lines[0].contains("reason=\"malformed\""), "{said}");
    assert!(said.lines().count() < 12, "{said}");
}

#[tokio::test]
async fn an_operator_reads_how_it_was_started_who_came_and_how_it_stopped() {
    let flags = ["--auth-secret", SECRET, "--tick-hz", "30", "--log", "debug"];
    let server = Server::start(&flags);
    let mut gone = Client::open(server.address).await;
    gone.send_raw(tokio_tungstenite::tungstenite::Message::text("words"))
        .await;
    assert_eq!(gone.close_code().await, 4003);
    let said = server.stop();
    let version = format!("version=\"{}\"", env!("CARGO_PKG_VERSION"));
    for wanted in [
        &version,
        "listen=127.0.0.1:0 tick_hz=30 drain=0s log=debug auth_secret=(set)",
        "opened connection=",
        "closed connection=0 by=\"server\" code=4003 reason=\"a text frame",
        "stopping; a second signal",
        "draining connections=",
        "drained connections=",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}
