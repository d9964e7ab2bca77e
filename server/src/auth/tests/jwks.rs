//! Key sets as an address gives them.

use super::*;

/// The public key of a file as a JWK.
pub(crate) fn jwk(name: &str, id: &str) -> Value {
    let key = &public(name).0[0];
    match &key.material {
        keys::Material::Rsa { modulus, exponent } => {
            json!({ "kty": "RSA", "kid": id, "n": base64url(modulus), "e": base64url(exponent) })
        }
        keys::Material::P256(point) => json!({
            "kty": "EC", "crv": "P-256", "kid": id,
            "x": base64url(&point[1..33]), "y": base64url(&point[33..]),
        }),
        keys::Material::P384(point) => json!({
            "kty": "EC", "crv": "P-384", "kid": id,
            "x": base64url(&point[1..49]), "y": base64url(&point[49..]),
        }),
        keys::Material::Ed25519(x) => {
            json!({ "kty": "OKP", "crv": "Ed25519", "kid": id, "x": base64url(x) })
        }
        keys::Material::Secret(_) => unreachable!("it is public"),
    }
}

fn set(keys: &[Value]) -> Result<KeySet, String> {
    KeySet::from_jwks(json!({ "keys": keys }).to_string().as_bytes())
}

#[test]
fn keys_of_every_kind_are_found_by_their_ids() {
    let names = [
        ("rsa", "PS256"),
        ("p256", "ES256"),
        ("p384", "ES384"),
        ("ed25519", "EdDSA"),
    ];
    let keys = set(&names.map(|(name, _)| jwk(name, name))).unwrap();
    for (name, algorithm) in names {
        let token = token(&json!({ "alg": algorithm, "kid": name }), &claims());
        assert!(
            verify(&keys, &Rules::default(), NOW_S, &token).is_ok(),
            "{name}"
        );
        let other = super::token(&json!({ "alg": algorithm, "kid": "other" }), &claims());
        let error = verify(&keys, &Rules::default(), NOW_S, &other).unwrap_err();
        assert_eq!(error.reason, Reason::UnknownKey);
    }
}

#[test]
fn a_key_that_says_its_algorithm_takes_no_other() {
    let mut key = jwk("rsa", "k");
    key["alg"] = "RS256".into();
    let keys = set(&[key]).unwrap();
    let by = |algorithm: &str| token(&json!({ "alg": algorithm, "kid": "k" }), &claims());
    assert!(verify(&keys, &Rules::default(), NOW_S, &by("RS256")).is_ok());
    let error = verify(&keys, &Rules::default(), NOW_S, &by("PS256")).unwrap_err();
    assert_eq!(error.reason, Reason::UnknownKey);
}

#[test]
fn secrets_and_keys_that_are_not_for_signatures_are_passed_over() {
    let secret = json!({ "kty": "oct", "kid": "s", "k": base64url(SECRET) });
    let mut for_encryption = jwk("rsa", "e");
    for_encryption["use"] = "enc".into();
    let strange = [
        json!({ "kty": "EC", "crv": "P-521", "x": "AA", "y": "AA" }),
        json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" }),
        json!({ "kty": "RSA", "n": base64url([7; 64]), "e": "AQAB" }),
        json!({ "kty": "RSA" }),
        json!(null),
        json!([]),
        json!({ "kty": "OKP", "crv": "X25519", "x": "AA" }),
    ];
    let others = [vec![secret, for_encryption], strange.to_vec()].concat();
    assert!(set(&others).unwrap_err().contains("no key"));
    let keys = set(&[others, vec![jwk("p256", "good")]].concat()).unwrap();
    assert_eq!(keys.len(), 1);
    let token = token(&json!({ "alg": "HS256", "kid": "s" }), &claims());
    let error = verify(&keys, &Rules::default(), NOW_S, &token).unwrap_err();
    assert_eq!(error.reason, Reason::UnknownKey);
}

#[test]
fn too_many_keys_and_what_is_no_set_are_refused() {
    let many: Vec<_> = (0..=AUTH_KEYS_MAX)
        .map(|i| jwk("p256", &i.to_string()))
        .collect();
    assert!(set(&many).unwrap_err().contains("at most 16"));
    for text in ["", "<html>", "[]", "{}", r#"{"keys":{}}"#] {
        assert!(KeySet::from_jwks(text.as_bytes()).is_err(), "{text}");
    }
}

/// The parser of keys is fed from files of people and from the network.
#[test]
fn no_prefix_of_a_key_panics() {
    let file = file("rsa.pub");
    for end in 0..file.len() {
        let _ = KeySet::from_pem(&file[..end]);
    }
}
