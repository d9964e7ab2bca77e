//! Calls rooms when they want to be called.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Arc, Weak};

use mote_protocol::time::Instant;
use tokio::time::{Sleep, sleep_until};

use super::clock::Clock;
use super::nap;
use crate::hub::{Hub, Timers};

/// Calls the rooms of one of the hub's queues: those that flush at the same instant share its
/// wake-up, and a large room delays only those of its queue, by one slice of its listeners.
pub(super) fn spawn_driver(hub: &Arc<Hub>, number: usize, clock: Clock) {
    if let Some(timers) = hub.timers().get(number) {
        tokio::spawn(drive(Arc::downgrade(hub), Arc::clone(timers), clock));
    }
}

async fn drive(hub: Weak<Hub>, timers: Arc<Timers>, clock: Clock) {
    // One for all times: setting it to a later time costs no system call.
    let mut sleep = pin!(sleep_until(clock.at(Instant::ZERO)));
    while let Some(hub) = hub.upgrade() {
        let now = clock.now();
        if let Some((due, room)) = timers.due(now) {
            if let Some(next) = hub.handle_room_timeout(now, &room) {
                nap::note_flush(now, next);
            }
            hub.metrics().flushed(now - due, clock.now() - now);
            drop(hub);
            tokio::task::coop::consume_budget().await;
        } else {
            drop(hub);
            wait(&timers, clock, sleep.as_mut()).await;
        }
    }
}

/// Until the first room wants to be called, or another one is the first.
async fn wait(timers: &Timers, clock: Clock, mut sleep: Pin<&mut Sleep>) {
    let first = timers.first();
    if let Some(first) = first {
        sleep.as_mut().reset(clock.at(first));
    }
    tokio::select! {
        biased;
        () = nap::ended() => nap::read().await,
        () = sleep, if first.is_some() => {}
        () = poll_fn(|cx| timers.poll_earlier(cx, first)) => {}
    }
}
