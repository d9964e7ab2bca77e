//! What an application's backend asks: which rooms there are, and something of one of them.

use std::future::poll_fn;
use std::ops::Bound;
use std::sync::Arc;
use std::task::Poll;

use mote_protocol::time::Instant;

use super::cell::RoomCell;
use super::connection::Connection;
use super::registry::Hub;
use crate::room::{Refused, Room, Summary};

/// Some of the rooms of a server.
#[derive(Debug)]
pub struct RoomsPage {
    /// Rooms that somebody is in, in the order of their ids.
    pub rooms: Vec<(Arc<RoomCell>, Summary)>,
    /// After which to go on; none at the end.
    pub next: Option<Box<str>>,
}

impl Hub {
    /// Rooms whose ids begin so, in the order of their ids, from the one after `after` on: at most `max`
    /// of them are looked at, and those that somebody is in are told. The map is locked for O(max), and each room for a moment.
    #[must_use]
    pub fn rooms_after(&self, prefix: &str, after: Option<&str>, max: usize) -> RoomsPage {
        let begin = match after.filter(|after| *after >= prefix) {
            Some(after) => Bound::Excluded(after),
            None => Bound::Included(prefix),
        };
        let mut cells = self.cells_from(begin, max.saturating_add(1));
        cells.retain(|cell| cell.id().starts_with(prefix));
        let is_more = cells.len() > max;
        cells.truncate(max);
        let next = cells.last().filter(|_| is_more);
        let next = next.map(|last| last.id().into());
        let told = cells.into_iter().map(|cell| {
            let summary = cell.summary();
            (cell, summary)
        });
        let told = told.filter(|(_, summary)| !summary.is_nobody());
        RoomsPage {
            rooms: told.collect(),
            next,
        }
    }

    /// Asks something of a room that is here; none if there is none.
    pub fn ask<T>(&self, now: Instant, room: &str, ask: impl FnOnce(&mut Room) -> T) -> Option<T> {
        let cell = self.find(room)?;
        let answer = cell.ask(now, ask);
        if cell.is_gone() {
            self.forget(&cell);
        }
        answer
    }

    /// The same of a room that is made if there is none.
    ///
    /// # Errors
    /// There are as many rooms as there may be.
    pub fn ask_or_make<T>(
        &self,
        now: Instant,
        room: &str,
        mut ask: impl FnMut(&mut Room) -> T,
    ) -> Result<T, Refused> {
        loop {
            let cell = self.find_or_make(now, room)?;
            let answer = cell.ask(now, &mut ask);
            if cell.is_gone() {
                self.forget(&cell);
            }
            if let Some(answer) = answer {
                return Ok(answer);
            }
        }
    }

    /// Somebody who has no socket, and waits for rooms to be opened as who has one does.
    #[must_use]
    pub fn waiter(self: &Arc<Self>) -> Waiter {
        Waiter {
            connection: self.connect(),
            hub: Arc::clone(self),
        }
    }
}

/// See [`Hub::waiter`].
#[derive(Debug)]
pub struct Waiter {
    hub: Arc<Hub>,
    connection: Arc<Connection>,
}

impl Waiter {
    /// Waits until it is so, which is looked at whenever something has come that was waited for.
    pub async fn until(&self, is_so: impl Fn(&Hub, &Arc<Connection>) -> bool) {
        poll_fn(|cx| {
            // Said first, so that it hears of what comes right after the look.
            let _ = self.connection.poll_wanted(cx.waker());
            match is_so(&self.hub, &self.connection) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        })
        .await;
    }

    /// What whoever has something to wait for wakes; see [`poll_wanted`](Connection::poll_wanted).
    #[must_use]
    pub fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        // It was in no room, so the time does not matter.
        self.hub.disconnect(Instant::ZERO, &self.connection);
    }
}
