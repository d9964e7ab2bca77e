//! Tokens that are signed well, and no good.

use super::*;

#[test]
fn a_token_ends_when_it_says_and_the_leeway_is_added() {
    let rules = Rules::default();
    let at = |now_s| {
        let token = token(&json!({ "alg": "HS256" }), &claims());
        verify(&by_secret(), &rules, now_s, &token).map_err(|error| error.reason)
    };
    // It expires at 60, and clocks may be 30 s apart.
    assert!(at(NOW_S + 89).is_ok());
    assert_eq!(at(NOW_S + 90).unwrap_err(), Reason::Expired);
    let strict = Rules {
        leeway_s: 0,
        ..Rules::default()
    };
    let over = with(&json!({ "exp": NOW_S }));
    assert_eq!(refusal(&over, &strict), Reason::Expired);
}

#[test]
fn a_token_is_not_good_before_it_says_so() {
    let rules = Rules::default();
    assert_eq!(
        refusal(&with(&json!({ "nbf": NOW_S + 31 })), &rules),
        Reason::NotYetValid
    );
    let soon = token(
        &json!({ "alg": "HS256" }),
        &with(&json!({ "nbf": NOW_S + 30 })),
    );
    assert!(verify(&by_secret(), &rules, NOW_S, &soon).is_ok());
}

#[test]
fn a_token_without_an_end_or_with_one_in_milliseconds_is_refused() {
    let rules = Rules::default();
    assert_eq!(
        refusal(&with(&json!({ "exp": null })), &rules),
        Reason::Claims
    );
    let millis = with(&json!({ "exp": (NOW_S + 60) * 1_000 }));
    assert_eq!(refusal(&millis, &rules), Reason::Claims);
    let far = with(&json!({ "exp": NOW_S + 367 * 24 * 3_600 }));
    assert_eq!(refusal(&far, &rules), Reason::Lifetime);
    for exp in [
        json!(-1),
        json!("soon"),
        json!(1e300),
        json!([]),
        json!(true),
    ] {
        assert_eq!(
            refusal(&with(&json!({ "exp": exp })), &rules),
            Reason::Claims
        );
    }
}

#[test]
fn times_with_fractions_are_read() {
    let token = token(
        &json!({ "alg": "HS256" }),
        &with(&json!({ "exp": NOW_S as f64 + 0.5 })),
    );
    let claims = verify(&by_secret(), &Rules::default(), NOW_S, &token).unwrap();
    assert_eq!(claims.exp, Seconds(NOW_S));
}

#[test]
fn issuer_and_audience_are_checked_where_the_server_has_them() {
    let rules = Rules {
        issuer: Some("https://app.example".into()),
        audience: Some("mote".into()),
        ..Rules::default()
    };
    let right = json!({ "iss": "https://app.example", "aud": "mote" });
    let token = token(&json!({ "alg": "HS256" }), &with(&right));
    assert!(verify(&by_secret(), &rules, NOW_S, &token).is_ok());
    let several = json!({ "iss": "https://app.example", "aud": ["other", "mote"] });
    let token = super::token(&json!({ "alg": "HS256" }), &with(&several));
    assert!(verify(&by_secret(), &rules, NOW_S, &token).is_ok());
    for (changes, reason) in [
        (json!({ "aud": "mote" }), Reason::Issuer),
        (
            json!({ "aud": "mote", "iss": "https://evil.example" }),
            Reason::Issuer,
        ),
        (json!({ "iss": "https://app.example" }), Reason::Audience),
        (
            json!({ "iss": "https://app.example", "aud": "billing" }),
            Reason::Audience,
        ),
        (
            json!({ "iss": "https://app.example", "aud": ["billing"] }),
            Reason::Audience,
        ),
        (
            json!({ "iss": "https://app.example", "aud": [] }),
            Reason::Audience,
        ),
    ] {
        assert_eq!(refusal(&with(&changes), &rules), reason, "{changes}");
    }
    // A token for somebody is not for a server that has no name.
    assert_eq!(
        refusal(&with(&json!({ "aud": "billing" })), &Rules::default()),
        Reason::Audience
    );
}

#[test]
fn what_is_no_jwt_is_refused() {
    let long = "a".repeat(9_000);
    let good = token(&json!({ "alg": "HS256" }), &claims());
    let header = base64url(json!({ "alg": "HS256" }).to_string());
    let padded = format!("{}=.{}", header, good.split_once('.').unwrap().1);
    let bare = base64url("{}");
    for text in [
        "",
        ".",
        "..",
        "a.b.c",
        "....",
        &long,
        &header,
        &padded,
        "🦊.🦊.🦊",
        &format!("{good}."),
        &format!("{good}\n"),
        &format!(" {good}"),
        &format!("{bare}.{bare}."),
        &format!("{}.{bare}.", base64url("[[[[[[[[[[[[[[[[")),
        &format!("{}.{bare}.", base64url(r#"{"alg":"HS256","alg":"none"}"#)),
    ] {
        let error = verify(&by_secret(), &Rules::default(), NOW_S, text).unwrap_err();
        assert_eq!(error.reason, Reason::Malformed, "{text:?}");
    }
    let long = format!("{good}{}", "A".repeat(8_192));
    let error = verify(&by_secret(), &Rules::default(), NOW_S, &long).unwrap_err();
    assert_eq!(error.reason, Reason::Malformed);
}

#[test]
fn an_extension_that_must_be_understood_is_refused() {
    let header = json!({ "alg": "HS256", "crit": ["b64"], "b64": false });
    let error = verify(
        &by_secret(),
        &Rules::default(),
        NOW_S,
        &token(&header, &claims()),
    );
    assert_eq!(error.unwrap_err().reason, Reason::Malformed);
}

/// A key that a token brings itself, or says where to get, is never looked at.
#[test]
fn a_token_cannot_bring_its_own_key() {
    let header = json!({
        "alg": "HS256",
        "jwk": { "kty": "oct", "k": base64url("attacker's secret of over 32 bytes") },
        "jku": "https://evil.example/keys",
        "x5u": "https://evil.example/cert",
    });
    let token = token_with(&header, &claims(), b"attacker's secret of over 32 bytes");
    let error = verify(&by_secret(), &Rules::default(), NOW_S, &token).unwrap_err();
    assert_eq!(error.reason, Reason::Signature);
}

#[test]
fn claims_of_another_shape_are_refused() {
    for changes in [
        json!({ "sub": null }),
        json!({ "sub": 7 }),
        json!({ "rooms": null }),
        json!({ "rooms": "*" }),
        json!({ "rooms": [{ "room": "*" }] }),
        json!({ "rooms": [{ "room": "*", "rights": "read" }] }),
        json!({ "name": 7 }),
        json!({ "aud": { "a": 1 } }),
    ] {
        assert_eq!(
            refusal(&with(&changes), &Rules::default()),
            Reason::Claims,
            "{changes}"
        );
    }
}

/// What goes into a log or a metric is of a fixed set.
#[test]
fn every_reason_has_a_name_of_its_own_and_a_close_code_of_the_right_class() {
    use mote_protocol::close::Retry;
    let labels: std::collections::BTreeSet<_> = Reason::ALL.iter().map(|r| r.label()).collect();
    assert_eq!(labels.len(), Reason::ALL.len());
    for reason in Reason::ALL {
        let expected = match reason {
            Reason::KeysAway | Reason::AppAway | Reason::AppAnswer => Retry::Normal,
            _ => Retry::NewToken,
        };
        assert_eq!(reason.close_code().retry(), expected, "{reason:?}");
    }
}
