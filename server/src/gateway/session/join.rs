//! Coming in, and staying: what a Join and a Token have to show first.

use std::borrow::Cow;
use std::mem;

use mote_protocol::close::CloseCode;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Channel, Join};

use super::Session;
use super::held::Awaits;
use super::passes::Due;
use crate::auth::{Admission, AuthError, Grant, Rights, Verdict};
use crate::hub::{Claim, Close};
use crate::limits::{JOIN_EVERY, Limit};
use crate::room::JoinRequest;

impl Session {
    /// Somebody wants into a room. Nothing is looked up, and no room is made, before they may.
    pub(super) fn join(
        &mut self,
        now: Instant,
        channel: Channel,
        join: &Join<'_>,
        waited: Option<Awaits>,
    ) -> Result<Option<Awaits>, Close> {
        let is_new = waited.is_none();
        if is_new {
            self.check_join(now, channel)?;
            if let Some(Close { code, reason }) = self.join_refusal(now) {
                self.refuse(channel, code, reason);
                return Ok(None);
            }
        }
        let is_opened = matches!(waited, Some(Awaits::Room { .. }));
        let admission = match waited {
            Some(Awaits::Room { admission, .. }) => admission,
            waited => match self.admit(now, join, waited) {
                Ok(None) => None,
                Ok(Some(Verdict::Admitted(admission))) => Some(admission),
                Ok(Some(Verdict::Wait(awaited))) => return Ok(Some(Awaits::Token(awaited))),
                Err(error) => {
                    self.note(now, &error);
                    let code = error.reason.close_code();
                    self.refuse(channel, code, error.text);
                    return Ok(None);
                }
            },
        };
        if let Some(url) = self.elsewhere(now, join.room) {
            self.redirect(now, channel, &url);
            return Ok(None);
        }
        if !is_opened {
            let grant = admission.as_ref().map(|admission| &admission.grant);
            let claim = claim(&request(channel, join, grant));
            let hub = &self.hub;
            if !hub.is_ready(now, &self.connection, join.room, claim.as_ref()) {
                let room = join.room.into();
                return Ok(Some(Awaits::Room {
                    room,
                    claim,
                    admission,
                }));
            }
        }
        self.enter(now, channel, join, admission);
        Ok(None)
    }

    fn check_join(&mut self, now: Instant, channel: Channel) -> Result<(), Close> {
        self.count_join(now)?;
        if self.connection.is_overfull() {
            let close = self.over(Limit::Queue, CloseCode::TooSlow.into());
            self.connection.abort(close.clone());
            return Err(close);
        }
        if self.connection.membership(channel).is_some() {
            return Err(Close::protocol("a room is joined on this channel already"));
        }
        Ok(())
    }

    /// A Join makes a snapshot, and a token is costly to verify.
    fn count_join(&mut self, now: Instant) -> Result<(), Close> {
        if self.joins.take(now, JOIN_EVERY) > JOIN_EVERY * self.config.join_burst_max {
            let close = Close {
                code: CloseCode::TooManyMessages,
                reason: "too many joins".into(),
            };
            return Err(self.over(Limit::JoinBurst, close));
        }
        Ok(())
    }

    /// What their token allows; nothing where tokens are not asked for.
    fn admit(
        &self,
        now: Instant,
        join: &Join<'_>,
        waited: Option<Awaits>,
    ) -> Result<Option<Verdict>, AuthError> {
        let Some(passes) = &self.passes else {
            return Ok(None);
        };
        let token = join.token.or(self.token.as_deref());
        let waited = waited.and_then(Awaits::of_token);
        let verifier = passes.verifier();
        let verdict = verifier.admit(now, &self.connection, join.room, token, waited);
        verdict.map(Some)
    }

    /// Counts and logs a token that is no good. Its text may have the token's own words in it, which
    /// are for its bearer alone.
    fn note(&self, now: Instant, error: &AuthError) {
        let (connection, reason) = (self.connection.id(), error.reason.label());
        tracing::debug!(connection, reason, "token refused");
        let Some(passes) = &self.passes else {
            return;
        };
        let failures = passes.verifier().failures();
        failures.count(error.reason);
        if let Some(since) = failures.tell(now) {
            tracing::info!(
                reason,
                since,
                "tokens are refused; mote_auth_failures_total says why"
            );
        }
    }

    /// They are not let in. How that is told depends on what else came with the Join.
    fn refuse(&mut self, channel: Channel, code: CloseCode, reason: impl Into<Cow<'static, str>>) {
        let reason = reason.into();
        self.refused.push((channel, Close { code, reason }));
    }

    /// Tells of the Joins that were refused. One room that may not be entered must not keep those away
    /// that were asked for together with it: the socket is closed only where it has no room at all.
    ///
    /// # Errors
    /// Close the socket so.
    pub(super) fn tell_refused(&mut self, now: Instant) -> Result<(), Close> {
        let stays = self.connection.has_rooms() || self.held.is_some();
        for (channel, close) in mem::take(&mut self.refused) {
            if !stays {
                return Err(close);
            }
            self.connection.send_error(now, channel, &close.reason);
        }
        Ok(())
    }

    fn enter(
        &mut self,
        now: Instant,
        channel: Channel,
        join: &Join<'_>,
        admission: Option<Admission>,
    ) {
        self.inbound.forget(channel);
        let grant = admission.as_ref().map(|admission| &admission.grant);
        let place = match self.account_place(grant) {
            Ok(place) => place,
            Err(Close { code, reason }) => return self.refuse(channel, code, reason),
        };
        let request = request(channel, join, grant);
        match self.hub.join(now, &self.connection, join.room, request) {
            Ok(joined) => {
                let connection = self.connection.id();
                tracing::debug!(
                    connection,
                    channel = channel.number(),
                    room = join.room,
                    user = joined.user,
                    name = request.name,
                    account = request.account,
                    resumed = joined.resumed,
                    "joined"
                );
                if let (Some(passes), Some(admission)) = (&mut self.passes, admission) {
                    passes.set(now, channel, admission, place);
                }
            }
            Err(refused) => {
                self.hub.hits().count(refused.limit());
                self.refuse(channel, refused.close_code(), refused.text());
            }
        }
    }

    /// A fresh token for the room on a channel takes the place of the one before; one that is no good
    /// takes nothing away.
    pub(super) fn renew(
        &mut self,
        now: Instant,
        channel: Channel,
        token: &str,
        waited: Option<Awaits>,
    ) -> Result<Option<Awaits>, Close> {
        let Some(membership) = self.connection.membership(channel) else {
            self.not_joined(now, channel);
            return Ok(None);
        };
        if waited.is_none() {
            self.count_join(now)?;
        }
        let Some(passes) = &mut self.passes else {
            // Whoever has tokens to give may come to a server that asks for none.
            return Ok(None);
        };
        let account = passes.account(channel).unwrap_or_default();
        let room = membership.room.id();
        let waited = waited.and_then(Awaits::of_token);
        let verifier = passes.verifier();
        match verifier.renew(now, &self.connection, room, account, token, waited) {
            Ok(Verdict::Admitted(admission)) => {
                let place = passes.account_place(account);
                passes.set(now, channel, admission, place);
            }
            Ok(Verdict::Wait(awaited)) => return Ok(Some(Awaits::Token(awaited))),
            Err(error) => {
                self.note(now, &error);
                self.connection.send_error(now, channel, &error.text);
            }
        }
        Ok(None)
    }

    /// Tokens end: who brings no other is told to get one. The whole socket ends, and its seats are
    /// kept: a client comes back with new tokens for all of its rooms, and nobody sees it go.
    pub(super) fn end_passes(&mut self, now: Instant) -> Result<(), Close> {
        let Some(passes) = &mut self.passes else {
            return Ok(());
        };
        while let Some((channel, due)) = passes.due(now) {
            match due {
                // The room was left, or somebody took the seat.
                _ if self.connection.membership(channel).is_none() => passes.forget(channel),
                Due::Warning => {
                    let text = "the token of this room expires: send a fresh one";
                    self.connection.send_error(now, channel, text);
                }
                Due::End => return Err(CloseCode::TokenExpired.into()),
            }
        }
        Ok(())
    }
}

/// What a room is asked: the token's words win, and an account is nobody else's to say.
/// The seat that they had.
fn claim(request: &JoinRequest<'_>) -> Option<Claim> {
    let resume = request.resume.filter(|_| !request.observer)?;
    Some(Claim {
        resume,
        account: request.account.into(),
    })
}

fn request<'a>(channel: Channel, join: &Join<'a>, grant: Option<&'a Grant>) -> JoinRequest<'a> {
    let rights = grant.map(|grant| grant.rights);
    let claimed = grant.and_then(|grant| grant.name.as_deref());
    JoinRequest {
        channel,
        name: claimed.or(join.name),
        color: grant.and_then(|grant| grant.color).or(join.color),
        resume: join.resume,
        observer: join.observer || rights.is_some_and(|rights| !rights.have(Rights::PRESENCE)),
        account: grant.map_or("", |grant| &grant.account),
    }
}
