//! Closes those who do not read when too much waits for all.

use std::future::poll_fn;
use std::sync::{Arc, Weak};

use tokio::time::sleep;

use super::clock::Clock;
use crate::hub::{Budget, Hub};
use crate::limits::QUEUE_SHED_EVERY;

/// Sleeps until the budget is exceeded.
pub(super) fn spawn_shedder(hub: &Arc<Hub>, clock: Clock) {
    tokio::spawn(shed(Arc::downgrade(hub), Arc::clone(hub.budget()), clock));
}

async fn shed(hub: Weak<Hub>, budget: Arc<Budget>, clock: Clock) {
    loop {
        poll_fn(|cx| budget.poll_exceeded(cx)).await;
        let Some(hub) = hub.upgrade() else { return };
        hub.shed(clock.now());
        drop(hub);
        sleep(QUEUE_SHED_EVERY).await;
    }
}
