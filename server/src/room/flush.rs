//! When cursors go out, and in which encodings.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use mote_protocol::time::Instant;
use mote_protocol::wire::Cursor;

use super::broadcast::encode_cursors;
use super::output::{Audience, Encoded, Listener, Output};
use super::seat::Seats;
use crate::limits::SMALL_ROOM_LISTENERS_MAX;

/// Counts flushes and spaces them: at once when the room was quiet for a period, else when the
/// period is over. A late tick is skipped: the next one is due a period after it really came.
#[derive(Debug)]
pub(super) struct Pacer {
    period: Duration,
    last_at: Option<Instant>,
    number: u64,
    moved: Vec<u32>,
}

impl Pacer {
    pub(super) fn new(tick_hz: u8) -> Self {
        Self {
            period: Duration::from_secs(1) / u32::from(tick_hz.max(1)),
            last_at: None,
            number: 0,
            moved: Vec::new(),
        }
    }

    /// The last flush.
    pub(super) fn last(&self) -> u64 {
        self.number
    }

    /// The flush that tells of moves made now.
    pub(super) fn next(&self) -> u64 {
        self.number + 1
    }

    /// `user` moved for the first time since the last flush.
    pub(super) fn note(&mut self, user: u32) {
        self.moved.push(user);
    }

    /// When moves are due to go out; none when nobody moved.
    pub(super) fn due(&self) -> Option<Instant> {
        let due = self.last_at.map_or(Instant::ZERO, |at| at + self.period);
        (!self.moved.is_empty()).then_some(due)
    }

    /// The next flush: its number, and the cursors that moved and still stand. When none does, there
    /// is no flush, and the next move goes out at once.
    pub(super) fn flush(&mut self, now: Instant, seats: &Seats) -> (u64, Vec<Cursor>) {
        let number = self.next();
        self.moved.sort_unstable();
        // Somebody whose id was given on, or whose cursor was cleared, is noted twice.
        self.moved.dedup();
        let cursor = |user| {
            let position = seats.get(user)?.cursor?;
            let point = position.point;
            (position.flush == number).then_some(Cursor { user, point })
        };
        let cursors: Vec<_> = self.moved.drain(..).filter_map(cursor).collect();
        if !cursors.is_empty() {
            self.number = number;
            self.last_at = Some(now);
        }
        (number, cursors)
    }
}

/// Who gets which bytes of one flush.
pub(super) fn outputs(
    flush: u64,
    cursors: &[Cursor],
    seats: &Seats,
    listeners: &BTreeMap<Listener, Option<u32>>,
) -> Vec<Output> {
    let to = |audience: Audience, parts: Vec<Bytes>| {
        parts.into_iter().map(move |bytes| Output::Cursors {
            flush,
            is_whole: true,
            audience: audience.clone(),
            messages: Encoded::one(bytes),
        })
    };
    match *cursors {
        [] => Vec::new(),
        [only] => {
            let mover = seats.get(only.user).and_then(|seat| seat.line.listener());
            let audience = mover.map_or(Audience::All, Audience::AllBut);
            to(audience, encode_cursors(cursors)).collect()
        }
        _ if listeners.len() <= SMALL_ROOM_LISTENERS_MAX => {
            let shared = encode_cursors(cursors);
            let bytes_for = |user: Option<u32>| match user {
                Some(user) if cursors.iter().any(|cursor| cursor.user == user) => {
                    encode_cursors(&without(user, cursors))
                }
                _ => shared.clone(),
            };
            listeners
                .iter()
                .flat_map(|(&listener, &user)| to(Audience::One(listener), bytes_for(user)))
                .collect()
        }
        _ => to(Audience::All, encode_cursors(cursors)).collect(),
    }
}

/// Everybody's but one's own.
pub(super) fn without(user: u32, cursors: &[Cursor]) -> Vec<Cursor> {
    let mut others = cursors.to_vec();
    others.retain(|cursor| cursor.user != user);
    others
}
