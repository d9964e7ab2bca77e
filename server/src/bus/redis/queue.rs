//! What rooms have asked for and the bus has not taken yet: bounded, never blocks.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::Notify;

use crate::bus::{BusOutput, Change, NodeId};
use crate::limits::{BUS_ORDER_OVERHEAD_BYTES, BUS_QUEUE_BYTES_MAX};

/// What a room asks for.
#[derive(Debug)]
pub(super) enum Order {
    Open,
    Close { farewell: Option<Bytes> },
    Output(BusOutput),
}

/// What the lane with the leases tells all lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    /// This node's lease has lapsed.
    Gone(NodeId),
    /// A node is back that was gone.
    Back,
    /// Our own lease had lapsed.
    OwnLapsed,
    /// A node that is gone was heard: look at the leases.
    Heard,
}

/// The orders for one lane, in order.
#[derive(Debug, Default)]
pub(super) struct Queue {
    inner: Mutex<Inner>,
    wake: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    orders: VecDeque<(Box<str>, Order)>,
    bytes: usize,
    notices: Vec<Notice>,
    /// Whether what is published can go anywhere.
    is_up: bool,
    has_overflowed: bool,
}

impl Queue {
    pub(super) fn push(&self, room: &str, order: Order) {
        let mut inner = self.lock();
        let cost = cost(room, &order);
        if matches!(order, Order::Output(_)) {
            // The room compares itself with the record when the engine is back.
            if !inner.is_up || inner.has_overflowed {
                return;
            }
            if inner.bytes > 0 && inner.bytes + cost > BUS_QUEUE_BYTES_MAX {
                inner.overflow();
                drop(inner);
                self.wake.notify_one();
                return;
            }
        }
        inner.bytes += cost;
        inner.orders.push_back((room.into(), order));
        drop(inner);
        self.wake.notify_one();
    }

    /// The oldest orders, of about this many bytes.
    pub(super) fn take(&self, bytes_max: usize) -> Vec<(Box<str>, Order)> {
        let mut inner = self.lock();
        let (mut taken, mut bytes) = (Vec::new(), 0);
        while bytes < bytes_max
            && let Some((room, order)) = inner.orders.pop_front()
        {
            bytes += cost(&room, &order);
            taken.push((room, order));
        }
        inner.bytes = inner.bytes.saturating_sub(bytes);
        taken
    }

    pub(super) fn notify(&self, notice: Notice) {
        let mut inner = self.lock();
        if !inner.notices.contains(&notice) {
            inner.notices.push(notice);
        }
        drop(inner);
        self.wake.notify_one();
    }

    pub(super) fn take_notices(&self) -> Vec<Notice> {
        mem::take(&mut self.lock().notices)
    }

    /// The engine can be reached, or not: then what is published is dropped.
    pub(super) fn set_up(&self, is_up: bool) {
        let mut inner = self.lock();
        inner.is_up = is_up;
        inner.has_overflowed = false;
        if !is_up {
            inner.drop_outputs();
        }
    }

    pub(super) fn is_up(&self) -> bool {
        self.lock().is_up
    }

    /// What waits, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.lock().bytes
    }

    /// Whether the engine took less than was published, so that something is lost.
    pub(super) fn has_overflowed(&self) -> bool {
        self.lock().has_overflowed
    }

    /// Until something is pushed; at once when something was since the last time.
    pub(super) async fn woken(&self) {
        self.wake.notified().await;
    }

    /// A panic elsewhere under this lock is a bug, and must not stop the bus.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn overflow(&mut self) {
        self.has_overflowed = true;
        self.drop_outputs();
    }

    /// Opening and closing are never dropped: there are no more of them than rooms.
    fn drop_outputs(&mut self) {
        let is_kept = |order: &Order| !matches!(order, Order::Output(_));
        self.orders.retain(|(_, order)| is_kept(order));
        let orders = self.orders.iter();
        self.bytes = orders.map(|(room, order)| cost(room, order)).sum();
    }
}

fn cost(room: &str, order: &Order) -> usize {
    let payload = match order {
        Order::Open | Order::Output(BusOutput::WantIds | BusOutput::WantRecord) => 0,
        Order::Close { farewell } => farewell.as_ref().map_or(0, Bytes::len),
        Order::Output(BusOutput::Publish { batch, changes }) => {
            let changes = changes.iter().map(|change| match change {
                Change::Set { field, value } => field.len() + value.len(),
                Change::Remove { field } => field.len(),
            });
            batch.len() + changes.sum::<usize>()
        }
    };
    BUS_ORDER_OVERHEAD_BYTES + room.len() + payload
}

#[cfg(test)]
mod tests {
    //! Order, bounds, and what is dropped.

    use super::*;

    fn publish(bytes: usize) -> Order {
        Order::Output(BusOutput::Publish {
            batch: Bytes::from(vec![0; bytes]),
            changes: Vec::new(),
        })
    }

    fn taken(queue: &Queue) -> Vec<&'static str> {
        let orders = queue.take(usize::MAX);
        let name = |order: &Order| match order {
            Order::Open => "open",
            Order::Close { .. } => "close",
            Order::Output(_) => "output",
        };
        orders.iter().map(|(_, order)| name(order)).collect()
    }

    #[test]
    fn while_the_engine_is_away_only_openings_and_closings_wait() {
        let queue = Queue::default();
        queue.push("r", Order::Open);
        queue.push("r", publish(1));
        queue.push("r", Order::Close { farewell: None });
        assert_eq!(taken(&queue), ["open", "close"]);
    }

    #[test]
    fn orders_are_taken_as_they_came_and_in_portions() {
        let queue = Queue::default();
        queue.set_up(true);
        queue.push("r", Order::Open);
        queue.push("r", publish(10_000));
        queue.push("r", publish(10_000));
        assert_eq!(queue.take(10_000).len(), 2);
        assert_eq!(taken(&queue), ["output"]);
    }

    #[test]
    fn what_the_engine_does_not_take_overflows_once_and_holds_nothing() {
        let queue = Queue::default();
        queue.set_up(true);
        queue.push("r", Order::Open);
        for _ in 0..100 {
            queue.push("r", publish(BUS_QUEUE_BYTES_MAX / 10));
            assert!(queue.lock().bytes <= BUS_QUEUE_BYTES_MAX);
        }
        assert!(queue.has_overflowed());
        assert_eq!(taken(&queue), ["open"]);
        queue.set_up(true);
        assert!(!queue.has_overflowed());
        queue.push("r", publish(1));
        assert_eq!(taken(&queue), ["output"]);
    }

    #[test]
    fn one_message_larger_than_the_bound_passes_alone() {
        let queue = Queue::default();
        queue.set_up(true);
        queue.push("r", publish(2 * BUS_QUEUE_BYTES_MAX));
        assert_eq!(taken(&queue), ["output"]);
    }
}
