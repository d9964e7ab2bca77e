//! State, surfaces and events.

use super::*;
use crate::heard::custom;
use crate::limits::Limit;
use mote_protocol::wire::{Event, tag};

#[test]
fn a_change_is_relayed_as_it_came_and_merged_for_those_who_come_later() {
    let mut world = World::new();
    let ada = world.join("Ada");
    let bob = world.join("Bob");
    world.forget_heard();
    world
        .state(ada, &[(tag::CUSTOM, br#"{"a":1,"b":{"c":2}}"#)])
        .unwrap();
    world
        .state(ada, &[(tag::CUSTOM, br#"{"b":{"c":null,"d":3}}"#)])
        .unwrap();
    let patches = [
        custom(0, r#"{"a":1,"b":{"c":2}}"#),
        custom(0, r#"{"b":{"c":null,"d":3}}"#),
    ];
    assert_eq!(world.heard(bob), patches);
    assert_eq!(world.heard(ada), []);
    let cy = world.join("Cy");
    assert!(
        world
            .heard(cy)
            .contains(&custom(0, r#"{"a":1,"b":{"d":3}}"#))
    );
}

/// R-STA-3, R-STA-5.
#[test]
fn fields_are_merged_by_tag_unknown_ones_too_and_an_empty_body_removes() {
    let mut world = World::new();
    let ada = world.join("Ada");
    world
        .state(ada, &[(0, b"x"), (4, &[1]), (200, b"odd")])
        .unwrap();
    world.state(ada, &[(0, b""), (4, &[2])]).unwrap();
    let bob = world.join("Bob");
    let merged = Heard::State(0, vec![(4, vec![2]), (200, b"odd".into())]);
    assert!(world.heard(bob).contains(&merged));
    world.state(ada, &[(4, b""), (200, b"")]).unwrap();
    let cy = world.join("Cy");
    assert!(
        !world
            .heard(cy)
            .iter()
            .any(|heard| matches!(heard, Heard::State(..)))
    );
}

#[test]
fn a_custom_that_is_not_an_object_breaks_the_protocol_and_changes_nothing() {
    let mut world = World::new();
    let ada = world.join("Ada");
    let bob = world.join("Bob");
    world.forget_heard();
    let result = world.state(ada, &[(4, &[1]), (tag::CUSTOM, b"[1]")]);
    assert!(matches!(result, Err(MessageError::Protocol(_))));
    assert_eq!(world.heard(bob), []);
}

/// R-STA-6.
#[test]
fn a_merged_state_over_16_kib_is_refused_and_the_old_one_stays() {
    let mut world = World::new();
    let ada = world.join("Ada");
    let half = format!(r#"{{"a":"{}"}}"#, "x".repeat(9_000));
    let other_half = format!(r#"{{"b":"{}"}}"#, "y".repeat(9_000));
    world.state(ada, &[(tag::CUSTOM, half.as_bytes())]).unwrap();
    let refused = world.state(ada, &[(tag::CUSTOM, other_half.as_bytes())]);
    assert!(matches!(refused, Err(MessageError::Over(..))));
    let bob = world.join("Bob");
    assert!(world.heard(bob).contains(&custom(0, &half)));
}

/// R-STA-6.
#[test]
fn the_states_of_a_room_together_have_a_limit_and_shrinking_is_always_allowed() {
    // A large room would refuse so much at one instant for another reason.
    let mut world = World::with(RoomConfig {
        large: LargeRooms {
            slice_listeners_max: 1_000,
            ..LargeRooms::default()
        },
        ..RoomConfig::default()
    });
    let large = vec![b'x'; 16_000];
    let mut accepted = 0;
    let mut first = None;
    let refused = loop {
        let one = world.join("x");
        first.get_or_insert(one);
        match world.state(one, &[(200, &large)]) {
            Ok(()) => accepted += 1,
            Err(refused) => break refused,
        }
    };
    assert!(matches!(refused, MessageError::Over(Limit::RoomState, _)));
    assert_eq!(accepted, crate::limits::MAX_ROOM_STATE_DEFAULT / 16_004);
    let first = first.unwrap();
    world.state(first, &[(200, b"")]).unwrap();
    world.state(first, &[(200, &large)]).unwrap();
    world.leave(first);
    let next = world.join("y");
    world.state(next, &[(200, &large)]).unwrap();
}

#[test]
fn how_large_the_states_of_a_room_may_be_can_be_set() {
    let mut world = World::with(RoomConfig {
        state_bytes_max: 20_000,
        ..RoomConfig::default()
    });
    let large = vec![b'x'; 16_000];
    let (ada, bob) = (world.join("Ada"), world.join("Bob"));
    world.state(ada, &[(200, &large)]).unwrap();
    let refused = world.state(bob, &[(200, &large)]);
    assert!(matches!(refused, Err(MessageError::Over(..))));
    world.state(bob, &[(200, b"small")]).unwrap();
}

#[test]
fn a_change_of_surface_clears_the_cursor_and_the_move_that_was_pending() {
    let mut world = World::new();
    let ada = world.join("Ada");
    let bob = world.join("Bob");
    world.move_to(ada, 1, 1);
    world.forget_heard();
    world.move_to(ada, 2, 2);
    world.state(ada, &[(tag::SURFACE, b"\x05board")]).unwrap();
    world.pass(Duration::from_millis(40));
    assert_eq!(
        world.heard(bob),
        [Heard::State(0, vec![(7, b"\x05board".into())])]
    );
    let cy = world.join("Cy");
    assert!(world.heard(cy).contains(&Heard::Batch(vec![])));
    world.forget_heard();
    world.move_to(ada, 3, 3);
    assert_eq!(world.heard(bob), [Heard::Cursor(0, (3, 3))]);
}

#[test]
fn the_same_surface_said_again_keeps_the_cursor() {
    let mut world = World::new();
    let ada = world.join("Ada");
    world.state(ada, &[(tag::SURFACE, b"\x01s")]).unwrap();
    world.move_to(ada, 1, 1);
    world.state(ada, &[(tag::SURFACE, b"\x01s")]).unwrap();
    let bob = world.join("Bob");
    assert!(world.heard(bob).contains(&Heard::Batch(vec![(0, (1, 1))])));
}

/// R-STA-5.
#[test]
fn the_rooms_own_surface_is_the_same_named_empty_or_not_at_all() {
    let mut world = World::new();
    let ada = world.join("Ada");
    world.move_to(ada, 1, 1);
    world.state(ada, &[(tag::SURFACE, b"\x00")]).unwrap();
    world.state(ada, &[(tag::SURFACE, b"")]).unwrap();
    let bob = world.join("Bob");
    assert!(world.heard(bob).contains(&Heard::Batch(vec![(0, (1, 1))])));
}

#[test]
fn an_event_reaches_the_others_in_order_with_its_senders_state_and_is_not_stored() {
    let mut world = World::new();
    let ada = world.join("Ada");
    let bob = world.join("Bob");
    world.forget_heard();
    world.state(ada, &[(4, &[1])]).unwrap();
    let event = Event {
        name: "wave",
        payload: b"!",
    };
    world
        .room
        .handle_event(world.now, ada.listener, event)
        .unwrap();
    world.deliver();
    world.state(ada, &[(4, &[0])]).unwrap();
    let expected = [
        Heard::State(0, vec![(4, vec![1])]),
        Heard::Event(0, "wave".into()),
        Heard::State(0, vec![(4, vec![0])]),
    ];
    assert_eq!(world.heard(bob), expected);
    assert_eq!(world.heard(ada), []);
    let cy = world.join("Cy");
    assert!(!world.heard(cy).contains(&Heard::Event(0, "wave".into())));
}
