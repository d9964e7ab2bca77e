//! An engine that wants a password and speaks TLS.

use std::fs;
use std::path::Path;
use std::process::Command;

use mote_server::bus::Bus;
use mote_server::bus::redis::RedisOptions;

use super::engines::{Engine, Folder, free_port, redis_program};
use super::nodes::{Node, options};

#[test]
fn an_engine_is_reached_by_who_trusts_it_and_knows_the_password() {
    let certificates = Folder::new();
    make_certificates(certificates.path());
    let file = |name: &str| certificates.path().join(name).display().to_string();
    let port = free_port().to_string();
    let _engine = Engine::start_with(
        &redis_program(),
        &[
            ("tls-port", &port),
            ("tls-cert-file", &file("leaf.pem")),
            ("tls-key-file", &file("leaf.key")),
            ("tls-ca-cert-file", &file("authority.pem")),
            ("tls-auth-clients", "no"),
            ("requirepass", "a:b@c"),
        ],
    );
    let authority = Some(fs::read(file("authority.pem")).unwrap());
    let right = options(&format!("rediss://:a%3Ab%40c@127.0.0.1:{port}"));
    let trusting = RedisOptions {
        authority,
        ..right.clone()
    };
    let node = Node::start_with(1, trusting.clone());
    node.open("plan");

    let wrong = options(&format!("rediss://:wrong@127.0.0.1:{port}")).url;
    let without_password = RedisOptions {
        url: wrong,
        ..trusting
    };
    for (id, options) in [(2, right), (3, without_password)] {
        let refused = Node::start_with(id, options);
        refused.bus.open("plan");
        refused.unavailable_since(0, "plan");
    }
    assert_eq!(node.until_live("plan", 1).live_nodes, [node.id]);
}

#[test]
fn certificates_that_are_none_are_refused_at_the_start() {
    let bad = RedisOptions {
        authority: Some(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec()),
        ..options("rediss://127.0.0.1:1")
    };
    let node = mote_server::bus::NodeId(1);
    assert!(mote_server::bus::redis::RedisBus::new(node, bad).is_err());
}

/// An authority, and a certificate of its for 127.0.0.1.
fn make_certificates(folder: &Path) {
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    for words in [
        format!("req -x509 {key} -keyout authority.key -out authority.pem -subj /CN=authority"),
        format!(
            "req {key} -keyout leaf.key -out leaf.csr -subj /CN=redis \
             -addext subjectAltName=IP:127.0.0.1"
        ),
        "x509 -req -in leaf.csr -CA authority.pem -CAkey authority.key -CAcreateserial \
         -copy_extensions copy -out leaf.pem"
            .into(),
    ] {
        let mut command = Command::new("openssl");
        command.args(words.split_whitespace()).current_dir(folder);
        let output = command.output().expect("openssl is needed: install it");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
