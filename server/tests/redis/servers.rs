//! Servers as people run them, each a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How often it is looked whether a server has ended.
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

pub(crate) struct Server {
    process: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// With these flags besides the address.
    pub(crate) fn start(flags: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mote"));
        command
            .args(["--listen", "127.0.0.1:0"])
            .args(flags)
            .env_clear();
        let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(process.stderr.take().unwrap());
        let mut lines = log.lines().map(Result::unwrap);
        let address = lines.find_map(|line| {
            let (_, address) = line.split_once("ready: open http://")?;
            address.trim_end_matches('/').parse().ok()
        });
        // It must not be held up by a log that nobody reads.
        std::thread::spawn(move || lines.for_each(drop));
        let address = address.expect("the server ended");
        Self { process, address }
    }

    /// As a crash does.
    pub(crate) fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Waits until it has ended by itself.
    pub(crate) async fn ended(&mut self) {
        while self.process.try_wait().unwrap().is_none() {
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    pub(crate) fn signal(&self, signal: &str) {
        let id = self.process.id().to_string();
        let mut kill = Command::new("kill");
        assert!(kill.args([signal, &id]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
