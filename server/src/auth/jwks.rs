//! Keys from an address (RFC 7517): when they are fetched, and which are known meanwhile. The fetching
//! itself is the gateway's.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll, Waker};

use mote_protocol::time::Instant;

use super::keys::KeySet;
use crate::hub::{Connection, lock};
use crate::limits::{JWKS_GAP, JWKS_REFRESH};

/// The keys of an address, as they were when it answered last.
#[derive(Debug)]
pub struct Jwks {
    own: KeySet,
    state: Mutex<State>,
}

/// How an address of keys is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JwksHealth {
    /// It has answered before.
    pub has_answered: bool,
    /// The last attempt that has ended failed.
    pub is_failing: bool,
    /// Attempts that have ended.
    pub attempts: u64,
    /// Of these, those that failed.
    pub failed: u64,
}

impl JwksHealth {
    /// It answered when it was asked last.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.has_answered && !self.is_failing
    }
}

#[derive(Debug)]
struct State {
    /// Those that are there from the start, and those that were fetched last.
    keys: Arc<KeySet>,
    has_answered: bool,
    /// Those that have ended.
    attempts: u64,
    failed: u64,
    is_failing: bool,
    is_under_way: bool,
    /// Somebody wants another one after that.
    is_wanted: bool,
    began_at: Option<Instant>,
    due_at: Instant,
    /// Those who wait for an attempt to end.
    waiting: BTreeMap<u64, Weak<Connection>>,
    task: Option<Waker>,
}

impl Jwks {
    /// Keys to be fetched at once, beside those that are there.
    #[must_use]
    pub fn new(own: KeySet) -> Self {
        Self {
            state: Mutex::new(State {
                keys: Arc::new(own.clone()),
                has_answered: false,
                attempts: 0,
                failed: 0,
                is_failing: false,
                is_under_way: false,
                is_wanted: false,
                began_at: None,
                due_at: Instant::ZERO,
                waiting: BTreeMap::new(),
                task: None,
            }),
            own,
        }
    }

    pub(super) fn keys(&self) -> Arc<KeySet> {
        Arc::clone(&lock(&self.state).keys)
    }

    /// How the address is.
    #[must_use]
    pub fn health(&self) -> JwksHealth {
        let state = lock(&self.state);
        JwksHealth {
            has_answered: state.has_answered,
            is_failing: state.is_failing,
            attempts: state.attempts,
            failed: state.failed,
        }
    }

    /// Whether the address has ever answered.
    pub(super) fn has_answered(&self) -> bool {
        lock(&self.state).has_answered
    }

    /// How many attempts to fetch keys have ended.
    pub(super) fn attempts(&self) -> u64 {
        lock(&self.state).attempts
    }

    /// A key is missing: they are fetched as soon as may be, and then the connection's task is woken.
    /// Which attempt that is: one that has begun may have been answered before the key was there. Only
    /// the first of all is waited for as it is, since everybody who comes to a new server waits for it.
    pub(super) fn want(&self, now: Instant, connection: &Arc<Connection>) -> u64 {
        let mut state = lock(&self.state);
        let waiting = Arc::downgrade(connection);
        state.waiting.insert(connection.id(), waiting);
        let soon = state.began_at.map_or(now, |began_at| began_at + JWKS_GAP);
        if state.is_under_way && state.has_answered {
            state.is_wanted = true;
            return state.attempts + 2;
        }
        if !state.is_under_way && soon < state.due_at {
            state.due_at = soon;
            state.wake();
        }
        state.attempts + 1
    }

    /// When the next attempt is to begin. The task is woken when it is earlier than it was told.
    pub fn poll_due(&self, cx: &mut Context<'_>, told: Option<Instant>) -> Poll<Instant> {
        let mut state = lock(&self.state);
        if told == Some(state.due_at) {
            state.task = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(state.due_at)
    }

    /// An attempt begins.
    pub fn handle_begin(&self, now: Instant) {
        let mut state = lock(&self.state);
        state.began_at = Some(now);
        state.is_under_way = true;
        state.is_wanted = false;
    }

    /// It has ended. Keys that were known stay known when it failed.
    pub fn handle_end(&self, now: Instant, fetched: Option<KeySet>) {
        let mut state = lock(&self.state);
        state.attempts += 1;
        state.is_failing = fetched.is_none();
        state.failed += u64::from(state.is_failing);
        state.is_under_way = false;
        let soon = state.began_at.map_or(now, |began_at| began_at + JWKS_GAP);
        state.due_at = soon.max(now);
        if let Some(fetched) = fetched {
            let own = self.own.clone().into_iter();
            state.keys = Arc::new(own.chain(fetched).collect());
            state.has_answered = true;
            if !state.is_wanted {
                state.due_at = now + JWKS_REFRESH;
            }
        }
        let mut waiting = std::mem::take(&mut state.waiting);
        // Those who wait for the next attempt stay.
        let is_next = state.is_wanted;
        waiting.retain(|_, connection| match connection.upgrade() {
            Some(connection) => {
                connection.want_task();
                is_next
            }
            None => false,
        });
        state.waiting = waiting;
    }
}

impl State {
    fn wake(&mut self) {
        if let Some(task) = self.task.take() {
            task.wake();
        }
    }
}
