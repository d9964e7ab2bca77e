//! State and events of a room that is not joined.

use alloc::format;

use super::rig::{CH, Rig, room, snapshot, state};
use crate::client::Notice;
use crate::limits::QUEUED_EVENTS_MAX;
use crate::wire::{Part, WireError, tag};

#[test]
fn what_was_set_before_the_join_is_sent_after_it_merged() {
    let mut rig = Rig::new();
    rig.enter("plan");
    rig.field(tag::ACTIVITY, &[1]);
    rig.field(tag::CURSOR_HIDDEN, &[1]);
    rig.field(tag::ACTIVITY, &[2]);
    rig.open();
    assert_eq!(rig.take_said(), ["0 join plan"]);
    rig.hear(&room(CH, 0, &[]));
    assert_eq!(rig.take_said(), ["0 state 4=[2] 6=[1]"]);
}

#[test]
fn a_change_while_joined_is_sent_at_once_and_in_order_with_events() {
    let mut rig = Rig::joined(&[]);
    rig.field(tag::ACTIVITY, &[1]);
    rig.event("one");
    rig.field(tag::ACTIVITY, &[]);
    rig.field(tag::ACTIVITY, &[]);
    rig.event("two");
    assert_eq!(
        rig.take_said(),
        [
            "0 state 4=[1]",
            "0 event one",
            "0 state 4=[]",
            "0 event two"
        ]
    );
}

#[test]
fn after_a_resume_only_the_difference_is_sent() {
    let mut rig = Rig::joined(&[]);
    rig.field(tag::ACTIVITY, &[1]);
    rig.field(tag::CURSOR_HIDDEN, &[1]);
    rig.close(1006);
    rig.field(tag::CURSOR_HIDDEN, &[]);
    rig.come_back();
    rig.take_all();
    let theirs = state(CH, 0, &[(4, &[1]), (6, &[1])]);
    rig.hear(&snapshot(CH, 0, true, &[], &[theirs]));
    assert_eq!(rig.take_said(), ["0 state 6=[]"]);
}

#[test]
fn a_custom_object_is_patched_live_and_replaced_after_a_rejoin_in_one_message() {
    let mut rig = Rig::joined(&[]);
    let custom = |rig: &mut Rig, patch: &str, whole: &str| {
        let now = rig.now;
        rig.run(|client| client.update_custom(now, CH, patch, whole))
    };
    assert_eq!(custom(&mut rig, "1", "12"), Ok(()));
    assert_eq!(rig.take_said(), ["0 state 5=[49]"]);
    rig.close(1006);
    assert_eq!(custom(&mut rig, "3", "123"), Ok(()));
    rig.come_back();
    rig.take_all();
    rig.hear(&snapshot(CH, 0, true, &[], &[state(CH, 0, &[(5, b"12")])]));
    let sent = rig.take_sent();
    assert_eq!(sent.len(), 1, "nobody sees the moment without it");
    assert_eq!(sent[0], [0xB0, 1, 5, 0, 0xB0, 1, 5, 3, b'1', b'2', b'3']);
    assert_eq!(
        custom(&mut rig, "", "4"),
        Err(WireError::TooShort {
            field: Part::Custom
        })
    );
    assert_eq!(custom(&mut rig, "", ""), Ok(()));
    assert_eq!(rig.take_said(), ["0 state 5=[]"]);
}

#[test]
fn a_bad_field_is_refused_and_nothing_is_sent() {
    let mut rig = Rig::joined(&[]);
    let now = rig.now;
    for (tag, body) in [(tag::ACTIVITY, &[9][..]), (tag::CUSTOM, b"{}")] {
        assert!(
            rig.run(|client| client.set_field(now, CH, tag, body))
                .is_err()
        );
    }
    assert!(rig.take_said().is_empty());
}

#[test]
fn events_wait_for_the_join_and_go_out_in_order_after_the_state() {
    let mut rig = Rig::new();
    rig.enter("plan");
    rig.event("one");
    rig.open();
    rig.event("two");
    rig.field(tag::ACTIVITY, &[1]);
    rig.take_all();
    rig.hear(&room(CH, 0, &[]));
    let sent = rig.take_sent();
    assert_eq!(sent.len(), 1, "packed");
    rig.event("three");
    assert_eq!(rig.take_said(), ["0 event three"]);
}

#[test]
fn dropped_events_are_told_once_at_the_join() {
    let mut rig = Rig::joined(&[]);
    rig.close(1006);
    for number in 0..QUEUED_EVENTS_MAX + 3 {
        rig.event(&format!("e{number}"));
    }
    rig.come_back();
    rig.take_all();
    rig.hear(&room(CH, 0, &[]));
    let said = rig.take_said();
    assert_eq!(said.len(), QUEUED_EVENTS_MAX);
    assert_eq!(said.first().map(|said| &**said), Some("0 event e3"));
    let dropped = Notice::EventsDropped {
        channel: CH,
        count: 3,
    };
    assert!(rig.take_notices().contains(&dropped));
    rig.close(1006);
    rig.come_back();
    rig.hear(&room(CH, 0, &[]));
    assert!(
        !rig.take_notices()
            .iter()
            .any(|notice| matches!(notice, Notice::EventsDropped { .. }))
    );
}

#[test]
fn an_event_over_its_limits_is_refused() {
    let mut rig = Rig::joined(&[]);
    let now = rig.now;
    for (name, length) in [("", 0), ("e", 16 * 1024 + 1)] {
        let payload = alloc::vec![0; length];
        let result = rig.run(|client| client.broadcast_event(now, CH, name, &payload));
        assert!(result.is_err());
    }
    assert!(rig.take_said().is_empty());
}
