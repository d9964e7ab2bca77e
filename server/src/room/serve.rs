//! A large room serves its slices, one at a turn.

use mote_protocol::time::Instant;
use mote_protocol::wire::Cursor;

use super::batch::Batch;
use super::broadcast::encode_cursors;
use super::budget;
use super::engine::Room;
use super::interest::{Area, Cells};
use super::messages::Messages;
use super::near::Near;
use super::output::{Audience, Encoded, Output};
use super::slices::{Member, Slice, Wide};
use super::snapshot::Standing;
use super::spots::Spots;
use super::surfaces;

/// Where somebody looks who never said where: the middle.
const MIDDLE: mote_protocol::coords::Point = mote_protocol::coords::Point {
    x: 0x8000,
    y: 0x8000,
};

/// What a cursor takes in a batch, in bytes.
const CURSOR_BYTES: usize = 5;

/// First sweeps of slices are spread over so many parts of the longest time between two.
const SWEEP_PARTS: u32 = 16;

impl Room {
    /// There is something to tell every slice of a large room.
    pub(super) fn wake(&mut self, now: Instant) {
        self.turns.wake(now, self.slices.count(), self.step_us());
    }

    /// Serves the slice whose turn it is.
    pub(super) fn serve_next(&mut self, now: Instant) {
        let room_hz = 1_000_000 / budget::period_us(&self.config, self.slices.len());
        let room_hz = u8::try_from(room_hz.max(1)).unwrap_or(u8::MAX);
        let inbound = self.config.large.inbound_per_second;
        if let Some(hz) = self.pace.change(now, room_hz, inbound) {
            self.say_pace(now, hz);
        }
        let count = self.slices.count();
        let index = self.turns.take(now, count, self.step_us());
        self.serve(index, now, false);
        if self
            .spots
            .has_newer_than(self.slices.slice_mut(index).swept)
        {
            self.wake(now);
        }
        self.merge_small(index, now);
        self.log.trim(self.slices.log());
    }

    /// A place for one more listener. With a second slice the room is large.
    pub(super) fn open_slice(&mut self, now: Instant) -> usize {
        let slice = |part: u32, room: &Self| Slice {
            log: room.log.end(),
            served: room.spots.last(),
            swept: room.spots.last(),
            sweep_by: now + room.config.large.sweep_max * (part % SWEEP_PARTS + 1) / SWEEP_PARTS,
            ..Slice::default()
        };
        if !self.slices.is_large() {
            let mut first = slice(0, self);
            first.members = std::mem::take(&mut self.slices.slice_mut(0).members);
            *self.slices.slice_mut(0) = first;
            self.pacer.clear(now);
        }
        let part = u32::try_from(self.slices.count()).unwrap_or_default();
        let opened = slice(part, self);
        let index = self.slices.open(opened);
        self.wake(now);
        index
    }

    /// A large room of few is a small one again: everybody is told everything.
    pub(super) fn collapse(&mut self, now: Instant) {
        for index in 0..self.slices.count() {
            self.serve(index, now, true);
        }
        while self.slices.is_large() {
            self.slices.merge(1, 0);
        }
        self.log.trim(self.log.end());
        self.turns.stop();
        self.pacer.clear(now);
        if let Some(hz) = self.pace.tell(self.config.tick_hz) {
            self.say_pace(now, hz);
        }
    }

    /// Two slices from which many left become one.
    fn merge_small(&mut self, index: usize, now: Instant) {
        let other = (index + 1) % self.slices.count();
        let both =
            self.slices.slice_mut(index).members.len() + self.slices.slice_mut(other).members.len();
        if self.slices.count() > 2 && both <= self.config.large.slice_listeners_max / 2 {
            self.serve(index, now, true);
            self.serve(other, now, true);
            self.slices.merge(other, index);
        }
    }

    fn step_us(&self) -> u64 {
        budget::period_us(&self.config, self.slices.len()) / self.slices.count() as u64
    }

    fn serve(&mut self, index: usize, now: Instant, is_sweep: bool) {
        self.spots.close_flush();
        self.serve_log(index);
        self.serve_cursors(index, now, is_sweep);
        self.share_moves(now);
    }

    /// Everything said since the slice's last turn: the same bytes for all, parts of them for those
    /// who said some of it or know some of it, and what a joiner must hear.
    fn serve_log(&mut self, index: usize) {
        let (log, end) = (&self.log, self.log.end());
        let slice = self.slices.slice_mut(index);
        let from = std::mem::replace(&mut slice.log, end);
        if from == end {
            return;
        }
        let room = Standing {
            seats: &self.seats,
            spots: &self.spots,
            block_bytes: self.config.large.snapshot_block_bytes,
        };
        let batch = Batch::new(log, from, self.seats.count());
        let mut plain = Vec::with_capacity(slice.members.len());
        for member in &mut slice.members {
            let listener = member.listener;
            let own_from = member.ahead.take();
            let position = own_from.unwrap_or(from);
            let messages = if let Some(joining) = &mut member.joining {
                joining.hear(listener, log.since(position), room).finish()
            } else if own_from.is_some() || batch.is_partly_of(listener) {
                batch.for_one(listener, position)
            } else {
                plain.push(listener);
                continue;
            };
            let audience = Audience::One(listener);
            self.outputs.extend(reliable(&messages, &audience));
        }
        if !plain.is_empty() {
            let audience = Audience::These(plain.into());
            self.outputs.extend(reliable(batch.whole(), &audience));
        }
    }

    fn serve_cursors(&mut self, index: usize, now: Instant, is_sweep: bool) {
        let listeners = self.slices.len().max(1);
        let spots = &self.spots;
        let slice = self.slices.slice_mut(index);
        let members = slice.members.len();
        let share =
            i64::from(self.config.large.bytes_per_second) * signed(members) / signed(listeners);
        slice.tokens.earn(now, share);
        let after = std::mem::replace(&mut slice.served, spots.last());
        if !spots.has_newer_than(slice.swept) {
            return;
        }
        let changed = spots.changed(slice.swept, spots.last());
        let changed: Vec<Cursor> = changed
            .map(|(user, spot)| cursor(user, spot.point))
            .collect();
        let cost = CURSOR_BYTES * changed.len() * members;
        let is_whole =
            is_sweep || slice.told.is_empty() || slice.sweep_by <= now || slice.tokens.has(cost);
        if is_whole {
            slice.swept = spots.last();
            slice.sweep_by = now + self.config.large.sweep_max;
            slice.tokens.spend(cost, share);
            slice.wide.keep(spots);
            let flush = spots.last();
            let audience = Audience::These(slice.complete());
            let parts = encode_cursors(&changed).into_iter();
            self.outputs.extend(parts.map(|bytes| Output::Cursors {
                flush,
                is_whole,
                audience: audience.clone(),
                messages: Encoded::one(bytes),
            }));
        } else {
            let (surfaces, nearest) = (self.surfaces.len(), self.config.large.nearest_cursors);
            let near = Near::new(spots, surfaces, nearest, after, &slice.told);
            let wide = slice.wide.is_due().then(|| {
                let Wide { after, told, .. } = &slice.wide;
                Near::new(spots, surfaces, nearest, *after, told)
            });
            let bytes = serve_near(slice, &near, wide.as_ref(), after, spots, &mut self.outputs);
            if wide.is_some() {
                slice.wide.keep(spots);
            }
            slice.tokens.spend(bytes, share);
        }
        slice.told.keep(spots, after);
    }
}

/// To each what changed in its view, at a `wide` turn near it, and what stands where it did not look
/// before. Who has no viewport is told what is near it at every turn. How many bytes.
fn serve_near(
    slice: &mut Slice,
    near: &Near,
    wide: Option<&Near>,
    after: u64,
    spots: &Spots,
    outputs: &mut impl Extend<Output>,
) -> usize {
    // Everywhere they know as much as the last sweep told them.
    let is_swept = slice.swept >= after;
    let is_wide_swept = slice.swept >= slice.wide.after;
    let complete = slice.members.iter_mut();
    let complete = complete.filter(|member| member.joining.is_none());
    let mut wanted: Vec<_> = complete
        .map(|member| {
            let core = core(member, spots).unwrap_or_else(|| middle(member, spots));
            let (is_wide, area, seen) = match wide {
                Some(wide) if member.viewport.is_some() => {
                    let area = wide.around(core);
                    member.seen = Some(wide.within(core));
                    let seen = member.seen_wide.replace(area);
                    (true, area, if is_wide_swept { Some(area) } else { seen })
                }
                _ => {
                    let area = match member.viewport {
                        Some(_) => near.within(core),
                        None => near.around(core),
                    };
                    let seen = member.seen.replace(area);
                    (false, area, if is_swept { Some(area) } else { seen })
                }
            };
            (is_wide, area, seen, member.listener)
        })
        .collect();
    wanted.sort_unstable();
    let mut bytes = 0;
    for same in wanted.chunk_by(|a, b| (a.0, a.1, a.2) == (b.0, b.1, b.2)) {
        let (is_wide, area, seen, _) = same[0];
        let near = wide.filter(|_| is_wide).unwrap_or(near);
        let mut messages = Messages::default();
        near.push_changed(area, &mut messages);
        if seen != Some(area) {
            near.push_standing(area, seen, spots, &mut messages);
        }
        bytes += messages.len() * same.len();
        let audience = match same {
            [(.., only)] => Audience::One(*only),
            _ => Audience::These(same.iter().map(|&(.., listener)| listener).collect()),
        };
        outputs.extend(
            messages
                .finish()
                .into_iter()
                .map(|messages| Output::Cursors {
                    flush: spots.last(),
                    is_whole: false,
                    audience: audience.clone(),
                    messages,
                }),
        );
    }
    bytes
}

/// What somebody looks at, as far as it is known.
pub(super) fn core(member: &Member, spots: &Spots) -> Option<Area> {
    let surface = surface(member, spots);
    let own = || member.user.and_then(|user| spots.point(user));
    let cells = member.viewport.map(Cells::of_viewport);
    let cells = cells.or_else(|| own().map(Cells::of_point))?;
    Some(Area { surface, cells })
}

fn middle(member: &Member, spots: &Spots) -> Area {
    Area {
        surface: surface(member, spots),
        cells: Cells::of_point(MIDDLE),
    }
}

fn surface(member: &Member, spots: &Spots) -> u32 {
    let spot = member.user.and_then(|user| spots.get(user));
    spot.map_or(surfaces::OWN, |spot| spot.surface)
}

fn reliable(messages: &[Encoded], audience: &Audience) -> impl Iterator<Item = Output> {
    messages.iter().map(|messages| Output::Reliable {
        audience: audience.clone(),
        messages: messages.clone(),
    })
}

fn cursor(user: u32, point: mote_protocol::coords::Point) -> Cursor {
    Cursor { user, point }
}

fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
