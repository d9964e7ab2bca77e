//! Engines of a test's own: a process, a folder and a port, gone at its end.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use redis::{Connection, FromRedisValue};

/// No step of a test takes longer on any machine that works.
pub(crate) const PATIENCE: Duration = Duration::from_secs(40);

/// The engines that the same tests run on: Redis always, Valkey where the machine has it.
pub(crate) fn programs() -> Vec<PathBuf> {
    let valkey = program("VALKEY_SERVER", "valkey-server");
    std::iter::once(redis_program()).chain(valkey).collect()
}

pub(crate) fn redis_program() -> PathBuf {
    program("REDIS_SERVER", "redis-server")
        .expect("redis-server is needed: run `cargo xtask setup`, or name it in REDIS_SERVER")
}

fn program(variable: &str, name: &str) -> Option<PathBuf> {
    if let Some(path) = std::env::var_os(variable) {
        return Some(path.into());
    }
    let path = std::env::var_os("PATH")?;
    let mut folders = std::env::split_paths(&path).map(|folder| folder.join(name));
    folders.find(|file| file.is_file())
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// A folder that is removed at the end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("mote-redis-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A server process.
pub(crate) struct Engine {
    program: PathBuf,
    pub(crate) port: u16,
    arguments: Vec<String>,
    process: Option<Child>,
    folder: Folder,
}

impl Engine {
    pub(crate) fn start() -> Self {
        Self::start_with(&redis_program(), &[])
    }

    /// With these options, each a name and a value, besides those that every test wants.
    pub(crate) fn start_with(program: &Path, options: &[(&str, &str)]) -> Self {
        let folder = Folder::new();
        let port = free_port();
        let mut arguments = Vec::new();
        let dir = folder.path().display().to_string();
        let number = port.to_string();
        let usual = [
            ("port", &*number),
            ("bind", "127.0.0.1"),
            ("dir", &*dir),
            ("save", ""),
            ("appendonly", "no"),
            ("logfile", "log"),
        ];
        for (name, value) in usual.iter().chain(options) {
            arguments.extend([format!("--{name}"), (*value).to_owned()]);
        }
        let mut engine = Self {
            program: program.into(),
            port,
            arguments,
            process: None,
            folder,
        };
        engine.run();
        engine
    }

    /// As Sentinel, which writes to its configuration.
    pub(crate) fn start_sentinel(configuration: &str) -> Self {
        let folder = Folder::new();
        let port = free_port();
        let file = folder.path().join("sentinel.conf");
        let dir = folder.path().display();
        let text =
            format!("port {port}\nbind 127.0.0.1\ndir {dir}\nlogfile log\n{configuration}\n");
        fs::write(&file, text).unwrap();
        let mut engine = Self {
            program: redis_program(),
            port,
            arguments: vec![file.display().to_string(), "--sentinel".into()],
            process: None,
            folder,
        };
        engine.run();
        engine
    }

    /// Starts the process, on the port of before when it was killed, and waits until it answers.
    pub(crate) fn run(&mut self) {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .current_dir(self.folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::null());
        self.process = Some(command.spawn().unwrap());
        let address = ("127.0.0.1", self.port);
        until("the engine listens", || {
            std::net::TcpStream::connect(address).is_ok()
        });
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// What the engine answers to words.
    pub(crate) fn ask<T: FromRedisValue>(&self, words: &[&str]) -> T {
        self.try_ask(words).unwrap()
    }

    pub(crate) fn try_ask<T: FromRedisValue>(&self, words: &[&str]) -> redis::RedisResult<T> {
        let mut command = redis::cmd(words[0]);
        command.arg(&words[1..]);
        command.query(&mut self.connect()?)
    }

    pub(crate) fn do_it(&self, words: &[&str]) {
        self.ask::<redis::Value>(words);
    }

    fn connect(&self) -> redis::RedisResult<Connection> {
        let client = redis::Client::open(self.url())?;
        let connection = client.get_connection_with_timeout(PATIENCE)?;
        connection.set_read_timeout(Some(PATIENCE))?;
        Ok(connection)
    }

    /// As a crash does.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// It stops where it stands, with all its connections.
    pub(crate) fn pause(&self) {
        self.signal("-STOP");
    }

    pub(crate) fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let id = self.process.as_ref().unwrap().id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Asks again and again, because there is nothing to be woken by.
pub(crate) fn until(what: &str, is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "still not so: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
