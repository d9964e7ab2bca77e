//! All rooms and connections of one server, without a runtime and without a clock.
//!
//! [`Hub`] finds rooms and makes [`Connection`]s; a [`RoomCell`] is a room behind a lock together
//! with who hears it; a [`Connection`] is the server's end of one socket: its rooms by channel and
//! its outbox. Locks are taken in this order and never the other way: the hub's map, a cell, a
//! connection or the timers.

mod admin;
mod budget;
mod bus;
mod cell;
mod close;
mod common;
mod connection;
mod deliver;
mod facts;
mod line;
mod next;
mod outbox;
mod registry;
mod shared;
mod timers;
mod touched;

pub use admin::{RoomsPage, Waiter};
pub use budget::Budget;
pub use cell::{Claim, RoomCell, Timer};
pub use close::Close;
pub use connection::{Connection, Membership};
pub use facts::Facts;
pub use line::Line;
pub use next::{Next, Outgoing, Turn};
pub use registry::{Hub, HubConfig};
pub use timers::Timers;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks; a panic elsewhere under this lock (a bug) must not take every other socket down with it.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
