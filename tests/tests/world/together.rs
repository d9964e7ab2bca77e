//! Whole lines: what people who are in a room together see of each other.

use mote_protocol::client::Status;
use mote_protocol::wire::tag;
use mote_tests::world::{Conditions, World};
use serde_json::json;

use crate::kit::{assert_well, at, millis, world};

/// Ada and Bob in the room "plan".
fn two_people() -> World {
    let mut world = world(1);
    for name in ["Ada", "Bob"] {
        let client = world.add_client(name, Conditions::PERFECT);
        world.act(client, |app, now| app.enter(now, "plan"));
    }
    world.run_for(millis(100));
    world
}

#[test]
fn two_people_meet_move_change_tell_and_part() {
    let mut world = two_people();
    for app in world.apps() {
        assert_eq!(app.client().status(), Status::Connected);
        let view = app.client().room(app.stays()["plan"].channel).unwrap();
        assert_eq!(view.status(), Status::Connected);
        assert_eq!(view.count(), 2);
    }
    world.act(0, |app, now| {
        app.move_to(now, "plan", at(1, 2));
        app.set_field(now, "plan", tag::ACTIVITY, &[1]);
        app.set_field(now, "plan", 200, b"of a later version");
        app.set_custom(now, "plan", "tool", json!({"name": "pen", "size": 3}));
        app.send_event(now, "plan");
    });
    world.run_for(millis(100));
    let bob = &world.apps()[1].stays()["plan"].view;
    assert_eq!(
        bob.cursors.values().copied().collect::<Vec<_>>(),
        [at(1, 2)]
    );
    assert_eq!(bob.events["Ada"], [0]);
    let custom = bob.customs.values().next().expect("Ada's");
    assert_eq!(custom["tool"], json!({"name": "pen", "size": 3}));

    world.act(1, |app, now| app.leave(now, "plan"));
    world.run_for(millis(100));
    let ada = &world.apps()[0].stays()["plan"].view;
    assert_eq!(ada.roster.values().collect::<Vec<_>>(), ["Ada"]);
    assert_eq!(world.apps()[1].client().status(), Status::Initial);
    assert_well(&mut world, "after Bob left");
}

#[test]
fn what_is_set_before_the_room_is_joined_is_seen_after_it() {
    let mut world = world(2);
    for name in ["Ada", "Bob"] {
        let client = world.add_client(name, Conditions::PERFECT);
        world.act(client, |app, now| {
            app.enter(now, "plan");
            app.move_to(now, "plan", at(7, 8));
            app.set_custom(now, "plan", "early", json!(true));
            app.set_field(now, "plan", tag::SELECTION, b"\x01\x03box");
        });
    }
    assert_well(&mut world, "set while connecting");
}

#[test]
fn a_mover_sends_at_most_its_rate_and_everybody_ends_with_its_last_position() {
    let mut world = two_people();
    let before = world.link_of(0).unwrap().up.sent();
    for step in 0..1000 {
        world.act(0, |app, now| app.move_to(now, "plan", at(step, 0)));
        world.run_for(millis(1));
    }
    let sent = world.link_of(0).unwrap().up.sent() - before;
    // 60 a second, the first at once.
    assert!(
        (50..=62).contains(&sent),
        "{sent} messages for 1000 moves in a second"
    );
    world.run_for(millis(100));
    let bob = &world.apps()[1].stays()["plan"].view;
    assert_eq!(
        bob.cursors.values().copied().collect::<Vec<_>>(),
        [at(999, 0)]
    );
}

// R-LIVE-1
#[test]
fn a_quiet_world_stays_connected_and_says_little() {
    let mut world = two_people();
    let (up, down) = {
        let link = world.link_of(0).unwrap();
        (link.up.sent(), link.down.sent())
    };
    world.run_for(millis(600_000));
    let link = world.link_of(0).expect("the first line still");
    // Ten minutes at a heartbeat of 5 s: a beat and perhaps a ping for each.
    assert!(link.up.sent() - up <= 2 * 121, "{}", link.up.sent() - up);
    assert!(
        link.down.sent() - down <= 2 * 121,
        "{}",
        link.down.sent() - down
    );
    assert_well(&mut world, "after ten quiet minutes");
}

#[test]
fn one_client_is_in_several_rooms_over_one_line() {
    let mut world = world(3);
    let ada = world.add_client("Ada", Conditions::PERFECT);
    let bob = world.add_client("Bob", Conditions::PERFECT);
    for room in ["plan", "notes", "board"] {
        world.act(ada, |app, now| app.enter(now, room));
    }
    world.act(bob, |app, now| app.enter(now, "notes"));
    world.run_for(millis(100));
    for room in ["plan", "notes", "board"] {
        world.act(ada, |app, now| app.move_to(now, room, at(9, 9)));
        world.act(ada, |app, now| app.send_event(now, room));
    }
    assert_eq!(world.links().len(), 2);
    assert_well(&mut world, "three rooms");
    world.act(ada, |app, now| app.leave(now, "notes"));
    world.act(ada, |app, now| app.enter(now, "notes"));
    assert_well(&mut world, "left and entered again at once");
}

// R-STA-9
#[test]
fn a_new_surface_takes_the_cursor_with_it() {
    let mut world = two_people();
    world.act(0, |app, now| app.move_to(now, "plan", at(5, 5)));
    world.run_for(millis(100));
    world.act(0, |app, now| {
        app.move_to(now, "plan", at(6, 6));
        app.set_field(now, "plan", tag::SURFACE, b"\x03map");
    });
    world.run_for(millis(100));
    let bob = &world.apps()[1].stays()["plan"].view;
    assert!(bob.cursors.is_empty(), "{:?}", bob.cursors);
    assert_well(&mut world, "on the new surface");
    world.act(0, |app, now| app.move_to(now, "plan", at(7, 7)));
    assert_well(&mut world, "moved there");
}

// R-SNAP-1 R-STA-9
#[test]
fn a_newcomer_sees_cursors_on_their_surfaces() {
    let mut world = two_people();
    world.act(0, |app, now| {
        app.set_field(now, "plan", tag::SURFACE, b"\x03map");
        app.move_to(now, "plan", at(5, 5));
    });
    world.run_for(millis(100));
    let cleo = world.add_client("Cleo", Conditions::PERFECT);
    world.act(cleo, |app, now| app.enter(now, "plan"));
    world.run_for(millis(100));
    let view = &world.apps()[cleo].stays()["plan"].view;
    assert_eq!(
        view.cursors.values().copied().collect::<Vec<_>>(),
        [at(5, 5)]
    );
    // The same surface once more is no change: the cursor stays.
    world.act(0, |app, now| {
        app.set_field(now, "plan", tag::SURFACE, b"\x03map");
    });
    assert_well(&mut world, "the same surface twice");
}
