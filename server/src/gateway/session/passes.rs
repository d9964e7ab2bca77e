//! What the tokens of a connection allow: each that of its own channel, and for its time.

use std::sync::Arc;

use mote_protocol::time::Instant;
use mote_protocol::wire::Channel;

use super::shares::AccountPlace;
use crate::auth::{Admission, Rights, Verifier};
use crate::limits::TOKEN_WARNING;

/// One for each channel with a room, at most.
#[derive(Debug)]
pub(super) struct Passes {
    verifier: Arc<Verifier>,
    passes: Vec<Pass>,
}

#[derive(Debug)]
struct Pass {
    channel: Channel,
    account: Box<str>,
    /// Held for as long as any pass of the account is.
    place: Option<Arc<AccountPlace>>,
    rights: Rights,
    /// When they are warned; none: they were.
    warn_at: Option<Instant>,
    ends_at: Instant,
}

/// What a pass comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// It ends soon.
    Warning,
    /// It is over.
    End,
}

impl Passes {
    pub(super) fn new(verifier: Arc<Verifier>) -> Self {
        Self {
            verifier,
            passes: Vec::new(),
        }
    }

    pub(super) fn verifier(&self) -> &Arc<Verifier> {
        &self.verifier
    }

    /// Whether who is on a channel may do this there.
    pub(super) fn allow(&self, channel: Channel, right: Rights) -> bool {
        let mut passes = self.passes.iter();
        passes.any(|pass| pass.channel == channel && pass.rights.have(right))
    }

    /// As whom they are on a channel.
    pub(super) fn account(&self, channel: Channel) -> Option<&str> {
        let pass = self.passes.iter().find(|pass| pass.channel == channel)?;
        Some(&pass.account)
    }

    /// The place of this connection among those of an account that it has on some channel.
    pub(super) fn account_place(&self, account: &str) -> Option<Arc<AccountPlace>> {
        let mut passes = self.passes.iter();
        passes.find(|pass| *pass.account == *account)?.place.clone()
    }

    /// From now on this holds on a channel, and nothing else.
    pub(super) fn set(
        &mut self,
        now: Instant,
        channel: Channel,
        admission: Admission,
        place: Option<Arc<AccountPlace>>,
    ) {
        self.forget(channel);
        let Admission {
            grant,
            expires_at,
            ends_at,
        } = admission;
        let left = expires_at - now;
        // Of a token for seconds, half of them pass first.
        let unwarned = left.saturating_sub(TOKEN_WARNING).max(left / 2);
        self.passes.push(Pass {
            channel,
            account: grant.account,
            place,
            rights: grant.rights,
            warn_at: Some(now + unwarned),
            ends_at,
        });
    }

    pub(super) fn forget(&mut self, channel: Channel) {
        self.passes.retain(|pass| pass.channel != channel);
    }

    /// What has come by now; a warning comes once.
    pub(super) fn due(&mut self, now: Instant) -> Option<(Channel, Due)> {
        let pass = self.passes.iter_mut().find(|pass| pass.due_at() <= now)?;
        let due = match pass.ends_at <= now {
            true => Due::End,
            false => Due::Warning,
        };
        pass.warn_at = None;
        Some((pass.channel, due))
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.passes.iter().map(Pass::due_at).min()
    }
}

impl Pass {
    fn due_at(&self) -> Instant {
        self.warn_at.unwrap_or(self.ends_at).min(self.ends_at)
    }
}
