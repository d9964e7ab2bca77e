//! The admin API, by those who may not use it, on the room of others; and tokens where none are taken.

use std::io::{Read, Write};
use std::thread;

use mote_tests::raw::{Handshake, Join, RawClient};
use serde_json::{Value, json};

use super::tokens::enter_with;
use crate::attack::{Answer, Attack, Family, ending};
use crate::crowd;
use crate::jwt::{self, claims, hmac_token, hs256, now_s, sign};
use crate::kit::ask;
use crate::target::Target;

pub(crate) const FAMILY: Family = Family {
    name: "the admin API",
    is_at_once: false,
    attacks: &[
        Attack {
            name: "every call on a room of the crowd, without a token",
            expected: Answer::Status(401),
            counts: "",
            run: |target| every_call(target, crowd::ROOM, ""),
        },
        Attack {
            name: "the same with the token in the address, a cookie, or another scheme",
            expected: Answer::Status(401),
            counts: "",
            run: |target| {
                let token = jwt::token(&admin_of("*"));
                let query = format!("{}?token={token}&access_token={token}", crowd::ROOM);
                let headers = [
                    "Cookie: token=",
                    "Authorization: Basic ",
                    "X-Authorization: Bearer ",
                ];
                let by_header = headers
                    .map(|header| every_call(target, crowd::ROOM, &format!("{header}{token}\r\n")));
                let path = format!("/api/v1/rooms/{query}");
                let by_query = call(target, "DELETE", &path, "", "");
                Answer::of_all(by_header.into_iter().chain([by_query]))
            },
        },
        Attack {
            name: "the same with tokens that are forged, old, unsigned or for others",
            expected: Answer::Status(401),
            counts: "",
            run: |target| {
                let mut old = admin_of("*");
                old["exp"] = json!(now_s() - 1);
                let mut others = admin_of("*");
                others["aud"] = json!("other");
                let other_secret = b"fedcba9876543210fedcba9876543210";
                let wrong = [
                    jwt::token(&old),
                    jwt::token(&others),
                    hmac_token(&hs256(), &admin_of("*"), other_secret),
                    sign(&json!({ "alg": "none" }), &admin_of("*"), |_| Vec::new()),
                    "null".to_owned(),
                ];
                Answer::of_all(wrong.map(|token| every_call(target, crowd::ROOM, &bearer(&token))))
            },
        },
        Attack {
            name: "the same with a person's token, and with that of another room's admin",
            expected: Answer::Status(403),
            counts: "",
            run: |target| {
                let tokens = [claims("mallory", "*"), admin_of("den"), admin_of("crowd")];
                Answer::of_all(
                    tokens.map(|claims| {
                        every_call(target, crowd::ROOM, &bearer(&jwt::token(&claims)))
                    }),
                )
            },
        },
        Attack {
            name: "an admin of one room, by a room's name that leads to another",
            expected: Answer::Status(403),
            counts: "",
            run: |target| {
                let token = bearer(&jwt::token(&admin_of("den")));
                let rooms = ["den%2F..%2Fcrowd-0", "den%00", "DEN", "%64en%2f", "den%23"];
                Answer::of_all(rooms.map(|room| every_call(target, room, &token)))
            },
        },
        Attack {
            name: "an admin of one room, by an address that leads to another",
            expected: Answer::Status(404),
            counts: "",
            run: |target| {
                let token = bearer(&jwt::token(&admin_of("den")));
                let paths = [
                    "/api/v1/rooms/den/../crowd-0",
                    "/api/v1/rooms/den/%2e%2e/crowd-0",
                    "//api/v1/rooms/crowd-0",
                    "/API/V1/rooms/crowd-0",
                    "/ws/../api/v1/rooms/crowd-0",
                ];
                Answer::of_all(paths.map(|path| call(target, "GET", path, &token, "")))
            },
        },
        Attack {
            name: "an admin's token to come in with",
            expected: Answer::Close(4103),
            counts: "not_allowed",
            run: |target| enter_with(target, &jwt::token(&admin_of("*"))),
        },
        Attack {
            name: "a person whose account is an agent's",
            expected: Answer::Close(4100),
            counts: "claims",
            run: |target| enter_with(target, &jwt::token(&claims("agent:backend", "*"))),
        },
        Attack {
            name: "a body over 64 KiB, with a good token",
            expected: Answer::Status(413),
            counts: "admin_body",
            run: |target| {
                let token = bearer(&jwt::token(&admin_of("den")));
                let body = json!({ "event": { "type": "e", "text": "x".repeat(70_000) } });
                call(
                    target,
                    "POST",
                    "/api/v1/rooms/den/events",
                    &token,
                    &body.to_string(),
                )
            },
        },
        Attack {
            name: "three thousand calls at once, with a good token",
            expected: Answer::Status(429),
            counts: "admin_requests",
            run: |target| {
                let token = bearer(&jwt::token(&admin_of("*")));
                let one = format!("GET /api/v1/node HTTP/1.1\r\nHost: a\r\n{token}\r\n");
                let last = format!(
                    "GET /api/v1/node HTTP/1.1\r\nHost: a\r\n{token}Connection: close\r\n\r\n"
                );
                let mut stream = target.stream();
                let mut other = stream.try_clone().expect("a descriptor");
                thread::scope(|scope| {
                    // Answers are read meanwhile: else neither would go on.
                    scope.spawn(move || {
                        let all = [one.repeat(3_000), last].concat();
                        stream.write_all(all.as_bytes()).expect("it reads");
                    });
                    let mut came = String::new();
                    let _ = other.read_to_string(&mut came);
                    match came.contains("HTTP/1.1 429") {
                        true => Answer::Status(429),
                        false => Answer::Status(200),
                    }
                })
            },
        },
        Attack {
            name: "a token in the upgrade's address or subprotocol, where none is taken there",
            expected: Answer::Close(4100),
            counts: "missing",
            run: |target| {
                let token = jwt::token(&claims("mallory", "*"));
                let by_query = Handshake {
                    path: format!("/ws?token={token}"),
                    ..Handshake::default()
                };
                let protocol = format!("mote.token.{token}");
                let by_protocol = Handshake::offering(&["mote.v1", &protocol]);
                Answer::of_all([by_query, by_protocol].map(|handshake| {
                    let mut stream = target.stream();
                    stream.write_all(&handshake.to_bytes()).expect("it reads");
                    let mut client = RawClient::read_answer(stream).expect("an upgrade");
                    client.send(&Join::room("den").to_bytes());
                    ending(&mut client)
                }))
            },
        },
    ],
};

/// Every call that changes or tells something of a room, and a body that would do.
const CALLS: [(&str, &str, &str); 9] = [
    ("GET", "", ""),
    ("GET", "/people", ""),
    ("DELETE", "", ""),
    ("POST", "/events", r#"{"event":{"type":"numbered"}}"#),
    ("PUT", "/agents/bot", "{}"),
    ("PATCH", "/agents/bot", "{}"),
    ("DELETE", "/agents/bot", ""),
    ("POST", "/people/0/kick", ""),
    ("POST", "/accounts/calm-0/kick", ""),
];

fn every_call(target: &Target, room: &str, headers: &str) -> Answer {
    Answer::of_all(CALLS.map(|(method, path, body)| {
        let path = format!("/api/v1/rooms/{room}{path}");
        call(target, method, &path, headers, body)
    }))
}

fn call(target: &Target, method: &str, path: &str, headers: &str, body: &str) -> Answer {
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: a\r\n{headers}Content-Type: application/json\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    ask(target, request.as_bytes())
}

/// What a backend's token says that manages such rooms.
fn admin_of(rooms: &str) -> Value {
    let mut claims = claims("backend", rooms);
    claims["rooms"][0]["rights"] = json!(["admin"]);
    claims
}

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}
