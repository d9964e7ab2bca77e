//! Certificates for a test, in a folder of its own, and clients that trust one of them.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use mote_protocol::wire::SUBPROTOCOL;
use mote_server::Config;
use mote_server::config::TlsConfig;
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::support::{Client, PATIENCE};

/// A certificate for `localhost`, signed by itself, and its key.
pub(crate) struct Made {
    pub(crate) cert_pem: String,
    pub(crate) key_pem: String,
    pub(crate) der: CertificateDer<'static>,
}

impl Made {
    /// Good until the beginning of that year.
    pub(crate) fn until(year: i32) -> Self {
        let mut params = CertificateParams::new([String::from("localhost")]).unwrap();
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(year, 1, 1);
        let key = KeyPair::generate().unwrap();
        let cert = params.self_signed(&key).unwrap();
        Self {
            cert_pem: cert.pem(),
            key_pem: key.serialize_pem(),
            der: cert.der().clone(),
        }
    }
}

/// The two files of a server; removed at the end of the test.
pub(crate) struct Files(PathBuf);

impl Files {
    pub(crate) fn of(made: &Made) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("mote-tls-{}-{number}", std::process::id());
        let files = Self(std::env::temp_dir().join(name));
        std::fs::create_dir_all(&files.0).unwrap();
        files.put(&made.cert_pem, &made.key_pem);
        files
    }

    pub(crate) fn put(&self, cert: &str, key: &str) {
        std::fs::write(self.cert(), cert).unwrap();
        std::fs::write(self.key(), key).unwrap();
    }

    pub(crate) fn cert(&self) -> PathBuf {
        self.0.join("cert.pem")
    }

    pub(crate) fn key(&self) -> PathBuf {
        self.0.join("key.pem")
    }

    pub(crate) fn config(&self) -> Config {
        let tls = TlsConfig {
            cert_file: Some(self.cert()),
            key_file: Some(self.key()),
        };
        Config {
            tls,
            ..Config::default()
        }
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(Path::new(&self.0));
    }
}

/// Who trusts this certificate alone, and speaks the one version of TLS or the other.
pub(crate) fn trusting(made: &Made, is_old: bool) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(made.der.clone()).unwrap();
    let version = if is_old { &TLS12 } else { &TLS13 };
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}

/// A handshake, which fails where another certificate is shown.
pub(crate) async fn shake(
    address: SocketAddr,
    config: ClientConfig,
) -> std::io::Result<TlsStream<TcpStream>> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, address.port()));
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("localhost").unwrap();
    let connecting = TlsConnector::from(Arc::new(config)).connect(name, stream);
    timeout(PATIENCE, connecting).await.unwrap()
}

pub(crate) async fn join(
    address: SocketAddr,
    config: ClientConfig,
    room: &str,
) -> Client<TlsStream<TcpStream>> {
    let stream = shake(address, config).await.unwrap();
    let mut client = Client::open_over(stream, address, "/ws", Some(SUBPROTOCOL)).await;
    client.send_join(room).await;
    client
}
