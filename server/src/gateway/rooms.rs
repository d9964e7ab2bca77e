//! Calls rooms when they want to be called.

use std::future::poll_fn;
use std::sync::{Arc, Weak};

use super::clock::Clock;
use crate::hub::{Hub, Timers};

/// Calls the rooms of one of the hub's queues: those that flush at the same instant share its
/// wake-up, and a large room delays only those of its queue, by one slice of its listeners.
pub(super) fn spawn_driver(hub: &Arc<Hub>, number: usize, clock: Clock) {
    if let Some(timers) = hub.timers().get(number) {
        tokio::spawn(drive(Arc::downgrade(hub), Arc::clone(timers), clock));
    }
}

async fn drive(hub: Weak<Hub>, timers: Arc<Timers>, clock: Clock) {
    while let Some(hub) = hub.upgrade() {
        let now = clock.now();
        if let Some((due, room)) = timers.due(now) {
            hub.handle_room_timeout(now, &room);
            hub.metrics().flushed(now - due, clock.now() - now);
            drop(hub);
            tokio::task::coop::consume_budget().await;
        } else {
            drop(hub);
            wait(&timers, clock).await;
        }
    }
}

/// Until the first room wants to be called, or another one is the first.
async fn wait(timers: &Timers, clock: Clock) {
    let first = timers.first();
    tokio::select! {
        () = clock.sleep_until(first) => {}
        () = poll_fn(|cx| timers.poll_earlier(cx, first)) => {}
    }
}
