//! Questions to the application: who waits for which, what is remembered for how long, and the bounds.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use hyper::StatusCode;
use mote_protocol::time::Instant;

use super::super::asks::{Asks, Question, Topic};
use super::super::{Reason, read_answer};
use crate::hub::{Connection, Hub, HubConfig};
use crate::limits::{
    ASK_ANSWERS_MAX, ASK_FAILED_KEPT, ASK_KEPT_MAX, ASK_LIFETIME_DEFAULT, ASK_LIFETIME_MAX,
    ASK_REFUSED_KEPT, ASKS_UNDER_WAY_MAX, ASKS_WAITING_MAX,
};

const NOW: Instant = Instant::from_millis(5_000);
const ADA: &[u8] = b"{\"account\":\"ada\",\"rights\":[\"read\"],\"more\":[1]}";

fn connection() -> Arc<Connection> {
    Hub::new(HubConfig::default(), [1; 32]).connect()
}

fn question(token: &str) -> Question {
    Question::new(Topic::new("plan", token), "plan", token, None)
}

fn next(asks: &Asks) -> Option<Question> {
    match asks.poll_question(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(question) => question,
        Poll::Pending => None,
    }
}

fn answer(asks: &Asks, now: Instant, question: &Question, status: StatusCode) {
    let (answer, until) = read_answer(now, Some((status, ADA)));
    asks.handle_answer(now, question, answer, until);
}

#[test]
fn a_room_and_a_token_that_read_the_same_in_a_row_are_two_topics() {
    assert_ne!(Topic::new("ab", "c"), Topic::new("a", "bc"));
    assert_eq!(Topic::new("ab", "c"), Topic::new("ab", "c"));
}

#[test]
fn whoever_asks_the_same_waits_for_one_answer_and_is_woken_by_it() {
    let (asks, ada, bob) = (Asks::default(), connection(), connection());
    let topic = question("t").topic;
    for connection in [&ada, &bob] {
        asks.ask(question("t"), connection).unwrap();
    }
    let asked = next(&asks).unwrap();
    assert_eq!((next(&asks), asks.is_answered(topic)), (None, false));
    for connection in [&ada, &bob] {
        assert!(!connection.poll_wanted(Waker::noop()));
    }
    answer(&asks, NOW, &asked, StatusCode::OK);
    assert!(asks.is_answered(topic) && asks.answer(NOW, topic).is_some());
    assert!(ada.poll_wanted(Waker::noop()) && bob.poll_wanted(Waker::noop()));
}

#[test]
fn what_is_under_way_and_what_waits_is_bounded() {
    let (asks, connection) = (Asks::default(), connection());
    let mut under_way = Vec::new();
    for number in 0..ASKS_UNDER_WAY_MAX {
        asks.ask(question(&number.to_string()), &connection)
            .unwrap();
        under_way.extend(next(&asks));
    }
    assert_eq!(under_way.len(), ASKS_UNDER_WAY_MAX);
    for number in 0..ASKS_WAITING_MAX {
        asks.ask(question(&format!("waits {number}")), &connection)
            .unwrap();
    }
    assert_eq!(next(&asks), None);
    let refused = asks.ask(question("one more"), &connection).unwrap_err();
    assert_eq!(refused.reason, Reason::AppAway);
    answer(&asks, NOW, &under_way[0], StatusCode::OK);
    assert_eq!(next(&asks), Some(question("waits 0")));
    asks.ask(question("one more"), &connection).unwrap();
}

#[test]
fn answers_that_are_known_are_bounded_and_the_first_to_end_goes_first() {
    let (asks, connection) = (Asks::default(), connection());
    let ask = |now, token: &str| {
        asks.ask(question(token), &connection).unwrap();
        answer(&asks, now, &next(&asks).unwrap(), StatusCode::OK);
    };
    let second = Duration::from_millis(1);
    ask(NOW, "first");
    for number in 1..ASK_ANSWERS_MAX {
        ask(NOW + second, &number.to_string());
    }
    assert!(asks.answer(NOW + second, question("first").topic).is_some());
    ask(NOW + second, "one more");
    assert!(asks.answer(NOW + second, question("first").topic).is_none());
    assert!(asks.answer(NOW + second, question("1").topic).is_some());
}

#[test]
fn an_answer_is_good_for_half_of_its_time_and_a_refusal_for_a_moment() {
    let until = |heard| read_answer(NOW, heard).1;
    let ok = |body: &'static [u8]| Some((StatusCode::OK, body));
    assert_eq!(until(ok(ADA)), NOW + ASK_KEPT_MAX);
    let short = b"{\"account\":\"ada\",\"rights\":[],\"expires_in_s\":4}";
    assert_eq!(until(ok(short)), NOW + Duration::from_secs(2));
    assert_eq!(until(ok(b"")), NOW + ASK_FAILED_KEPT);
    assert_eq!(until(None), NOW + ASK_FAILED_KEPT);
    assert_eq!(
        until(Some((StatusCode::FORBIDDEN, b""))),
        NOW + ASK_REFUSED_KEPT
    );
    let ends_at = |body| read_answer(NOW, ok(body)).0.unwrap().ends_at;
    assert_eq!(ends_at(ADA), NOW + ASK_LIFETIME_DEFAULT);
    let long = b"{\"account\":\"ada\",\"rights\":[],\"expires_in_s\":18446744073709551615}";
    assert_eq!(ends_at(long), NOW + ASK_LIFETIME_MAX);
}

#[test]
fn when_nobody_asks_any_more_the_task_ends() {
    let asks = Asks::default();
    asks.end();
    let polled = asks.poll_question(&mut Context::from_waker(Waker::noop()));
    assert_eq!(polled, Poll::Ready(None));
}
