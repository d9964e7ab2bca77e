//! Threads with a single-threaded runtime each: a socket is read, written and timed on the thread
//! that accepted it, and no task moves between threads.
//!
//! All threads accept from the same listener: who has nothing to do takes the next connection.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use axum::Router;
use tokio::runtime;
use tokio::sync::watch;

use super::app::App;
use super::guests::Guests;
use super::nap::{Napper, nap};
use super::{listener, rooms};
use crate::config::Config;

/// What every worker has a copy of.
#[derive(Clone)]
pub(super) struct Worker {
    pub(super) app: Arc<App>,
    pub(super) router: Router,
    pub(super) config: Arc<Config>,
    guests: Arc<Guests>,
}

impl Worker {
    pub(super) fn new(app: Arc<App>, router: Router, config: Config) -> Self {
        Self {
            guests: Arc::new(Guests::new(Arc::clone(&app), &config)),
            app,
            router,
            config: Arc::new(config),
        }
    }

    /// Accepts, and calls its share of the rooms, until `stop`.
    pub(super) async fn run(
        &self,
        number: usize,
        socket: TcpListener,
        stop: impl Future<Output = ()>,
    ) -> io::Result<()> {
        rooms::spawn_driver(&self.app.hub, number, self.app.clock);
        if let Some(timers) = self.app.hub.timers().get(number).map(Arc::clone) {
            Napper::new(timers, self.app.clock, self.config.tick_hz).install();
        }
        let socket = tokio::net::TcpListener::from_std(socket)?;
        let header_timeout = self.config.header_timeout;
        let (tls, guests) = (self.app.tls.as_ref(), &self.guests);
        let accepting = listener::accept(&socket, &self.router, header_timeout, tls, guests);
        tokio::select! {
            () = accepting => {}
            () = stop => {}
        }
        Ok(())
    }
}

/// The threads beside the caller's. They end when this is dropped.
pub(super) struct Workers(watch::Sender<bool>);

impl Workers {
    /// Starts workers 1 to `count` - 1; the caller is worker 0.
    pub(super) fn start(worker: &Worker, socket: &TcpListener, count: usize) -> io::Result<Self> {
        let (accepting, _) = watch::channel(true);
        for number in 1..count {
            let runtime = runtime::Builder::new_current_thread()
                .enable_all()
                .on_thread_park(nap)
                .build()?;
            let socket = socket.try_clone()?;
            let (worker, accepting) = (worker.clone(), accepting.subscribe());
            let thread = thread::Builder::new().name(format!("mote-worker-{number}"));
            thread.spawn(move || {
                runtime.block_on(async {
                    let (mut stop, mut end) = (accepting.clone(), accepting);
                    let stop = async {
                        // An error is the end, which is a stop as well.
                        let _ = stop.wait_for(|accepting| !accepting).await;
                    };
                    if let Err(error) = worker.run(number, socket, stop).await {
                        tracing::error!(%error, "worker {number} cannot accept connections");
                    }
                    // Its sockets live on until the drain is over.
                    while end.changed().await.is_ok() {}
                });
            })?;
        }
        Ok(Self(accepting))
    }

    /// No more connections are accepted; those that are there go on.
    pub(super) fn stop_accepting(&self) {
        self.0.send_replace(false);
    }
}
