//! Tokens, sets of keys and files of keys. Whatever is let in was signed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mote_server::auth::{Key, KeySet, Rights, Rules, Secret, Token, verify};
use mote_server::config::HttpUrl;
use ring::hmac;

use crate::Target;

pub(crate) const TARGET: Target = Target {
    name: "tokens",
    bytes_max: 4_096,
    run,
    seeds,
};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const NOW_S: u64 = 1_800_000_000;
const P256: &str = include_str!("../../../server/src/auth/tests/keys/p256.pub");
const ED25519: &str = include_str!("../../../server/src/auth/tests/keys/ed25519.pub");
const RSA: &str = include_str!("../../../server/src/auth/tests/keys/rsa.pub");
const JWKS: &str = r#"{"keys":[
    {"kty":"oct","kid":"o","alg":"HS256","k":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"},
    {"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","use":"sig"},
    {"kty":"EC","crv":"P-256","kid":"b","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
     "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","key_ops":["verify"]},
    {"kty":"RSA","n":"AQAB","e":"AQAB"},{"kty":"X"}]}"#;

/// The first byte says what the rest is.
fn run(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else {
        return;
    };
    match kind % 5 {
        0 => whole_token(rest),
        1 => claims(rest),
        2 => drop(KeySet::from_jwks(rest)),
        3 => drop(KeySet::from_pem(rest)),
        _ => {
            if let Ok(url) = String::from_utf8_lossy(rest).parse::<HttpUrl>() {
                assert!(!url.to_string().is_empty());
            }
        }
    }
}

fn secret() -> Secret {
    Secret::new(SECRET).expect("long enough")
}

fn keys() -> KeySet {
    let pem = KeySet::from_pem([P256, ED25519, RSA].concat().as_bytes()).expect("good keys");
    // All kinds of keys at once: what one is for another must not check.
    pem.into_iter().chain([Key::from(secret())]).collect()
}

fn signed() -> String {
    let token = Token::new("user-1").room("board-*", Rights::PERSON);
    token.sign_at(NOW_S, &secret()).expect("a good token")
}

/// Whatever is let in says what was signed.
fn whole_token(bytes: &[u8]) {
    let token = String::from_utf8_lossy(bytes);
    if verify(&keys(), &Rules::default(), NOW_S, &token).is_ok() {
        let said = |token: &str| token.rsplit_once('.').map(|(said, _)| said.to_owned());
        assert_eq!(said(&token), said(&signed()), "nobody signed that");
    }
}

/// Claims that somebody signed, whatever they are.
fn claims(bytes: &[u8]) {
    let head = URL_SAFE_NO_PAD.encode(br#"{"alg":"HS256"}"#);
    let said = format!("{head}.{}", URL_SAFE_NO_PAD.encode(bytes));
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&key, said.as_bytes()));
    let token = format!("{said}.{signature}");
    if let Ok(claims) = verify(&keys(), &Rules::default(), NOW_S, &token) {
        for room in ["board-7", "", "*"] {
            if let Ok(grant) = claims.grant(room) {
                assert!(!grant.account.is_empty());
                assert_ne!(grant.rights, Rights::NONE);
            }
        }
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let of = |kind: u8, text: &str| [&[kind], text.as_bytes()].concat();
    vec![
        of(0, &signed()),
        of(0, "eyJhbGciOiJub25lIn0.e30."),
        of(
            1,
            r#"{"sub":"u","rooms":[{"room":"board-*","rights":["read"]}],"exp":1800000060}"#,
        ),
        of(
            1,
            r##"{"sub":"u","name":"Ada","color":"#aabbcc","iss":"i","aud":["a"],"nbf":1.5e9,"iat":1,
            "rooms":[{"room":"*","rights":["read","presence","event","journal","admin"]}],
            "exp":1800000060.5}"##,
        ),
        of(2, JWKS),
        of(3, P256),
        of(3, &[ED25519, RSA].concat()),
        of(4, "https://login.example.com/.well-known/jwks.json"),
        of(4, "http://[::1]:8080/keys"),
    ]
}
