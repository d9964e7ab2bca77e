//! Tokens as the configuration wants them.

use std::sync::Arc;

use super::asker::Asker;
use super::clock::Clock;
use super::fetch::Fetcher;
use crate::auth::{Asks, Jwks, JwksHealth, Verifier};
use crate::config::{Config, ConfigError, HttpUrl};
use crate::webhook::Signer;

/// Who may come in.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    /// Where nobody comes in without a token.
    pub(super) verifier: Option<Arc<Verifier>>,
    /// Where its keys are to be fetched.
    fetcher: Option<Arc<Fetcher>>,
    /// Where the application is to be asked.
    asker: Option<Asker>,
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
                 auth_public_key_file, auth_jwks_url or auth_url before others do"
            );
            return Ok(Self::default());
        }
        let keys = auth.keys()?;
        let mut verifier = Verifier::new(keys.clone(), auth.rules(), |_| Clock::calendar_s());
        let mut fetcher = None;
        if let Some(url) = &auth.jwks_url {
            let jwks = Arc::new(Jwks::new(keys));
            verifier = verifier.with_fetched(Arc::clone(&jwks));
            let made = Fetcher::new(url.clone(), jwks).map_err(unusable("auth_jwks_url", url))?;
            fetcher = Some(Arc::new(made));
        }
        let mut asker = None;
        if let Some(url) = &auth.url {
            let asks = Arc::new(Asks::default());
            verifier = verifier.with_asks(Arc::clone(&asks));
            let signer = Signer::new(&config.webhook.secrets()?);
            let made = Asker::new(url.clone(), asks, signer).map_err(unusable("auth_url", url))?;
            asker = Some(made);
        }
        Ok(Self {
            verifier: Some(Arc::new(verifier)),
            fetcher,
            asker,
        })
    }

    /// How the address of keys is, where there is one.
    pub(super) fn jwks_health(&self) -> Option<JwksHealth> {
        Some(self.fetcher.as_ref()?.health())
    }

    /// Keys are fetched from now on, and the application is asked, where that is to be.
    pub(super) fn start(&self, clock: Clock) {
        if let Some(fetcher) = &self.fetcher {
            Fetcher::start(fetcher, clock);
        }
        if let Some(asker) = &self.asker {
            asker.start(clock);
        }
    }
}

fn unusable(key: &str, url: &HttpUrl) -> impl FnOnce(String) -> ConfigError {
    let shown = format!("{key} is at {:?}", url.host());
    move |reason| format!("{shown}, but {reason}").into()
}
