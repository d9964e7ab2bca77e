//! Tokens that this server makes.

use std::time::Duration;

use super::*;

fn ada() -> Token {
    Token::new("user-1").room("board-*", Rights::READ | Rights::EVENT)
}

#[test]
fn what_is_put_into_a_token_comes_out_of_it() {
    let token = ada()
        .name("Zoë 🦊")
        .color("#aabbcc")
        .room("news", Rights::READ)
        .issuer("https://app.example")
        .audience("mote")
        .expires_in(Duration::from_secs(60))
        .key_id("k1")
        .sign_at(NOW_S, &secret())
        .unwrap();
    let rules = Rules {
        issuer: Some("https://app.example".into()),
        audience: Some("mote".into()),
        ..Rules::default()
    };
    let claims = verify(&by_secret(), &rules, NOW_S, &token).unwrap();
    assert_eq!(claims.exp, Seconds(NOW_S + 60));
    let grant = claims.grant("board-7").unwrap();
    assert_eq!(grant.rights, Rights::READ | Rights::EVENT);
    assert_eq!(
        (&*grant.account, grant.name.as_deref()),
        ("user-1", Some("Zoë 🦊"))
    );
    assert_eq!(claims.grant("news").unwrap().rights, Rights::READ);
}

#[test]
fn a_token_is_for_an_hour_from_now_unless_told_otherwise() {
    let token = ada().sign_at(NOW_S, &secret()).unwrap();
    let claims = verify(&by_secret(), &Rules::default(), NOW_S, &token).unwrap();
    assert_eq!(claims.nbf, Some(Seconds(NOW_S)));
    assert_eq!(claims.exp, Seconds(NOW_S + 3_600));
}

#[test]
fn one_that_could_let_nobody_in_is_not_made() {
    let refused = |token: Token| token.sign_at(NOW_S, &secret()).unwrap_err().to_string();
    assert!(refused(Token::new("user-1")).contains("at least one room"));
    assert!(refused(Token::new("").room("a", Rights::READ)).contains("sub, the account"));
    assert!(refused(Token::new("a").room("a*b", Rights::READ)).contains("a room must be"));
    assert!(refused(Token::new("a").room("a", Rights::NONE)).contains("some of read"));
    assert!(refused(ada().name("")).contains("name must be"));
    assert!(refused(ada().color("red")).contains("#rrggbb"));
    assert!(refused(ada().key_id("")).contains("key_id"));
    assert!(refused(ada().expires_in(Duration::ZERO)).contains("a second to a year"));
    let much = (0..300).fold(ada(), |token, i| {
        token.room(format!("room-{i}"), Rights::READ)
    });
    assert!(refused(much).contains("the limit is 8192"));
}
