//! The program with TLS: what it logs, and whether it finds itself well.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use super::made::{Files, Made};

#[test]
fn the_log_says_https_and_what_is_wrong_with_a_new_pair_and_health_asks_by_tls() {
    let (made, other) = (Made::until(2090), Made::until(2091));
    let files = Files::of(&made);
    let mote = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mote"));
        command.env_clear().stderr(Stdio::piped());
        command.env("MOTE_TLS_CERT_FILE", files.cert());
        command.env("MOTE_TLS_KEY_FILE", files.key());
        command
    };
    let mut child = mote().args(["--listen", "127.0.0.1:0"]).spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    let mut until = |what: &str| loop {
        said.clear();
        assert_ne!(log.read_line(&mut said).unwrap(), 0, "before {what}");
        if said.contains(what) {
            return said.clone();
        }
    };
    let ready = until("ready: open https://");
    let (_, address) = ready.trim().rsplit_once("https://").unwrap();
    let health = || {
        let listen = address.trim_end_matches('/');
        mote()
            .args(["health", "--listen", listen])
            .status()
            .unwrap()
    };
    assert!(health().success());

    files.put(&made.cert_pem, &other.key_pem);
    let error = until("ERROR");
    assert!(error.contains("tls_key_file is"), "{error}");
    assert!(
        error.contains("; the certificate from before is served on"),
        "{error}"
    );
    assert!(!error.contains("PRIVATE KEY"), "{error}");
    files.put(&other.cert_pem, &other.key_pem);
    until("new connections are shown the new certificate");
    assert!(health().success());

    child.kill().unwrap();
    child.wait().unwrap();
    log.read_to_string(&mut String::new()).unwrap();
    assert_eq!(health().code(), Some(1));
}
