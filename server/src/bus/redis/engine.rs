//! The bus's work: lanes for the parts of the engine, made anew when it is shared out in another way.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use rand::SeedableRng;
use rand::rngs::{StdRng, SysRng};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::cluster::Partition;
use super::failure::Failure;
use super::lane::{Lane, lock};
use super::queue::{Order, Queue};
use super::rooms::Rooms;
use super::shared::{Context, Table};
use super::source::{self, Found};
use crate::limits::BUS_STOP_MAX;

/// Runs for ever.
pub(super) async fn run(context: Arc<Context>) {
    let mut table = context.front.table();
    let mut partition = Partition::whole();
    loop {
        let (mut lanes, rooms) = start(&context, &table, &partition);
        // A lane ends only so; one that panicked is made anew, with the others.
        if let Some(Ok(moved)) = lanes.join_next().await {
            tracing::info!("Redis Cluster has {} parts now", moved.lanes());
            partition = moved;
        }
        lanes.shutdown().await;
        table = context.front.share_out(partition.clone());
        for room in open_rooms(&rooms) {
            context.front.push(&room, Order::Open);
        }
    }
}

type LaneRooms = Vec<(Arc<Queue>, Arc<Mutex<Rooms>>)>;

fn start(
    context: &Arc<Context>,
    table: &Table,
    partition: &Partition,
) -> (JoinSet<Partition>, LaneRooms) {
    let with_leases = table.lane_of(&context.front.keys.nodes());
    let (mut lanes, mut rooms) = (JoinSet::new(), Vec::new());
    for (part, queue) in table.queues.iter().enumerate() {
        let lane = Lane::new(
            Arc::clone(context),
            Arc::clone(queue),
            partition.clone(),
            part,
            part == with_leases,
        );
        rooms.push((Arc::clone(queue), Arc::clone(&lane.rooms)));
        // Only jitter comes from it.
        let random = StdRng::try_from_rng(&mut SysRng).unwrap_or_else(|_| StdRng::seed_from_u64(0));
        lanes.spawn(lane.run(random));
    }
    (lanes, rooms)
}

/// The rooms of lanes that have ended, with what was ordered since.
fn open_rooms(lanes: &LaneRooms) -> BTreeSet<Box<str>> {
    let mut open = BTreeSet::new();
    for (queue, rooms) in lanes {
        open.extend(lock(rooms).ids());
        for (room, order) in queue.take(usize::MAX) {
            match order {
                Order::Open => open.insert(room),
                Order::Close { .. } => open.remove(&room),
                Order::Output(_) => false,
            };
        }
    }
    open
}

/// Gives the lease back, so that the others need not wait for it to lapse.
pub(super) async fn leave(context: &Context) {
    let giving = async {
        let (partition, lane) = {
            let table = context.front.table();
            (
                table.partition().clone(),
                table.lane_of(&context.front.keys.nodes()),
            )
        };
        let Found::Server(client) = context.source.find(&partition, lane).await? else {
            return Ok(());
        };
        let config = redis::AsyncConnectionConfig::new();
        let mut connection = source::connect(&client, config).await?;
        let (keys, node) = (&context.front.keys, context.front.node);
        let mut give = redis::Pipeline::new();
        give.cmd("DEL").arg(keys.lease(node));
        give.cmd("SREM").arg(keys.nodes()).arg(node.to_string());
        connection.send_packed_commands(&give, 0, 2).await?;
        Ok::<(), Failure>(())
    };
    // It lapses by itself otherwise.
    let _ = timeout(BUS_STOP_MAX, giving).await;
}
