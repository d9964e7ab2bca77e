//! What sessions ask: whether somebody may come in.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mote_protocol::time::Instant;

use super::asks::{Asks, Question, Topic};
use super::claims::{Claims, Managed};
use super::error::{AuthError, Reason};
use super::jwks::Jwks;
use super::jwt::{Rules, verify};
use super::keys::KeySet;
use super::rights::{Grant, Rights};
use crate::hub::{Connection, lock};
use crate::labels::Tally;
use crate::limits::LOG_REPEATED_EVERY;
use crate::throttle::Throttle;

/// Seconds since 1970 at an instant of the server.
type Calendar = dyn Fn(Instant) -> u64 + Send + Sync;

/// Keys and rules of a server, whether the application is asked, and how often somebody was refused.
pub struct Verifier {
    keys: Keys,
    rules: Rules,
    calendar: Box<Calendar>,
    asks: Option<Arc<Asks>>,
    failures: Failures,
}

enum Keys {
    /// None: only the application knows what a token is.
    None,
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

/// What comes of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They may come in.
    Admitted(Admission),
    /// It is to be shown again when this is there; the connection's task is woken then.
    Wait(Awaited),
}

/// What a token waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// The end of this attempt to fetch keys.
    Keys {
        /// Which.
        attempt: u64,
    },
    /// What the application says.
    Answer {
        /// Of what.
        topic: Topic,
    },
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
            asks: None,
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

    /// The application is asked as well, which somebody has to do; alone, where there are no keys.
    #[must_use]
    pub fn with_asks(self, asks: Arc<Asks>) -> Self {
        let has_none = matches!(&self.keys, Keys::Own(keys) if keys.is_empty());
        Self {
            keys: if has_none { Keys::None } else { self.keys },
            asks: Some(asks),
            ..self
        }
    }

    /// Whether this token lets somebody into a room. `waited`: it has waited for that, which is not
    /// waited for again.
    ///
    /// # Errors
    /// Why not.
    pub fn admit(
        &self,
        now: Instant,
        connection: &Arc<Connection>,
        room: &str,
        token: Option<&str>,
        waited: Option<Awaited>,
    ) -> Result<Verdict, AuthError> {
        let token = token.ok_or_else(AuthError::missing)?;
        let admission = match self.check(now, room, token) {
            Ok(admission) => admission,
            Err(error) => {
                let wait = waited
                    .is_none()
                    .then(|| self.await_keys(now, &error, connection));
                let attempt = wait.flatten().ok_or(error)?;
                return Ok(Verdict::Wait(Awaited::Keys { attempt }));
            }
        };
        match &self.asks {
            Some(asks) => self.ask(asks, now, connection, room, token, admission, waited),
            // Without either nobody comes in.
            None => admission
                .map(Verdict::Admitted)
                .ok_or_else(AuthError::missing),
        }
    }

    /// As [`admit`](Self::admit), of one who is in the room already as `account`.
    ///
    /// # Errors
    /// Why not.
    pub fn renew(
        &self,
        now: Instant,
        connection: &Arc<Connection>,
        room: &str,
        account: &str,
        token: &str,
        waited: Option<Awaited>,
    ) -> Result<Verdict, AuthError> {
        let verdict = self.admit(now, connection, room, Some(token), waited)?;
        match &verdict {
            Verdict::Admitted(admission) if *admission.grant.account != *account => {
                let text = "the token is for another account than the one that is on this seat";
                Err(AuthError::new(Reason::Account, text))
            }
            _ => Ok(verdict),
        }
    }

    /// Whether what was waited for is there.
    #[must_use]
    pub fn is_there(&self, awaited: Awaited) -> bool {
        match (awaited, &self.keys, &self.asks) {
            (Awaited::Keys { attempt }, Keys::Fetched(jwks), _) => jwks.attempts() >= attempt,
            (Awaited::Answer { topic }, _, Some(asks)) => asks.is_answered(topic),
            _ => true,
        }
    }

    /// What the token itself says; nothing where there is no key to check it with.
    fn check(&self, now: Instant, room: &str, token: &str) -> Result<Option<Admission>, AuthError> {
        let now_s = (self.calendar)(now);
        let Some(claims) = self.verified(now_s, token)? else {
            return Ok(None);
        };
        let grant = claims.grant(room)?;
        let at = |s: u64| now + Duration::from_secs(s.saturating_sub(now_s));
        Ok(Some(Admission {
            expires_at: at(grant.expires_at_s),
            ends_at: at(grant.expires_at_s + self.rules.leeway_s),
            grant,
        }))
    }

    /// Whether this token gives the right to manage that. The application is not asked: who may manage
    /// is a matter of keys.
    ///
    /// # Errors
    /// Why not.
    pub fn admit_admin(
        &self,
        now: Instant,
        managed: Managed<'_>,
        token: Option<&str>,
    ) -> Result<(), AuthError> {
        let token = token.ok_or_else(AuthError::missing)?;
        match self.verified((self.calendar)(now), token)? {
            Some(claims) => claims.manage(managed),
            None => {
                let text = "this server has no key to check a token of the admin API with: set \
                            auth_secret, auth_secret_file, auth_public_key_file or auth_jwks_url";
                Err(AuthError::new(Reason::NotAllowed, text))
            }
        }
    }

    /// The claims of a token that is good; nothing where there is no key to check it with.
    fn verified(&self, now_s: u64, token: &str) -> Result<Option<Claims>, AuthError> {
        let verified = match &self.keys {
            Keys::None => return Ok(None),
            Keys::Own(keys) => verify(keys, &self.rules, now_s, token),
            Keys::Fetched(jwks) => verify(&jwks.keys(), &self.rules, now_s, token)
                .map_err(|error| blame(error, jwks.has_answered())),
        };
        verified.map(Some)
    }

    /// Which attempt to fetch keys is to end before the token is shown again, if that may help.
    pub fn await_keys(
        &self,
        now: Instant,
        error: &AuthError,
        connection: &Arc<Connection>,
    ) -> Option<u64> {
        let is_of_keys = matches!(error.reason, Reason::UnknownKey | Reason::KeysAway);
        match &self.keys {
            Keys::Fetched(jwks) if is_of_keys => Some(jwks.want(now, connection)),
            _ => None,
        }
    }

    /// What the application says, too.
    #[allow(clippy::too_many_arguments, reason = "the question, and who asks it")]
    fn ask(
        &self,
        asks: &Asks,
        now: Instant,
        connection: &Arc<Connection>,
        room: &str,
        token: &str,
        admission: Option<Admission>,
        waited: Option<Awaited>,
    ) -> Result<Verdict, AuthError> {
        let topic = Topic::new(room, token);
        let Some(answer) = asks.answer(now, topic) else {
            if matches!(waited, Some(Awaited::Answer { .. })) {
                return Err(AuthError::away());
            }
            let account = admission.map(|admission| admission.grant.account);
            let question = Question::new(topic, room, token, account);
            asks.ask(question, connection)?;
            return Ok(Verdict::Wait(Awaited::Answer { topic }));
        };
        let allowed = answer?;
        let admission = match admission {
            Some(admission) => allowed.with(admission)?,
            None => allowed.alone(now, (self.calendar)(now)),
        };
        if !admission.grant.rights.have(Rights::READ) {
            let text = "the application does not allow to read this room";
            return Err(AuthError::new(Reason::Forbidden, text));
        }
        Ok(Verdict::Admitted(admission))
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
pub struct Failures {
    counts: Tally<Reason>,
    told: Mutex<Throttle>,
}

impl Failures {
    /// Somebody was refused.
    pub fn count(&self, reason: Reason) {
        self.counts.count(reason);
    }

    /// One that was counted is for the log. When that is to say so: how many there were since it did.
    pub(crate) fn tell(&self, now: Instant) -> Option<u64> {
        lock(&self.told).note(now, LOG_REPEATED_EVERY)
    }

    /// How often it was for this reason.
    #[must_use]
    pub fn of(&self, reason: Reason) -> u64 {
        self.counts.of(reason)
    }

    /// How often it was, by reason.
    pub(crate) fn counts(&self) -> &Tally<Reason> {
        &self.counts
    }
}
