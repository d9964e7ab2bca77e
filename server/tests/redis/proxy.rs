//! A line between a node and its engine that can be slow, or swallow everything.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// Forwards to an engine.
pub(crate) struct Proxy {
    port: u16,
    line: Arc<Line>,
}

#[derive(Default)]
struct Line {
    delay_ms: AtomicU64,
    /// Nothing goes through, and nobody is told: a cable that is pulled.
    is_cut: Mutex<bool>,
    is_mended: Condvar,
}

impl Proxy {
    pub(crate) fn start(to: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let line: Arc<Line> = Arc::default();
        let shared = Arc::clone(&line);
        thread::spawn(move || {
            for near in listener.incoming() {
                let Ok(near) = near else { return };
                let line = Arc::clone(&shared);
                // Also who connects gets no answer from a line that is cut.
                thread::spawn(move || {
                    line.wait_until_mended();
                    if let Ok(far) = TcpStream::connect(("127.0.0.1", to)) {
                        line.join(near, far);
                    }
                });
            }
        });
        Self { port, line }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Each portion takes this much longer, in each direction.
    pub(crate) fn slow_down(&self, delay: Duration) {
        let delay_ms = u64::try_from(delay.as_millis()).unwrap();
        self.line.delay_ms.store(delay_ms, Ordering::Relaxed);
    }

    pub(crate) fn cut(&self) {
        *self.line.is_cut.lock().unwrap() = true;
    }

    pub(crate) fn mend(&self) {
        *self.line.is_cut.lock().unwrap() = false;
        self.line.is_mended.notify_all();
    }
}

impl Line {
    fn join(self: Arc<Self>, near: TcpStream, far: TcpStream) {
        let (from_near, from_far) = (near.try_clone().unwrap(), far.try_clone().unwrap());
        let line = Arc::clone(&self);
        thread::spawn(move || line.carry(from_near, far));
        self.carry(from_far, near);
    }

    fn carry(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut portion = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = from.read(&mut portion) {
            thread::sleep(Duration::from_millis(self.delay_ms.load(Ordering::Relaxed)));
            self.wait_until_mended();
            if to.write_all(&portion[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(std::net::Shutdown::Both);
        let _ = from.shutdown(std::net::Shutdown::Both);
    }

    fn wait_until_mended(&self) {
        let is_cut = self.is_cut.lock().unwrap();
        drop(self.is_mended.wait_while(is_cut, |is_cut| *is_cut).unwrap());
    }
}
