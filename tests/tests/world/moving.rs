//! Servers that end: with notice and without.

use mote_protocol::client::Status;
use mote_tests::world::{Conditions, Cut, World};
use serde_json::json;

use crate::kit::{assert_well, at, millis, world};

fn ten_people(seed: u64) -> World {
    let mut world = world(seed);
    for number in 0..10u16 {
        let client = world.add_client(&format!("p{number}"), Conditions::PERFECT);
        world.act(client, |app, now| {
            app.enter(now, "plan");
            app.move_to(now, "plan", at(number, 1));
            app.set_custom(now, "plan", "number", json!(number));
        });
    }
    world.run_for(millis(200));
    world
}

#[test]
fn everybody_moves_to_the_new_server_spread_over_the_drain() {
    let mut world = ten_people(20);
    let start = world.now();
    world.drain_to_new_server(millis(5_000));
    let mut moved_at = Vec::new();
    for _ in 0..100 {
        world.run_for(millis(60));
        let server = world.server().expect("the new one");
        moved_at.push((world.now().since(start), server.links().len()));
    }
    let halfway = moved_at
        .iter()
        .filter(|(_, moved)| (1..10).contains(moved))
        .count();
    assert!(halfway > 10, "all at one moment: {moved_at:?}");
    assert_eq!(
        moved_at.last().map(|(_, moved)| *moved),
        Some(10),
        "{moved_at:?}"
    );
    assert_well(&mut world, "after the drain");
}

#[test]
fn a_server_that_is_killed_and_started_again_has_everybody_back_as_they_were() {
    let mut world = ten_people(21);
    world.kill_server();
    world.run_for(millis(30_000));
    for app in world.apps() {
        assert_eq!(app.client().status(), Status::Reconnecting);
    }
    // What happens meanwhile is kept for later.
    world.act(3, |app, now| app.move_to(now, "plan", at(333, 3)));
    world.act(4, |app, now| {
        app.set_custom(now, "plan", "number", json!("four"));
    });
    world.act(5, |app, now| app.leave(now, "plan"));
    world.start_server();
    assert_well(&mut world, "after the restart");
}

// R-CLOSE-4 R-CLOSE-5 R-ORD-3
#[test]
fn a_reader_that_is_too_slow_is_dropped_comes_back_and_ends_with_everybodys_last_position() {
    let mut world = ten_people(22);
    world.set_conditions(0, Conditions::SLOW_READER);
    for round in 0..300u16 {
        for client in 1..10 {
            world.act(client, |app, now| {
                app.move_to(now, "plan", at(round, 7));
                app.send_event(now, "plan");
            });
        }
        world.run_for(millis(30));
    }
    assert_well(&mut world, "a slow reader");
}

// R-SEAT-5
#[test]
fn a_client_that_moves_to_another_network_takes_over_from_its_own_dead_line() {
    let mut world = ten_people(23);
    // The server believes in the old line when the client is back on a new one.
    world.cut(0, Cut::ServerUnaware);
    world.run_for(millis(4_000));
    let status = world.apps()[0].client().status();
    assert_eq!(status, Status::Connected);
    let view = &world.apps()[1].stays()["plan"].view;
    assert_eq!(view.roster.len(), 10, "a ghost: {:?}", view.roster);
    assert_well(&mut world, "taken over");
}
