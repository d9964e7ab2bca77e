//! What every scenario here needs.

use std::sync::Arc;
use std::time::Duration;

use mote_protocol::coords::Point;
use mote_server::gateway::session::SessionConfig;
use mote_server::hub::HubConfig;
use mote_server::room::{LargeRooms, RoomConfig};
use mote_tests::world::{Conditions, World, problems};

/// Short enough that dead lines are found soon, in virtual time as in the reader's patience.
const HEARTBEAT_S: u8 = 5;

/// Longer than finding out that a line is dead, the longest wait before the next attempt and the
/// grace of a seat together.
const UNTIL_QUIET: Duration = Duration::from_secs(240);

/// A world with one server.
pub(crate) fn world(seed: u64) -> World {
    world_with(seed, LargeRooms::default())
}

/// One in which three are a crowd: rooms are large, and too dear to tell everything at once.
pub(crate) fn crowded_world(seed: u64) -> World {
    world_with(seed, crowded())
}

fn crowded() -> LargeRooms {
    LargeRooms {
        slice_listeners_max: 2,
        bytes_per_second: 40,
        nearest_cursors: 1,
        snapshot_block_bytes: 64,
        ..LargeRooms::default()
    }
}

/// The same on several nodes, on each of which two are a crowd.
pub(crate) fn crowded_nodes(seed: u64, count: usize) -> World {
    let large = LargeRooms {
        slice_listeners_max: 1,
        ..crowded()
    };
    let (hub, session) = configs(large);
    World::of_nodes(seed, hub, session, count)
}

/// A world with several nodes.
pub(crate) fn nodes(seed: u64, count: usize) -> World {
    let (hub, session) = configs(LargeRooms::default());
    World::of_nodes(seed, hub, session, count)
}

fn world_with(seed: u64, large: LargeRooms) -> World {
    let (hub, session) = configs(large);
    World::new(seed, hub, session)
}

fn configs(large: LargeRooms) -> (HubConfig, SessionConfig) {
    let hub = HubConfig {
        room: Arc::new(RoomConfig {
            heartbeat_s: HEARTBEAT_S,
            large,
            ..RoomConfig::default()
        }),
        ..HubConfig::default()
    };
    let session = SessionConfig {
        heartbeat: Duration::from_secs(HEARTBEAT_S.into()),
        ..SessionConfig::default()
    };
    (hub, session)
}

/// Lets every line be whole and time pass; then what must hold.
pub(crate) fn problems_when_quiet(world: &mut World) -> Vec<String> {
    for client in 0..world.apps().len() {
        world.set_conditions(client, Conditions::PERFECT);
    }
    world.run_for(UNTIL_QUIET);
    problems(world)
}

/// Ends the test when something does not hold.
pub(crate) fn assert_well(world: &mut World, what: &str) {
    let found = problems_when_quiet(world);
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

pub(crate) const fn at(x: u16, y: u16) -> Point {
    Point { x, y }
}

pub(crate) fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
