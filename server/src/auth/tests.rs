//! Tokens that are good, and every way in which one is not.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::{hmac, signature};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};

use super::*;
use crate::limits::AUTH_KEYS_MAX;

mod asks;
mod grants;
mod jwks;
mod made;
mod refused;
mod signatures;

/// Some moment, in seconds since 1970.
pub(crate) const NOW_S: u64 = 1_800_000_000;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn claims() -> Value {
    json!({
        "sub": "user-1",
        "rooms": [{ "room": "board-*", "rights": ["read", "presence", "event"] }],
        "exp": NOW_S + 60,
    })
}

/// The claims with others among them; null takes one out.
fn with(changes: &Value) -> Value {
    let mut claims = claims();
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    claims
}

fn secret() -> Secret {
    Secret::new(SECRET).unwrap()
}

fn by_secret() -> KeySet {
    KeySet::from_iter([Key::from(secret())])
}

fn public(name: &str) -> KeySet {
    KeySet::from_pem(&file(&format!("{name}.pub"))).unwrap()
}

fn file(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/auth/tests/keys/");
    std::fs::read(format!("{folder}{name}")).unwrap()
}

fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Signs by what a header names, with the key of that kind, or the secret.
fn token(header: &Value, claims: &Value) -> String {
    token_with(header, claims, SECRET.as_bytes())
}

fn token_with(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let signed = [header, claims]
        .map(|part| base64url(part.to_string()))
        .join(".");
    let signature = sign(header["alg"].as_str().unwrap(), signed.as_bytes(), secret);
    format!("{signed}.{}", base64url(signature))
}

fn sign(algorithm: &str, signed: &[u8], secret: &[u8]) -> Vec<u8> {
    let mac = |of| {
        hmac::sign(&hmac::Key::new(of, secret), signed)
            .as_ref()
            .to_vec()
    };
    match algorithm {
        "HS256" => mac(hmac::HMAC_SHA256),
        "HS384" => mac(hmac::HMAC_SHA384),
        "HS512" => mac(hmac::HMAC_SHA512),
        "RS256" => by_rsa(&signature::RSA_PKCS1_SHA256, signed),
        "RS384" => by_rsa(&signature::RSA_PKCS1_SHA384, signed),
        "RS512" => by_rsa(&signature::RSA_PKCS1_SHA512, signed),
        "PS256" => by_rsa(&signature::RSA_PSS_SHA256, signed),
        "PS384" => by_rsa(&signature::RSA_PSS_SHA384, signed),
        "PS512" => by_rsa(&signature::RSA_PSS_SHA512, signed),
        "ES256" => by_curve(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, "p256", signed),
        "ES384" => by_curve(&signature::ECDSA_P384_SHA384_FIXED_SIGNING, "p384", signed),
        "EdDSA" => {
            let pair = signature::Ed25519KeyPair::from_pkcs8_maybe_unchecked(&private("ed25519"));
            pair.unwrap().sign(signed).as_ref().to_vec()
        }
        _ => Vec::new(),
    }
}

fn private(name: &str) -> Vec<u8> {
    let key = PrivateKeyDer::from_pem_slice(&file(&format!("{name}.pem")));
    key.unwrap().secret_der().to_vec()
}

fn by_rsa(padding: &'static dyn signature::RsaEncoding, signed: &[u8]) -> Vec<u8> {
    let pair = signature::RsaKeyPair::from_pkcs8(&private("rsa")).unwrap();
    let mut bytes = vec![0; pair.public().modulus_len()];
    pair.sign(padding, &SystemRandom::new(), signed, &mut bytes)
        .unwrap();
    bytes
}

fn by_curve(
    algorithm: &'static signature::EcdsaSigningAlgorithm,
    name: &str,
    signed: &[u8],
) -> Vec<u8> {
    let random = SystemRandom::new();
    let pair = signature::EcdsaKeyPair::from_pkcs8(algorithm, &private(name), &random).unwrap();
    pair.sign(&random, signed).unwrap().as_ref().to_vec()
}

/// Why a token by the secret is refused.
fn refusal(claims: &Value, rules: &Rules) -> Reason {
    let token = token(&json!({ "alg": "HS256" }), claims);
    verify(&by_secret(), rules, NOW_S, &token)
        .unwrap_err()
        .reason
}
