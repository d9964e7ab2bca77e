//! The `mote` binary: what it prints, how it ends.

#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};

fn mote(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mote"));
    command.args(args).env_clear();
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(args: &[&str]) -> (Option<i32>, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = mote(args).output().unwrap();
    let text = [stdout, stderr].concat();
    (status.code(), String::from_utf8(text).unwrap())
}

/// A server that is ready, and its address as it was logged.
fn start(args: &[&str]) -> (Child, BufReader<std::process::ChildStderr>, String) {
    let mut child = mote(args).spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let address = loop {
        let mut line = String::new();
        assert_ne!(log.read_line(&mut line).unwrap(), 0, "it ended");
        // It may have something else to say before.
        if let Some((_, address)) = line.trim().split_once("ready: open http://") {
            break address.trim_end_matches('/').to_owned();
        }
    };
    (child, log, address)
}

#[test]
fn a_bad_setting_is_one_sentence_and_exit_code_2() {
    let sentence = "mote: the flag --tick-hz is \"0\", but must be a whole number from 1 to 120\n";
    assert_eq!(run(&["--tick-hz", "0"]), (Some(2), sentence.into()));
}

#[test]
fn without_tokens_it_listens_on_this_machine_only_unless_told_otherwise() {
    let (code, text) = run(&["--listen", "0.0.0.0:0"]);
    assert_eq!(code, Some(2));
    assert!(
        text.starts_with("mote: listen is \"0.0.0.0:0\", which others"),
        "{text}"
    );
    assert!(
        text.contains("auth_secret") && text.contains("allow_anonymous"),
        "{text}"
    );

    let (mut child, mut log, _) = start(&["--listen", "0.0.0.0:0", "--allow-anonymous"]);
    child.kill().unwrap();
    child.wait().unwrap();
    log.read_to_string(&mut String::new()).unwrap();

    let secret = "--auth-secret=0123456789abcdef0123456789abcdef";
    let (mut child, mut log, _) = start(&["--listen", "0.0.0.0:0", secret]);
    child.kill().unwrap();
    child.wait().unwrap();
    log.read_to_string(&mut String::new()).unwrap();
}

#[test]
fn a_server_without_tokens_says_so_loudly_and_one_with_tokens_does_not_show_its_secret() {
    let secret = "--auth-secret=0123456789abcdef0123456789abcdef";
    for (flags, is_open) in [(vec![], true), (vec![secret, "--log=trace"], false)] {
        let args = [vec!["--listen", "127.0.0.1:0"], flags].concat();
        let mut child = mote(&args).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        while !said.contains("ready: open") {
            assert_ne!(log.read_line(&mut said).unwrap(), 0, "{said}");
        }
        child.kill().unwrap();
        child.wait().unwrap();
        log.read_to_string(&mut said).unwrap();
        assert_eq!(
            said.contains("WARN") && said.contains("development mode"),
            is_open
        );
        assert!(!said.contains("0123456789abcdef"), "{said}");
    }
}

#[test]
fn token_prints_one_and_nothing_else_or_says_what_is_missing() {
    let secret = "--auth-secret=0123456789abcdef0123456789abcdef";
    let (code, text) = run(&["token", "--room", "board-*", "--name", "Ada", secret]);
    assert_eq!(code, Some(0), "{text}");
    let parts: Vec<_> = text.trim_end().split('.').collect();
    let word = |part: &&str| {
        part.chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
    };
    assert!(parts.len() == 3 && parts.iter().all(word), "{text}");

    let (code, text) = run(&["token", "--room", "board-*"]);
    assert_eq!(code, Some(2));
    assert!(
        text.contains("set auth_secret or auth_secret_file"),
        "{text}"
    );
    let (code, text) = run(&["token", "--room", "a*b", secret]);
    assert_eq!(code, Some(2));
    assert!(
        text.contains("a room must be an id or its beginning"),
        "{text}"
    );
    let (code, text) = run(&["token", "--room", "a", "--rights", "write", secret]);
    assert_eq!(code, Some(2));
    assert!(
        text.contains("the flag --rights is \"write\", but must be some of"),
        "{text}"
    );
}

#[test]
fn an_unknown_flag_is_exit_code_2() {
    let (code, text) = run(&["--no-such-flag"]);
    assert_eq!(code, Some(2));
    assert!(text.contains("--no-such-flag"), "{text}");
}

#[test]
fn help_and_version_succeed() {
    let (code, text) = run(&["--help"]);
    assert_eq!(code, Some(0));
    assert!(text.contains("MOTE_TICK_HZ"), "{text}");
    let (code, text) = run(&["--version"]);
    assert_eq!(
        (code, text),
        (Some(0), format!("mote {}\n", env!("CARGO_PKG_VERSION")))
    );
}

#[cfg(unix)]
#[test]
fn an_address_in_use_is_said_so_and_a_signal_ends_the_server_in_order() {
    let (mut child, mut log, address) = start(&["--listen", "127.0.0.1:0"]);
    let (code, text) = run(&["--listen", &address]);
    assert_eq!(code, Some(2));
    let sentence = format!(
        "mote: cannot listen on {address}: another program listens there; stop it, or choose \
         another address with --listen\n"
    );
    assert_eq!(text, sentence);

    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    assert!(child.wait().unwrap().success());
    let mut rest = String::new();
    log.read_to_string(&mut rest).unwrap();
    assert!(
        rest.contains("stopping; a second signal stops at once"),
        "{rest}"
    );
}

#[cfg(unix)]
#[test]
fn health_asks_the_server_that_runs_with_the_same_settings() {
    // On every address, as in a container.
    let everywhere = ["--listen", "0.0.0.0:0", "--allow-anonymous"];
    let (mut child, mut log, address) = start(&everywhere);
    let port = address.rsplit(':').next().unwrap();
    let listen = format!("0.0.0.0:{port}");
    assert_eq!(
        run(&["health", "--listen", &listen]),
        (Some(0), String::new())
    );
    let by_env = mote(&["health"]).env("MOTE_LISTEN", &listen).status();
    assert!(by_env.unwrap().success());

    child.kill().unwrap();
    child.wait().unwrap();
    let (code, text) = run(&["--listen", &listen, "health"]);
    assert_eq!(code, Some(1));
    let sentence = format!("mote: the server at 127.0.0.1:{port} does not answer: ");
    assert!(text.starts_with(&sentence), "{text}");
    log.read_to_string(&mut String::new()).unwrap();
}

#[test]
fn health_is_bad_when_something_else_answers() {
    use std::io::Write;
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = other.local_addr().unwrap().to_string();
    let answering = std::thread::spawn(move || {
        for answer in [
            "HTTP/1.1 503 Service Unavailable\r\n\r\ndraining",
            "",
            "220 mail",
        ] {
            let (mut stream, _) = other.accept().unwrap();
            // All of the request: a socket that is closed with bytes unread is reset.
            let mut request = BufReader::new(&stream).lines();
            while !request.next().unwrap().unwrap().is_empty() {}
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    let said = |what: &str| {
        let sentence = format!("mote: the server at {listen} is not well: {what}\n");
        assert_eq!(run(&["health", "--listen", &listen]), (Some(1), sentence));
    };
    said("503 draining");
    said(" ");
    said("mail ");
    answering.join().unwrap();
}

#[cfg(unix)]
#[test]
fn a_second_signal_ends_the_server_at_once() {
    use std::io::Write;
    let (mut child, mut log, address) = start(&["--listen", "127.0.0.1:0", "--drain", "60m"]);
    assert!(address.starts_with("127.0.0.1:"));
    let mut stream = std::net::TcpStream::connect(&address).unwrap();
    write!(
        stream,
        "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         Sec-WebSocket-Protocol: mote.v1\r\n\r\n"
    )
    .unwrap();
    let mut upgraded = [0; 12];
    stream.read_exact(&mut upgraded).unwrap();
    assert_eq!(&upgraded, b"HTTP/1.1 101");
    // A masked binary frame (mask 0) with a join of the room "r", and its answer.
    stream
        .write_all(&[0x82, 0x84, 0, 0, 0, 0, 0x30, 0, 1, b'r'])
        .unwrap();
    let mut answer = Vec::new();
    let mut byte = [0];
    while !answer.ends_with(b"\r\n\r\n\x82") {
        stream.read_exact(&mut byte).unwrap();
        answer.push(byte[0]);
    }
    let id = child.id().to_string();
    let signal = || Command::new("kill").args(["-INT", &id]).status().unwrap();
    assert!(signal().success());
    let mut line = String::new();
    log.read_line(&mut line).unwrap();
    assert!(line.contains("stopping"), "{line}");
    // Until the second handler stands, a signal may still be merged with the first.
    let code = loop {
        signal();
        if let Some(status) = child.try_wait().unwrap() {
            break status.code();
        }
        std::thread::yield_now();
    };
    assert_eq!(code, Some(130));
}
