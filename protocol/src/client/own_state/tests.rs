//! The own state alone.

use alloc::vec;
use alloc::vec::Vec;

use super::OwnState;
use crate::limits::STATE_BYTES_MAX;
use crate::wire::{Field, FieldsBuf, Part, WireError, tag};

#[test]
fn a_field_is_kept_replaced_and_removed() {
    let mut own = OwnState::default();
    assert_eq!(own.set(field(4, &[1])), Ok(true));
    assert_eq!(own.set(field(4, &[1])), Ok(false), "no news");
    assert_eq!(own.set(field(4, &[2])), Ok(true));
    assert_eq!(own.get(4), [2]);
    assert_eq!(own.set(field(4, &[])), Ok(true));
    assert_eq!(own.set(field(4, &[])), Ok(false), "gone already");
    assert_eq!(own, OwnState::default());
}

#[test]
fn a_bad_field_and_one_too_many_bytes_change_nothing() {
    let mut own = OwnState::default();
    let big = vec![b'x'; STATE_BYTES_MAX - 20];
    assert_eq!(own.set(field(tag::CUSTOM, &big)), Ok(true));
    let before = own.clone();
    assert_eq!(
        own.set(field(tag::ACTIVITY, &[9])),
        Err(WireError::BadValue {
            field: Part::Activity
        })
    );
    let too_long = Err(WireError::TooLong { field: Part::State });
    assert_eq!(own.set(field(200, &[0; 20])), too_long);
    assert_eq!(own, before);
}

#[test]
fn a_new_seat_is_told_everything() {
    let own = state(&[(4, &[1]), (5, b"{}"), (200, &[7])]);
    let [removed, set] = own.changes_from(&OwnState::default(), false);
    assert!(removed.as_fields().is_empty());
    assert_eq!(
        listed(&set),
        [(4, vec![1]), (5, b"{}".to_vec()), (200, vec![7])]
    );
}

#[test]
fn a_resumed_seat_is_told_the_difference_only() {
    let own = state(&[(3, &[0; 8]), (4, &[1])]);
    let theirs = state(&[(3, &[0; 8]), (4, &[2]), (6, &[1])]);
    let [removed, set] = own.changes_from(&theirs, false);
    assert_eq!(listed(&removed), [(6, vec![])]);
    assert_eq!(listed(&set), [(4, vec![1])]);
}

#[test]
fn a_custom_object_that_differs_is_removed_before_it_is_set_since_it_travels_as_a_patch() {
    let own = state(&[(5, br#"{"a":1}"#)]);
    let [removed, set] = own.changes_from(&state(&[(5, br#"{"b":1}"#)]), false);
    assert_eq!(listed(&removed), [(5, vec![])]);
    assert_eq!(listed(&set), [(5, br#"{"a":1}"#.to_vec())]);
    let [removed, set] = own.changes_from(&own, false);
    assert!(removed.as_fields().is_empty() && set.as_fields().is_empty());
}

#[test]
fn a_cursor_that_is_gone_is_taken_away_by_a_change_of_surface_and_back() {
    let on_none = OwnState::default();
    let on_plan = state(&[(7, b"\x04plan")]);
    for own in [&on_none, &on_plan] {
        let [left, back] = own.changes_from(own, true);
        assert_eq!(listed(&left), [(7, b"\x01\0".to_vec())]);
        assert_eq!(listed(&back), [(7, own.get(7).to_vec())]);
    }
    // A change of surface says it already.
    let [left, back] = on_none.changes_from(&on_plan, true);
    assert_eq!(listed(&left), [(7, vec![])]);
    assert_eq!(listed(&back), [(7, vec![])]);
}

fn state(fields: &[(u8, &[u8])]) -> OwnState {
    let mut own = OwnState::default();
    for &(tag, body) in fields {
        own.set(field(tag, body)).expect("a good field");
    }
    own
}

fn field(tag: u8, body: &[u8]) -> Field<'_> {
    Field { tag, body }
}

fn listed(fields: &FieldsBuf) -> Vec<(u8, Vec<u8>)> {
    let fields = fields.as_fields();
    fields
        .iter()
        .map(|field| (field.tag, field.body.to_vec()))
        .collect()
}
