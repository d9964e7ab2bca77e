//! Heartbeat: asks a silent server for a sign of life, and tells when none came.

use core::time::Duration;

use crate::limits::{HEARTBEAT_DEFAULT_S, PROBE_TIMEOUT_MS};
use crate::time::Instant;

/// The liveness of one open socket. A Heartbeat is due after one period without outbound traffic,
/// and after one period in which nothing was heard, since only a Heartbeat is answered for sure.
///
/// The socket is dead when nothing was heard for two periods *and* a Heartbeat has been out for
/// one. The second half matters in a hidden tab, whose timers may run a minute late: there silence
/// only shows that nobody asked.
#[derive(Clone, Debug)]
pub(super) struct Heartbeat {
    period: Duration,
    sent_at: Instant,
    heard_at: Instant,
    /// The first Heartbeat since something was heard.
    asked_at: Option<Instant>,
    /// Somebody is looking: a sign of life is due by then.
    probe_until: Option<Instant>,
}

impl Heartbeat {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            period: Duration::from_secs(u64::from(HEARTBEAT_DEFAULT_S)),
            sent_at: now,
            heard_at: now,
            asked_at: None,
            probe_until: None,
        }
    }

    /// The server's period, in seconds; 0 counts as 1.
    pub(super) fn set_period_s(&mut self, period_s: u8) {
        self.period = Duration::from_secs(u64::from(period_s.max(1)));
    }

    /// Bytes came in.
    pub(super) const fn hear(&mut self, now: Instant) {
        self.heard_at = now;
        self.asked_at = None;
        self.probe_until = None;
    }

    /// Bytes went out.
    pub(super) const fn send(&mut self, now: Instant) {
        self.sent_at = now;
    }

    /// A Heartbeat went out.
    pub(super) fn ask(&mut self, now: Instant) {
        self.asked_at.get_or_insert(now);
    }

    /// A Heartbeat goes out whose answer is awaited impatiently.
    pub(super) fn probe(&mut self, now: Instant) {
        let until = now + Duration::from_millis(PROBE_TIMEOUT_MS);
        self.probe_until.get_or_insert(until);
    }

    pub(super) const fn is_probing(&self) -> bool {
        self.probe_until.is_some()
    }

    /// When the next Heartbeat is due.
    pub(super) fn beat_at(&self) -> Instant {
        let quiet_at = self.sent_at + self.period;
        match self.asked_at {
            Some(_) => quiet_at,
            None => quiet_at.min(self.heard_at + self.period),
        }
    }

    /// From when on the socket is dead, as things stand.
    pub(super) fn dead_at(&self) -> Option<Instant> {
        let silent_at = self.heard_at + self.period + self.period;
        match (self.asked_at, self.probe_until) {
            (None, until) => until,
            (Some(at), until) => {
                let unanswered_at = silent_at.max(at + self.period);
                Some(unanswered_at.min(until.unwrap_or(unanswered_at)))
            }
        }
    }
}

#[cfg(test)]
mod tests;
