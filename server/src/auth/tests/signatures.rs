//! Keys and algorithms: what belongs together is taken, and nothing else.

use super::*;

const ASYMMETRIC: [(&str, &str); 9] = [
    ("RS256", "rsa"),
    ("RS384", "rsa"),
    ("RS512", "rsa"),
    ("PS256", "rsa"),
    ("PS384", "rsa"),
    ("PS512", "rsa"),
    ("ES256", "p256"),
    ("ES384", "p384"),
    ("EdDSA", "ed25519"),
];
const SYMMETRIC: [&str; 3] = ["HS256", "HS384", "HS512"];

fn check(keys: &KeySet, token: &str) -> Result<Claims, Reason> {
    let checked = verify(keys, &Rules::default(), NOW_S, token);
    checked.map_err(|error| error.reason)
}

#[test]
fn a_token_by_each_algorithm_is_taken_by_its_key() {
    for algorithm in SYMMETRIC {
        let token = token(&json!({ "alg": algorithm, "typ": "JWT" }), &claims());
        assert_eq!(check(&by_secret(), &token).unwrap().sub, "user-1");
    }
    for (algorithm, key) in ASYMMETRIC {
        let token = token(&json!({ "alg": algorithm }), &claims());
        assert_eq!(
            check(&public(key), &token).unwrap().sub,
            "user-1",
            "{algorithm}"
        );
    }
}

#[test]
fn a_key_takes_no_algorithm_that_is_not_its_own() {
    for (algorithm, own) in ASYMMETRIC {
        let token = token(&json!({ "alg": algorithm }), &claims());
        for other in ["rsa", "p256", "p384", "ed25519"]
            .into_iter()
            .filter(|key| *key != own)
        {
            assert_eq!(check(&public(other), &token), Err(Reason::UnknownKey));
        }
        assert_eq!(check(&by_secret(), &token), Err(Reason::UnknownKey));
    }
}

/// The classic confusion: the public key, which everybody may know, used as a secret.
#[test]
fn a_public_key_is_no_secret() {
    for key in ["rsa", "p256", "p384", "ed25519"] {
        let pem = file(&format!("{key}.pub"));
        for algorithm in SYMMETRIC {
            let token = token_with(&json!({ "alg": algorithm }), &claims(), &pem);
            assert_eq!(check(&public(key), &token), Err(Reason::UnknownKey));
        }
        let refused = Secret::new(std::str::from_utf8(&pem).unwrap());
        assert!(refused.unwrap_err().contains("auth_public_key_file"));
    }
}

#[test]
fn no_spelling_of_none_is_an_algorithm() {
    for name in ["none", "None", "NONE", "nOnE", "", "HS1", "hs256", "ES512"] {
        let signed = token(&json!({ "alg": name }), &claims());
        assert!(signed.ends_with('.'), "it has no signature");
        for keys in [by_secret(), public("rsa"), KeySet::default()] {
            assert_eq!(check(&keys, &signed), Err(Reason::Algorithm), "{name}");
        }
    }
}

#[test]
fn a_token_that_was_changed_anywhere_is_refused() {
    let good = token(&json!({ "alg": "HS256" }), &claims());
    let forged = token_with(
        &json!({ "alg": "HS256" }),
        &with(&json!({ "sub": "root" })),
        b"other",
    );
    let parts: Vec<_> = good.split('.').collect();
    let theirs: Vec<_> = forged.split('.').collect();
    let mixed = [parts[0], theirs[1], parts[2]].join(".");
    assert_eq!(check(&by_secret(), &mixed), Err(Reason::Signature));
    assert_eq!(check(&by_secret(), &forged), Err(Reason::Signature));
    let unsigned = [parts[0], parts[1], ""].join(".");
    assert_eq!(check(&by_secret(), &unsigned), Err(Reason::Signature));
    let longer = format!("{good}AAAA");
    assert_eq!(check(&by_secret(), &longer), Err(Reason::Signature));
    // Every single character counts, but for bits that base64 does not use.
    for at in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'Q' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        assert!(check(&by_secret(), &changed).is_err(), "at {at}");
    }
}

#[test]
fn a_key_is_found_by_its_id_and_an_unknown_id_is_refused() {
    let keyed = |id: &str, secret: &str| Key {
        id: Some(id.into()),
        ..Key::from(Secret::new(secret).unwrap())
    };
    let other = "fedcba9876543210fedcba9876543210";
    let keys = KeySet::from_iter([keyed("old", SECRET), keyed("new", other)]);
    let by = |id: &str, secret: &str| {
        token_with(
            &json!({ "alg": "HS256", "kid": id }),
            &claims(),
            secret.as_bytes(),
        )
    };
    assert!(check(&keys, &by("old", SECRET)).is_ok());
    assert!(check(&keys, &by("new", other)).is_ok());
    assert_eq!(check(&keys, &by("old", other)), Err(Reason::Signature));
    assert_eq!(check(&keys, &by("third", SECRET)), Err(Reason::UnknownKey));
    // Without an id two of them fit.
    let nameless = token(&json!({ "alg": "HS256" }), &claims());
    assert_eq!(check(&keys, &nameless), Err(Reason::UnknownKey));
    let alone = KeySet::from_iter([keyed("old", SECRET)]);
    assert!(check(&alone, &nameless).is_ok());
}

#[test]
fn several_secrets_without_ids_are_all_good_while_one_takes_anothers_place() {
    let new = Secret::new("fedcba9876543210fedcba9876543210").unwrap();
    let keys = KeySet::from_iter([Key::from(secret()), Key::from(new)]);
    let header = json!({ "alg": "HS256", "kid": "whatever" });
    assert!(check(&keys, &token(&header, &claims())).is_ok());
    let by_new = token_with(&header, &claims(), b"fedcba9876543210fedcba9876543210");
    assert!(check(&keys, &by_new).is_ok());
}

#[test]
fn a_file_may_have_several_public_keys() {
    let file = [file("rsa.pub"), file("p256.pub"), file("ed25519.pub")].concat();
    let keys = KeySet::from_pem(&file).unwrap();
    assert_eq!(keys.len(), 3);
    for algorithm in ["RS256", "ES256", "EdDSA"] {
        assert!(check(&keys, &token(&json!({ "alg": algorithm }), &claims())).is_ok());
    }
}

#[test]
fn a_file_that_is_not_of_public_keys_is_refused_and_says_what_to_do() {
    let refused = |file: &[u8]| KeySet::from_pem(file).unwrap_err();
    assert!(refused(b"").contains("-----BEGIN PUBLIC KEY-----"));
    assert!(refused(b"hunter2").contains("-----BEGIN PUBLIC KEY-----"));
    assert!(refused(&file("rsa.pem")).contains("openssl pkey -in FILE -pubout"));
    assert!(refused(&file("weak.pub")).contains("1024 bits: it must be 2048 to 8192"));
    assert!(refused(&file("p521.pub")).contains("P-256 or P-384"));
    let certificate = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(refused(certificate).contains("openssl x509"));
    let broken = b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
    assert!(refused(broken).contains("cannot be read"));
    let many = file("p256.pub").repeat(AUTH_KEYS_MAX + 1);
    assert!(refused(&many).contains("at most 16 keys"));
}

#[test]
fn a_secret_is_long_enough_and_never_shown() {
    let short = Secret::new("hunter2").unwrap_err();
    assert!(short.contains("at least 32 bytes") && !short.contains("hunter2"));
    assert_eq!(format!("{:?}", by_secret()).find(SECRET), None);
}

#[test]
fn an_unknown_id_is_of_an_unknown_key_also_where_keys_without_an_id_are_tried() {
    let header = json!({ "alg": "HS256", "kid": "new" });
    let other = b"fedcba9876543210fedcba9876543210";
    let by_new = token_with(&header, &claims(), other);
    assert_eq!(check(&by_secret(), &by_new), Err(Reason::UnknownKey));
    let by_ours = token_with(&header, &claims(), SECRET.as_bytes());
    assert!(check(&by_secret(), &by_ours).is_ok());
}
