//! The real server on a free port of this machine, in a thread of its own.

use std::cell::Cell;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread::JoinHandle;

use mote_server::{Config, Server};
use mote_tests::raw::{Join, RawClient, Said, http_get};
use tokio::sync::oneshot;

/// A running server; stops without a drain when dropped.
pub(crate) struct TestServer {
    addr: SocketAddr,
    config: Config,
    shutdown: Cell<Option<oneshot::Sender<()>>>,
    kill: Cell<Option<oneshot::Sender<()>>>,
    thread: Cell<Option<JoinHandle<()>>>,
}

impl TestServer {
    /// With the settings that people get.
    pub(crate) fn start() -> Self {
        Self::with(|_| {})
    }

    /// With some settings changed.
    pub(crate) fn with(change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config {
            listen: "127.0.0.1:0".parse().expect("an address"),
            // Two sockets are then served in the order in which they speak; the binary's own tests
            // and those of browsers have a worker for each core.
            worker_threads: 1,
            ..Config::default()
        };
        change(&mut config);
        let (shutdown, shutdown_asked) = oneshot::channel::<()>();
        let (kill, killed) = oneshot::channel::<()>();
        let (tell_addr, addr) = mpsc::channel();
        let server_config = config.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async move {
                let server = Server::bind(server_config).expect("a free port");
                tell_addr.send(server.address()).expect("the test waits");
                tokio::select! {
                    ran = server.run(async { drop(shutdown_asked.await) }) => ran.expect("threads"),
                    _ = killed => {}
                }
            });
        });
        Self {
            addr: addr.recv().expect("the server starts"),
            config,
            shutdown: Cell::new(Some(shutdown)),
            kill: Cell::new(Some(kill)),
            thread: Cell::new(Some(thread)),
        }
    }

    pub(crate) const fn addr(&self) -> SocketAddr {
        self.addr
    }

    pub(crate) const fn tick_hz(&self) -> u8 {
        self.config.tick_hz
    }

    pub(crate) fn heartbeat_s(&self) -> u8 {
        u8::try_from(self.config.heartbeat.as_secs()).expect("at most 255 s")
    }

    /// Two people in a room, ids 0 and 1, who have heard of each other.
    pub(crate) fn pair(&self, room: &str) -> (RawClient, RawClient) {
        let mut first = RawClient::connect(self.addr);
        let mut second = RawClient::connect(self.addr);
        assert_eq!(first.enter(&Join::room(room)).0, 0);
        assert_eq!(second.enter(&Join::room(room)).0, 1);
        first.until(|said| *said == Said::Count(0, 2));
        (first, second)
    }

    /// Asks the server to go away in order.
    pub(crate) fn begin_shutdown(&self) {
        let shutdown = self.shutdown.take().expect("asked once");
        shutdown.send(()).expect("the server runs");
    }

    /// Waits until the server has ended by itself.
    pub(crate) fn join(&self) {
        let thread = self.thread.take().expect("joined once");
        thread.join().expect("the server did not panic");
    }

    /// Status and body of a plain request.
    pub(crate) fn http_get(&self, path: &str) -> (u16, String) {
        http_get(self.addr, path)
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        // The server may have ended already.
        let _ = self.kill.take().map(|kill| kill.send(()));
        let panicked = self
            .thread
            .take()
            .is_some_and(|thread| thread.join().is_err());
        assert!(
            !panicked || std::thread::panicking(),
            "the server panicked during the test"
        );
    }
}
