//! When cursors go out, and in which encodings.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Cursor, CursorsBuf};

use super::broadcast::{append_batch, encode_cursors};
use super::budget;
use super::output::{Audience, Encoded, Output};
use super::seat::Seats;
use super::slices::Slices;
use super::spots::Spots;
use super::turns::next_on_grid;
use crate::limits::{SHARED_FLUSH_HZ_MAX, SMALL_ROOM_LISTENERS_MAX};

/// Counts flushes and spaces them. A room in which nothing was flushed for [`QUIET_PERIODS`] flushes
/// at once; else at the next instant of the grid, the whole multiples of the period since
/// [`Instant::ZERO`], which all rooms of a server share, and with them a wake-up. A late flush is
/// not made up for.
///
/// Chosen by simulation, 60 Hz, people at 20 Hz each with a phase of their own: five write 53 times a
/// second and wait 7.7 ms at p50 and 16.5 ms at p99, a hundred 60 times, 7.9 and 16.5 ms. Spacing by
/// the last flush instead of a grid writes 57 times a second for the five; quiet after one period
/// 58. A least distance of half a period between two flushes saves less than one write a second and
/// lets moves wait up to 25 ms, so there is none: a slot of the grid has at most one flush, and one
/// more after quiet. A room that other nodes serve as well leaves instants out ([`SHARED_FLUSH_HZ_MAX`]).
#[derive(Debug)]
pub(super) struct Pacer {
    period_us: u64,
    last_at: Option<Instant>,
    due: Option<Instant>,
    moved: Vec<u32>,
}

/// After this many periods without a flush a room is quiet.
const QUIET_PERIODS: u64 = 2;

impl Pacer {
    pub(super) fn new(tick_hz: u8) -> Self {
        Self {
            period_us: 1_000_000 / u64::from(tick_hz.max(1)),
            last_at: None,
            due: None,
            moved: Vec::new(),
        }
    }

    /// `user` moved for the first time since the last flush. Whether that is to be flushed at once.
    /// A flush that is late is left to the timer: what was read with this move is told with it.
    /// `is_shared`: other nodes serve the room as well.
    pub(super) fn note(&mut self, now: Instant, user: u32, is_shared: bool) -> bool {
        self.moved.push(user);
        if self.due.is_some() {
            return false;
        }
        let due = self.due_from(now, is_shared);
        self.due = Some(due);
        due <= now
    }

    /// When moves are due to go out; none when nobody moved.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// When the next one is at the earliest, once there was one at `flushed_at`.
    pub(super) fn next_after(&self, flushed_at: Instant, is_shared: bool) -> Instant {
        let left_out_us = (self.periods(is_shared) - 1) * self.period_us;
        next_on_grid(flushed_at.plus_micros(left_out_us), self.period_us)
    }

    fn due_from(&self, now: Instant, is_shared: bool) -> Instant {
        let quiet_periods = QUIET_PERIODS.max(self.periods(is_shared));
        let quiet = Duration::from_micros(quiet_periods * self.period_us);
        match self.last_at {
            Some(at) if now < at + quiet => {
                // What came before the last flush may be read after it.
                let next = next_on_grid(now, self.period_us);
                next.max(self.next_after(at, is_shared))
            }
            _ => now,
        }
    }

    fn periods(&self, is_shared: bool) -> u64 {
        match is_shared {
            true => budget::periods(self.period_us, SHARED_FLUSH_HZ_MAX),
            false => 1,
        }
    }

    /// The cursors that moved and still stand. When none does, this was no flush.
    pub(super) fn flush(&mut self, now: Instant, spots: &Spots) -> Vec<Cursor> {
        self.due = None;
        self.moved.sort_unstable();
        // Somebody whose id was given on, or whose cursor was cleared, is noted twice.
        self.moved.dedup();
        let cursor = |user| {
            let point = spots.point(user)?;
            Some(Cursor { user, point })
        };
        let cursors: Vec<_> = self.moved.drain(..).filter_map(cursor).collect();
        if !cursors.is_empty() {
            self.last_at = Some(now);
        }
        cursors
    }

    /// What moved is told in another way.
    pub(super) fn clear(&mut self, now: Instant) {
        self.moved.clear();
        self.due = None;
        self.last_at = Some(now);
    }
}

/// Who gets which bytes of one flush, in a room that is small.
pub(super) fn output(
    flush: u64,
    cursors: &[Cursor],
    seats: &Seats,
    slices: &mut Slices,
    outputs: &mut VecDeque<Output>,
) {
    let is_few = cursors.len() <= SMALL_ROOM_LISTENERS_MAX;
    let audience = match *cursors {
        [] => return,
        [only] => slices.others(seats.get(only.user).and_then(|seat| seat.line.listener())),
        _ if is_few && slices.len() <= SMALL_ROOM_LISTENERS_MAX => {
            outputs.extend(without_own(flush, cursors, slices));
            return;
        }
        _ => slices.others(None),
    };
    for bytes in encode_cursors(cursors) {
        outputs.push_back(Output::Cursors {
            flush,
            is_whole: true,
            audience: audience.clone(),
            messages: Encoded::one(bytes),
        });
    }
}

/// For each listener everybody's cursor but their own, all in one piece of memory.
fn without_own(
    flush: u64,
    cursors: &[Cursor],
    slices: &mut Slices,
) -> impl Iterator<Item = Output> {
    let mut bytes = Vec::with_capacity((cursors.len() + 1) * (6 * cursors.len() + 4));
    let mut batch = CursorsBuf::new();
    append_batch(cursors, &mut bytes, &mut batch);
    let all = 0..bytes.len();
    let mut others = Vec::with_capacity(cursors.len());
    let members = slices.slice_mut(0).members.iter();
    let told: Vec<_> = members
        .filter(|member| member.joining.is_none())
        .map(|member| {
            let is_own = |cursor: &Cursor| Some(cursor.user) == member.user;
            if !cursors.iter().any(is_own) {
                return (member.listener, all.clone());
            }
            others.clear();
            others.extend(cursors.iter().filter(|cursor| !is_own(cursor)));
            let start = bytes.len();
            append_batch(&others, &mut bytes, &mut batch);
            (member.listener, start..bytes.len())
        })
        .collect();
    let bytes = Bytes::from(bytes);
    told.into_iter()
        .map(move |(listener, range)| Output::Cursors {
            flush,
            is_whole: true,
            audience: Audience::One(listener),
            messages: Encoded::one(bytes.slice(range)),
        })
}
