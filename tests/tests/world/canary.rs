//! The checker can fail: worlds in which something is wrong on purpose.

use mote_tests::world::{Conditions, Link, World};
use serde_json::json;

use crate::kit::{at, millis, problems_when_quiet, world};

fn two_people() -> World {
    let mut world = world(30);
    for name in ["Ada", "Bob"] {
        let client = world.add_client(name, Conditions::PERFECT);
        world.act(client, |app, now| app.enter(now, "plan"));
    }
    world.run_for(millis(100));
    world
}

/// Loses the one message that is under way between the server and Bob, or Ada and the server.
fn lose(world: &mut World, client: usize, pipe: fn(&mut Link) -> bool) {
    let link = world.link_of(client).expect("a line");
    assert!(pipe(link), "something to lose");
}

#[test]
fn a_state_that_is_lost_on_the_way_up_is_found_out() {
    let mut world = two_people();
    world.act(0, |app, now| app.set_custom(now, "plan", "key", json!(1)));
    lose(&mut world, 0, |link| link.up.lose_one_message());
    let found = problems_when_quiet(&mut world);
    assert!(
        found.iter().any(|problem| problem.contains("custom is")),
        "{found:?}"
    );
}

#[test]
fn an_event_that_is_lost_on_the_way_down_is_found_out() {
    let mut world = two_people();
    world.act(0, |app, now| app.send_event(now, "plan"));
    world.run_for(millis(6));
    lose(&mut world, 1, |link| link.down.lose_one_message());
    let found = problems_when_quiet(&mut world);
    assert!(
        found.iter().any(|problem| problem.contains("is missing")),
        "{found:?}"
    );
}

#[test]
fn a_last_position_that_is_lost_is_found_out() {
    let mut world = two_people();
    world.act(0, |app, now| app.move_to(now, "plan", at(1, 1)));
    world.run_for(millis(6));
    lose(&mut world, 1, |link| link.down.lose_one_message());
    let found = problems_when_quiet(&mut world);
    assert!(
        found.iter().any(|problem| problem.contains("told cursor")),
        "{found:?}"
    );
}

#[test]
fn a_departure_that_is_lost_is_found_out() {
    let mut world = two_people();
    world.act(0, |app, now| app.leave(now, "plan"));
    world.run_for(millis(6));
    lose(&mut world, 1, |link| link.down.lose_one_message());
    let found = problems_when_quiet(&mut world);
    assert!(
        found.iter().any(|problem| problem.contains("told roster")),
        "{found:?}"
    );
}
