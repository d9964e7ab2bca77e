//! What whoever makes tokens shares with the server.

use std::fmt;
use std::sync::Arc;

use ring::hmac;

use crate::limits::AUTH_SECRET_BYTES_MIN;

/// A secret that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    /// At least 32 bytes, as they are: nothing is decoded.
    ///
    /// # Errors
    /// Says what would be right, and nothing of what it was.
    pub fn new(text: &str) -> Result<Self, String> {
        if text.starts_with("-----BEGIN") {
            // Anybody may know a public key, and then anybody could make tokens.
            return Err("must be a secret, not a PEM key: that is for auth_public_key_file".into());
        }
        if text.len() < AUTH_SECRET_BYTES_MIN {
            return Err(format!(
                "must have at least {AUTH_SECRET_BYTES_MIN} bytes, made by `openssl rand -base64 32`"
            ));
        }
        Ok(Self(text.into()))
    }

    pub(super) fn key(&self, algorithm: hmac::Algorithm) -> hmac::Key {
        hmac::Key::new(algorithm, self.0.as_bytes())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}
