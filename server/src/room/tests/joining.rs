//! Coming, going, coming back.

use super::*;
use mote_protocol::color::Color;

/// R-SNAP-1, R-WEL-2.
#[test]
fn a_joiner_hears_welcome_everybody_cursors_states_and_the_count_last() {
    let mut world = World::new();
    let ada = world.join("Ada");
    world.move_to(ada, 7, 8);
    world.state(ada, &[(4, &[1])]).unwrap();
    let bob = world.join("Bob");
    let expected = [
        Heard::Welcome {
            user: 1,
            resumed: false,
        },
        Heard::Joined(0, "Ada".into()),
        Heard::Joined(1, "Bob".into()),
        Heard::Batch(vec![(0, (7, 8))]),
        Heard::State(0, vec![(4, vec![1])]),
        Heard::Count(2),
    ];
    assert_eq!(world.heard(bob), expected);
}

/// R-SNAP-1, R-CUR-2.
#[test]
fn the_first_person_hears_an_empty_batch_too() {
    let mut world = World::new();
    let ada = world.join("Ada");
    let expected = [
        Heard::Welcome {
            user: 0,
            resumed: false,
        },
        Heard::Joined(0, "Ada".into()),
        Heard::Batch(vec![]),
        Heard::Count(1),
    ];
    assert_eq!(world.heard(ada), expected);
}

#[test]
fn a_snapshot_is_on_the_joiners_channel_and_live_messages_on_channel_zero() {
    let mut world = World::new();
    let channel = mote_protocol::wire::Channel::new(9).unwrap();
    let ada = world
        .try_join(JoinRequest {
            channel,
            ..JoinRequest::default()
        })
        .unwrap();
    assert_eq!(world.raw(ada)[0][0], 0xA9);
    world.join("Bob");
    assert!(world.raw(ada).iter().all(|message| message[0] & 0x0F == 0));
}

/// R-ORD-1.
#[test]
fn the_others_hear_a_person_come_and_go_with_the_count_each_time() {
    let mut world = World::new();
    let ada = world.join("Ada");
    let eye = world.observe();
    world.forget_heard();
    let bob = world.join("Bob");
    world.leave(bob);
    let expected = [
        Heard::Joined(1, "Bob".into()),
        Heard::Count(2),
        Heard::Left(1),
        Heard::Count(1),
    ];
    assert_eq!(world.heard(ada), expected);
    assert_eq!(world.heard(eye), expected);
}

#[test]
fn ids_are_dense_and_the_smallest_free_one_is_given_again() {
    let mut world = World::new();
    let people: Vec<_> = ["a", "b", "c", "d"].map(|name| world.join(name)).into();
    world.leave(people[2]);
    world.leave(people[0]);
    assert_eq!(world.join("e").user, Some(0));
    assert_eq!(world.join("f").user, Some(2));
    assert_eq!(world.join("g").user, Some(4));
}

/// R-SEAT-1.
#[test]
fn an_id_is_not_given_on_while_its_seat_can_be_resumed() {
    let mut world = World::new();
    let ada = world.join("Ada");
    world.lose(ada);
    assert_eq!(world.join("Bob").user, Some(1));
    world.pass(GRACE);
    assert_eq!(world.join("Cy").user, Some(0));
}

#[test]
fn nobody_notices_a_line_that_comes_back_in_time() {
    let mut world = World::new();
    let ada = world.join("Ada");
    let bob = world.join("Bob");
    world.forget_heard();
    world.lose(ada);
    world.pass(GRACE - Duration::from_micros(1));
    let back = world.resume(ada);
    world.pass(2 * GRACE);
    assert_eq!((back.user, back.resumed), (Some(0), true));
    assert_eq!(
        back.resume, ada.resume,
        "a lost Welcome must not orphan the seat"
    );
    assert_eq!(world.heard(bob), []);
    assert_eq!(
        world.heard(back)[0],
        Heard::Welcome {
            user: 0,
            resumed: true
        }
    );
}

#[test]
fn a_seat_is_freed_when_its_grace_is_over() {
    let mut world = World::new();
    let ada = world.join("Ada");
    let bob = world.join("Bob");
    world.forget_heard();
    world.lose(ada);
    assert_eq!(world.room.poll_timeout(), Some(world.now + GRACE));
    world.pass(GRACE);
    assert_eq!(world.heard(bob), [Heard::Left(0), Heard::Count(1)]);
    let again = world.resume(ada);
    assert!(!again.resumed);
    assert_ne!(again.resume, ada.resume);
}

#[test]
fn a_seat_whose_grace_is_over_cannot_be_resumed_before_the_timer_came() {
    let mut world = World::new();
    let ada = world.join("Ada");
    world.lose(ada);
    world.now = world.now + GRACE;
    assert!(!world.resume(ada).resumed);
}

#[test]
fn a_second_use_of_a_resume_value_takes_the_seat_over() {
    let mut world = World::new();
    let ada = world.join("Ada");
    let bob = world.join("Bob");
    world.forget_heard();
    let thief = world.resume(ada);
    assert_eq!(thief.user, ada.user);
    assert_eq!(world.heard(ada), [Heard::Kicked]);
    assert_eq!(world.heard(bob), []);

    // The first socket's end, and what it still sends, mean nothing any more.
    world.move_to(ada, 1, 1);
    world.room.handle_leave(world.now, ada.listener);
    world.room.handle_lost(world.now, ada.listener);
    world.pass(2 * GRACE);
    assert_eq!(world.heard(bob), []);
    assert_eq!(world.room.people(), 2);
}

/// R-JOIN-5, R-SEAT-2.
#[test]
fn a_resumed_seat_keeps_its_name_and_colour_unless_new_ones_are_given() {
    let mut world = World::new();
    let ada = world.join("Ada");
    let bob = world.join("Bob");
    world.state(ada, &[(4, &[2])]).unwrap();
    world.lose(ada);
    world.forget_heard();
    let back = world.resume(ada);
    assert_eq!(world.heard(back)[1], Heard::Joined(0, "Ada".into()));
    let request = JoinRequest {
        resume: Some(ada.resume),
        name: Some("Countess"),
        color: Some(Color::from_rgb(0x0012_3456)),
        ..JoinRequest::default()
    };
    world.try_join(request).unwrap();
    let expected = [
        Heard::Joined(0, "Countess".into()),
        Heard::State(0, vec![(4, vec![2])]),
    ];
    assert_eq!(world.heard(bob), expected);
}

#[test]
fn a_seat_is_not_resumed_by_another_account() {
    let mut world = World::new();
    let account = "ada@example.org";
    let ada = world
        .try_join(JoinRequest {
            account,
            ..JoinRequest::default()
        })
        .unwrap();
    assert!(!world.resume(ada).resumed);
}

#[test]
fn a_full_room_takes_nobody_but_those_who_come_back() {
    let people_max = 2;
    let mut world = World::with(RoomConfig {
        people_max,
        ..RoomConfig::default()
    });
    let ada = world.join("Ada");
    let bob = world.join("Bob");
    world.lose(ada);
    let full = world.try_join(JoinRequest::default());
    assert_eq!(full, Err(Refused::RoomFull));
    assert!(world.resume(ada).resumed);
    world.leave(bob);
    assert!(world.try_join(JoinRequest::default()).is_ok());
}

/// R-JOIN-6, R-WEL-2.
#[test]
fn an_observer_hears_everything_and_is_neither_listed_nor_counted() {
    let mut world = World::new();
    let ada = world.join("Ada");
    world.forget_heard();
    let eye = world.observe();
    assert_eq!((eye.user, eye.resume), (None, [0; 16]));
    let expected = [
        Heard::Welcome {
            user: 0,
            resumed: false,
        },
        Heard::Joined(0, "Ada".into()),
        Heard::Batch(vec![]),
        Heard::Count(1),
    ];
    assert_eq!(world.heard(eye), expected);
    world.move_to(ada, 1, 2);
    world.state(ada, &[(4, &[1])]).unwrap();
    let expected = [
        Heard::Cursor(0, (1, 2)),
        Heard::State(0, vec![(4, vec![1])]),
    ];
    assert_eq!(world.heard(eye), expected);
    world.lose(eye);
    assert_eq!(world.heard(ada), []);
}

#[test]
fn an_observer_cannot_send() {
    let mut world = World::new();
    let eye = world.observe();
    let (now, listener) = (world.now, eye.listener);
    let refused = |result| matches!(result, Err(MessageError::Refused(_)));
    assert!(refused(world.room.handle_cursor(
        now,
        listener,
        Point::default()
    )));
    assert!(refused(world.state(eye, &[(4, &[1])])));
    let event = mote_protocol::wire::Event {
        name: "e",
        payload: &[],
    };
    assert!(refused(world.room.handle_event(now, listener, event)));
}

#[test]
fn observers_have_a_limit_of_their_own() {
    let observers_max = 1;
    let mut world = World::with(RoomConfig {
        observers_max,
        ..RoomConfig::default()
    });
    let eye = world.observe();
    let request = JoinRequest {
        observer: true,
        ..JoinRequest::default()
    };
    assert_eq!(world.try_join(request), Err(Refused::ObserversFull));
    world.leave(eye);
    assert!(world.try_join(request).is_ok());
}

#[test]
fn a_room_is_empty_when_nobody_is_connected_and_no_seat_is_kept() {
    let mut world = World::new();
    let ada = world.join("Ada");
    let eye = world.observe();
    world.leave(eye);
    world.lose(ada);
    assert!(!world.room.is_empty());
    world.pass(GRACE);
    assert!(world.room.is_empty());
    assert_eq!(world.room.poll_timeout(), None);
}

/// R-JOIN-5.
#[test]
fn anonymous_people_get_different_names_and_colours() {
    let mut world = World::new();
    let last = (0..10)
        .map(|_| world.try_join(JoinRequest::default()).unwrap())
        .last();
    let mut names = std::collections::HashSet::new();
    for heard in world.heard(last.unwrap()) {
        if let Heard::Joined(_, name) = heard {
            assert!(names.insert(name));
        }
    }
    assert_eq!(names.len(), 10);
}

/// R-JOIN-5.
#[test]
fn a_name_without_a_visible_character_becomes_an_anonymous_one() {
    let mut world = World::new();
    let blank = world.join("\u{200B}\u{202E}");
    let Heard::Joined(0, name) = &world.heard(blank)[1] else {
        panic!("not listed");
    };
    assert!(name.contains(' ') && name.is_ascii(), "{name}");
}

/// R-SNAP-2.
#[test]
fn a_crowds_snapshot_comes_in_blocks_of_whole_messages() {
    let mut world = World::new();
    for _ in 0..500 {
        let name = "🦊".repeat(32);
        world
            .room
            .handle_join(
                world.now,
                JoinRequest {
                    name: Some(&name),
                    ..JoinRequest::default()
                },
            )
            .unwrap();
        while world.room.poll_output().is_some() {}
    }
    let last = world.join("last");
    let blocks = world.raw(last);
    assert!(blocks.len() > 3);
    assert!(
        blocks
            .iter()
            .all(|block| block.len() <= mote_protocol::limits::MESSAGE_BYTES_MAX)
    );
    let messages: Vec<_> = blocks.iter().flat_map(|block| heard(block)).collect();
    assert_eq!(messages.len(), 1 + 501 + 1 + 1);
    assert_eq!(messages.last(), Some(&Heard::Count(501)));
}
