//! What waits in all outboxes of a server together, and from when on less is done for those who do not
//! read, in this order:
//!
//! 1. over half of the budget, who does not read is queued no more cursors: they are caught up with
//!    later, by the newest;
//! 2. over three quarters, nobody comes in;
//! 3. over all of it, those for whom most waits are closed, of those who read too slowly
//!    ([`Hub::shed`](super::Hub::shed)).
//!
//! Who reads well has nothing waiting and notices none of it. What waits is counted for each of those for
//! whom it does, though what a room tells all of them is in memory once: the memory is never more.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use super::lock;

/// See the module.
#[derive(Debug)]
pub struct Budget {
    max: usize,
    /// In bytes. Only a connection for which something waits changes it.
    used: AtomicUsize,
    shedder: Mutex<Shedder>,
}

#[derive(Debug, Default)]
struct Shedder {
    task: Option<Waker>,
    is_over: bool,
}

impl Budget {
    pub(super) fn new(max: usize) -> Self {
        Self {
            max,
            used: AtomicUsize::new(0),
            shedder: Mutex::default(),
        }
    }

    /// What waits for one connection is `to` bytes now and was `from`.
    pub(super) fn change(&self, from: usize, to: usize) {
        // Wraps where it is less, which addition undoes.
        let before = self
            .used
            .fetch_add(to.wrapping_sub(from), Ordering::Relaxed);
        let after = before.wrapping_add(to).wrapping_sub(from);
        if before <= self.max
            && after > self.max
            && let Some(task) = lock(&self.shedder).task.take()
        {
            task.wake();
        }
    }

    /// How many bytes wait.
    #[must_use]
    pub fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// Whether those who do not read are queued no more cursors.
    pub(super) fn skips_cursors(&self) -> bool {
        self.used() > self.max / 2
    }

    /// Whether nobody comes in.
    #[must_use]
    pub fn refuses_joins(&self) -> bool {
        self.used() > self.max / 4 * 3
    }

    /// Whether somebody is to be closed.
    #[must_use]
    pub fn is_exceeded(&self) -> bool {
        self.used() > self.max
    }

    /// Ready when it [`is_exceeded`](Self::is_exceeded), or nobody will ever exceed it.
    pub fn poll_exceeded(&self, cx: &Context<'_>) -> Poll<()> {
        let mut shedder = lock(&self.shedder);
        if shedder.is_over || self.is_exceeded() {
            return Poll::Ready(());
        }
        shedder.task = Some(cx.waker().clone());
        Poll::Pending
    }

    /// The hub is gone: whoever sheds is to see that.
    pub(super) fn end(&self) {
        let mut shedder = lock(&self.shedder);
        shedder.is_over = true;
        if let Some(task) = shedder.task.take() {
            task.wake();
        }
    }
}
