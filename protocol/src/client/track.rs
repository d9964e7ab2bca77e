//! A cursor in motion: a smooth curve through the positions that came, drawn a little behind them.
//!
//! Positions come 20 to 60 times a second and never quite evenly; a screen draws in between. So a
//! track plays them later than they came, by the measured rhythm of their arrival and a margin for
//! its unevenness: then the next position is nearly always there before the last one is reached. The
//! curve is piecewise cubic with continuous velocity. Three rules make it:
//!
//! - **Even knots.** A position's moment on the curve is the one at which the rhythm expected it,
//!   corrected by a share of how late it came: jitter of the line does not become jitter of speed.
//!   Rhythm and unevenness are running means, as TCP estimates round trips (V. Jacobson, Congestion
//!   Avoidance and Control, 1988).
//! - **No overshoot.** At a knot each axis has the velocity of its two neighbours, limited so that
//!   the cubic between two knots stays between them (F. N. Fritsch, R. E. Carlson, Monotone
//!   Piecewise Cubic Interpolation, SIAM J. Numer. Anal. 17, 1980).
//! - **What comes changes only the future.** A new position makes the present place and velocity the
//!   curve's beginning. Where none comes in time the cursor is slowed down to the last one and ends
//!   exactly there.

use crate::coords::Point;
use crate::limits::{TRACK_DELAY_MS_MAX, TRACK_KNOTS_MAX, TRACK_PAUSE_MS};
use crate::time::Instant;

/// Each axis of a place, or of a velocity a millisecond, in fractions of the surface.
type Axes = [f64; 2];

/// Where one cursor is drawn. Times are milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Track {
    /// The curve's beginning: at rest, or where the last new position found the cursor.
    from: Knot,
    velocity: Axes,
    /// What is still to be reached, in the order of time; the first `count`.
    ahead: [Knot; TRACK_KNOTS_MAX],
    count: usize,
    /// Nothing came in time: the last knot is an end.
    is_stopping: bool,
    /// How far the curve was played, and when.
    playhead: f64,
    played_at: f64,
    arrived_at: f64,
    /// The mean time between two positions, and how far from it they are in the mean.
    rhythm: f64,
    unevenness: f64,
    /// How many gaps these are the means of, up to `GAPS_MEANT`.
    gaps: f64,
}

/// A place and its moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Knot {
    at: f64,
    place: Axes,
}

/// The rhythm before anything was measured.
const RHYTHM_MS_DEFAULT: f64 = 33.0;
/// The means are of about so many gaps.
const GAPS_MEANT: f64 = 8.0;
/// The shortest that is believed: faster than any client sends.
const RHYTHM_MS_MIN: f64 = 4.0;
/// How fast the delay follows the rhythm: seldom enough to be seen.
const SLEW_MS: f64 = 250.0;
/// Two knots are at least so far from each other.
const STEP_MS_MIN: f64 = 1.0;

impl Track {
    /// At rest at a place.
    pub(super) fn new(place: Point) -> Self {
        Self {
            from: Knot {
                at: 0.0,
                place: axes(place),
            },
            velocity: [0.0; 2],
            ahead: [Knot::default(); TRACK_KNOTS_MAX],
            count: 0,
            is_stopping: false,
            playhead: 0.0,
            played_at: 0.0,
            arrived_at: f64::NEG_INFINITY,
            rhythm: RHYTHM_MS_DEFAULT,
            unevenness: 0.0,
            gaps: 0.0,
        }
    }

    /// A position came.
    pub(super) fn push(&mut self, now: Instant, place: Point) {
        let (now, place) = (millis(now), axes(place));
        self.play(now);
        self.measure(now);
        let Some(newest) = self.ahead.get(self.count.wrapping_sub(1)) else {
            // From rest the curve begins at once and has the whole delay for its first part.
            self.playhead = now - self.delay();
            self.from.at = self.playhead;
            self.append(Knot { at: now, place });
            return;
        };
        let due = newest.at + self.rhythm;
        let earliest = newest.at.max(self.playhead) + STEP_MS_MIN;
        let at = (due + (now - due) / 4.0).min(now + self.delay());
        let at = at.max(earliest);
        self.begin_here();
        self.append(Knot { at, place });
    }

    /// Where the cursor is drawn now, and whether it still moves. Time that goes back counts as
    /// none.
    pub(super) fn at(&mut self, now: Instant) -> (Axes, bool) {
        self.play(millis(now));
        let ([x, y], _) = self.on_curve(self.playhead);
        ([x.clamp(0.0, 1.0), y.clamp(0.0, 1.0)], self.count > 0)
    }

    fn measure(&mut self, now: f64) {
        let gap = now - self.arrived_at;
        self.arrived_at = now;
        if gap < TRACK_PAUSE_MS {
            // One gap that is far too long, a hand that hesitates, says little of the rhythm.
            let error = (gap - self.rhythm).min(2.0 * self.rhythm);
            self.gaps = (self.gaps + 1.0).min(GAPS_MEANT);
            self.rhythm = (self.rhythm + error / self.gaps).max(RHYTHM_MS_MIN);
            self.unevenness += ((gap - self.rhythm).abs() - self.unevenness) / self.gaps;
        }
    }

    /// For positions that come late.
    fn margin(&self) -> f64 {
        self.rhythm / 4.0 + 2.0 * self.unevenness
    }

    /// How far behind the arrival the curve is played.
    fn delay(&self) -> f64 {
        (self.rhythm + self.margin()).min(TRACK_DELAY_MS_MAX)
    }

    /// Moves the playhead, which never goes back, and leaves the knots behind that it has passed.
    fn play(&mut self, now: f64) {
        let step = (now - self.played_at).max(0.0);
        self.played_at += step;
        let behind = now - self.delay() - (self.playhead + step);
        let slew = (behind * (step / SLEW_MS).min(1.0)).max(step / -2.0);
        let playhead = self.playhead + step + slew;
        if self.count == 1 && !self.is_stopping && self.ahead[0].at < playhead + self.margin() / 2.0
        {
            // The next position is overdue. With twice the time the velocity goes down evenly.
            self.begin_here();
            self.is_stopping = true;
            self.ahead[0].at += self.ahead[0].at - self.playhead;
        }
        self.playhead = playhead;
        while self.count > 0 && self.ahead[0].at <= playhead {
            (_, self.velocity) = self.on_curve(self.ahead[0].at);
            self.from = self.ahead[0];
            for at in 1..TRACK_KNOTS_MAX {
                self.ahead[at - 1] = self.ahead[at];
            }
            self.count -= 1;
        }
        if self.count == 0 {
            self.velocity = [0.0; 2];
            self.is_stopping = false;
        }
    }

    /// The present place and velocity become the curve's beginning.
    fn begin_here(&mut self) {
        let (place, velocity) = self.on_curve(self.playhead);
        let at = self.playhead;
        self.from = Knot { at, place };
        self.velocity = velocity;
    }

    /// A full track takes the new place for its last one: memory stays bounded.
    fn append(&mut self, knot: Knot) {
        self.is_stopping = false;
        if let Some(free) = self.ahead.get_mut(self.count) {
            *free = knot;
            self.count += 1;
        } else if let Some(last) = self.ahead.last_mut() {
            last.place = knot.place;
        }
    }

    /// The place and the velocity on the curve at a moment before its first knot, or at it.
    fn on_curve(&self, at: f64) -> (Axes, Axes) {
        let (from, [to, next, ..]) = (self.from, self.ahead);
        let (before, after) = (to.at - from.at, next.at - to.at);
        let u = (at - from.at) / before;
        let (mut place, mut velocity) = (from.place, self.velocity);
        if self.count == 0 || u.is_nan() || u <= 0.0 {
            return (place, velocity);
        }
        for axis in 0..2 {
            let way = to.place[axis] - from.place[axis];
            let arriving = way / before;
            let leaving = (next.place[axis] - to.place[axis]) / after;
            let arrival = if self.is_stopping {
                0.0
            } else if self.count == 1 {
                arriving
            } else if arriving * leaving <= 0.0 {
                0.0
            } else {
                let mean = (arriving * after + leaving * before) / (before + after);
                let most = 2.0 * arriving.abs().min(leaving.abs());
                mean.max(-most).min(most)
            };
            // The cubic Hermite polynomial of the values 0 and `way`, in the powers of u.
            let (start, end) = (velocity[axis] * before, arrival * before);
            let square = 3.0 * way - 2.0 * start - end;
            let cube = start + end - 2.0 * way;
            place[axis] += u * (start + u * (square + u * cube));
            velocity[axis] = (start + u * (2.0 * square + u * 3.0 * cube)) / before;
        }
        (place, velocity)
    }
}

fn axes(point: Point) -> Axes {
    let (x, y) = point.to_fraction();
    [x, y]
}

#[expect(
    clippy::cast_precision_loss,
    reason = "53 bits of microseconds are 285 years"
)]
fn millis(at: Instant) -> f64 {
    at.as_micros() as f64 / 1_000.0
}

#[cfg(test)]
mod tests;
