//! The settings of TLS.

use std::path::{Path, PathBuf};

use super::ConfigError;

/// With which certificate a server of its own speaks TLS. Without one it speaks HTTP and WebSocket in
/// the clear, for this machine or a proxy in front of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsConfig {
    /// A PEM file with the certificate, and those between it and the authority after it. Default
    /// none.
    pub cert_file: Option<PathBuf>,
    /// A PEM file with its private key. Default none.
    pub key_file: Option<PathBuf>,
}

impl TlsConfig {
    /// Whether the server speaks TLS.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.cert_file.is_some()
    }

    /// The certificate's file and the key's.
    pub(crate) fn files(&self) -> Option<(&Path, &Path)> {
        self.cert_file.as_deref().zip(self.key_file.as_deref())
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let (there, missing) = match (&self.cert_file, &self.key_file) {
            (Some(file), None) => (("tls_cert_file", file), "tls_key_file"),
            (None, Some(file)) => (("tls_key_file", file), "tls_cert_file"),
            (None, None) | (Some(_), Some(_)) => return Ok(()),
        };
        let (key, shown) = (there.0, there.1.display().to_string());
        let sentence = format!(
            "{key} is {shown:?}, but {missing} is not set: TLS needs a certificate and its key"
        );
        Err(sentence.into())
    }
}
