//! The settings of tokens.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::files;
use super::{ConfigError, HttpUrl};
use crate::auth::{Key, KeySet, Rules, Secret};
use crate::limits::{AUTH_FILE_BYTES_MAX, AUTH_KEYS_MAX, AUTH_LEEWAY_DEFAULT};

/// Who may come in. Without a key anybody may: that is for development.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthConfig {
    /// What whoever makes tokens knows, too. Default none.
    pub secret: Option<Secret>,
    /// A file with secrets, a line each. Default none.
    pub secret_file: Option<PathBuf>,
    /// A PEM file with public keys of those who make tokens. Default none.
    pub public_key_file: Option<PathBuf>,
    /// Where public keys of those who make tokens are fetched from. Default none.
    pub jwks_url: Option<HttpUrl>,
    /// Where your application is asked who may come in, instead of keys or after them. Default nowhere.
    pub url: Option<HttpUrl>,
    /// A token may come in the header `Sec-WebSocket-Protocol` of the upgrade. Default false.
    pub in_subprotocol: bool,
    /// A token may come in the address of the upgrade. Default false.
    pub in_query: bool,
    /// The `iss` that a token must have. Default: any.
    pub issuer: String,
    /// The `aud` that a token must have. Default: none.
    pub audience: String,
    /// How far clocks may be apart. Default 30 s.
    pub leeway: Duration,
    /// Without a key, to be reached by others than this machine, too. Default false.
    pub allow_anonymous: bool,
}

impl Default for AuthConfig {
    fn default() -> Self {
        Self {
            secret: None,
            secret_file: None,
            public_key_file: None,
            jwks_url: None,
            url: None,
            in_subprotocol: false,
            in_query: false,
            issuer: String::new(),
            audience: String::new(),
            leeway: AUTH_LEEWAY_DEFAULT,
            allow_anonymous: false,
        }
    }
}

impl AuthConfig {
    /// Whether nobody comes in without a token.
    #[must_use]
    pub fn asks_for_tokens(&self) -> bool {
        self.has_keys() || self.url.is_some()
    }

    /// Whether there is something to check a token with.
    fn has_keys(&self) -> bool {
        let has_file = self.secret_file.is_some() || self.public_key_file.is_some();
        self.secret.is_some() || has_file || self.jwks_url.is_some()
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if self.asks_for_tokens() && self.allow_anonymous {
            let sentence = "allow_anonymous is true, but there is a key for tokens, or auth_url, as \
                            well: who may come in without a token? Give guests tokens, or take one \
                            of the two away";
            return Err(String::from(sentence).into());
        }
        if self.has_keys() {
            return Ok(());
        }
        for (key, value) in [
            ("auth_issuer", &self.issuer),
            ("auth_audience", &self.audience),
        ] {
            if !value.is_empty() {
                let sentence = format!("{key} is {value:?}, but needs a key for tokens: {KEYS}");
                return Err(sentence.into());
            }
        }
        Ok(())
    }

    /// Whether a server may listen there.
    pub(super) fn check_listen(&self, listen: SocketAddr) -> Result<(), ConfigError> {
        let is_local = listen.ip().to_canonical().is_loopback();
        if is_local || self.allow_anonymous || self.asks_for_tokens() {
            return Ok(());
        }
        let sentence = format!(
            "listen is \"{listen}\", which others than this machine reach, and without a key for \
             tokens anybody may enter every room as anybody: set {KEYS}; or auth_url; or listen on \
             127.0.0.1; or, if that is meant, set allow_anonymous"
        );
        Err(sentence.into())
    }

    /// The keys that are there from the start.
    ///
    /// # Errors
    /// A file cannot be read, or has something else in it.
    pub fn keys(&self) -> Result<KeySet, ConfigError> {
        let mut keys: Vec<_> = self.secrets()?.into_iter().map(Key::from).collect();
        if let Some(path) = &self.public_key_file {
            let wrong = |right: String| files::wrong("auth_public_key_file", path, &right);
            let public =
                files::read(path, AUTH_FILE_BYTES_MAX).and_then(|file| KeySet::from_pem(&file));
            keys.extend(public.map_err(wrong)?);
        }
        Ok(keys.into_iter().collect())
    }

    /// The secrets: the one that is set itself, and those of the file. A new token is signed by the
    /// first.
    ///
    /// # Errors
    /// The file cannot be read, or has something else in it.
    pub fn secrets(&self) -> Result<Vec<Secret>, ConfigError> {
        let mut secrets: Vec<_> = self.secret.clone().into_iter().collect();
        if let Some(path) = &self.secret_file {
            let wrong = |right: String| files::wrong("auth_secret_file", path, &right);
            let read = files::read_secrets(path, AUTH_KEYS_MAX, Secret::new);
            secrets.extend(read.map_err(wrong)?);
        }
        Ok(secrets)
    }

    /// What a token must be besides signed.
    #[must_use]
    pub fn rules(&self) -> Rules {
        let some = |text: &str| (!text.is_empty()).then(|| text.into());
        Rules {
            issuer: some(&self.issuer),
            audience: some(&self.audience),
            leeway_s: self.leeway.as_secs(),
        }
    }
}

/// For sentences.
const KEYS: &str = "auth_secret, auth_secret_file, auth_public_key_file or auth_jwks_url";
