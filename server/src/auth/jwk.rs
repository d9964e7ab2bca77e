//! Public keys from a JSON Web Key Set (RFC 7517).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::algorithm::Algorithm;
use super::keys::{Key, KeySet, Material};
use super::pem::rsa;
use crate::limits::AUTH_KEYS_MAX;

#[derive(Deserialize)]
struct Set {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<Box<str>>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl KeySet {
    /// The keys of a set that tokens may be checked with. Others, of another kind or for another
    /// purpose, are passed over, as the RFC wants it; so are secrets, which no address should give.
    ///
    /// # Errors
    /// It is no set, or none of its keys can be used: says why.
    pub fn from_jwks(text: &[u8]) -> Result<Self, String> {
        let set: Set = serde_json::from_slice(text)
            .map_err(|error| format!("it is not a JSON Web Key Set: {error}"))?;
        let keys: Vec<_> = set.keys.into_iter().filter_map(key).collect();
        match keys.len() {
            0 => Err("it has no key of RSA, P-256, P-384 or Ed25519 for signatures".into()),
            count if count > AUTH_KEYS_MAX => Err(format!(
                "it has {count} keys, and at most {AUTH_KEYS_MAX} are taken"
            )),
            _ => Ok(keys.into_iter().collect()),
        }
    }
}

fn key(value: serde_json::Value) -> Option<Key> {
    let jwk: Jwk = serde_json::from_value(value).ok()?;
    if jwk
        .purpose
        .as_deref()
        .is_some_and(|purpose| purpose != "sig")
    {
        return None;
    }
    let only = match &jwk.alg {
        // A key for an algorithm that no token may have is of no use.
        Some(name) => Some(Algorithm::named(name)?),
        None => None,
    };
    let material = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
        ("RSA", _) => rsa(&bytes(jwk.n)?, &bytes(jwk.e)?).ok()?,
        ("EC", Some("P-256")) => Material::P256(point(jwk.x, jwk.y, 32)?),
        ("EC", Some("P-384")) => Material::P384(point(jwk.x, jwk.y, 48)?),
        ("OKP", Some("Ed25519")) => Material::Ed25519(bytes(jwk.x).filter(|x| x.len() == 32)?),
        _ => return None,
    };
    Some(Key {
        id: jwk.kid,
        only,
        material,
    })
}

/// A point of a curve, not compressed (SEC 1, 2.3.3).
fn point(x: Option<String>, y: Option<String>, length: usize) -> Option<Vec<u8>> {
    let coordinate = |text| bytes(text).filter(|bytes| bytes.len() == length);
    Some([vec![4], coordinate(x)?, coordinate(y)?].concat())
}

fn bytes(text: Option<String>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text?).ok()
}
