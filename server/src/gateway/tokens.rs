//! Tokens as the configuration wants them.

use std::sync::Arc;

use super::clock::Clock;
use crate::auth::Verifier;
use crate::config::{Config, ConfigError};

/// None where anybody may come in, which is said loudly.
///
/// # Errors
/// A file of keys cannot be read, or has something else in it.
pub(super) fn verifier(config: &Config) -> Result<Option<Arc<Verifier>>, ConfigError> {
    let auth = &config.auth;
    if !auth.asks_for_tokens() {
        tracing::warn!(
            "development mode: there is no key for tokens, so ANYBODY WHO REACHES THIS SERVER MAY \
             ENTER EVERY ROOM AS ANYBODY; set auth_secret, auth_secret_file or auth_public_key_file \
             before others do"
        );
        return Ok(None);
    }
    let verifier = Verifier::new(auth.keys()?, auth.rules(), |_| Clock::calendar_s());
    Ok(Some(Arc::new(verifier)))
}
