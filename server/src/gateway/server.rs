//! A server of its own: listen, serve, drain.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use axum::Router;

use super::app::App;
use super::presence::Presence;
use super::workers::{Worker, Workers};
use super::{admin, drain, http, listener, metrics};
use crate::config::{Config, ConfigError};
use crate::limits::BUS_LINGER;

/// A server that listens and does not serve yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    app: Arc<App>,
    config: Config,
}

impl Server {
    /// Listens on `config.listen`.
    ///
    /// # Errors
    /// A setting is out of its range, or two do not go together, or the address cannot be had.
    pub fn bind(config: Config) -> Result<Self, ServeError> {
        config.check().map_err(ServeError::Config)?;
        config.check_listen().map_err(ServeError::Config)?;
        let cannot_listen = |error| ServeError::Listen {
            address: config.listen,
            error,
        };
        let listener = listener::bind(&config).map_err(cannot_listen)?;
        let address = listener.local_addr().map_err(cannot_listen)?;
        Ok(Self {
            listener,
            address,
            app: App::new(&config).map_err(ServeError::Config)?,
            config,
        })
    }

    /// Where it listens; the port is a real one also when port 0 was asked for.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown` is ready, then drains: no new connections, everybody is told to come
    /// back and closed over `config.drain`. Of `config.worker_threads` threads the caller's is one;
    /// its runtime need have no more.
    ///
    /// # Errors
    /// The system gives no thread, or no descriptor for it.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Result<(), ServeError> {
        let Self {
            listener,
            app,
            config,
            ..
        } = self;
        let router = Router::new()
            .merge(http::endpoints(Arc::clone(&app)))
            .merge(metrics::endpoint(Arc::clone(&app)))
            .merge(admin::router(Presence {
                app: Arc::clone(&app),
            }))
            .merge(http::site(config.demo_dir.as_deref()));
        let (threads, drain) = (config.worker_threads, config.drain);
        app.leave_drivers_to_workers();
        let worker = Worker::new(Arc::clone(&app), router, config);
        let workers = Workers::start(&worker, &listener, threads).map_err(ServeError::Threads)?;
        let running = worker.run(0, listener, shutdown);
        running.await.map_err(ServeError::Threads)?;
        workers.stop_accepting();
        drain::drain(&app, drain).await;
        if let Some(bus) = &app.bus {
            tokio::time::sleep(BUS_LINGER).await;
            // The others hear at once that this node is gone. Nothing is left to be held up.
            bus.stop();
        }
        Ok(())
    }
}

/// Listens on `config.listen` and serves until `shutdown` is ready, then drains.
///
/// # Errors
/// A setting is out of its range, or two do not go together, or the address cannot be had, or no
/// threads.
pub async fn serve(config: Config, shutdown: impl Future<Output = ()>) -> Result<(), ServeError> {
    Server::bind(config)?.run(shutdown).await
}

/// The server cannot start.
#[derive(Debug)]
pub enum ServeError {
    /// A setting is out of its range, or two do not go together.
    Config(ConfigError),
    /// The address cannot be had.
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        error: io::Error,
    },
    /// The system gives no thread, or no descriptor for it.
    Threads(io::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (address, error) = match self {
            Self::Config(error) => return error.fmt(f),
            Self::Listen { address, error } => (address, error),
            Self::Threads(error) => {
                return write!(
                    f,
                    "cannot start --worker-threads: {error}; ask for fewer, or raise the limits \
                     of this process"
                );
            }
        };
        write!(f, "cannot listen on {address}: ")?;
        match error.kind() {
            io::ErrorKind::AddrInUse => f.write_str(
                "another program listens there; stop it, or choose another address with --listen",
            ),
            io::ErrorKind::AddrNotAvailable => {
                f.write_str("this machine does not have that address; choose another with --listen")
            }
            io::ErrorKind::PermissionDenied => {
                f.write_str("not permitted; ports below 1024 need a privilege, choose a higher one")
            }
            _ => error.fmt(f),
        }
    }
}

impl std::error::Error for ServeError {}
