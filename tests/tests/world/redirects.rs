//! Rooms that are on another server than the one that clients know.

use mote_protocol::client::Status;
use mote_tests::world::{Conditions, World};
use serde_json::json;

use crate::kit::{assert_well, at, millis, world};

fn add_two(world: &mut World) {
    for name in ["Ada", "Bob"] {
        let client = world.add_client(name, Conditions::PERFECT);
        world.act(client, |app, now| app.enter(now, "plan"));
    }
    world.run_for(millis(200));
}

/// Everybody is joined and sees so many people.
fn assert_met(world: &World, room: &str, people: usize) {
    for app in world.apps() {
        let stay = &app.stays()[room];
        let view = app.client().room(stay.channel).expect("entered");
        assert_eq!(view.status(), Status::Connected, "{}", app.name());
        assert_eq!(stay.view.roster.len(), people, "{}", app.name());
    }
}

// R-CTL-7
#[test]
fn people_whom_the_server_redirects_meet_where_the_room_is() {
    let mut world = world(40);
    world.move_rooms_to_new_server(true);
    add_two(&mut world);
    assert_met(&world, "plan", 2);
    world.act(0, |app, now| {
        app.move_to(now, "plan", at(1, 2));
        app.send_event(now, "plan");
        app.set_custom(now, "plan", "tool", json!("pen"));
    });
    world.run_for(millis(100));
    let bob = &world.apps()[1].stays()["plan"].view;
    assert_eq!(bob.events["Ada"], [0]);
    assert_well(&mut world, "redirected at first");
}

// R-CTL-7
#[test]
fn a_room_that_moves_under_people_s_feet_takes_all_of_them_along() {
    let mut world = world(41);
    add_two(&mut world);
    world.act(0, |app, now| {
        app.move_to(now, "plan", at(3, 4));
        app.set_custom(now, "plan", "tool", json!("pen"));
    });
    world.run_for(millis(100));
    world.move_rooms_to_new_server(true);
    world.run_for(millis(200));
    assert_met(&world, "plan", 2);
    assert_well(&mut world, "moved");
}

// R-CTL-8
#[test]
fn a_server_out_of_the_clients_reach_is_met_through_the_one_that_they_reach() {
    let mut world = world(42);
    world.move_rooms_to_new_server(false);
    add_two(&mut world);
    world.run_for(millis(1_000));
    assert_met(&world, "plan", 2);
    assert_well(&mut world, "out of reach");
}

// R-CTL-8
#[test]
fn a_client_in_several_rooms_stays_in_all_of_them_over_one_line() {
    let mut world = world(43);
    world.move_rooms_to_new_server(true);
    add_two(&mut world);
    for client in 0..2 {
        world.act(client, |app, now| app.enter(now, "aside"));
    }
    // Those who are at the owner already are not redirected; a reloaded page enters both at once.
    world.reload(0);
    world.run_for(millis(1_000));
    assert_eq!(world.links().len(), 2);
    for room in ["plan", "aside"] {
        assert_met(&world, room, 2);
        world.act(0, |app, now| app.send_event(now, room));
    }
    assert_well(&mut world, "two rooms");
}

#[test]
fn who_was_redirected_comes_back_over_bad_lines_too() {
    let mut world = world(44);
    world.move_rooms_to_new_server(true);
    add_two(&mut world);
    for client in 0..2 {
        world.set_conditions(client, Conditions::FLAKY);
    }
    for step in 0..200 {
        for client in 0..2 {
            world.act(client, |app, now| app.move_to(now, "plan", at(step, step)));
        }
        world.run_for(millis(100));
    }
    assert_well(&mut world, "flaky");
}
