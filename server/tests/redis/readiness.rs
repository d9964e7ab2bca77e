//! What a server says of itself to balancers.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;

use super::engines::{Engine, free_port, until};
use super::servers::Server;

pub(crate) fn answers(server: &Server, target: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(server.address).unwrap();
    write!(
        stream,
        "GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, body.to_owned())
}

fn until_ready_is(server: &Server, status: u16, body: &str) {
    until(body, || {
        answers(server, "/readyz") == (status, body.to_owned())
    });
}

/// Whether `/metrics` says that rooms are shared.
fn is_up(server: &Server) -> bool {
    let (_, metrics) = answers(server, "/metrics");
    let mut values = metrics
        .lines()
        .filter_map(|line| line.strip_prefix("mote_redis_up "));
    values.next().unwrap() == "1"
}

#[test]
fn a_server_whose_engine_is_away_goes_on_serving_and_says_that_it_is_degraded() {
    let mut engine = Engine::start();
    let server = Server::start(&["--redis", &engine.url()]);
    until_ready_is(&server, 200, "ok");
    assert!(is_up(&server));
    engine.kill();
    until_ready_is(&server, 200, "degraded: Redis is away");
    assert!(!is_up(&server));
    assert_eq!(answers(&server, "/healthz"), (200, "ok".into()));
    engine.run();
    until_ready_is(&server, 200, "ok");
}

#[test]
fn a_server_that_has_not_reached_its_engine_yet_waits_for_a_while_and_then_serves_alone() {
    let server = Server::start(&["--redis", &format!("redis://127.0.0.1:{}", free_port())]);
    assert_eq!(answers(&server, "/readyz"), (503, "starting".into()));
    assert_eq!(answers(&server, "/healthz"), (200, "ok".into()));
    until_ready_is(&server, 200, "degraded: Redis is away");
}

#[test]
fn a_url_that_is_wrong_is_said_so_without_its_password() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mote"));
    command
        .args(["--redis", "redis://user:secret@"])
        .env_clear();
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said.starts_with("mote: the flag --redis is not right, but must be redis://"),
        "{said}"
    );
    assert!(!said.contains("secret"));
}
