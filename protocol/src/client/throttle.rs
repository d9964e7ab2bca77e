//! The cursor throttle: leading and trailing edge, newest wins.

use crate::coords::Point;
use crate::time::Instant;

/// The own cursor of one room. The first move goes out at once; of the moves within one interval
/// after it only the newest, at the interval's end. So the last position is always sent.
#[derive(Clone, Debug)]
pub(super) struct Throttle {
    /// Cursors a second, as configured.
    hz: u8,
    /// Cursors a second, as the server asked; never raises above `hz`.
    pace_hz: u8,
    /// Where the application says that the cursor is.
    newest: Option<Point>,
    /// Where the server knows it to be.
    sent: Option<Point>,
    sent_at: Option<Instant>,
}

impl Throttle {
    /// At most `hz` positions a second, at least 1.
    pub(super) const fn new(hz: u8) -> Self {
        Self {
            hz,
            pace_hz: u8::MAX,
            newest: None,
            sent: None,
            sent_at: None,
        }
    }

    /// The cursor is here now.
    pub(super) const fn move_to(&mut self, point: Point) {
        self.newest = Some(point);
    }

    /// Where the application says that the cursor is.
    pub(super) const fn newest(&self) -> Option<Point> {
        self.newest
    }

    /// The surface changed: the position was one on another surface, here and at the server.
    pub(super) const fn clear(&mut self) {
        self.newest = None;
        self.sent = None;
    }

    /// The server asks for at most `hz`.
    pub(super) const fn set_pace(&mut self, hz: u8) {
        self.pace_hz = hz;
    }

    /// A Join was answered: the pace of the connection before no longer holds.
    pub(super) const fn reset_pace(&mut self) {
        self.pace_hz = u8::MAX;
    }

    /// The position that the server has of this seat.
    pub(super) const fn set_sent(&mut self, known: Option<Point>) {
        self.sent = known;
    }

    /// From when on a position may be sent; never when there is nothing new to say.
    pub(super) fn due_at(&self) -> Instant {
        if self.newest.is_none() || self.newest == self.sent {
            return Instant::NEVER;
        }
        self.sent_at
            .map_or(Instant::ZERO, |at| at.plus_micros(self.interval_micros()))
    }

    /// The position to send now, if one is due.
    pub(super) fn take(&mut self, now: Instant) -> Option<Point> {
        if self.due_at() > now {
            return None;
        }
        self.sent = self.newest;
        self.sent_at = Some(now);
        self.sent
    }

    /// Rounded up, so that the rate is never over.
    fn interval_micros(&self) -> u64 {
        let hz = u32::from(self.hz.min(self.pace_hz).max(1));
        1_000_000_u32.div_ceil(hz).into()
    }
}

#[cfg(test)]
mod tests;
