//! Tokens made by hand, good ones and others.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

/// What the server and a backend share.
pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef";
/// Whom the server's tokens are for.
pub(crate) const AUDIENCE: &str = "mote";

/// A header for a token by the secret.
pub(crate) fn hs256() -> Value {
    json!({ "alg": "HS256", "typ": "JWT" })
}

/// Claims that let this account do everything in rooms of this pattern, for an hour.
pub(crate) fn claims(account: &str, rooms: &str) -> Value {
    json!({
        "sub": account,
        "aud": AUDIENCE,
        "exp": now_s() + 3_600,
        "rooms": [{ "room": rooms, "rights": ["read", "presence", "event"] }],
    })
}

/// The same with one claim that is another.
pub(crate) fn claims_with(name: &str, value: impl Into<Value>) -> Value {
    let mut claims = claims("mallory", "*");
    claims[name] = value.into();
    claims
}

/// A token by the server's secret.
pub(crate) fn token(claims: &Value) -> String {
    hmac_token(&hs256(), claims, SECRET.as_bytes())
}

/// A token by HMAC of whatever bytes.
pub(crate) fn hmac_token(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    sign(header, claims, |signed| {
        hmac::sign(&key, signed).as_ref().to_vec()
    })
}

/// A token with whatever signature `sign` makes of its bytes.
pub(crate) fn sign(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let signed = [header, claims]
        .map(|part| base64url(part.to_string()))
        .join(".");
    let signature = sign(signed.as_bytes());
    format!("{signed}.{}", base64url(signature))
}

/// Seconds since 1970.
pub(crate) fn now_s() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.expect("a clock after 1970").as_secs()
}

pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Somebody's pair of keys on P-256.
pub(crate) struct Signer {
    id: String,
    pair: EcdsaKeyPair,
}

impl Signer {
    pub(crate) fn new(id: &str) -> Self {
        let (random, algorithm) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let made = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("randomness");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, made.as_ref(), &random);
        Self {
            id: id.to_owned(),
            pair: pair.expect("a pair that was just made"),
        }
    }

    /// The public half as an address of keys gives it.
    pub(crate) fn jwk(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let (x, y) = (base64url(&point[1..33]), base64url(&point[33..]));
        json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": self.id, "x": x, "y": y })
    }

    /// The public half as SPKI (RFC 5480), and that as a PEM file.
    pub(crate) fn spki(&self) -> (Vec<u8>, String) {
        const ID_OF_P256: &[u8] = &[
            0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06,
            0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
        ];
        let der = [ID_OF_P256, self.pair.public_key().as_ref()].concat();
        let text = STANDARD.encode(&der);
        let lines: Vec<&str> = [text.get(..64), text.get(64..)]
            .into_iter()
            .flatten()
            .collect();
        let pem = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            lines.join("\n")
        );
        (der, pem)
    }

    /// A token by this key, under its id.
    pub(crate) fn token(&self, claims: &Value) -> String {
        let header = json!({ "alg": "ES256", "kid": self.id });
        sign(&header, claims, |signed| {
            let signature = self.pair.sign(&SystemRandom::new(), signed);
            signature.expect("randomness").as_ref().to_vec()
        })
    }
}
