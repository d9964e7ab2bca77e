//! nginx with the very files of `deploy/nginx`, but for the addresses of nodes and site, which
//! are this machine's.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::files;

/// A socket on which nothing comes for so long is cut, in seconds.
pub(crate) const READ_TIMEOUT_S: u32 = 3;

/// The two ways to choose a node.
pub(crate) const BALANCES: [&str; 2] = ["upstream.conf", "upstream-sticky.conf"];

/// How long nginx may take to listen, or to say why not.
const PATIENCE: Duration = Duration::from_secs(20);

/// A folder from which nginx runs; removed at its end.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// `balance` is one of [`BALANCES`]; the other texts are the files that an operator edits.
    pub(crate) fn new(balance: &str, nodes: &str, site: &str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("mote-nginx-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("a folder");
        for (from, to) in [
            ("nginx.conf", "nginx.conf"),
            ("mote.conf", "mote.conf"),
            (balance, "upstream.conf"),
        ] {
            let from = files::path("nginx").join(from);
            fs::copy(from, folder.join(to)).expect("a file");
        }
        fs::write(folder.join("nodes.conf"), nodes).expect("a file");
        fs::write(folder.join("site.conf"), site).expect("a file");
        Self(folder)
    }

    /// `nginx -t`: whether the configuration is right, and what is said of it.
    pub(crate) fn test(&self) -> (bool, String) {
        let output = self.command().arg("-t").output();
        let Output { status, stderr, .. } = output.expect("nginx runs");
        (status.success(), String::from_utf8_lossy(&stderr).into())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(program());
        command.arg("-p").arg(&self.0).args(["-e", "stderr"]);
        command.arg("-c").arg(self.0.join("nginx.conf"));
        command
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A running nginx; stopped when dropped.
#[derive(Debug)]
pub(crate) struct Nginx {
    master: Child,
    addr: SocketAddr,
    _folder: Folder,
}

impl Nginx {
    /// In front of these nodes.
    pub(crate) fn start(balance: &str, nodes: &[SocketAddr]) -> Self {
        let lines = nodes
            .iter()
            .map(|node| format!("server {node} max_fails=0;\n"));
        let nodes: String = lines.collect();
        // A port that was free a moment ago may be somebody else's by now.
        for _ in 0..5 {
            let addr = free_address();
            let site = format!(
                "listen {addr};\nproxy_read_timeout {READ_TIMEOUT_S}s;\n\
                 proxy_send_timeout {READ_TIMEOUT_S}s;\n"
            );
            let folder = Folder::new(balance, &nodes, &site);
            let mut command = folder.command();
            command.args(["-g", "daemon off;"]).stderr(Stdio::null());
            let master = command.spawn().expect("nginx starts");
            let mut nginx = Self {
                master,
                addr,
                _folder: folder,
            };
            if nginx.listens() {
                return nginx;
            }
        }
        panic!("nginx does not stay: see the test of its configuration");
    }

    pub(crate) const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Waits until it does, or has ended.
    fn listens(&mut self) -> bool {
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(self.addr).is_err() {
            if self.master.try_wait().expect("a child of ours").is_some() {
                return false;
            }
            assert!(Instant::now() < deadline, "nginx does not listen");
            thread::yield_now();
        }
        true
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Killed, it would leave its workers behind.
        let id = self.master.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        let _ = self.master.wait();
    }
}

fn free_address() -> SocketAddr {
    let probe = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    probe.local_addr().expect("its address")
}

fn program() -> PathBuf {
    let named = std::env::var_os("NGINX").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Where distributions put it, which is not on everybody's PATH.
    let folders = std::env::split_paths(&path).chain([Path::new("/usr/sbin").to_owned()]);
    let found = folders
        .map(|folder| folder.join("nginx"))
        .find(|file| file.is_file());
    named.or(found).expect(
        "nginx is needed: `cargo xtask test --only native` brings it; or install it, or name it \
         in NGINX",
    )
}
