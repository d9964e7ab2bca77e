//! The roster alone.

use alloc::vec;
use alloc::vec::Vec;

use super::{Joined, Roster};
use crate::color::Color;
use crate::coords::Point;
use crate::limits::{ROSTER_PEOPLE_MAX, ROSTER_STATE_BYTES_MAX};
use crate::wire::{Activity, Field, FieldsBuf, Selection, UserJoined, tag};

#[test]
fn people_are_listed_in_ascending_order_however_they_come() {
    let mut roster = Roster::default();
    for user in [5, 1, 9, 3] {
        assert_eq!(roster.join(joined(user, "Ada")), Joined::New);
    }
    let users: Vec<u32> = roster.people().iter().map(|person| person.user).collect();
    assert_eq!(users, [1, 3, 5, 9]);
    assert!(roster.leave(3));
    assert!(!roster.leave(3));
    assert!(roster.get(3).is_none() && roster.get(5).is_some());
}

#[test]
fn a_known_person_who_joins_again_is_changed_in_place() {
    let mut roster = Roster::default();
    roster.join(joined(1, "Ada"));
    roster.move_cursor(1, Point { x: 1, y: 1 }, None);
    assert_eq!(roster.join(joined(1, "Ada")), Joined::Nothing);
    assert_eq!(roster.join(joined(1, "Eve")), Joined::Changed);
    let eve = roster.get(1).expect("listed");
    assert_eq!(
        (&*eve.name, eve.cursor),
        ("Eve", Some(Point { x: 1, y: 1 }))
    );
}

/// R-CUR-2, R-STA-9.
#[test]
fn a_surface_takes_the_cursor_and_the_other_fields_do_not() {
    let mut roster = Roster::default();
    roster.join(joined(1, "Ada"));
    assert!(roster.move_cursor(1, Point { x: 1, y: 1 }, None));
    assert!(
        !roster.move_cursor(1, Point { x: 1, y: 1 }, None),
        "no news"
    );
    let mut selection = Vec::new();
    Selection::encode(&["a", "b"], &mut selection).expect("short");
    let hidden: &[(u8, &[u8])] = &[(2, &selection), (4, &[2]), (6, &[1])];
    assert!(set(&mut roster, 1, hidden));
    let ada = roster.get(1).expect("listed");
    assert_eq!(ada.activity, Activity::Away);
    assert!(ada.cursor_hidden && ada.cursor.is_some());
    assert_eq!(ada.selection().collect::<Vec<_>>(), ["a", "b"]);
    assert!(set(&mut roster, 1, &[(7, b"\x05board")]));
    let ada = roster.get(1).expect("listed");
    assert_eq!((&*ada.surface, ada.cursor), ("board", None));
    assert!(set(
        &mut roster,
        1,
        &[(2, &[]), (4, &[]), (6, &[]), (7, &[])]
    ));
    let ada = roster.get(1).expect("listed");
    assert_eq!(
        (ada.activity, ada.cursor_hidden, &*ada.surface),
        (Activity::Active, false, "")
    );
    assert_eq!(ada.selection().count(), 0);
}

#[test]
fn an_unknown_tag_and_a_custom_object_are_no_update() {
    let mut roster = Roster::default();
    roster.join(joined(1, "Ada"));
    assert!(!set(&mut roster, 1, &[(5, b"{}"), (99, b"x")]));
    assert!(!set(&mut roster, 2, &[(4, &[1])]), "nobody");
}

#[test]
fn a_full_roster_lists_nobody_more() {
    let mut roster = Roster::default();
    for user in 0..=u32::try_from(ROSTER_PEOPLE_MAX).expect("few") {
        roster.join(joined(user, "Ada"));
    }
    assert_eq!(roster.people().len(), ROSTER_PEOPLE_MAX);
}

#[test]
fn selections_past_the_memory_of_a_room_read_as_none_and_come_back_when_there_is_room() {
    let mut roster = Roster::default();
    let long = vec!["0123456789"; 1_000];
    let mut selection = Vec::new();
    Selection::encode(&long, &mut selection).expect("short");
    let fitting = u32::try_from(ROSTER_STATE_BYTES_MAX / selection.len()).expect("few");
    for user in 0..=fitting {
        roster.join(joined(user, "Ada"));
        set(&mut roster, user, &[(tag::SELECTION, &selection)]);
    }
    let last = |roster: &Roster| roster.get(fitting).map(|person| person.selection().count());
    assert_eq!(last(&roster), Some(0));
    assert_eq!(
        roster.get(0).map(|person| person.selection().count()),
        Some(1_000)
    );
    roster.leave(0);
    set(&mut roster, fitting, &[(tag::SELECTION, &selection)]);
    assert_eq!(last(&roster), Some(1_000));
}

fn joined(user: u32, name: &str) -> UserJoined<'_> {
    UserJoined {
        user,
        name,
        color: Color::default(),
        account: "",
    }
}

fn set(roster: &mut Roster, user: u32, fields: &[(u8, &[u8])]) -> bool {
    let mut buf = FieldsBuf::new();
    for &(tag, body) in fields {
        buf.push(Field { tag, body }).expect("a good field");
    }
    roster.set_fields(user, buf.as_fields())
}
