//! What claims give in a room.

use super::*;

fn of(claims: &Value) -> Claims {
    serde_json::from_value(claims.clone()).unwrap()
}

fn rights(rooms: &Value, room: &str) -> Result<Rights, Reason> {
    let grant = of(&with(&json!({ "rooms": rooms }))).grant(room);
    grant
        .map(|grant| grant.rights)
        .map_err(|error| error.reason)
}

#[test]
fn a_grant_says_who_they_are_and_until_when() {
    let claims = with(&json!({ "name": "Zoë 🦊", "color": "#AAbb0c" }));
    let grant = of(&claims).grant("board-1").unwrap();
    assert_eq!(
        (&*grant.account, grant.name.as_deref()),
        ("user-1", Some("Zoë 🦊"))
    );
    assert_eq!(grant.color.unwrap().to_rgb(), 0x00AA_BB0C);
    assert_eq!(grant.expires_at_s, NOW_S + 60);
    assert_eq!(
        grant.rights,
        Rights::READ | Rights::PRESENCE | Rights::EVENT
    );
}

#[test]
fn a_pattern_is_an_id_or_a_beginning() {
    let one = json!([{ "room": "plan", "rights": ["read"] }]);
    assert!(rights(&one, "plan").is_ok());
    for other in ["plan2", "pla", "Plan", "", "plan*", "a plan"] {
        assert_eq!(rights(&one, other), Err(Reason::NotAllowed), "{other}");
    }
    let some = json!([{ "room": "acme/*", "rights": ["read"] }]);
    assert!(rights(&some, "acme/").is_ok() && rights(&some, "acme/plan").is_ok());
    assert_eq!(rights(&some, "acme"), Err(Reason::NotAllowed));
    assert_eq!(rights(&some, "acme2/plan"), Err(Reason::NotAllowed));
    let all = json!([{ "room": "*", "rights": ["read"] }]);
    assert!(rights(&all, "").is_ok() && rights(&all, "läden/🦊").is_ok());
}

#[test]
fn several_entries_for_one_room_add_up() {
    let rooms = json!([
        { "room": "*", "rights": ["read"] },
        { "room": "board-*", "rights": ["presence"] },
        { "room": "board-1", "rights": ["event"] },
    ]);
    assert_eq!(rights(&rooms, "news"), Ok(Rights::READ));
    assert_eq!(
        rights(&rooms, "board-2"),
        Ok(Rights::READ | Rights::PRESENCE)
    );
    let all = Rights::READ | Rights::PRESENCE | Rights::EVENT;
    assert_eq!(rights(&rooms, "board-1"), Ok(all));
}

#[test]
fn without_the_right_to_read_nobody_is_let_in() {
    let rooms = json!([{ "room": "*", "rights": ["presence", "event"] }]);
    assert_eq!(rights(&rooms, "plan"), Err(Reason::NotAllowed));
    assert_eq!(rights(&json!([]), "plan"), Err(Reason::NotAllowed));
    assert_eq!(
        rights(&json!([{ "room": "*", "rights": [] }]), "plan"),
        Err(Reason::NotAllowed)
    );
}

#[test]
fn rights_of_later_versions_that_have_a_name_are_taken() {
    let rooms = json!([{ "room": "*", "rights": ["read", "journal", "admin"] }]);
    assert_eq!(
        rights(&rooms, "plan"),
        Ok(Rights::READ | Rights::JOURNAL | Rights::ADMIN)
    );
}

#[test]
fn a_mistake_in_a_token_is_told_also_where_it_is_about_another_room() {
    let wrong = |changes: Value| {
        let error = of(&with(&changes)).grant("board-1").unwrap_err();
        assert_eq!(error.reason, Reason::Claims, "{changes}");
        error.text.into_owned()
    };
    let rights = |right: &str| {
        json!({ "rooms": [
        { "room": "board-1", "rights": ["read"] }, { "room": "x", "rights": [right] },
    ] })
    };
    assert!(wrong(rights("write")).contains("read, presence, event, journal, admin"));
    assert!(wrong(rights("Read")).contains("rights are"));
    for pattern in ["", "a*b", "**", "*a", &"x".repeat(129)] {
        wrong(json!({ "rooms": [{ "room": pattern, "rights": ["read"] }] }));
    }
    for account in ["", "a\nb", "\u{0}", "\u{85}", &"x".repeat(129)] {
        assert!(wrong(json!({ "sub": account })).contains("sub, the account"));
    }
    for name in ["", &"x".repeat(33)] {
        assert!(wrong(json!({ "name": name })).contains("name must be"));
    }
    for color in [
        "red", "#fff", "#12345g", "123456", "#+12345", "#1234567", "#ä2345",
    ] {
        assert!(wrong(json!({ "color": color })).contains("#rrggbb"));
    }
}
