//! The event queue alone.

use super::EventQueue;
use crate::limits::{QUEUED_EVENT_BYTES_MAX, QUEUED_EVENTS_MAX};
use crate::wire::Event;

#[test]
fn events_come_out_in_order() {
    let mut queue = EventQueue::default();
    queue.push(event("a", &[1]));
    queue.push(event("b", &[2]));
    assert_eq!(queue.pop(), Some(("a".into(), [1].into())));
    assert_eq!(queue.pop(), Some(("b".into(), [2].into())));
    assert_eq!(queue.pop(), None);
    assert_eq!(queue.take_dropped(), 0);
}

#[test]
fn one_event_too_many_drops_the_oldest_and_counts_it_once() {
    let mut queue = EventQueue::default();
    queue.push(event("oldest", &[]));
    for _ in 0..QUEUED_EVENTS_MAX {
        queue.push(event("newer", &[]));
    }
    assert_eq!(queue.take_dropped(), 1);
    assert_eq!(queue.take_dropped(), 0);
    assert_eq!(queue.pop().map(|(name, _)| name).as_deref(), Some("newer"));
}

#[test]
fn too_many_bytes_drop_the_oldest_until_the_rest_fits() {
    let mut queue = EventQueue::default();
    let payload = [0; 16 * 1024];
    for _ in 0..5 {
        queue.push(event("e", &payload));
    }
    assert_eq!(queue.take_dropped(), 2);
    let mut bytes = 0;
    while let Some((name, payload)) = queue.pop() {
        bytes += name.len() + payload.len();
    }
    assert!(bytes <= QUEUED_EVENT_BYTES_MAX && bytes > QUEUED_EVENT_BYTES_MAX / 2);
}

fn event<'a>(name: &'a str, payload: &'a [u8]) -> Event<'a> {
    Event { name, payload }
}
