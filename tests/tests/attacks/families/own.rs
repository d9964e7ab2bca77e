//! Attacks that need a server of their own: one that logs everything, one that has few descriptors.

use std::net::TcpStream;

use mote_tests::process::Mote;
use mote_tests::raw::{Handshake, Join, RawClient, event};
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::json;

use crate::attack::{Answer, Attack, Family, other, outcome};
use crate::jwt::{self, SECRET, claims, hmac_token, hs256};
use crate::kit::eventually;

pub(crate) const FAMILY: Family = Family {
    name: "on servers of their own",
    is_at_once: false,
    attacks: &[
        Attack {
            name: "line ends and escape sequences for the log, where all is logged",
            expected: Answer::Served,
            counts: "",
            run: |_| forge_log(),
        },
        Attack {
            name: "secrets that a log may not have: tokens, secrets, payloads, resume values",
            expected: Answer::Served,
            counts: "",
            run: |_| look_for_secrets(),
        },
        Attack {
            name: "more connections than there are descriptors",
            expected: Answer::Served,
            counts: "",
            run: |_| use_up_descriptors(),
        },
    ],
};

/// What a line would say that somebody else wrote.
const FORGED: &str = "forged";
const PAYLOAD: &str = "payload-that-is-nobody-elses";

fn server_that_logs_all() -> Mote {
    Mote::start_released(&["--log", "trace", "--auth-secret", SECRET])
}

fn forge_log() -> Answer {
    let mote = server_that_logs_all();
    let evil =
        format!("a\r\n{FORGED} 2026-01-01 ERROR \u{1b}[31m{FORGED}\u{1b}[2J\u{9b}31m\u{202e}");
    // HTTP lets no line end into a header; all else is as evil.
    let in_header = evil.replace(['\r', '\n', '\u{1b}'], "\t");
    let handshake = ["User-Agent", "Origin", "X-Forwarded-For", "Referer"]
        .iter()
        .fold(Handshake::default(), |all, name| {
            all.with_header(&format!("{name}: {in_header}"))
        });
    // Refused for its origin, or not.
    drop(RawClient::ask(mote.addr(), &handshake));
    let claims = claims("mallory", "*");
    let good = jwt::token(&json!({
        "sub": "mallory", "exp": jwt::now_s() + 60, "rooms": claims["rooms"], "iss": evil,
    }));
    let tokens = [
        hmac_token(&json!({ "alg": evil }), &claims, SECRET.as_bytes()),
        hmac_token(
            &json!({ "alg": "HS256", "kid": evil }),
            &claims,
            b"another secret, of which nobody knows",
        ),
        jwt::token(&json!({ "sub": evil, "exp": 1, "rooms": [], "aud": evil })),
        good.clone(),
    ];
    let room = &evil[..evil.len().min(100)];
    for token in &tokens {
        let mut client = RawClient::connect(mote.addr());
        let join = Join::room(room)
            .with_token(token)
            .named("a\n\u{1b}[1mforged");
        client.send(&join.to_bytes());
        if outcome(&mut client) == Answer::Served {
            client.send(&event(0, "a\nforged", evil.as_bytes()));
            client.until_heartbeat();
        }
    }
    let mut client = RawClient::connect(mote.addr());
    client.join(&Join::room("den").with_token(&good));
    client.close(1000);
    let is_evil = |line: &String| {
        let has_control = line.chars().any(|c| c.is_control() || c == '\u{202e}');
        line.starts_with(FORGED) || has_control
    };
    judge(&mote, is_evil)
}

fn look_for_secrets() -> Answer {
    let mote = server_that_logs_all();
    let token = jwt::token(&json!({
        "sub": "mallory", "exp": jwt::now_s() + 60, "rooms": claims("mallory", "*")["rooms"],
    }));
    let mut client = RawClient::connect(mote.addr());
    let (_, resume) = client.enter(&Join::room("den").with_token(&token));
    client.send(&event(0, "e", PAYLOAD.as_bytes()));
    client.until_heartbeat();
    client.close(1000);
    let forged = hmac_token(
        &hs256(),
        &claims("mallory", "*"),
        b"another secret, of which nobody knows",
    );
    let mut client = RawClient::connect(mote.addr());
    client.send(&Join::room("den").with_token(&forged).to_bytes());
    outcome(&mut client);
    let hex: String = resume.iter().map(|byte| format!("{byte:02x}")).collect();
    let bytes = format!("{resume:?}");
    let secrets = [SECRET, PAYLOAD, &token, &forged, "eyJ", &hex, &bytes];
    judge(&mote, |line| {
        secrets.iter().any(|secret| line.contains(secret))
    })
}

/// Served, when the log of all this was written and has no such line.
fn judge(mote: &Mote, is_bad: impl Fn(&String) -> bool) -> Answer {
    if !eventually(|| mote.log().iter().any(|line| line.contains("closed"))) {
        return other("nothing is logged");
    }
    match mote.log().iter().find(|line| is_bad(line)) {
        Some(line) => other(format!("in the log: {line:?}")),
        None => Answer::Served,
    }
}

fn use_up_descriptors() -> Answer {
    let mote = Mote::start_released(&[]);
    let mut friend = RawClient::connect(mote.addr());
    friend.join(&Join::room("den"));
    let id = i32::try_from(mote.id()).ok().and_then(Pid::from_raw);
    let few = Rlimit {
        current: Some(64),
        maximum: Some(64),
    };
    prlimit(id, Resource::Nofile, few).expect("a process of ours");
    let crowd: Vec<TcpStream> = (0..200)
        .map(|_| TcpStream::connect(mote.addr()).expect("the backlog takes it"))
        .collect();
    let is_full = || mote.log().iter().any(|line| line.contains("cannot accept"));
    if !eventually(is_full) {
        return other("descriptors are left");
    }
    // Who is in goes on, and others come in when there is place again.
    friend.until_heartbeat();
    drop(crowd);
    let mut late = RawClient::connect(mote.addr());
    late.join(&Join::room("den"));
    outcome(&mut late)
}
