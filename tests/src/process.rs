//! The real `mote` in a process of its own: with memory that is its alone, and signals.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

/// Lines of its log that are kept; later ones are read and thrown away.
const LOG_LINES_MAX: usize = 50_000;

/// A running `mote`, killed when dropped.
#[derive(Debug)]
pub struct Mote {
    child: Child,
    addr: SocketAddr,
    log: Arc<Mutex<Vec<String>>>,
}

impl Mote {
    /// On a free port, with these flags besides.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start(flags: &[&str]) -> Self {
        static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
        Self::run(PROGRAM.get_or_init(|| program(None)), flags)
    }

    /// As [`start`](Self::start), but what people run: the release build.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start_released(flags: &[&str]) -> Self {
        static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
        Self::run(PROGRAM.get_or_init(|| program(Some("release"))), flags)
    }

    fn run(program: &Path, flags: &[&str]) -> Self {
        let mut command = Command::new(program);
        command.args(["--listen", "127.0.0.1:0"]).args(flags);
        command.env_clear().stderr(Stdio::piped());
        let mut child = command.spawn().expect("mote starts");
        let mut said = BufReader::new(child.stderr.take().expect("its log"));
        let log = Arc::new(Mutex::new(Vec::new()));
        // It may have something else to say before.
        let before = said.by_ref().lines().map_while(Result::ok);
        let mut ready = before.filter_map(|line| {
            let (_, rest) = line.split_once("ready: open http")?;
            let (_, rest) = rest.split_once("://")?;
            rest.trim_end_matches('/').parse().ok()
        });
        let Some(addr) = ready.next() else {
            // It hung up, so it ends by itself; a test that fails leaves nothing behind.
            let _ = child.wait();
            panic!("mote does not say where it listens");
        };
        // Nobody else reads it, and a full pipe would stop the server.
        let kept = Arc::clone(&log);
        thread::spawn(move || {
            for line in said.split(b'\n').map_while(Result::ok) {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                if kept.len() < LOG_LINES_MAX {
                    kept.push(String::from_utf8_lossy(&line).into_owned());
                }
            }
        });
        Self { child, addr, log }
    }

    /// What it has logged since it was ready, line by line.
    #[must_use]
    pub fn log(&self) -> Vec<String> {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.clone()
    }

    /// The number of its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Where it listens.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The memory that it has now, in bytes (`VmRSS`).
    ///
    /// # Panics
    /// When it has ended.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        self.status_bytes("VmRSS:")
    }

    /// The most memory that it had at a time since the last [`forget_peak`](Self::forget_peak), in bytes
    /// (`VmHWM`).
    ///
    /// # Panics
    /// When it has ended.
    #[must_use]
    pub fn peak_bytes(&self) -> u64 {
        self.status_bytes("VmHWM:")
    }

    /// The peak of its memory is what it has now.
    ///
    /// # Panics
    /// When it has ended.
    pub fn forget_peak(&self) {
        let path = format!("/proc/{}/clear_refs", self.child.id());
        std::fs::write(path, "5").expect("a running process of ours");
    }

    fn status_bytes(&self, name: &str) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).expect("a running process");
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|rest| rest.trim().strip_suffix(" kB"));
        let kib: u64 = kib.expect("its memory").trim().parse().expect("a number");
        kib * 1024
    }

    /// Stops it for a moment: it accepts and answers nothing, the kernel goes on.
    pub fn pause(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on.
    pub fn go_on(&self) {
        self.signal("-CONT");
    }

    /// Asks it to go away in order.
    pub fn terminate(&self) {
        self.signal("-TERM");
    }

    /// Waits until it has ended by itself; whether that was in order.
    ///
    /// # Panics
    /// When the system does not know it.
    pub fn wait(&mut self) -> bool {
        self.child.wait().expect("a child of ours").success()
    }

    fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args([signal, &id]).status();
        assert!(status.expect("there is `kill`").success());
    }
}

impl Drop for Mote {
    fn drop(&mut self) {
        // It may have ended by itself, and then the test has failed already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Built beside the tests' own programs, in their profile unless another one is named: Cargo does not
/// build another package's program for a test by itself.
fn program(profile: Option<&str>) -> PathBuf {
    let test = std::env::current_exe().expect("a running program");
    // Tests are in `deps` of the profile's folder.
    let folder = test.ancestors().nth(2).expect("a file is in a folder");
    let target = folder.parent().expect("the target folder");
    let own = folder.file_name().and_then(|name| name.to_str());
    let folder = profile.map_or(folder.to_owned(), |profile| target.join(profile));
    let profile = match profile.or(own) {
        Some("debug") | None => "dev",
        Some(profile) => profile,
    };
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet"]);
    build.args(["--package", "mote-server", "--bin", "mote"]);
    build.args(["--profile", profile, "--target-dir"]);
    build.arg(target);
    build.current_dir(env!("CARGO_MANIFEST_DIR"));
    // What Cargo tells a test of its package is not for builds: some dependencies would be built anew.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            build.env_remove(&name);
        }
    }
    assert!(build.status().expect("there is Cargo").success());
    folder.join("mote")
}
