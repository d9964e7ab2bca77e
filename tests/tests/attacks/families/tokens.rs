//! Tokens that are old, forged, stolen, somebody else's or for something else.

use mote_tests::raw::{Join, RawClient, Said, event, token};
use serde_json::{Value, json};

use crate::attack::{Answer, Attack, Family, ending, other, outcome, refused};
use crate::jwt::{self, claims, claims_with, hmac_token, hs256, now_s, sign};
use crate::target::Target;

pub(crate) const FAMILY: Family = Family {
    name: "tokens",
    is_at_once: false,
    attacks: &[
        Attack {
            name: "no token",
            expected: Answer::Close(4100),
            counts: "missing",
            run: |target| {
                let mut client = target.connect();
                client.send(&Join::room("den").to_bytes());
                ending(&mut client)
            },
        },
        Attack {
            name: "an expired token",
            expected: Answer::Close(4101),
            counts: "expired",
            run: |target| with_claim(target, "exp", now_s() - 1),
        },
        Attack {
            name: "a token that is not valid yet",
            expected: Answer::Close(4100),
            counts: "not_yet_valid",
            run: |target| with_claim(target, "nbf", now_s() + 600),
        },
        Attack {
            name: "a token for two years",
            expected: Answer::Close(4100),
            counts: "lifetime",
            run: |target| with_claim(target, "exp", now_s() + 2 * 366 * 24 * 3_600),
        },
        Attack {
            name: "a token for another audience, for none, or for a list without this one",
            expected: Answer::Close(4100),
            counts: "audience",
            run: |target| {
                let wrong = [
                    json!("other"),
                    Value::Null,
                    json!(["a", "b"]),
                    json!("MOTE"),
                ];
                Answer::of_all(wrong.map(|audience| with_claim(target, "aud", audience)))
            },
        },
        Attack {
            name: "times that are text, negative or no numbers",
            expected: Answer::Close(4100),
            counts: "claims",
            run: |target| {
                let wrong = [
                    json!("9999999999"),
                    json!(-1),
                    json!([1]),
                    Value::Null,
                    json!(1e300),
                    json!(u64::MAX),
                ];
                Answer::of_all(wrong.map(|exp| with_claim(target, "exp", exp)))
            },
        },
        Attack {
            name: "a token without a signature: alg none",
            expected: Answer::Close(4100),
            counts: "algorithm",
            run: |target| {
                let names = ["none", "None", "NONE", "nOnE", ""];
                Answer::of_all(names.map(|alg| {
                    let header = json!({ "alg": alg });
                    enter_with(target, &sign(&header, &mine(), |_| Vec::new()))
                }))
            },
        },
        Attack {
            name: "key confusion: the public key taken for a secret",
            expected: Answer::Close(4100),
            counts: "signature",
            run: |target| {
                let (der, pem) = target.backend.spki();
                let jwk = target.known.jwk().to_string().into_bytes();
                let trimmed = pem.trim_end().as_bytes().to_vec();
                let secrets = [der, pem.into_bytes(), trimmed, jwk];
                let headers = [hs256(), json!({ "alg": "HS256", "kid": "known" })];
                let tokens = secrets.iter().flat_map(|secret| {
                    headers
                        .iter()
                        .map(move |header| hmac_token(header, &mine(), secret))
                });
                Answer::of_all(tokens.map(|token| enter_with(target, &token)))
            },
        },
        Attack {
            name: "algorithms that there are not, or not here",
            expected: Answer::Close(4100),
            counts: "algorithm",
            run: |target| {
                let algorithms = ["HS257", "hs256", "HS", "ES512", "ES256K", "dir", "RSA-OAEP"];
                Answer::of_all(algorithms.map(|alg| {
                    let header = json!({ "alg": alg });
                    enter_with(
                        target,
                        &hmac_token(&header, &mine(), jwt::SECRET.as_bytes()),
                    )
                }))
            },
        },
        Attack {
            name: "a key of its own in the header: jwk, jku, x5u, x5c",
            expected: Answer::Close(4100),
            counts: "signature",
            run: |target| {
                let asked = target.issuer.asked();
                let own = jwt::Signer::new("own");
                let (url, jwk) = (target.issuer.url(), own.jwk());
                let keys = json!({ "jwk": jwk, "jku": url, "x5u": url, "x5c": ["AA=="] });
                let all = keys.as_object().expect("an object").iter();
                let answer = Answer::of_all(all.map(|(name, value)| {
                    // One without an id: with one the server would look for that at its own address.
                    let mut header = json!({ "alg": "ES256" });
                    header[name] = value.clone();
                    enter_with(
                        target,
                        &sign(&header, &mine(), |bytes| vec![7; bytes.len().min(64)]),
                    )
                }));
                match target.issuer.asked() - asked {
                    0 => answer,
                    asked => other(format!("{asked} requests made for a token's word")),
                }
            },
        },
        Attack {
            name: "a header with crit",
            expected: Answer::Close(4100),
            counts: "malformed",
            run: |target| {
                let header = json!({ "alg": "HS256", "crit": ["exp"] });
                enter_with(
                    target,
                    &hmac_token(&header, &mine(), jwt::SECRET.as_bytes()),
                )
            },
        },
        Attack {
            name: "signatures that are cut, changed, of another token, or spelled otherwise",
            expected: Answer::Close(4100),
            counts: "signature",
            run: |target| {
                let right = jwt::token(&mine());
                let (signed, signature) = right.rsplit_once('.').expect("three parts");
                let foreign = jwt::token(&claims("mallory", "den"));
                let foreign = foreign.rsplit_once('.').expect("three parts").1;
                let wrong = [
                    format!("{signed}."),
                    signed.to_owned(),
                    format!("{signed}.{}", &signature[..signature.len() - 4]),
                    format!("{signed}.{foreign}"),
                    format!("{signed}.{signature}="),
                    format!("{signed}.{signature} "),
                    format!("{right}.{signature}"),
                    format!("{}.{signature}", signed.to_uppercase()),
                    hmac_token(&hs256(), &mine(), b"fedcba9876543210fedcba9876543210"),
                ];
                Answer::of_all(wrong.map(|token| enter_with(target, &token)))
            },
        },
        Attack {
            name: "no JWT at all: dots, markup, eight kilobytes",
            expected: Answer::Close(4100),
            counts: "malformed",
            run: |target| {
                let long = "a".repeat(8_192);
                let wrong = ["", ".", "..", "...", "<script>", "null", "Bearer x", &long];
                Answer::of_all(wrong.map(|token| enter_with(target, token)))
            },
        },
        Attack {
            name: "a token of a byte more than there may be",
            expected: Answer::Close(4000),
            counts: "",
            run: |target| enter_with(target, &"a".repeat(8_193)),
        },
        Attack {
            name: "a token replayed in another room",
            expected: Answer::Close(4103),
            counts: "not_allowed",
            run: |target| {
                let other = ["other", "den2", "DEN", "den/", "den\0", "de", "*"];
                let token = jwt::token(&claims("mallory", "den"));
                Answer::of_all(other.map(|room| enter(target, room, &token)))
            },
        },
        Attack {
            name: "a token replayed in another room of the same socket",
            expected: refused("does not allow to read this room"),
            counts: "not_allowed",
            run: |target| {
                let token = jwt::token(&claims("mallory", "den"));
                let mut client = target.connect();
                client.join(&Join::room("den").with_token(&token));
                client.send(&Join::room("other").with_token(&token).on(1).to_bytes());
                outcome(&mut client)
            },
        },
        Attack {
            name: "confused deputy: the right of one room used in another of the same socket",
            expected: refused("right"),
            counts: "",
            run: |target| {
                let mut reader = claims("mallory", "read-*");
                reader["rooms"][0]["rights"] = json!(["read", "presence"]);
                let reader = jwt::token(&reader);
                let mut client = target.enter("den");
                client.join(&Join::room("read-1").with_token(&reader).on(1));
                client.send(&event(1, "not mine to send", b""));
                outcome(&mut client)
            },
        },
        Attack {
            name: "an observer by its token who asks for a seat and moves",
            expected: refused("right"),
            counts: "",
            run: |target| {
                let mut reader = mine();
                reader["rooms"][0]["rights"] = json!(["read"]);
                let reader = jwt::token(&reader);
                let mut client = target.connect();
                client.join(&Join::room("read-2").with_token(&reader));
                client.send(&mote_tests::raw::cursor(0, 1, 1));
                outcome(&mut client)
            },
        },
        Attack {
            name: "a spoofed account: by name, and by another's token later",
            expected: refused("account"),
            counts: "account",
            run: |target| {
                let mut witness = target.witness("spoof");
                let mut client = target.connect();
                let (id, _) = client.enter(&target.join("spoof").named("calm-1"));
                let theirs = jwt::token(&claims("victim", "*"));
                client.send(&token(0, &theirs));
                let answer = outcome(&mut client);
                loop {
                    match witness.said() {
                        Said::UserJoined { user, account, .. } if user == id => {
                            return match &*account {
                                "mallory" => answer,
                                _ => other(format!("seen as {account}")),
                            };
                        }
                        _ => {}
                    }
                }
            },
        },
        Attack {
            name: "accounts of control characters, without an end, or of nothing",
            expected: Answer::Close(4100),
            counts: "claims",
            run: |target| {
                let wrong = [
                    json!(""),
                    json!("a\nb"),
                    json!("x".repeat(129)),
                    Value::Null,
                    json!(1),
                ];
                Answer::of_all(wrong.map(|account| with_claim(target, "sub", account)))
            },
        },
        Attack {
            name: "a token for so many rooms that it takes long to read",
            expected: Answer::Served,
            counts: "",
            run: |target| {
                let mut many = mine();
                let pattern = json!({ "room": "x*", "rights": ["read"] });
                let mut all = vec![pattern; 100];
                all.extend(mine()["rooms"].as_array().expect("a list").iter().cloned());
                many["rooms"] = all.into();
                enter_with(target, &jwt::token(&many))
            },
        },
        Attack {
            name: "tokens without end, each of which is checked",
            expected: Answer::Close(4200),
            counts: "join_burst",
            run: |target| {
                let mut client = target.enter("den");
                let bad = token(0, &format!("{}x", jwt::token(&mine())));
                for _ in 0..60 {
                    client.send(&bad);
                }
                ending(&mut client)
            },
        },
    ],
};

/// What an attacker's own good token says.
fn mine() -> Value {
    claims("mallory", "*")
}

fn with_claim(target: &Target, name: &str, value: impl Into<Value>) -> Answer {
    enter_with(target, &jwt::token(&claims_with(name, value)))
}

/// Whether somebody with this token comes in.
pub(super) fn enter_with(target: &Target, token: &str) -> Answer {
    enter(target, "den", token)
}

fn enter(target: &Target, room: &str, token: &str) -> Answer {
    let mut client: RawClient = target.connect();
    client.send(&Join::room(room).with_token(token).to_bytes());
    outcome(&mut client)
}
