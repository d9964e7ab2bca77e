//! Names that would confuse, overflow or act.

use mote_tests::raw::{Said, text};
use serde_json::json;

use crate::attack::{Answer, Attack, Family, other, told};
use crate::jwt;
use crate::kit::ending_in_room;
use crate::target::Target;

pub(crate) const FAMILY: Family = Family {
    name: "names",
    is_at_once: false,
    attacks: &[
        Attack {
            name: "control characters and escape sequences",
            expected: told("a[31mbc"),
            counts: "",
            run: |target| as_seen(target, "a\u{1b}[31m\0\r\nb\u{7}\u{9b}c"),
        },
        Attack {
            name: "bidirectional marks that turn what follows",
            expected: told("admincod.exe"),
            counts: "",
            run: |target| as_seen(target, "\u{202e}admin\u{2066}cod.exe\u{2069}\u{200f}"),
        },
        Attack {
            name: "invisible characters in front, behind and between",
            expected: told("Ada"),
            counts: "",
            run: |target| as_seen(target, "\u{feff}\u{200b}A\u{2060}d\u{ad}a\u{3164}\u{e0041}"),
        },
        Attack {
            name: "nothing but invisible characters: a name is given",
            expected: Answer::Served,
            counts: "",
            run: |target| match as_seen(target, "\u{200b}\u{202e}\u{2800} \t") {
                Answer::Other(name) if name.split_once(' ').is_some() => Answer::Served,
                answer => answer,
            },
        },
        Attack {
            name: "10,000 combining marks",
            expected: Answer::Close(4000),
            counts: "",
            run: |target| {
                let name = format!("a{}", "\u{301}".repeat(10_000));
                ending_in_room(target, &[vec![0x31, 2], text("r"), text(name)].concat())
            },
        },
        Attack {
            name: "as many combining marks as fit",
            expected: told(ZALGO),
            counts: "",
            run: |target| as_seen(target, ZALGO),
        },
        Attack {
            name: "a character that becomes eighteen when composed",
            expected: Answer::Served,
            counts: "",
            run: |target| match as_seen(target, &"\u{1d160}".repeat(32)) {
                Answer::Other(name) if name.chars().count() <= 32 => Answer::Served,
                answer => answer,
            },
        },
        Attack {
            name: "markup, told as it is: text",
            expected: told("<img src=x onerror=alert(1)>"),
            counts: "",
            run: |target| as_seen(target, "<img src=x onerror=alert(1)>"),
        },
        Attack {
            name: "names of JavaScript's objects",
            expected: Answer::Served,
            counts: "",
            run: |target| {
                Answer::of_all(["__proto__", "constructor", "toString"].map(|name| {
                    match as_seen(target, name) {
                        Answer::Other(shown) if shown == name => Answer::Served,
                        answer => answer,
                    }
                }))
            },
        },
        Attack {
            name: "a name in a token that is longer than a name may be",
            expected: Answer::Close(4100),
            counts: "claims",
            run: |target| {
                let claims = jwt::claims_with("name", json!("x".repeat(4_000)));
                crate::families::tokens::enter_with(target, &jwt::token(&claims))
            },
        },
    ],
};

const ZALGO: &str =
    "Q\u{334}\u{335}\u{336}\u{337}\u{338}\u{321}\u{322}\u{327}\u{328}\u{331}\u{332}";

/// The name as somebody else sees it.
fn as_seen(target: &Target, name: &str) -> Answer {
    let mut witness = target.witness("names");
    let mut client = target.connect();
    let (id, _) = client.enter(&target.join("names").named(name));
    loop {
        match witness.said() {
            Said::UserJoined { user, name, .. } if user == id => return other(name),
            _ => {}
        }
    }
}
