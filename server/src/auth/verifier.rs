//! What sessions ask: whether somebody may come in.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use mote_protocol::time::Instant;

use super::error::{AuthError, Reason};
use super::jwt::{Rules, verify};
use super::keys::KeySet;
use super::rights::Grant;

/// Seconds since 1970 at an instant of the server.
type Calendar = dyn Fn(Instant) -> u64 + Send + Sync;

/// Keys and rules of a server, and how often they refused somebody.
pub struct Verifier {
    keys: KeySet,
    rules: Rules,
    calendar: Box<Calendar>,
    failures: Failures,
}

/// Somebody may come into a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// What the token gives there.
    pub grant: Grant,
    /// When it expires.
    pub expires_at: Instant,
    /// When it is worth nothing any more, the leeway included.
    pub ends_at: Instant,
}

impl Verifier {
    /// `calendar` says what time it is, in seconds since 1970. It is asked each time, since the clock of
    /// a machine may be set while it runs.
    #[must_use]
    pub fn new(
        keys: KeySet,
        rules: Rules,
        calendar: impl Fn(Instant) -> u64 + Send + Sync + 'static,
    ) -> Self {
        Self {
            keys,
            rules,
            calendar: Box::new(calendar),
            failures: Failures::default(),
        }
    }

    /// Whether this token lets somebody into a room.
    ///
    /// # Errors
    /// Why not. It is counted.
    pub fn admit(
        &self,
        now: Instant,
        room: &str,
        token: Option<&str>,
    ) -> Result<Admission, AuthError> {
        let now_s = (self.calendar)(now);
        let admit = || {
            let token = token.ok_or_else(AuthError::missing)?;
            let claims = verify(&self.keys, &self.rules, now_s, token)?;
            let grant = claims.grant(room)?;
            let at = |s: u64| now + Duration::from_secs(s.saturating_sub(now_s));
            Ok(Admission {
                expires_at: at(grant.expires_at_s),
                ends_at: at(grant.expires_at_s + self.rules.leeway_s),
                grant,
            })
        };
        admit().inspect_err(|error: &AuthError| self.failures.count(error.reason))
    }

    /// As [`admit`](Self::admit), of one who is in the room already as `account`.
    ///
    /// # Errors
    /// Why not. It is counted.
    pub fn renew(
        &self,
        now: Instant,
        room: &str,
        account: &str,
        token: &str,
    ) -> Result<Admission, AuthError> {
        let admission = self.admit(now, room, Some(token))?;
        if *admission.grant.account == *account {
            return Ok(admission);
        }
        self.failures.count(Reason::Account);
        let text = "the token is for another account than the one that is on this seat";
        Err(AuthError::new(Reason::Account, text))
    }

    /// How often somebody was refused, by reason.
    #[must_use]
    pub fn failures(&self) -> &Failures {
        &self.failures
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("keys", &self.keys)
            .field("rules", &self.rules)
            .field("failures", &self.failures)
            .finish_non_exhaustive()
    }
}

/// Refusals, counted.
#[derive(Debug, Default)]
pub struct Failures([AtomicU64; Reason::ALL.len()]);

impl Failures {
    fn count(&self, reason: Reason) {
        self.0[reason as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// How often it was for this reason.
    #[must_use]
    pub fn of(&self, reason: Reason) -> u64 {
        self.0[reason as usize].load(Ordering::Relaxed)
    }
}
