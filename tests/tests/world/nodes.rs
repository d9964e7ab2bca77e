//! People of one room on several nodes.

use mote_protocol::wire::tag;
use mote_tests::world::{Conditions, Cut, View, World, problems};
use serde_json::json;

use crate::kit::{assert_well, at, millis, nodes};

/// As many people as nodes, each on its own, in the room "plan".
fn spread(seed: u64, people: usize) -> World {
    let mut world = nodes(seed, 3);
    for number in 0..people {
        let client = world.add_client(&format!("p{number}"), Conditions::PERFECT);
        world.act(client, |app, now| app.enter(now, "plan"));
        world.run_for(millis(20));
    }
    world.run_for(millis(200));
    world
}

fn view(world: &World, client: usize) -> &View {
    &world.apps()[client].stays()["plan"].view
}

/// What everybody but some were told of comings and goings.
fn comings(world: &World, clients: &[usize]) -> Vec<(usize, usize)> {
    let views = clients.iter().map(|&client| view(world, client));
    views.map(|view| (view.arrivals, view.departures)).collect()
}

fn assert_fine_now(world: &World, what: &str) {
    let found = problems(world);
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

#[test]
fn people_on_three_nodes_see_each_other_come_move_change_tell_and_go() {
    let mut world = spread(1, 3);
    let homes: Vec<_> = (0..3).map(|client| world.node_of(client)).collect();
    assert_eq!(homes, [Some(0), Some(1), Some(2)]);
    for client in 0..3 {
        assert_eq!(view(&world, client).count, Some(3));
        world.act(client, |app, now| {
            app.move_to(now, "plan", at(1, 2));
            app.set_field(now, "plan", tag::ACTIVITY, &[1]);
            app.set_custom(now, "plan", "tool", json!({ "size": client }));
            app.send_event(now, "plan");
        });
    }
    world.run_for(millis(100));
    assert_fine_now(&world, "a tenth of a second later");
    let view_of_first = view(&world, 0);
    assert_eq!(view_of_first.events["p1"], [0]);
    assert_eq!(view_of_first.cursors.len(), 3);
    world.act(1, |app, now| app.leave(now, "plan"));
    world.run_for(millis(100));
    assert_eq!(view(&world, 0).count, Some(2));
    assert_eq!(view(&world, 2).departures, 1);
    assert_well(&mut world, "in the end");
}

#[test]
fn ids_are_unique_and_small_over_all_nodes() {
    let world = spread(2, 12);
    let ids: Vec<u32> = view(&world, 0).roster.keys().copied().collect();
    assert_eq!(ids.len(), 12);
    assert!(ids.iter().all(|&id| id < 48), "{ids:?}");
    assert_fine_now(&world, "twelve people");
}

#[test]
fn a_newcomer_is_told_everything_whichever_node_it_comes_to() {
    let mut world = spread(3, 2);
    world.act(0, |app, now| {
        app.set_field(now, "plan", tag::SURFACE, b"\x01s");
        app.set_custom(now, "plan", "a", json!(1));
        app.move_to(now, "plan", at(5, 5));
    });
    world.run_for(millis(1_500));
    let late = world.add_client("late", Conditions::PERFECT);
    world.act(late, |app, now| app.enter(now, "plan"));
    world.run_for(millis(100));
    assert_eq!(world.node_of(late), Some(2));
    assert_fine_now(&world, "the newcomer");
}

#[test]
fn an_event_sent_right_before_leaving_arrives_everywhere() {
    let mut world = spread(4, 3);
    world.act(1, |app, now| {
        app.send_event(now, "plan");
        app.leave(now, "plan");
    });
    world.run_for(millis(100));
    for client in [0, 2] {
        assert_eq!(view(&world, client).events["p1"], [0]);
        assert_eq!(view(&world, client).departures, 1);
    }
}

#[test]
fn whoever_moves_to_another_node_in_time_is_missed_by_nobody() {
    let mut world = spread(5, 6);
    world.act(1, |app, now| app.set_custom(now, "plan", "a", json!(1)));
    world.run_for(millis(100));
    let bystanders = [0, 2, 3, 5];
    let before = comings(&world, &bystanders);
    let seat = |world: &World| {
        let app = &world.apps()[1];
        app.client()
            .room(app.stays()["plan"].channel)
            .unwrap()
            .user()
    };
    let own = seat(&world);
    world.drain_node(1, Cut::Told);
    world.run_for(millis(8_000));
    assert_eq!(world.node_of(1), Some(2));
    assert_eq!(seat(&world), own, "the same seat");
    assert_eq!(comings(&world, &bystanders), before);
    assert_well(&mut world, "moved");
    assert_eq!(comings(&world, &bystanders), before);
}

/// R-CTL-9.
#[test]
fn a_rolling_deploy_while_everybody_talks_loses_no_event_and_shows_no_leave() {
    let everybody = [0, 1, 2, 3, 4, 5];
    for seed in 0..20 {
        let mut world = spread(seed, everybody.len());
        let before = comings(&world, &everybody);
        let mut said: u32 = 0;
        for node in [0, 1] {
            world.deploy_node(node, millis(2_000));
            for _ in 0..80 {
                for client in everybody {
                    world.act(client, |app, now| app.send_event(now, "plan"));
                }
                said += 1;
                world.run_for(millis(30));
            }
        }
        world.run_for(millis(2_000));
        let all: Vec<u32> = (0..said).collect();
        for listener in everybody {
            assert_eq!(world.node_of(listener), Some(2));
            for speaker in everybody.into_iter().filter(|&other| other != listener) {
                let heard = &view(&world, listener).events[&format!("p{speaker}")];
                assert_eq!(*heard, all, "seed {seed}, {listener} of {speaker}");
            }
        }
        assert_eq!(comings(&world, &everybody), before);
        assert_well(&mut world, "deployed");
    }
}

#[test]
fn a_socket_that_its_old_node_still_holds_is_taken_over_all_the_same() {
    let mut world = spread(6, 3);
    let before = comings(&world, &[0, 2]);
    world.drain_node(1, Cut::ServerUnaware);
    world.run_for(millis(8_000));
    assert_eq!(comings(&world, &[0, 2]), before);
    assert_well(&mut world, "taken over");
    assert_eq!(comings(&world, &[0, 2]), before);
}

#[test]
fn a_killed_nodes_people_come_back_on_others_and_nobody_sees_it() {
    let mut world = spread(7, 6);
    for client in 0..6 {
        world.act(client, |app, now| app.move_to(now, "plan", at(9, 9)));
    }
    world.run_for(millis(2_000));
    let bystanders = [0, 2, 3, 5];
    let before = comings(&world, &bystanders);
    world.kill_node(1);
    world.run_for(millis(9_000));
    assert_fine_now(&world, "within the lease and two seconds");
    assert_eq!(comings(&world, &bystanders), before);
    assert_well(&mut world, "killed");
    assert_eq!(comings(&world, &bystanders), before, "after all graces");
}

#[test]
fn people_of_a_killed_node_who_do_not_come_back_leave_once() {
    let mut world = spread(8, 3);
    world.set_conditions(1, Conditions::UNREACHABLE);
    world.kill_node(1);
    world.run_for(millis(14_000));
    assert_eq!(view(&world, 0).departures, 0, "still in the grace");
    world.run_for(millis(4_000));
    for client in [0, 2] {
        let View {
            departures, count, ..
        } = view(&world, client);
        assert_eq!((*departures, *count), (1, Some(2)));
    }
    world.run_for(millis(10_000));
    let fields = world.engine().lock().record("plan").cloned().unwrap();
    let gone = world.node_id(1).to_string();
    let is_gones = |field: &[u8]| field.get(1..) == Some(gone.as_bytes());
    assert!(!fields.keys().any(|field| is_gones(field)), "{fields:?}");
    assert_eq!(fields.keys().filter(|field| field[0] == b'u').count(), 2);
}

#[test]
fn a_node_that_slept_past_its_lease_comes_back_without_doubles() {
    let mut world = spread(9, 6);
    world.pause_node(1);
    world.run_for(millis(30_000));
    world.resume_node(1);
    world.run_for(millis(5_000));
    assert_well(&mut world, "awake again");
    for client in [0, 2, 3, 5] {
        let View {
            arrivals,
            departures,
            roster,
            ..
        } = view(&world, client);
        assert_eq!(roster.len(), 6);
        assert!(
            *departures <= 2 && arrivals - departures <= 6,
            "{arrivals} {departures}"
        );
    }
}

#[test]
fn while_the_engine_is_away_people_of_one_node_go_on_and_then_all_agree() {
    for is_flushed in [false, true] {
        let mut world = spread(10, 6);
        let before = comings(&world, &[0, 1, 2, 3, 4, 5]);
        world.engine().lock().stop();
        world.run_for(millis(3_000));
        for client in 0..6 {
            world.act(client, |app, now| {
                app.move_to(now, "plan", at(77, 7));
                app.send_event(now, "plan");
                app.set_custom(now, "plan", "during", json!(client));
            });
        }
        world.run_for(millis(1_000));
        // 0 and 3 are on the same node.
        assert_eq!(view(&world, 0).events["p3"], [0]);
        world.engine().lock().start(is_flushed);
        world.run_for(millis(5_000));
        let found = problems(&world);
        let found: Vec<_> = found
            .iter()
            .filter(|one| !one.contains("is missing"))
            .collect();
        assert!(found.is_empty(), "5 s after it is back: {found:?}");
        let after = comings(&world, &[0, 1, 2, 3, 4, 5]);
        assert_eq!(after, before, "flushed: {is_flushed}");
    }
}

#[test]
fn people_who_come_and_go_while_the_engine_is_away_are_known_after_it() {
    let mut world = spread(11, 3);
    world.engine().lock().stop();
    world.run_for(millis(2_000));
    for number in 3..40 {
        let client = world.add_client(&format!("p{number}"), Conditions::PERFECT);
        world.act(client, |app, now| app.enter(now, "plan"));
    }
    world.act(2, |app, now| app.leave(now, "plan"));
    world.run_for(millis(2_000));
    assert_eq!(
        view(&world, 39).roster.len(),
        16,
        "its own node's, and who was known"
    );
    world.engine().lock().start(false);
    world.run_for(millis(5_000));
    assert_fine_now(&world, "after it");
    assert_eq!(view(&world, 39).roster.len(), 39);
}

#[test]
fn a_node_that_is_cut_off_alone_is_in_agreement_after_it() {
    for away_ms in [2_000, 12_000, 40_000] {
        let mut world = spread(12, 6);
        let node = world.node_id(1);
        world.engine().lock().cut(node);
        world.run_for(millis(1_500));
        world.act(1, |app, now| {
            app.set_custom(now, "plan", "cut", json!(true));
        });
        world.act(4, |app, now| app.leave(now, "plan"));
        world.run_for(millis(away_ms));
        world.engine().lock().heal(node);
        world.run_for(millis(5_000));
        assert_fine_now(&world, "after it");
        assert_well(&mut world, "in the end");
    }
}

#[test]
fn a_room_that_its_node_closed_while_it_was_cut_off_leaves_no_ghost() {
    let mut world = spread(13, 3);
    let node = world.node_id(1);
    world.engine().lock().cut(node);
    world.run_for(millis(1_500));
    world.act(1, |app, now| app.leave(now, "plan"));
    world.run_for(millis(1_000));
    world.engine().lock().heal(node);
    world.run_for(millis(5_000));
    assert_eq!(view(&world, 0).roster.len(), 2);
    assert_well(&mut world, "closed");
}

#[test]
fn what_is_said_at_one_flush_is_one_batch() {
    let mut world = spread(14, 30);
    world.run_for(millis(3_000));
    let before = world.engine().lock().published;
    for step in 0..60 {
        for client in 0..30 {
            world.act(client, |app, now| app.move_to(now, "plan", at(step, 0)));
        }
        world.run_for(millis(16));
    }
    let published = world.engine().lock().published - before;
    // A second, three nodes, 20 Hz, and one more of each for the record.
    assert!(published <= 3 * 22, "{published}");
    world.run_for(millis(3_000));
    let quiet = world.engine().lock().published;
    world.run_for(millis(60_000));
    assert_eq!(
        world.engine().lock().published,
        quiet,
        "nobody says anything"
    );
}
