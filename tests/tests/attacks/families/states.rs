//! States at the edge of what there may be, and JSON that parsers choke on.

use mote_tests::raw::{RawClient, Said, state, text, varint};

use crate::attack::{Answer, Attack, Family, other, outcome, refused};
use crate::crowd;
use crate::kit::ending_in_room;
use crate::target::Target;

const CUSTOM: u8 = 5;
/// Of the fields of a State, with its count (R-STA-4).
const STATE_BYTES_MAX: usize = 16_384;

pub(crate) const FAMILY: Family = Family {
    name: "states",
    is_at_once: false,
    attacks: &[
        Attack {
            name: "a state of exactly as many bytes as there may be",
            expected: Answer::Served,
            counts: "",
            run: |target| one(target, &opaque(STATE_BYTES_MAX)),
        },
        Attack {
            name: "a state of one byte more",
            expected: Answer::Close(4000),
            counts: "",
            run: |target| one(target, &opaque(STATE_BYTES_MAX + 1)),
        },
        Attack {
            name: "two states that are too large together",
            expected: refused("merged state"),
            counts: "person_state",
            run: |target| {
                let second = state(0, &[(201, &[7; 9_000])]);
                one(target, &[opaque(9_000), second].concat())
            },
        },
        Attack {
            name: "a custom object that grows with each patch",
            expected: refused("merged state"),
            counts: "person_state",
            run: |target| {
                let mut client = target.enter("grows");
                for round in 0..100 {
                    let patch = format!(r#"{{"key-{round}":"{}"}}"#, "x".repeat(1_000));
                    client.send(&custom(&patch));
                    match outcome(&mut client) {
                        Answer::Served => {}
                        answer => return answer,
                    }
                }
                Answer::Served
            },
        },
        Attack {
            name: "states of one room that are too large together",
            expected: refused("room"),
            counts: "room_state",
            run: |target| {
                let mut people: Vec<RawClient> = (0..17).map(|_| target.enter("heavy")).collect();
                let answers = people.iter_mut().map(|person| {
                    person.send(&opaque(STATE_BYTES_MAX));
                    outcome(person)
                });
                let refused = answers.into_iter().find(|answer| *answer != Answer::Served);
                refused.unwrap_or(Answer::Served)
            },
        },
        Attack {
            name: "JSON as deep as it may be, then one level more",
            expected: Answer::Close(4000),
            counts: "",
            run: |target| match one(target, &custom(&deep(127))) {
                Answer::Served => one(target, &custom(&deep(128))),
                answer => other(format!("127 levels: {answer}")),
            },
        },
        Attack {
            name: "JSON of 8,000 levels, objects, lists and both",
            expected: Answer::Close(4000),
            counts: "",
            run: |target| {
                let objects = "{\"a\":".repeat(3_000);
                let lists = format!("{{\"a\":{}", "[".repeat(8_000));
                let closed = format!("{{\"a\":{}{}}}", "[".repeat(8_000), "]".repeat(8_000));
                let all = [objects, lists, closed];
                Answer::of_all(all.map(|json| one(target, &custom(&json))))
            },
        },
        Attack {
            name: "a patch of a thousand keys, again and again, in a room of the crowd",
            expected: Answer::Served,
            counts: "",
            run: |target| {
                let keys = (0..1_000).map(|key| format!("\"{key}\":{}", key % 10));
                let patch = format!("{{{}}}", keys.collect::<Vec<_>>().join(","));
                let mut client = target.enter(crowd::ROOM);
                for _ in 0..15 {
                    client.send(&custom(&patch));
                    client.until_heartbeat();
                }
                outcome(&mut client)
            },
        },
        Attack {
            name: "JSON that is none: numbers, lone surrogates, more behind it",
            expected: Answer::Close(4000),
            counts: "",
            run: |target| {
                let wrong = [
                    "",
                    " ",
                    "[]",
                    "1",
                    "null",
                    "\"a\"",
                    "{",
                    "{}}",
                    "{} {}",
                    "{\"a\":1,}",
                    "{a:1}",
                    "{'a':1}",
                    "{\"a\":NaN}",
                    "{\"a\":Infinity}",
                    "{\"a\":1e999}",
                    "{\"a\":0x1}",
                    "{\"a\":\"\\ud83d\"}",
                    "{\"a\":\"\\x41\"}",
                    "{\"a\":\"\u{1}\"}",
                    "\u{feff}{}",
                    "{\"a\":01}",
                    "/**/{}",
                ];
                // The empty one is a removal, and right.
                let wrong = wrong.iter().filter(|json| !json.is_empty());
                Answer::of_all(wrong.map(|json| one(target, &custom(json))))
            },
        },
        Attack {
            name: "__proto__, constructor and prototype as keys: data like any other",
            expected: Answer::Served,
            counts: "",
            run: |target| {
                let patch = r#"{"__proto__":{"polluted":1},"constructor":{"prototype":{"x":1}}}"#;
                as_told(target, &[patch], patch)
            },
        },
        Attack {
            name: "one key ten times, and patches that delete what is not there",
            expected: Answer::Served,
            counts: "",
            run: |target| {
                let same = format!("{{{}\"a\":10}}", "\"a\":1,".repeat(9));
                let gone = r#"{"b":null,"c":{"d":{"e":null}}}"#;
                as_told(target, &[&same, gone], r#"{"a":10,"c":{"d":{}}}"#)
            },
        },
        Attack {
            name: "markup in every field",
            expected: Answer::Served,
            counts: "",
            run: |target| {
                let patch =
                    r#"{"status":"<img src=x onerror=alert(1)>","<b>":"</script><script>"}"#;
                as_told(target, &[patch], patch)
            },
        },
        Attack {
            name: "a selection that says it has more than there is, or less",
            expected: Answer::Close(4000),
            counts: "",
            run: |target| {
                let more = [varint(3), text("a"), text("b")].concat();
                let less = [varint(1), text("a"), text("b")].concat();
                let all = [more, less];
                Answer::of_all(all.map(|body| ending_in_room(target, &state(0, &[(2, &body)]))))
            },
        },
        Attack {
            name: "two hundred opaque fields, set and removed, again and again",
            expected: Answer::Served,
            counts: "",
            run: |target| {
                let mut client = target.enter("fields");
                let tags: Vec<u8> = (8..=207).collect();
                for round in 0..20_u8 {
                    let body = [round; 10];
                    let set: Vec<_> = tags.iter().map(|&tag| (tag, &body[..])).collect();
                    let removed: Vec<_> = tags.iter().map(|&tag| (tag, &[][..])).collect();
                    client.send(&state(0, &set));
                    client.send(&state(0, &removed));
                    client.until_heartbeat();
                }
                outcome(&mut client)
            },
        },
    ],
};

fn custom(json: &str) -> Vec<u8> {
    state(0, &[(CUSTOM, json.as_bytes())])
}

/// One field without a meaning, so that all fields together have so many bytes: the count, the tag and
/// a length of three bytes are five of them.
fn opaque(bytes: usize) -> Vec<u8> {
    let body = match bytes - 4 {
        short @ 128..0x4000 => short,
        long => long - 1,
    };
    let mut message = state(0, &[(200, &vec![7; body])]);
    if message.len() - 1 > bytes {
        message = state(0, &[(200, &vec![7; body - (message.len() - 1 - bytes)])]);
    }
    assert_eq!(message.len() - 1, bytes, "counted as in R-STA-4");
    message
}

fn deep(levels: usize) -> String {
    format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels))
}

/// What becomes of somebody who sends this in a room.
fn one(target: &Target, message: &[u8]) -> Answer {
    let mut client = target.enter("states");
    client.send(message);
    outcome(&mut client)
}

/// Served, when a newcomer is told of exactly this custom object.
fn as_told(target: &Target, patches: &[&str], expected: &str) -> Answer {
    let mut client = target.connect();
    let (id, _) = client.enter(&target.join("told"));
    for patch in patches {
        client.send(&custom(patch));
    }
    match outcome(&mut client) {
        Answer::Served => {}
        answer => return answer,
    }
    let snapshot = target.connect().join(&target.join("told"));
    let told = snapshot.into_iter().find_map(|said| match said {
        Said::State(_, user, fields) if user == id => {
            fields.into_iter().find(|field| field.0 == CUSTOM)
        }
        _ => None,
    });
    match told.map(|(_, json)| String::from_utf8(json).expect("JSON")) {
        Some(json) if json == expected => Answer::Served,
        told => other(format!("{told:?}")),
    }
}
