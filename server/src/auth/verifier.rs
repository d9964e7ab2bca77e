//! What sessions ask: whether somebody may come in.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use mote_protocol::time::Instant;

use super::claims::{Claims, Managed};
use super::error::{AuthError, Reason};
use super::jwks::Jwks;
use super::jwt::{Rules, verify};
use super::keys::KeySet;
use super::rights::Grant;
use crate::hub::Connection;

/// Seconds since 1970 at an instant of the server.
type Calendar = dyn Fn(Instant) -> u64 + Send + Sync;

/// Keys and rules of a server, and how often they refused somebody.
pub struct Verifier {
    keys: Keys,
    rules: Rules,
    calendar: Box<Calendar>,
    failures: Failures,
}

enum Keys {
    /// Those that are there from the start.
    Own(Arc<KeySet>),
    /// And those of an address.
    Fetched(Arc<Jwks>),
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
            keys: Keys::Own(Arc::new(keys)),
            rules,
            calendar: Box::new(calendar),
            failures: Failures::default(),
        }
    }

    /// With the keys of an address, which somebody has to fetch.
    #[must_use]
    pub fn with_fetched(self, jwks: Arc<Jwks>) -> Self {
        Self {
            keys: Keys::Fetched(jwks),
            ..self
        }
    }

    /// Whether this token lets somebody into a room.
    ///
    /// # Errors
    /// Why not.
    pub fn admit(
        &self,
        now: Instant,
        room: &str,
        token: Option<&str>,
    ) -> Result<Admission, AuthError> {
        let now_s = (self.calendar)(now);
        let grant = self.verified(now_s, token)?.grant(room)?;
        let at = |s: u64| now + Duration::from_secs(s.saturating_sub(now_s));
        Ok(Admission {
            expires_at: at(grant.expires_at_s),
            ends_at: at(grant.expires_at_s + self.rules.leeway_s),
            grant,
        })
    }

    /// Whether this token gives the right to manage that.
    ///
    /// # Errors
    /// Why not.
    pub fn admit_admin(
        &self,
        now: Instant,
        managed: Managed<'_>,
        token: Option<&str>,
    ) -> Result<(), AuthError> {
        let now_s = (self.calendar)(now);
        self.verified(now_s, token)?.manage(managed)
    }

    fn verified(&self, now_s: u64, token: Option<&str>) -> Result<Claims, AuthError> {
        let token = token.ok_or_else(AuthError::missing)?;
        match &self.keys {
            Keys::Own(keys) => verify(keys, &self.rules, now_s, token),
            Keys::Fetched(jwks) => verify(&jwks.keys(), &self.rules, now_s, token)
                .map_err(|error| blame(error, jwks.has_answered())),
        }
    }

    /// As [`admit`](Self::admit), of one who is in the room already as `account`.
    ///
    /// # Errors
    /// Why not.
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
        let text = "the token is for another account than the one that is on this seat";
        Err(AuthError::new(Reason::Account, text))
    }

    /// Whether what was refused for this reason is to be shown again when keys were fetched: the
    /// connection's task is woken then. If so, which attempt to fetch them is to end first.
    pub fn await_keys(
        &self,
        now: Instant,
        reason: Reason,
        connection: &Arc<Connection>,
    ) -> Option<u64> {
        let is_of_keys = matches!(reason, Reason::UnknownKey | Reason::KeysAway);
        match &self.keys {
            Keys::Fetched(jwks) if is_of_keys => Some(jwks.want(now, connection)),
            _ => None,
        }
    }

    /// Whether that attempt has ended.
    pub fn has_fetched(&self, attempt: u64) -> bool {
        match &self.keys {
            Keys::Own(_) => true,
            Keys::Fetched(jwks) => jwks.attempts() >= attempt,
        }
    }

    /// How often somebody was refused, by reason.
    #[must_use]
    pub fn failures(&self) -> &Failures {
        &self.failures
    }
}

/// A key that is not known may be one that could not be fetched: no fresh token helps then.
fn blame(error: AuthError, has_answered: bool) -> AuthError {
    match error.reason {
        Reason::UnknownKey if !has_answered => AuthError::new(
            Reason::KeysAway,
            "the keys of this server could not be fetched yet: come again later",
        ),
        _ => error,
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("rules", &self.rules)
            .field("failures", &self.failures)
            .finish_non_exhaustive()
    }
}

/// Refusals, counted.
#[derive(Debug, Default)]
pub struct Failures([AtomicU64; Reason::ALL.len()]);

impl Failures {
    /// Somebody was refused.
    pub fn count(&self, reason: Reason) {
        self.0[reason as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// How often it was for this reason.
    #[must_use]
    pub fn of(&self, reason: Reason) -> u64 {
        self.0[reason as usize].load(Ordering::Relaxed)
    }
}
