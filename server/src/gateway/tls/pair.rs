//! A certificate and its key: read, and judged before anybody is shown them.

use std::path::Path;

use rustls::InconsistentKeys;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use x509_cert::Certificate;
use x509_cert::der::Decode;

use super::Files;
use crate::config::{ConfigError, files};
use crate::limits::{TLS_CHAIN_MAX, TLS_FILE_BYTES_MAX};

/// What is in the two files. Has no `Debug`: one of them is a secret.
#[derive(PartialEq, Eq)]
pub(super) struct Contents {
    cert: Vec<u8>,
    key: Vec<u8>,
}

/// A certificate that may be served.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) key: CertifiedKey,
    /// In seconds since 1970.
    pub(super) expires_s: u64,
}

impl Contents {
    #[cfg(test)]
    pub(super) fn new(cert: &[u8], key: &[u8]) -> Self {
        let (cert, key) = (cert.into(), key.into());
        Self { cert, key }
    }

    /// # Errors
    /// Names the file that cannot be read.
    pub(super) fn read(paths: &Files) -> Result<Self, ConfigError> {
        let read = |path: &Path| files::read(path, TLS_FILE_BYTES_MAX);
        Ok(Self {
            cert: read(&paths.cert).map_err(|right| wrong_cert(paths, &right))?,
            key: read(&paths.key).map_err(|right| wrong_key(paths, &right))?,
        })
    }

    /// # Errors
    /// Names the file that is no good, and what it must be.
    pub(super) fn pair(&self, paths: &Files, now_s: u64) -> Result<Pair, ConfigError> {
        let chain = chain(&self.cert).map_err(|right| wrong_cert(paths, &right))?;
        let expires_s = expiry(&chain, now_s).map_err(|right| wrong_cert(paths, &right))?;
        let key = private_key(&self.key).map_err(|right| wrong_key(paths, &right))?;
        let key = any_supported_type(&key)
            .map_err(|_| wrong_key(paths, "must be a key of RSA, P-256, P-384 or Ed25519"))?;
        let key = CertifiedKey::new(chain, key);
        match key.keys_match() {
            Ok(()) => Ok(Pair { key, expires_s }),
            Err(rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => {
                let shown = paths.cert.display();
                let right = format!("must be the key of the first certificate in \"{shown}\"");
                Err(wrong_key(paths, &right))
            }
            Err(error) => Err(wrong_cert(
                paths,
                &format!("its first certificate is no good: {error}"),
            )),
        }
    }
}

fn chain(file: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let certificates = CertificateDer::pem_slice_iter(file).take(TLS_CHAIN_MAX + 1);
    let chain: Result<Vec<_>, _> = certificates.collect();
    let chain = chain.map_err(|_| "must be a PEM file, and this is none")?;
    match chain.len() {
        1..=TLS_CHAIN_MAX => Ok(chain),
        0 => Err("must have a certificate that begins with -----BEGIN CERTIFICATE-----".into()),
        _ => Err(format!("must have at most {TLS_CHAIN_MAX} certificates")),
    }
}

/// The end of the first certificate, which must hold now.
fn expiry(chain: &[CertificateDer<'_>], now_s: u64) -> Result<u64, String> {
    let first = chain.first().map(AsRef::as_ref);
    let first = Certificate::from_der(first.unwrap_or_default())
        .map_err(|error| format!("its first certificate cannot be read: {error}"))?;
    let validity = first.tbs_certificate().validity();
    let (begin, end) = (validity.not_before, validity.not_after);
    if end.to_unix_duration().as_secs() < now_s {
        return Err(format!(
            "its first certificate has expired: it was good until {end}"
        ));
    }
    if begin.to_unix_duration().as_secs() > now_s {
        return Err(format!(
            "its first certificate is not good before {begin}: is the clock of this machine right?"
        ));
    }
    Ok(end.to_unix_duration().as_secs())
}

fn private_key(file: &[u8]) -> Result<PrivateKeyDer<'static>, String> {
    // An error would show what is in the file.
    PrivateKeyDer::from_pem_slice(file).map_err(|_| {
        "must have a private key without a password: -----BEGIN PRIVATE KEY-----, or RSA or EC \
         before PRIVATE (openssl pkey -in FILE -out NEW)"
            .into()
    })
}

fn wrong_cert(files: &Files, right: &str) -> ConfigError {
    files::wrong("tls_cert_file", &files.cert, right)
}

fn wrong_key(files: &Files, right: &str) -> ConfigError {
    files::wrong("tls_key_file", &files.key, right)
}
