//! The line is lost after every single message, in either direction, in every way.

use mote_protocol::wire::tag;
use mote_tests::world::{Conditions, Cut, CutPlan, Direction, World};
use serde_json::json;

use crate::kit::{assert_well, at, millis, world};

/// What Ada and Bob do; Ada's first line is cut where the plan says.
fn session(world: &mut World) {
    for name in ["Ada", "Bob"] {
        world.add_client(name, Conditions::PERFECT);
    }
    // A second room keeps Ada's line while she leaves the first.
    world.act(0, |app, now| app.enter(now, "aside"));
    world.act(1, |app, now| app.enter(now, "plan"));
    world.run_for(millis(50));
    world.act(1, |app, now| app.move_to(now, "plan", at(90, 91)));
    world.act(0, |app, now| app.enter(now, "plan"));
    world.act(0, |app, now| app.set_custom(now, "plan", "early", json!(1)));
    world.run_for(millis(50));
    for round in 1..=3u16 {
        world.act(0, |app, now| {
            app.move_to(now, "plan", at(round, round));
            app.send_event(now, "plan");
            app.set_custom(now, "plan", "round", json!(round));
        });
        world.act(1, |app, now| {
            app.set_custom(now, "plan", "other", json!({ "n": round }));
        });
        world.run_for(millis(30));
        world.act(1, |app, now| {
            app.send_event(now, "plan");
            app.move_to(now, "plan", at(100 + round, 0));
        });
        world.act(0, |app, now| {
            app.set_field(now, "plan", tag::ACTIVITY, &[1]);
        });
        world.run_for(millis(30));
        world.act(0, |app, now| {
            app.set_custom(now, "plan", "early", json!(null));
        });
    }
    world.act(0, |app, now| app.set_field(now, "plan", tag::ACTIVITY, b""));
    world.act(0, |app, now| app.leave(now, "plan"));
    world.act(0, |app, now| app.enter(now, "plan"));
    world.run_for(millis(50));
    world.act(0, |app, now| {
        app.set_field(now, "plan", tag::SURFACE, b"\x01s");
    });
    world.act(0, |app, now| app.send_event(now, "plan"));
    world.run_for(millis(50));
}

// R-SNAP-3 R-LIVE-2 R-ORD-2
#[test]
fn whenever_and_however_the_line_is_lost_all_is_well_in_the_end() {
    for direction in [Direction::Up, Direction::Down] {
        let mut world = world(0);
        session(&mut world);
        let link = world.link_of(0).expect("a whole line");
        let messages = match direction {
            Direction::Up => link.up.sent(),
            Direction::Down => link.down.sent(),
        };
        assert!(
            messages > 10,
            "a session of {messages} messages shows little"
        );
        for how in Cut::ALL {
            for after in 1..=messages {
                cut_once(CutPlan {
                    client: 0,
                    direction,
                    after,
                    how,
                });
            }
        }
    }
}

fn cut_once(plan: CutPlan) {
    let mut world = world(0);
    world.plan_cut(plan);
    session(&mut world);
    assert_well(&mut world, &format!("{plan:?}"));
}

// R-SEAT-3 R-SNAP-3
#[test]
fn a_line_that_is_back_within_the_grace_is_noticed_by_nobody() {
    let mut world = world(4);
    session(&mut world);
    let before = world.apps()[1].stays()["plan"].view.clone();
    world.cut(0, Cut::Told);
    world.run_for(millis(9_000));
    let after = &world.apps()[1].stays()["plan"].view;
    assert_eq!(after.arrivals, before.arrivals, "told of an arrival");
    assert_eq!(after.departures, before.departures, "told of a departure");
    assert_well(&mut world, "back in time");
}

// R-SEAT-3
#[test]
fn one_who_does_not_come_back_is_gone_after_the_grace() {
    let mut world = world(5);
    session(&mut world);
    world.set_conditions(0, Conditions::UNREACHABLE);
    world.cut(0, Cut::Told);
    let bobs_view = |world: &World| world.apps()[1].stays()["plan"].view.roster.len();
    world.run_for(millis(9_500));
    assert_eq!(bobs_view(&world), 2);
    world.run_for(millis(1_000));
    assert_eq!(bobs_view(&world), 1);
    assert_well(&mut world, "back at last");
}

#[test]
fn a_reloaded_page_takes_its_seat_back() {
    let mut world = world(6);
    session(&mut world);
    let before = world.apps()[1].stays()["plan"].view.clone();
    world.reload(0);
    world.run_for(millis(5_000));
    let after = &world.apps()[1].stays()["plan"].view;
    assert_eq!(after.departures, before.departures, "told of a departure");
    assert_eq!(after.roster, before.roster);
    assert_well(&mut world, "reloaded");
}
