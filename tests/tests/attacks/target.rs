//! The server that is attacked, with what an attacker has: addresses, an account, good tokens.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use mote_tests::process::Mote;
use mote_tests::raw::{Join, RawClient, http_get};
use socket2::{Domain, Protocol, Socket, Type};

use crate::issuer::{Issuer, Mood};
use crate::jwt::{self, Signer};

/// A quiet socket is pinged after this time, and given up after twice as much: longer than a message may
/// take, so that each has its own end.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(6);
/// People that one room holds.
pub(crate) const PEOPLE_MAX: usize = 120;
/// Observers that one room holds.
pub(crate) const OBSERVERS_MAX: usize = 40;
/// Rooms that there may be, those of the crowd included.
pub(crate) const ROOMS_MAX: usize = 800;
/// WebSockets from one address.
pub(crate) const CONNECTIONS_PER_IP_MAX: usize = 500;
/// Connections that are no WebSockets yet.
pub(crate) const HTTP_CONNECTIONS_MAX: usize = 2_100;

/// Those of one address.
pub(crate) const HTTP_CONNECTIONS_PER_IP_MAX: usize = 600;
/// WebSockets of one account.
pub(crate) const CONNECTIONS_PER_ACCOUNT_MAX: usize = 300;
/// Joins from one address in a minute.
pub(crate) const JOINS_PER_IP_MAX: usize = 1_500;
/// Whom the server believes for whom it speaks.
pub(crate) const TRUSTED_PROXY: Ipv4Addr = Ipv4Addr::new(127, 9, 0, 1);

/// What nobody may read: it lies beside the folder that is served.
pub(crate) const TREASURE: &str = "the treasure of the machine";

pub(crate) struct Target {
    mote: Mote,
    /// The address of keys that the server goes by.
    pub(crate) issuer: Issuer,
    /// Whose key that address gives from the start.
    pub(crate) known: Signer,
    /// Whose public key the server has in a file.
    pub(crate) backend: Signer,
    token: String,
    source: AtomicU16,
    folder: PathBuf,
}

impl Target {
    /// The real program in a process of its own, with times that are short enough to wait for.
    pub(crate) fn start() -> Self {
        let (known, backend) = (Signer::new("known"), Signer::new("backend"));
        let issuer = Issuer::start(Mood::Keys(vec![known.jwk()]));
        let folder = std::env::temp_dir().join(format!("mote-attacks-{}", std::process::id()));
        let (site, keys) = (folder.join("site"), folder.join("backend.pem"));
        fs::create_dir_all(&site).expect("a folder for the page");
        write(&folder.join("treasure.txt"), TREASURE);
        write(&site.join("index.html"), &"<p>Hello.</p>\n".repeat(5_000));
        write(&keys, &backend.spki().1);
        let words = format!(
            "--tick-hz 30 --header-timeout 1s --join-timeout 9s --write-timeout 2s \
             --close-timeout 1s --heartbeat {heartbeat}s --resume-grace 10s --auth-leeway 0s \
             --max-people-per-room {PEOPLE_MAX} --max-observers-per-room {OBSERVERS_MAX} \
             --max-rooms {ROOMS_MAX} --max-connections-per-ip {CONNECTIONS_PER_IP_MAX} \
             --max-http-connections {HTTP_CONNECTIONS_MAX} \
             --max-http-connections-per-ip {HTTP_CONNECTIONS_PER_IP_MAX} \
             --max-connections-per-account {CONNECTIONS_PER_ACCOUNT_MAX} \
             --max-joins-per-ip {JOINS_PER_IP_MAX} --trusted-proxies {TRUSTED_PROXY} \
             --max-room-state 256KiB \
             --allowed-origins https://app.example.com,https://*.example.org \
             --auth-secret {secret} --auth-audience {audience} --auth-jwks-url {url}",
            heartbeat = HEARTBEAT.as_secs(),
            secret = jwt::SECRET,
            audience = jwt::AUDIENCE,
            url = issuer.url(),
        );
        let mut flags: Vec<&str> = words.split(' ').filter(|word| !word.is_empty()).collect();
        flags.extend([
            "--auth-public-key-file",
            path(&keys),
            "--demo-dir",
            path(&site),
        ]);
        Self {
            mote: Mote::start_released(&flags),
            issuer,
            known,
            backend,
            token: jwt::token(&jwt::claims("mallory", "*")),
            source: AtomicU16::new(0),
            folder,
        }
    }

    pub(crate) const fn mote(&self) -> &Mote {
        &self.mote
    }

    pub(crate) const fn addr(&self) -> SocketAddr {
        self.mote.addr()
    }

    /// The next attacker has another address, so that each is judged by what it does itself.
    pub(crate) fn next_source(&self) -> Ipv4Addr {
        self.source.fetch_add(1, Ordering::Relaxed);
        self.source()
    }

    /// The attacker's address. The crowd is at 127.0.0.1.
    pub(crate) fn source(&self) -> Ipv4Addr {
        let [high, low] = self.source.load(Ordering::Relaxed).to_be_bytes();
        Ipv4Addr::new(127, 1, high, low)
    }

    /// A connection from the attacker's address.
    pub(crate) fn stream(&self) -> TcpStream {
        self.stream_from(self.source(), None)
    }

    /// A connection from an address; with a small buffer the kernel keeps little for a slow reader.
    pub(crate) fn stream_from(&self, source: Ipv4Addr, buffer: Option<usize>) -> TcpStream {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP));
        let socket = socket.expect("a socket");
        if let Some(bytes) = buffer {
            socket.set_recv_buffer_size(bytes).expect("a socket option");
        }
        let own = SocketAddr::new(IpAddr::V4(source), 0);
        socket.bind(&own.into()).expect("an address of loopback");
        socket.connect(&self.addr().into()).expect("it listens");
        let stream = TcpStream::from(socket);
        let patience = Some(crate::kit::PATIENCE);
        stream.set_read_timeout(patience).expect("a socket option");
        stream
    }

    /// A WebSocket in no room.
    pub(crate) fn connect(&self) -> RawClient {
        RawClient::over(self.stream())
    }

    /// A WebSocket in no room, and a second handle of its socket.
    pub(crate) fn connect_with_line(&self) -> (RawClient, TcpStream) {
        let stream = self.stream();
        let line = stream.try_clone().expect("a descriptor");
        (RawClient::over(stream), line)
    }

    /// A join with the attacker's good token.
    pub(crate) fn join<'a>(&'a self, room: &'a str) -> Join<'a> {
        Join::room(room).with_token(&self.token)
    }

    /// A WebSocket that is in a room, the snapshot read.
    pub(crate) fn enter(&self, room: &str) -> RawClient {
        let mut client = self.connect();
        client.join(&self.join(room));
        client
    }

    /// Somebody else, from another address, who sees what the others of a room see.
    pub(crate) fn witness(&self, room: &str) -> RawClient {
        let token = jwt::token(&jwt::claims("witness", "*"));
        let mut client = RawClient::over(self.stream_from(Ipv4Addr::new(127, 2, 0, 1), None));
        client.join(&Join::room(room).with_token(&token));
        client
    }

    /// How many WebSockets the server says there are.
    pub(crate) fn connections(&self) -> u64 {
        self.metric(|name| name == "mote_connections")
    }

    /// How often the server says that a limit was hit, or somebody refused for a reason.
    pub(crate) fn counted(&self, label: &str) -> u64 {
        self.metric(|name| name.ends_with(&format!("=\"{label}\"}}")))
    }

    /// The sum of the metrics with such names.
    fn metric(&self, is_it: impl Fn(&str) -> bool) -> u64 {
        let (_, metrics) = http_get(self.addr(), "/metrics");
        let lines = metrics.lines().filter_map(|line| line.rsplit_once(' '));
        let values = lines.filter(|(name, _)| is_it(name));
        values
            .filter_map(|(_, value)| value.parse::<u64>().ok())
            .sum()
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        // Left behind in the system's temporary folder it does no harm.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).expect("a file of the test's own");
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}
