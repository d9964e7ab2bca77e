//! Random worlds: whatever people, lines and servers do, in the end all is well.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use mote_protocol::wire::tag;
use mote_tests::world::{Conditions, Cut, World};
use serde_json::json;

use crate::kit::{at, crowded_nodes, crowded_world, millis, nodes, problems_when_quiet, world};

/// As many as a debug build does in a few seconds; `MOTE_SEEDS` asks for another number of them,
/// `MOTE_SEED` for a single one.
const SEEDS: u64 = 120;
const STEPS: usize = 150;
const ROOMS: [&str; 2] = ["plan", "notes"];

/// Worlds that once failed.
const KEPT: [u64; 1] = [125];

// R-ORD-2 R-ORD-3 R-ORD-4 R-SNAP-3
#[test]
fn random_worlds_end_well() {
    run_all(world);
}

// R-ORD-2 R-ORD-3 R-ORD-4 R-SNAP-2 R-SNAP-3
#[test]
fn random_worlds_of_large_rooms_end_well() {
    run_all(crowded_world);
}

// R-ORD-2 R-ORD-3 R-ORD-4 R-SNAP-3
#[test]
fn random_worlds_of_several_nodes_end_well() {
    run_all(|seed| nodes(seed, 3));
}

// R-ORD-2 R-ORD-3 R-ORD-4 R-SNAP-2 R-SNAP-3
#[test]
fn random_worlds_of_several_nodes_and_large_rooms_end_well() {
    run_all(|seed| crowded_nodes(seed, 3));
}

#[allow(clippy::print_stderr, reason = "how to run a failure again")]
fn run_all(world: fn(u64) -> World) {
    let number = |name| {
        let text = std::env::var(name).ok()?;
        Some(text.parse::<u64>().expect("a number"))
    };
    let seeds: Vec<u64> = match number("MOTE_SEED") {
        Some(seed) => vec![seed],
        None => (0..number("MOTE_SEEDS").unwrap_or(SEEDS))
            .chain(KEPT)
            .collect(),
    };
    for seed in seeds {
        let run = catch_unwind(AssertUnwindSafe(|| run(world(seed))));
        let replay =
            format!("replay: MOTE_SEED={seed} cargo test -p mote-tests --test world seeds");
        match run {
            Ok(found) => assert!(found.is_empty(), "{replay}\n{}", found.join("\n")),
            Err(panic) => {
                eprintln!("{replay}");
                resume_unwind(panic);
            }
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_world() {
    let history = |seed| {
        let mut world = world(seed);
        live(&mut world);
        format!("{:?}", world.apps())
    };
    assert_eq!(history(7), history(7));
    assert_ne!(history(7), history(8));
}

fn run(mut world: World) -> Vec<String> {
    live(&mut world);
    if world.is_of_nodes() {
        return problems_of_nodes(world);
    }
    if world.server().is_none() {
        world.start_server();
    }
    problems_when_quiet(&mut world)
}

/// All nodes are well again. A line to the engine that loses something ends in reality, and a new
/// one begins.
fn problems_of_nodes(mut world: World) -> Vec<String> {
    let quiet = |world: &World| {
        let mut engine = world.engine().lock();
        engine.drops_per_mille = 0;
        engine.doubles_per_mille = 0;
        if engine.dropped > 0 {
            engine.stop();
        }
        engine.start(false);
    };
    quiet(&world);
    for node in 0..world.node_count() {
        world.resume_node(node);
    }
    problems_when_quiet(&mut world);
    for client in 0..world.apps().len() {
        for room in ROOMS {
            world.act(client, |app, now| app.send_event(now, room));
        }
    }
    // Events are not for those who were cut off.
    let mut found = problems_when_quiet(&mut world);
    found.retain(|problem| !problem.contains("is missing"));
    found
}

/// Something happens to a node or to the engine.
fn trouble(world: &mut World, value: u16) {
    let node = usize::from(value) % world.node_count();
    let id = world.node_id(node);
    match value / 256 % 16 {
        0..3 => world.engine().lock().cut(id),
        3..6 => world.engine().lock().heal(id),
        6..8 if world.is_alive(node) => world.pause_node(node),
        8..10 => world.resume_node(node),
        10 if world.node_count() < 5 => {
            world.start_server();
            world.kill_node(node);
        }
        11 => world.engine().lock().stop(),
        12 => world.engine().lock().start(value.is_multiple_of(2)),
        13 => world.engine().lock().start(false),
        14 => world.engine().lock().drops_per_mille = u64::from(value % 20),
        _ => world.engine().lock().doubles_per_mille = u64::from(value % 20),
    }
}

fn live(world: &mut World) {
    let clients = usize::try_from(2 + world.random().below(5)).expect("a few");
    for number in 0..clients {
        let conditions = *world.random().pick(&Conditions::ALL);
        world.add_client(&format!("p{number}"), conditions);
    }
    for _ in 0..STEPS {
        step(world, clients);
        let pause = world.random().below(700);
        world.run_for(millis(pause));
    }
}

fn step(world: &mut World, clients: usize) {
    let random = world.random();
    let client = usize::try_from(random.below(clients as u64)).expect("a few");
    let room = *random.pick(&ROOMS);
    let dice = random.below(100);
    let value = u16::try_from(random.below(1 << 16)).expect("16 bits");
    match dice {
        0..15 => world.act(client, |app, now| {
            if !app.stays().contains_key(room) {
                app.enter(now, room);
            }
        }),
        15..20 => world.act(client, |app, now| app.leave(now, room)),
        20..45 => world.act(client, |app, now| app.move_to(now, room, at(value, value))),
        45..52 => field(world, client, room, value),
        52..65 => {
            let key = ["a", "b", "c"][usize::from(value % 3)];
            let custom = match value % 5 {
                0 => json!(null),
                1 => json!({ "deep": value }),
                _ => json!(value),
            };
            world.act(client, |app, now| app.set_custom(now, room, key, custom));
        }
        65..80 => world.act(client, |app, now| app.send_event(now, room)),
        80..86 => {
            let how = *world.random().pick(&Cut::ALL);
            world.cut(client, how);
        }
        86..88 => world.reload(client),
        88..90 => world.act(client, |app, now| app.client_mut().set_offline(now)),
        90..94 => world.act(client, |app, now| app.client_mut().reconnect_now(now)),
        94..96 => {
            let conditions = *world.random().pick(&Conditions::ALL);
            world.set_conditions(client, conditions);
        }
        96.. if world.is_of_nodes() => trouble(world, value),
        96 => world.kill_server(),
        97 if world.server().is_some() => world.drain_to_new_server(millis(3_000)),
        _ if world.server().is_none() => world.start_server(),
        _ => {}
    }
}

fn field(world: &mut World, client: usize, room: &str, value: u16) {
    let [high, low] = value.to_be_bytes();
    let letter = b'a' + low % 4;
    let (tag, body): (u8, &[u8]) = match high % 6 {
        0 => (tag::ACTIVITY, &[low % 3]),
        1 => (tag::SURFACE, &[1, letter]),
        2 => (tag::SURFACE, b""),
        3 => (tag::CURSOR_HIDDEN, if low % 2 == 0 { &[1] } else { b"" }),
        4 => (tag::SELECTION, &[1, 1, letter]),
        _ => (99, &[low]),
    };
    world.act(client, |app, now| app.set_field(now, room, tag, body));
}
