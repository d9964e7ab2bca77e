//! TLS without a proxy: rustls over `ring`, and a certificate that may change while the server runs.

mod pair;
mod watch;

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::clock::Clock;
use crate::config::{ConfigError, TlsConfig};
use crate::limits::TLS_UNSENT_BYTES_MAX;
use pair::{Contents, Pair};
use watch::Watch;

/// The first byte of a TLS record that begins a handshake (RFC 8446, 5.1).
const HANDSHAKE_RECORD: u8 = 22;

/// How this server speaks TLS.
#[derive(Debug)]
pub(super) struct Tls {
    files: Files,
    config: Arc<ServerConfig>,
    certificates: Arc<Certificates>,
}

/// Where a certificate and its key are.
#[derive(Clone, Debug)]
struct Files {
    cert: PathBuf,
    key: PathBuf,
}

/// What a connection turned out to be.
pub(super) enum Greeted {
    /// The handshake is done.
    Tls(Box<TlsStream<TcpStream>>),
    /// It speaks HTTP in the clear, and is to be told so.
    Clear(TcpStream),
}

impl Tls {
    /// None where no certificate is configured.
    ///
    /// # Errors
    /// Names the file that is no good, and what it must be.
    pub(super) fn new(config: &TlsConfig) -> Result<Option<Arc<Self>>, ConfigError> {
        let Some((cert, key)) = config.files() else {
            return Ok(None);
        };
        let files = Files {
            cert: cert.into(),
            key: key.into(),
        };
        let pair = Contents::read(&files)?.pair(&files, Clock::calendar_s())?;
        let certificates = Arc::new(Certificates::new(pair));
        let config = server_config(&certificates)
            .map_err(|error| format!("tls_cert_file cannot be served: {error}"))?;
        Ok(Some(Arc::new(Self {
            files,
            config: Arc::new(config),
            certificates,
        })))
    }

    /// Looks at the files from now on.
    pub(super) fn start(&self) {
        let served = Arc::clone(&self.certificates);
        tokio::spawn(watch::run(Watch::new(self.files.clone(), served)));
    }

    /// The handshake. Takes as long as the peer does.
    ///
    /// # Errors
    /// It was no handshake, or one that came to nothing.
    pub(super) async fn greet(&self, stream: TcpStream) -> io::Result<Greeted> {
        let mut first = [0];
        stream.peek(&mut first).await?;
        // Methods of HTTP are in capitals.
        if first[0] != HANDSHAKE_RECORD && first[0].is_ascii_uppercase() {
            return Ok(Greeted::Clear(stream));
        }
        let acceptor = TlsAcceptor::from(Arc::clone(&self.config));
        let stream = acceptor.accept_with(stream, |connection| {
            connection.set_buffer_limit(Some(TLS_UNSENT_BYTES_MAX));
        });
        Ok(Greeted::Tls(Box::new(stream.await?)))
    }

    /// When the certificate ends, in seconds since 1970.
    pub(super) fn expires_s(&self) -> u64 {
        self.certificates.expires_s.load(Ordering::Relaxed)
    }

    /// How often a new pair was no good.
    pub(super) fn reload_failures(&self) -> u64 {
        self.certificates.failures.load(Ordering::Relaxed)
    }
}

/// TLS 1.2 and 1.3. Whoever comes back soon shows a ticket, which spares the signature: a restart
/// brings everybody back at once, and no table of sessions grows with them.
fn server_config(certificates: &Arc<Certificates>) -> Result<ServerConfig, rustls::Error> {
    let certificates: Arc<dyn ResolvesServerCert> = Arc::<Certificates>::clone(certificates);
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(certificates);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.ticketer = ring::Ticketer::new()?;
    Ok(config)
}

/// The certificate that new connections are shown.
#[derive(Debug)]
struct Certificates {
    served: RwLock<Arc<CertifiedKey>>,
    expires_s: AtomicU64,
    failures: AtomicU64,
}

impl Certificates {
    fn new(pair: Pair) -> Self {
        Self {
            served: RwLock::new(Arc::new(pair.key)),
            expires_s: AtomicU64::new(pair.expires_s),
            failures: AtomicU64::new(0),
        }
    }

    /// Those who are connected keep what they have.
    fn serve(&self, pair: Pair) {
        *self.served.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(pair.key);
        self.expires_s.store(pair.expires_s, Ordering::Relaxed);
    }

    fn count_failure(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
    }

    fn served(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.served.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ResolvesServerCert for Certificates {
    /// The same for every name: a certificate may have several.
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.served())
    }
}

#[cfg(test)]
mod tests;
