//! TLS without a proxy.

mod binary;
mod made;
mod reload;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mote_protocol::wire::ServerMessage;
use mote_server::{Config, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::http::request;
use crate::support::{PATIENCE, local, start};
use made::{Files, Made, join, shake, trusting};

/// An answer over TLS.
async fn get(address: SocketAddr, made: &Made, target: &str) -> String {
    let mut stream = shake(address, trusting(made, false)).await.unwrap();
    let head = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer))
        .await
        .unwrap()
        .unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn people_meet_over_tls_of_both_versions() {
    let made = Made::until(2090);
    let files = Files::of(&made);
    let server = start(files.config());
    let mut ada = join(server.address, trusting(&made, false), "r").await;
    let mut bob = join(server.address, trusting(&made, true), "r").await;
    let (_, session) = ada.socket.get_ref().get_ref();
    assert_eq!(session.alpn_protocol(), Some(&b"http/1.1"[..]));
    ada.until(
        |message| matches!(message, ServerMessage::UserJoined { joined, .. } if joined.user == 1),
    )
    .await;
    bob.shout(&[7; 16_000]).await;
    ada.until(|message| matches!(message, ServerMessage::Event { event, .. } if event.payload.len() == 16_000))
        .await;
}

#[tokio::test]
async fn the_page_comes_over_https() {
    let made = Made::until(2090);
    let files = Files::of(&made);
    let server = start(files.config());
    let answer = get(server.address, &made, "/").await;
    assert!(answer.contains("The Mote server runs"), "{answer}");
}

#[tokio::test]
async fn http_in_the_clear_is_told_what_is_spoken_here() {
    let made = Made::until(2090);
    let files = Files::of(&made);
    let server = start(files.config());
    let answer = request(server.address, "/ws?room=r").await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.contains("write https:// or wss://"), "{answer}");
}

#[tokio::test]
async fn a_slow_handshake_is_cut_and_has_a_place_until_then() {
    let made = Made::until(2090);
    let files = Files::of(&made);
    // A record that says that 512 bytes follow, of which only the beginning comes.
    for begun in [
        &b""[..],
        b"\x16",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ] {
        let server = start(Config {
            header_timeout: Duration::from_millis(300),
            max_http_connections: 1,
            ..files.config()
        });
        let began = Instant::now();
        let mut slow = TcpStream::connect(server.address).await.unwrap();
        slow.write_all(begun).await.unwrap();
        // Until it is cut nobody else has a place.
        shake(server.address, trusting(&made, false))
            .await
            .expect_err("there is one place, and it is taken");
        assert!(began.elapsed() < Duration::from_secs(5), "refused at once");
        let mut rest = Vec::new();
        let cut = timeout(PATIENCE, slow.read_to_end(&mut rest)).await;
        let _ = cut.expect("cut");
        assert!(began.elapsed() >= Duration::from_millis(300));
        let free = async { while shake(server.address, trusting(&made, false)).await.is_err() {} };
        timeout(PATIENCE, free)
            .await
            .expect("the place is free again");
    }
}

#[tokio::test]
async fn who_never_reads_over_tls_is_dropped() {
    let made = Made::until(2090);
    let files = Files::of(&made);
    let server = start(Config {
        resume_grace: Duration::ZERO,
        write_timeout: Duration::from_millis(500),
        max_byte_rate: 1_000_000_000,
        max_message_rate: 1_000_000,
        ..files.config()
    });
    let _stuck = join(server.address, trusting(&made, false), "r").await;
    let mut bob = join(server.address, trusting(&made, false), "r").await;
    let is_gone = async {
        loop {
            bob.shout(&[7; 16_000]).await;
            tokio::select! {
                biased;
                () = bob.until(|message| matches!(message, ServerMessage::UserLeft { .. })) => return,
                () = tokio::task::yield_now() => {}
            }
        }
    };
    timeout(PATIENCE, is_gone).await.expect("dropped");
}

#[test]
fn what_is_wrong_with_the_files_is_said_at_the_start() {
    let (good, other) = (Made::until(2090), Made::until(2090));
    let said = |cert: &str, key: &str| {
        let files = Files::of(&good);
        files.put(cert, key);
        Server::bind(local(files.config())).unwrap_err().to_string()
    };
    let cases = [
        ("", "tls_cert_file is", "must have a certificate"),
        (&good.key_pem, "tls_cert_file is", "must have a certificate"),
        (
            "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
            "tls_cert_file is",
            "its first certificate cannot be read",
        ),
        (
            &Made::until(2021).cert_pem,
            "tls_cert_file is",
            "has expired: it was good until 2021-01-01T00:00:00Z",
        ),
        (
            &"x".repeat(70_000),
            "tls_cert_file is",
            "at most 65536 bytes",
        ),
    ];
    for (cert, setting, what) in cases {
        let sentence = said(cert, &good.key_pem);
        assert!(sentence.starts_with(setting), "{sentence}");
        assert!(sentence.contains(what), "{sentence}");
    }
    let mismatch = said(&good.cert_pem, &other.key_pem);
    assert!(mismatch.starts_with("tls_key_file is"), "{mismatch}");
    assert!(mismatch.contains("must be the key of the first certificate in"));
    let none = said(&good.cert_pem, &good.cert_pem);
    assert!(
        none.contains("must have a private key without a password"),
        "{none}"
    );

    let files = Files::of(&good);
    let mut config = local(files.config());
    config.tls.key_file = None;
    let half = Server::bind(config).unwrap_err().to_string();
    assert!(half.contains("but tls_key_file is not set"), "{half}");
}

/// Every form that `openssl` writes keys in, each with a certificate of its own.
#[tokio::test]
async fn keys_of_every_kind_and_form_are_taken() {
    let files = Files::of(&Made::until(2090));
    let folder = files.cert().parent().unwrap().to_owned();
    let kinds = [
        (
            "genpkey -out key.pem -algorithm RSA -pkeyopt rsa_keygen_bits:2048",
            "",
        ),
        (
            "genrsa -out key.pem -traditional 2048",
            "BEGIN RSA PRIVATE KEY",
        ),
        (
            "ecparam -out key.pem -genkey -noout -name prime256v1",
            "BEGIN EC PRIVATE KEY",
        ),
        (
            "genpkey -out key.pem -algorithm EC -pkeyopt ec_paramgen_curve:P-384",
            "BEGIN PRIVATE KEY",
        ),
        (
            "genpkey -out key.pem -algorithm ed25519",
            "BEGIN PRIVATE KEY",
        ),
    ];
    for (words, form) in kinds {
        let make = "req -x509 -key key.pem -out cert.pem -subj /CN=localhost -days 30";
        for words in [words, make] {
            let mut openssl = std::process::Command::new("openssl");
            openssl.args(words.split(' ')).current_dir(&folder);
            let output = openssl.output().expect("openssl is needed: install it");
            assert!(output.status.success(), "{words}");
        }
        let key = std::fs::read_to_string(files.key()).unwrap();
        assert!(key.contains(form), "{key}");
        Server::bind(local(files.config())).unwrap();
    }
}
