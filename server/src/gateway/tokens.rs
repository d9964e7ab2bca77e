//! Tokens as the configuration wants them.

use std::sync::Arc;

use super::clock::Clock;
use super::fetch::Fetcher;
use crate::auth::{Jwks, Verifier};
use crate::config::{Config, ConfigError};

/// None where anybody may come in, which is said loudly; and what fetches its keys, where they are to be
/// fetched.
///
/// # Errors
/// A file of keys cannot be read, or has something else in it.
pub(super) fn verifier(
    config: &Config,
) -> Result<(Option<Arc<Verifier>>, Option<Arc<Fetcher>>), ConfigError> {
    let auth = &config.auth;
    if !auth.asks_for_tokens() {
        tracing::warn!(
            "development mode: there is no key for tokens, so ANYBODY WHO REACHES THIS SERVER MAY \
             ENTER EVERY ROOM AS ANYBODY; set auth_secret, auth_secret_file, auth_public_key_file or \
             auth_jwks_url before others do"
        );
        return Ok((None, None));
    }
    let keys = auth.keys()?;
    let verifier = Verifier::new(keys.clone(), auth.rules(), |_| Clock::calendar_s());
    let Some(url) = &auth.jwks_url else {
        return Ok((Some(Arc::new(verifier)), None));
    };
    let jwks = Arc::new(Jwks::new(keys));
    let fetcher = Fetcher::new(url.clone(), Arc::clone(&jwks))
        .map_err(|reason| format!("auth_jwks_url is {:?}, but {reason}", url.to_string()))?;
    let verifier = verifier.with_fetched(jwks);
    Ok((Some(Arc::new(verifier)), Some(Arc::new(fetcher))))
}
