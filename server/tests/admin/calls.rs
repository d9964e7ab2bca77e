//! Requests to the admin API, and their answers.

use std::net::SocketAddr;
use std::time::Duration;

use mote_server::Config;
use mote_server::auth::{Rights, Secret, Token};
use mote_server::config::AuthConfig;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::support::PATIENCE;

/// Under a tenth of the rate that a server allows.
const BETWEEN_ASKING: Duration = Duration::from_millis(10);

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// A server that asks for tokens.
pub(crate) fn config() -> Config {
    Config {
        auth: AuthConfig {
            secret: Some(secret()),
            leeway: Duration::ZERO,
            ..AuthConfig::default()
        },
        ..Config::default()
    }
}

pub(crate) fn secret() -> Secret {
    Secret::new(SECRET).unwrap()
}

/// A token with the right to manage the rooms of a pattern.
pub(crate) fn admin(pattern: &str) -> String {
    let token = Token::new("backend").room(pattern, Rights::ADMIN);
    token.sign(&secret()).unwrap()
}

/// A token of a person in every room.
pub(crate) fn person(account: &str) -> String {
    let token = Token::new(account).room("*", Rights::PERSON);
    token.sign(&secret()).unwrap()
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Value,
}

impl Answer {
    /// The last word of the problem's type, and what it says.
    pub(crate) fn problem(&self) -> (&str, &str) {
        assert!(
            self.head.contains("content-type: application/problem+json"),
            "{self:?}"
        );
        assert_eq!(self.body["status"], self.status, "{self:?}");
        assert!(!self.body["title"].as_str().unwrap().is_empty());
        let kind = self.body["type"].as_str().unwrap();
        let kind = kind.strip_prefix("urn:mote:problem:").unwrap();
        (kind, self.body["detail"].as_str().unwrap())
    }
}

/// A request with these lines in its head, and this body.
pub(crate) async fn send(
    address: SocketAddr,
    method: &str,
    target: &str,
    lines: &[&str],
    body: &[u8],
) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut head = format!("{method} {target} HTTP/1.1\r\nConnection: close\r\n");
    if !lines.iter().any(|line| line.starts_with("Host:")) {
        head += &format!("Host: {address}\r\n");
    }
    for line in lines {
        head += &format!("{line}\r\n");
    }
    head += &format!("Content-Length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await.unwrap();
    // Who is refused before their body is read may be cut off while they write.
    let _ = stream.write_all(body).await;
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    let _ = read.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer {
        status,
        head: head.to_ascii_lowercase(),
        body: serde_json::from_str(body).unwrap_or(Value::Null),
    }
}

/// A backend with a token.
#[derive(Clone, Debug)]
pub(crate) struct Backend {
    pub(crate) address: SocketAddr,
    pub(crate) authorization: String,
}

impl Backend {
    /// One that may manage the rooms of a pattern.
    pub(crate) fn of(address: SocketAddr, pattern: &str) -> Self {
        Self {
            address,
            authorization: format!("Authorization: Bearer {}", admin(pattern)),
        }
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: &Value) -> Answer {
        let target = format!("/api/v1{path}");
        let lines = [&*self.authorization, "Content-Type: application/json"];
        let body = match body {
            Value::Null => Vec::new(),
            body => serde_json::to_vec(body).unwrap(),
        };
        send(self.address, method, &target, &lines, &body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &Value::Null).await
    }

    /// The body of an answer that is good.
    pub(crate) async fn fine(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.call(method, path, body).await;
        assert!((200..300).contains(&answer.status), "{path}: {answer:?}");
        answer.body
    }

    /// Asks until the answer is so, and leaves the server most of the requests that it allows.
    pub(crate) async fn until(&self, path: &str, is_so: impl Fn(&Answer) -> bool) -> Answer {
        let asked = async {
            loop {
                let answer = self.get(path).await;
                if is_so(&answer) {
                    return answer;
                }
                assert_ne!(answer.status, 429, "{answer:?}");
                tokio::time::sleep(BETWEEN_ASKING).await;
            }
        };
        timeout(PATIENCE, asked).await.unwrap()
    }
}
