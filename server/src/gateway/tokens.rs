//! Tokens as the configuration wants them.

use std::sync::Arc;

use super::clock::Clock;
use super::fetch::Fetcher;
use crate::auth::{Jwks, JwksHealth, Verifier};
use crate::config::{Config, ConfigError};

/// Who may come in.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    /// Where nobody comes in without a token.
    pub(super) verifier: Option<Arc<Verifier>>,
    /// Where its keys are to be fetched.
    fetcher: Option<Arc<Fetcher>>,
}

impl Tokens {
    /// Says so loudly where anybody may come in.
    ///
    /// # Errors
    /// A file of keys cannot be read, or has something else in it.
    pub(super) fn new(config: &Config) -> Result<Self, ConfigError> {
        let auth = &config.auth;
        if !auth.asks_for_tokens() {
            tracing::warn!(
                "development mode: there is no key for tokens, so ANYBODY WHO REACHES THIS SERVER \
                 MAY ENTER EVERY ROOM AS ANYBODY; set auth_secret, auth_secret_file, \
                 auth_public_key_file or auth_jwks_url before others do"
            );
            return Ok(Self::default());
        }
        let keys = auth.keys()?;
        let verifier = Verifier::new(keys.clone(), auth.rules(), |_| Clock::calendar_s());
        let Some(url) = &auth.jwks_url else {
            return Ok(Self {
                verifier: Some(Arc::new(verifier)),
                fetcher: None,
            });
        };
        let jwks = Arc::new(Jwks::new(keys));
        let fetcher = Fetcher::new(url.clone(), Arc::clone(&jwks))
            .map_err(|reason| format!("auth_jwks_url is {:?}, but {reason}", url.to_string()))?;
        Ok(Self {
            verifier: Some(Arc::new(verifier.with_fetched(jwks))),
            fetcher: Some(Arc::new(fetcher)),
        })
    }

    /// How the address of keys is, where there is one.
    pub(super) fn jwks_health(&self) -> Option<JwksHealth> {
        Some(self.fetcher.as_ref()?.health())
    }

    /// Keys are fetched from now on, where they are to be.
    pub(super) fn start(&self, clock: Clock) {
        if let Some(fetcher) = &self.fetcher {
            Fetcher::start(fetcher, clock);
        }
    }
}
