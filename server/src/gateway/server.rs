//! A server of its own: listen, serve, drain.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::task::JoinSet;

use super::app::App;
use super::guests::Guests;
use super::otlp::Exporter;
use super::presence::Presence;
use super::tls::Tls;
use super::workers::{Worker, Workers};
use super::{drain, http, listener, metrics};
use crate::config::{Config, ConfigError};
use crate::limits::{BUS_LINGER, METRICS_CONNECTIONS_MAX};

/// A server that listens and does not serve yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    /// Of `metrics-listen`, where that is set.
    metrics: Option<(TcpListener, SocketAddr)>,
    app: Arc<App>,
    /// To an OpenTelemetry collector, where there is one.
    exporter: Option<Arc<Exporter>>,
    config: Config,
}

impl Server {
    /// Listens on `config.listen`, and on `config.metrics_listen` where that is set.
    ///
    /// # Errors
    /// A setting is out of its range, or two do not go together, or the address cannot be had.
    pub fn bind(config: Config) -> Result<Self, ServeError> {
        config.check().map_err(ServeError::Config)?;
        config.check_listen().map_err(ServeError::Config)?;
        let tls = Tls::new(&config.tls).map_err(ServeError::Config)?;
        let (listener, address) = listen("--listen", config.listen, config.backlog)?;
        let metrics = config.metrics_listen;
        let metrics = metrics.map(|address| listen("--metrics-listen", address, config.backlog));
        // Without tokens only this machine reaches it, unless it was told otherwise.
        let app =
            App::new(&config, config.auth.allow_anonymous, tls).map_err(ServeError::Config)?;
        Ok(Self {
            listener,
            address,
            metrics: metrics.transpose()?,
            exporter: Exporter::new(&app, &config).map_err(ServeError::Config)?,
            app,
            config,
        })
    }

    /// Where it listens; the port is a real one also when port 0 was asked for.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the addresses of its pages begin with: `http`, or `https` where it speaks TLS.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        if self.app.tls.is_some() {
            "https"
        } else {
            "http"
        }
    }

    /// Where `/metrics` is.
    #[must_use]
    pub fn metrics_address(&self) -> SocketAddr {
        let own = self.metrics.as_ref();
        own.map_or(self.address, |(_, address)| *address)
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
            metrics: own_metrics,
            app,
            exporter,
            config,
            ..
        } = self;
        let mut router = Router::new()
            .merge(http::endpoints(Arc::clone(&app)))
            .merge(Presence::new(Arc::clone(&app)).admin_router())
            .merge(http::site(config.demo_dir.as_deref()));
        let metrics = metrics::endpoint(Arc::clone(&app));
        let _until_the_end = match own_metrics {
            Some((listener, _)) => {
                let app = Arc::clone(&app);
                Some(serve_metrics(
                    app,
                    listener,
                    metrics,
                    config.header_timeout,
                )?)
            }
            None => {
                router = router.merge(metrics);
                None
            }
        };
        let (threads, drain) = (config.worker_threads, config.drain);
        app.leave_drivers_to_workers();
        if let Some(tls) = &app.tls {
            tls.start();
        }
        let exporting = exporter.as_ref();
        let exporting = exporting.map(|exporter| Exporter::start(exporter, &app));
        let bus = app.run_bus().map(tokio::spawn);
        let worker = Worker::new(Arc::clone(&app), router, config);
        let workers = Workers::start(&worker, &listener, threads).map_err(ServeError::Threads)?;
        let running = worker.run(0, listener, shutdown);
        running.await.map_err(ServeError::Threads)?;
        workers.stop_accepting();
        drain::drain(&app, drain).await;
        drain::tell(&app).await;
        drop(exporting);
        if let Some(exporter) = &exporter {
            // How it ended.
            exporter.send(&app).await;
        }
        if let (Some(bus), Some(running)) = (&app.bus, bus) {
            tokio::time::sleep(BUS_LINGER).await;
            // The others hear at once that this node is gone.
            bus.stop();
            // It can only have panicked, which was told already.
            let _ = running.await;
        }
        Ok(())
    }
}

fn listen(
    flag: &'static str,
    address: SocketAddr,
    backlog: u32,
) -> Result<(TcpListener, SocketAddr), ServeError> {
    let listener = listener::bind(address, backlog);
    let bound = listener.and_then(|listener| {
        let address = listener.local_addr()?;
        Ok((listener, address))
    });
    bound.map_err(|error| ServeError::Listen {
        flag,
        address,
        error,
    })
}

/// On the first worker, also while the server drains; ends when what is returned is dropped.
fn serve_metrics(
    app: Arc<App>,
    listener: TcpListener,
    router: Router,
    header_timeout: Duration,
) -> Result<JoinSet<()>, ServeError> {
    let listener = tokio::net::TcpListener::from_std(listener).map_err(ServeError::Threads)?;
    let max = METRICS_CONNECTIONS_MAX;
    let guests = Arc::new(Guests::up_to(app, max, max));
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        // Always in the clear: it is for those who watch, on a network of theirs.
        listener::accept(&listener, &router, header_timeout, None, &guests).await;
    });
    Ok(tasks)
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
        /// The flag that names it.
        flag: &'static str,
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
        let (flag, address, error) = match self {
            Self::Config(error) => return error.fmt(f),
            Self::Listen {
                flag,
                address,
                error,
            } => (flag, address, error),
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
            io::ErrorKind::AddrInUse => write!(
                f,
                "another program listens there; stop it, or choose another address with {flag}"
            ),
            io::ErrorKind::AddrNotAvailable => write!(
                f,
                "this machine does not have that address; choose another with {flag}"
            ),
            io::ErrorKind::PermissionDenied => {
                f.write_str("not permitted; ports below 1024 need a privilege, choose a higher one")
            }
            _ => error.fmt(f),
        }
    }
}

impl std::error::Error for ServeError {}
