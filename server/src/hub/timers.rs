//! When which room wants to be called: one queue for all rooms, so that those that flush at the
//! same instant share a wake-up.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use mote_protocol::time::Instant;

use super::cell::RoomCell;
use super::lock;

/// Rooms by the instant at which they want to be called. Each stands in it at most once.
#[derive(Debug, Default)]
pub struct Timers(Mutex<Queue>);

#[derive(Debug, Default)]
struct Queue {
    rooms: BTreeMap<(Instant, u64), Arc<RoomCell>>,
    driver: Option<Waker>,
    is_over: bool,
}

impl Timers {
    /// The room wants to be called at `to` instead of at `from`; none is never.
    pub(super) fn change(&self, room: &Arc<RoomCell>, from: Option<Instant>, to: Option<Instant>) {
        let mut queue = lock(&self.0);
        let first = queue.first();
        if let Some(from) = from {
            queue.rooms.remove(&(from, room.number()));
        }
        if let Some(to) = to {
            queue.rooms.insert((to, room.number()), Arc::clone(room));
            if first.is_none_or(|first| to < first)
                && let Some(driver) = queue.driver.take()
            {
                driver.wake();
            }
        }
    }

    /// Ready when a room wants to be called before `than`, or at all if that is none.
    pub fn poll_earlier(&self, cx: &Context<'_>, than: Option<Instant>) -> Poll<()> {
        let mut queue = lock(&self.0);
        let is_earlier = |first| than.is_none_or(|than| first < than);
        if queue.is_over || queue.first().is_some_and(is_earlier) {
            return Poll::Ready(());
        }
        queue.driver = Some(cx.waker().clone());
        Poll::Pending
    }

    /// When the first room wants to be called.
    #[must_use]
    pub fn first(&self) -> Option<Instant> {
        lock(&self.0).first()
    }

    /// A room that wants to be called by `now`, and since when.
    #[must_use]
    pub fn due(&self, now: Instant) -> Option<(Instant, Arc<RoomCell>)> {
        let queue = lock(&self.0);
        let (&(at, _), room) = queue.rooms.first_key_value()?;
        (at <= now).then(|| (at, Arc::clone(room)))
    }
}

impl Timers {
    /// Nobody is called any more: the driver is to see that.
    pub(super) fn end(&self) {
        let mut queue = lock(&self.0);
        queue.is_over = true;
        queue.rooms.clear();
        if let Some(driver) = queue.driver.take() {
            driver.wake();
        }
    }
}

impl Queue {
    fn first(&self) -> Option<Instant> {
        self.rooms.first_key_value().map(|(&(at, _), _)| at)
    }
}
