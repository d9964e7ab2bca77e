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
    asked_at: Instant,
    /// Somebody is looking: a sign of life is due by then.
    probe_until: Instant,
}

impl Heartbeat {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            period: Duration::from_secs(u64::from(HEARTBEAT_DEFAULT_S)),
            sent_at: now,
            heard_at: now,
            asked_at: Instant::NEVER,
            probe_until: Instant::NEVER,
        }
    }

    /// The server's period, in seconds; 0 counts as 1.
    pub(super) fn set_period_s(&mut self, period_s: u8) {
        self.period = Duration::from_secs(u64::from(period_s.max(1)));
    }

    /// Bytes came in.
    pub(super) const fn hear(&mut self, now: Instant) {
        self.heard_at = now;
        self.asked_at = Instant::NEVER;
        self.probe_until = Instant::NEVER;
    }

    /// Bytes went out.
    pub(super) const fn send(&mut self, now: Instant) {
        self.sent_at = now;
    }

    /// A Heartbeat went out.
    pub(super) fn ask(&mut self, now: Instant) {
        self.asked_at = self.asked_at.min(now);
    }

    /// A Heartbeat goes out whose answer is awaited impatiently.
    pub(super) fn probe(&mut self, now: Instant) {
        let until = now + Duration::from_millis(PROBE_TIMEOUT_MS);
        self.probe_until = self.probe_until.min(until);
    }

    pub(super) fn is_probing(&self) -> bool {
        self.probe_until != Instant::NEVER
    }

    /// When the next Heartbeat is due.
    pub(super) fn beat_at(&self) -> Instant {
        let is_asked = self.asked_at != Instant::NEVER;
        let quiet_since = if is_asked {
            self.sent_at
        } else {
            self.sent_at.min(self.heard_at)
        };
        quiet_since + self.period
    }

    /// From when on the socket is dead, as things stand.
    pub(super) fn dead_at(&self) -> Instant {
        let silent_at = self.heard_at + self.period + self.period;
        let unanswered_at = self.asked_at + self.period;
        silent_at.max(unanswered_at).min(self.probe_until)
    }
}

#[cfg(test)]
mod tests;
