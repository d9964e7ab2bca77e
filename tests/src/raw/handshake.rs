//! The opening handshake of RFC 6455, section 4.

/// The key of the RFC's example: with it the right answer is known without computing a hash.
pub const REQUEST_KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

const RIGHT_ANSWER: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// The request of an opening handshake.
#[derive(Clone, Debug)]
pub struct Handshake {
    /// The path asked for.
    pub path: String,
    /// The subprotocols offered, in order.
    pub protocols: Vec<String>,
    /// Further header lines, without their line ends.
    pub extra: Vec<String>,
}

impl Default for Handshake {
    fn default() -> Self {
        Self {
            path: "/ws".to_owned(),
            protocols: vec!["mote.v1".to_owned()],
            extra: Vec::new(),
        }
    }
}

impl Handshake {
    /// A handshake that offers these subprotocols and no other.
    #[must_use]
    pub fn offering(protocols: &[&str]) -> Self {
        Self {
            protocols: protocols.iter().map(ToString::to_string).collect(),
            ..Self::default()
        }
    }

    /// The same with a further header line.
    #[must_use]
    pub fn with_header(mut self, line: &str) -> Self {
        self.extra.push(line.to_owned());
        self
    }

    /// The request's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut lines = vec![
            format!("GET {} HTTP/1.1", self.path),
            "Host: 127.0.0.1".to_owned(),
            "Connection: Upgrade".to_owned(),
            "Upgrade: websocket".to_owned(),
            "Sec-WebSocket-Version: 13".to_owned(),
            format!("Sec-WebSocket-Key: {REQUEST_KEY}"),
        ];
        if !self.protocols.is_empty() {
            lines.push(format!(
                "Sec-WebSocket-Protocol: {}",
                self.protocols.join(", ")
            ));
        }
        lines.extend(self.extra.iter().cloned());
        let mut request = lines.join("\r\n");
        request.push_str("\r\n\r\n");
        request.into_bytes()
    }
}

/// The head of the server's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    head: String,
}

impl Response {
    /// Takes the head off the front of `bytes` when all of it is there, and says how long it was.
    ///
    /// # Panics
    /// When it is not HTTP.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<(Self, usize)> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8(bytes[..end].to_vec()).expect("a head in ASCII");
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.expect("a status line");
        Some((Self { status, head }, end + 4))
    }

    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(':'))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    /// The answer opens a WebSocket: status, headers and the hash of our key are right.
    #[must_use]
    pub fn is_upgrade(&self) -> bool {
        let is = |name, value: &str| {
            self.header(name)
                .is_some_and(|found| found.eq_ignore_ascii_case(value))
        };
        self.status == 101
            && is("upgrade", "websocket")
            && is("connection", "upgrade")
            && self.header("sec-websocket-accept") == Some(RIGHT_ANSWER)
    }
}
