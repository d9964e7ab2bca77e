//! What a server says of itself to balancers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use super::engines::{Engine, free_port, until};

/// A server as people run it.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(redis: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mote"));
        command
            .args(["--listen", "127.0.0.1:0", "--redis", redis])
            .env_clear();
        let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(process.stderr.take().unwrap());
        let mut lines = log.lines().map(Result::unwrap);
        let address = lines.find_map(|line| {
            let (_, address) = line.split_once("ready: open http://")?;
            Some(address.trim_end_matches('/').to_owned())
        });
        // It must not be held up by a log that nobody reads.
        std::thread::spawn(move || lines.for_each(drop));
        let address = address.expect("the server ended");
        Self { process, address }
    }

    fn answers(&self, target: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
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

    fn until_ready_is(&self, status: u16, body: &str) {
        until(body, || {
            self.answers("/readyz") == (status, body.to_owned())
        });
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_server_whose_engine_is_away_goes_on_serving_and_says_that_it_is_degraded() {
    let mut engine = Engine::start();
    let server = Server::start(&engine.url());
    server.until_ready_is(200, "ok");
    engine.kill();
    server.until_ready_is(200, "degraded: Redis is away");
    assert_eq!(server.answers("/healthz"), (200, "ok".into()));
    engine.run();
    server.until_ready_is(200, "ok");
}

#[test]
fn a_server_that_has_not_reached_its_engine_yet_waits_for_a_while_and_then_serves_alone() {
    let server = Server::start(&format!("redis://127.0.0.1:{}", free_port()));
    assert_eq!(server.answers("/readyz"), (503, "starting".into()));
    assert_eq!(server.answers("/healthz"), (200, "ok".into()));
    server.until_ready_is(200, "degraded: Redis is away");
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
