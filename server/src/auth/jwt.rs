//! From the bytes of a token to claims that are true (RFC 7515, 7519, 8725).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mote_protocol::limits::TOKEN_BYTES_MAX;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::algorithm::Algorithm;
use super::claims::{Claims, Seconds};
use super::error::{AuthError, Reason};
use super::keys::KeySet;
use crate::limits::{AUTH_LEEWAY_DEFAULT, TOKEN_LIFETIME_MAX};

/// What a token must be besides signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Its `iss`; none: whoever has a key.
    pub issuer: Option<Box<str>>,
    /// One of its `aud`; none: whoever it is for, if it does not say so.
    pub audience: Option<Box<str>>,
    /// How far clocks may be apart, in seconds. Default 30.
    pub leeway_s: u64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            issuer: None,
            audience: None,
            leeway_s: AUTH_LEEWAY_DEFAULT.as_secs(),
        }
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<IgnoredAny>,
}

/// The claims of a token that is by one of these keys and good at `now_s`, in seconds since 1970.
/// O(length of the token + keys without an id).
///
/// # Errors
/// Why it is refused.
pub fn verify(keys: &KeySet, rules: &Rules, now_s: u64, token: &str) -> Result<Claims, AuthError> {
    let malformed = || {
        let text = "this is no token: it must be a JWT, three parts with dots between them";
        AuthError::new(Reason::Malformed, text)
    };
    let (signed, signature) = token
        .rsplit_once('.')
        .filter(|_| token.len() <= TOKEN_BYTES_MAX)
        .ok_or_else(malformed)?;
    let (header, claims) = signed
        .split_once('.')
        .filter(|(_, claims)| !claims.contains('.'))
        .ok_or_else(malformed)?;
    let header: Header = read(header).map_err(|_| malformed())?;
    if header.crit.is_some() {
        // RFC 7515, 4.1.11: what must be understood is not.
        let text = "the token's header has crit, of which this server understands nothing";
        return Err(AuthError::new(Reason::Malformed, text));
    }
    let algorithm = Algorithm::named(&header.alg).ok_or_else(|| {
        let text = "the token must be signed by HS, RS, PS, ES (256, 384) or EdDSA";
        AuthError::new(Reason::Algorithm, text)
    })?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| malformed())?;
    keys.verify(
        header.kid.as_deref(),
        algorithm,
        signed.as_bytes(),
        &signature,
    )?;
    // From here on it says what somebody with a key meant to say.
    let claims: Claims = read(claims).map_err(|error| {
        let text = format!("the token is not right: {error}");
        AuthError::new(Reason::Claims, text)
    })?;
    rules.check(now_s, &claims)?;
    Ok(claims)
}

impl Rules {
    fn check(&self, now_s: u64, claims: &Claims) -> Result<(), AuthError> {
        if self.issuer.is_some() && self.issuer.as_deref() != claims.iss.as_deref() {
            let text = "the token is from another issuer (iss) than this server's";
            return Err(AuthError::new(Reason::Issuer, text));
        }
        let is_for_us = match (&self.audience, &claims.aud) {
            (Some(own), Some(theirs)) => theirs.has(own),
            // RFC 7519, 4.1.3: who is not named must refuse.
            (Some(_), None) | (None, Some(_)) => false,
            (None, None) => true,
        };
        if !is_for_us {
            let text = "the token is for another audience (aud) than this server's";
            return Err(AuthError::new(Reason::Audience, text));
        }
        let Seconds(exp) = claims.exp;
        if exp + self.leeway_s <= now_s {
            return Err(AuthError::new(Reason::Expired, "the token has expired"));
        }
        if exp > now_s + TOKEN_LIFETIME_MAX.as_secs() {
            let text =
                "the token expires in more than a year: exp is in seconds, and less is safer";
            return Err(AuthError::new(Reason::Lifetime, text));
        }
        if claims
            .nbf
            .is_some_and(|Seconds(nbf)| nbf > now_s + self.leeway_s)
        {
            let text = "the token is not good yet (nbf): is a clock wrong?";
            return Err(AuthError::new(Reason::NotYetValid, text));
        }
        Ok(())
    }
}

/// A part: JSON in base64url without padding.
fn read<T: DeserializeOwned>(part: &str) -> Result<T, String> {
    let bytes = URL_SAFE_NO_PAD.decode(part);
    let bytes = bytes.map_err(|_| "it is not base64url")?;
    serde_json::from_slice(&bytes).map_err(|error| error.to_string())
}
