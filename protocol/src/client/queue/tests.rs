//! The event queue alone.

use alloc::vec;

use super::EventQueue;
use crate::limits::{QUEUED_EVENT_BYTES_MAX, QUEUED_EVENTS_MAX};

#[test]
fn events_come_out_in_order() {
    let mut queue = EventQueue::default();
    queue.push(vec![1]);
    queue.push(vec![2]);
    assert_eq!(queue.pop(), Some(vec![1]));
    assert_eq!(queue.pop(), Some(vec![2]));
    assert_eq!(queue.pop(), None);
    assert_eq!(queue.take_dropped(), 0);
}

#[test]
fn one_event_too_many_drops_the_oldest_and_counts_it_once() {
    let mut queue = EventQueue::default();
    queue.push(vec![1]);
    for _ in 0..QUEUED_EVENTS_MAX {
        queue.push(vec![2]);
    }
    assert_eq!(queue.take_dropped(), 1);
    assert_eq!(queue.take_dropped(), 0);
    assert_eq!(queue.pop(), Some(vec![2]));
}

#[test]
fn too_many_bytes_drop_the_oldest_until_the_rest_fits() {
    let mut queue = EventQueue::default();
    for _ in 0..5 {
        queue.push(vec![0; 16 * 1024 + 1]);
    }
    assert_eq!(queue.take_dropped(), 2);
    let mut bytes = 0;
    while let Some(event) = queue.pop() {
        bytes += event.len();
    }
    assert!(bytes <= QUEUED_EVENT_BYTES_MAX && bytes > QUEUED_EVENT_BYTES_MAX / 2);
}
