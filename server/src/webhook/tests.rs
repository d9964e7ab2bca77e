//! What is told, in which order, within which bounds, and when again.

use std::time::Duration;

use mote_protocol::time::Instant;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::bus::NodeId;
use crate::bus::owner::RoomPatterns;
use crate::hub::Facts;
use crate::limits::{
    WEBHOOK_ATTEMPTS_MAX, WEBHOOK_QUEUE_BYTES_MAX, WEBHOOK_RETRY_MAX, WEBHOOK_TIME_MAX,
};
use crate::room::{Fact, Who};

const NODE: NodeId = NodeId(7);

fn random() -> StdRng {
    StdRng::seed_from_u64(1)
}

fn queue() -> Queue {
    let at = std::sync::atomic::AtomicU64::new(0);
    let clock = move || at.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    Queue::new(NODE, Kinds::default(), RoomPatterns::default(), clock)
}

fn who(user: u32, name: &str) -> Who {
    Who {
        user,
        account: "".into(),
        name: name.into(),
    }
}

fn body(queue: &Queue) -> String {
    let batch = queue.take(&mut random()).unwrap();
    String::from_utf8(batch.body.to_vec()).unwrap()
}

#[test]
fn an_event_is_json_with_nothing_that_nobody_knows() {
    let queue = queue();
    queue.tell("plan", None, Fact::Joined(who(3, "Ada \"<b>\"")));
    queue.tell("plan", Some(NodeId(255)), Fact::Closed);
    assert_eq!(
        body(&queue),
        "{\"events\":[\
         {\"type\":\"person.joined\",\"room\":\"plan\",\"user\":3,\"name\":\"Ada \\\"<b>\\\"\",\
         \"at\":0,\"node\":\"0000000000000007\"},\
         {\"type\":\"room.closed\",\"room\":\"plan\",\"at\":1,\"node\":\"00000000000000ff\"}]}"
    );
    assert_eq!(queue.take(&mut random()), None);
}

#[test]
fn a_room_that_an_engine_opens_late_is_told_of_before_its_first_person() {
    let queue = queue();
    for room in ["other", "plan"] {
        queue.tell(room, None, Fact::Joined(who(0, "Ada")));
    }
    queue.tell("plan", None, Fact::Closed);
    queue.tell("plan", None, Fact::Joined(who(0, "Bob")));
    queue.tell("plan", None, Fact::Joined(who(1, "Cy")));
    queue.tell("plan", None, Fact::Opened);
    let body: serde_json::Value = serde_json::from_str(&body(&queue)).unwrap();
    let told = body["events"].as_array().unwrap().iter();
    let told: Vec<_> = told
        .map(|event| format!("{} {}", event["type"].as_str().unwrap(), event["at"]))
        .collect();
    assert_eq!(
        told[2..],
        [
            "room.closed 2",
            "room.opened 3",
            "person.joined 3",
            "person.joined 4"
        ]
    );
}

#[test]
fn what_waits_is_bounded_in_bytes_and_what_is_refused_is_dropped() {
    let queue = queue();
    let room = "r".repeat(128);
    let mut told = 0;
    while queue.counts().of(Outcome::Dropped) == 0 {
        queue.tell(&room, None, Fact::Joined(who(0, &"n".repeat(100_000))));
        told += 1;
    }
    assert!(told < WEBHOOK_QUEUE_BYTES_MAX / 100_000 + 2);
    let waiting = queue.len();
    queue.refuse();
    assert!(queue.is_empty() && queue.is_ending());
    queue.tell(&room, None, Fact::Opened);
    assert_eq!(queue.counts().of(Outcome::Dropped), waiting as u64 + 2);
}

#[test]
fn attempts_become_seldom_and_end_in_number_and_time() {
    let (mut random, start) = (random(), Instant::from_millis(5));
    let (mut attempts, mut now, mut waits) = (Attempts::new(start), start, Vec::new());
    while let Some(wait) = attempts.next(now, None, &mut random) {
        now = now + wait;
        waits.push(wait);
    }
    assert!(waits.len() < WEBHOOK_ATTEMPTS_MAX as usize && waits.len() > 10);
    assert!(now - start <= WEBHOOK_TIME_MAX && now - start > WEBHOOK_TIME_MAX / 2);
    assert!(waits[0] <= Duration::from_secs(1) && waits[0] >= Duration::from_millis(500));
    assert!(waits.iter().all(|wait| *wait <= WEBHOOK_RETRY_MAX));

    // Each takes as long as it may: then it is time that ends it.
    let (mut attempts, mut count) = (Attempts::new(start), 1);
    let mut now = start;
    while let Some(wait) = attempts.next(now, None, &mut random) {
        now = now + wait + Duration::from_secs(60);
        count += 1;
    }
    assert!(count < WEBHOOK_ATTEMPTS_MAX);
}

#[test]
fn who_asks_for_time_gets_it_within_limits() {
    let mut attempts = Attempts::new(Instant::ZERO);
    let mut wait = |asked| {
        attempts.next(
            Instant::ZERO,
            Some(Duration::from_secs(asked)),
            &mut random(),
        )
    };
    assert_eq!(wait(20), Some(Duration::from_secs(20)));
    assert_eq!(wait(u64::MAX), Some(WEBHOOK_RETRY_MAX));
}

#[test]
fn kinds_are_named_and_a_wrong_one_is_told_what_there_is() {
    let kinds: Kinds = "room.closed, person.joined".parse().unwrap();
    assert_eq!(kinds.to_string(), "room.closed,person.joined");
    let wrong = "room.closed,user.joined".parse::<Kinds>().unwrap_err();
    let right = "must be some of room.opened,room.closed,person.joined,person.left, with commas";
    assert_eq!(wrong, right);
    assert!("".parse::<Kinds>().is_err());
}

#[test]
fn a_secret_is_as_the_specification_wants_it_and_never_shown() {
    let right = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let secret: WebhookSecret = right.parse().unwrap();
    assert_eq!(format!("{secret:?}"), "WebhookSecret(hidden)");
    for wrong in [
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILA==",
        "whsec_hunter2!",
        "whsec_",
        &format!("whsec_{}", "A".repeat(88)),
    ] {
        let sentence = wrong.parse::<WebhookSecret>().unwrap_err();
        assert!(sentence.starts_with("must be whsec_ and 24 to 64 bytes"));
        assert!(!sentence.contains("hunter2"));
    }
}

#[test]
fn another_implementation_takes_what_each_secret_has_signed() {
    let secrets = [
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
    ];
    let signer = Signer::new(&secrets.map(|secret| secret.parse().unwrap()));
    let now_s = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let headers = signer.headers("msg_1", now_s, b"{}");
    for secret in secrets {
        let webhook = standardwebhooks::Webhook::new(secret).unwrap();
        webhook.verify(b"{}", &headers).unwrap();
        assert!(webhook.verify(b"{ }", &headers).is_err());
    }
}
