//! What the application says of a token.

use std::time::Duration;

use hyper::StatusCode;
use mote_protocol::color::Color;
use mote_protocol::time::Instant;
use serde::{Deserialize, Serialize};

use super::asks::{Answer, Question};
use super::claims::{check_account, check_name, color};
use super::error::{AuthError, Reason};
use super::rights::Rights;
use super::verifier::Admission;
use crate::limits::{
    ASK_FAILED_KEPT, ASK_KEPT_MAX, ASK_LIFETIME_DEFAULT, ASK_LIFETIME_MAX, ASK_REFUSED_KEPT,
};

/// What somebody may do in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    pub(super) account: Box<str>,
    pub(super) name: Option<Box<str>>,
    pub(super) color: Option<Color>,
    pub(super) rights: Rights,
    pub(super) ends_at: Instant,
}

impl Allowed {
    /// What it comes to, where the token itself says nothing that could be checked.
    pub(super) fn alone(self, now: Instant, now_s: u64) -> Admission {
        let ends_at = self.ends_at;
        Admission {
            expires_at: ends_at,
            ends_at,
            grant: super::Grant {
                account: self.account,
                name: self.name,
                color: self.color,
                rights: self.rights,
                expires_at_s: now_s + (ends_at - now).as_secs(),
            },
        }
    }

    /// What it comes to together with a token: nobody may more, or for longer, than both of them say.
    pub(super) fn with(self, token: Admission) -> Answered {
        if self.account != token.grant.account {
            return Err(wrong(
                "its account must be that of the token, which it was told",
            ));
        }
        let mut admission = token;
        admission.grant.rights = admission.grant.rights & self.rights;
        admission.grant.name = self.name.or(admission.grant.name);
        admission.grant.color = self.color.or(admission.grant.color);
        admission.expires_at = admission.expires_at.min(self.ends_at);
        admission.ends_at = admission.ends_at.min(self.ends_at);
        Ok(admission)
    }
}

type Answered = Result<Admission, AuthError>;

#[derive(Serialize)]
struct Asked<'a> {
    room: &'a str,
    token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
}

#[derive(Deserialize)]
struct Said {
    account: String,
    name: Option<String>,
    color: Option<String>,
    rights: Vec<String>,
    expires_in_s: Option<u64>,
}

#[derive(Default, Deserialize)]
struct Refusal {
    reason: Option<String>,
}

impl Question {
    /// As JSON.
    ///
    /// # Panics
    /// Never: texts are JSON.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        let asked = Asked {
            room: &self.room,
            token: &self.token,
            account: self.account.as_deref(),
        };
        serde_json::to_vec(&asked).expect("texts are JSON")
    }
}

/// What an answer of the application says, and until when it is good for another Join. None: it did not
/// answer at all.
pub fn read_answer(now: Instant, heard: Option<(StatusCode, &[u8])>) -> (Answer, Instant) {
    let Some((status, body)) = heard else {
        return (Err(AuthError::away()), now + ASK_FAILED_KEPT);
    };
    let refused = |reason, otherwise: &str| {
        let said: Refusal = serde_json::from_slice(body).unwrap_or_default();
        let said = said.reason.filter(|said| !said.is_empty());
        let text = said.map_or_else(|| otherwise.to_owned(), |said| clean(&said));
        (Err(AuthError::new(reason, text)), now + ASK_REFUSED_KEPT)
    };
    match status {
        StatusCode::OK => match read_allowed(now, body) {
            Ok(allowed) => {
                let half = (allowed.ends_at - now) / 2;
                (Ok(allowed), now + half.min(ASK_KEPT_MAX))
            }
            Err(why) => (Err(wrong(&why)), now + ASK_FAILED_KEPT),
        },
        StatusCode::UNAUTHORIZED => refused(Reason::Refused, "the application refuses this token"),
        StatusCode::FORBIDDEN => refused(
            Reason::Forbidden,
            "the application does not allow to enter this room",
        ),
        _ => (Err(AuthError::away()), now + ASK_FAILED_KEPT),
    }
}

fn read_allowed(now: Instant, body: &[u8]) -> Result<Allowed, String> {
    // What the error itself would quote is for nobody else to see.
    let said: Said = serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        format!("it is not the JSON that is expected, from line {line}, column {column} on")
    })?;
    check_account(&said.account)?;
    said.name.as_deref().map_or(Ok(()), check_name)?;
    let color = said.color.as_deref().map(color).transpose()?;
    let rights = Rights::of_names(said.rights.iter().map(String::as_str))?;
    let lifetime = said
        .expires_in_s
        .map_or(ASK_LIFETIME_DEFAULT, Duration::from_secs);
    if lifetime.is_zero() {
        return Err("expires_in_s must be at least 1".into());
    }
    Ok(Allowed {
        account: said.account.into(),
        name: said.name.map(Into::into),
        color,
        rights,
        ends_at: now + lifetime.min(ASK_LIFETIME_MAX),
    })
}

/// Their application's fault, and not that of whoever wants in.
fn wrong(why: &str) -> AuthError {
    let text = format!("the application's answer is not right: {why}");
    AuthError::new(Reason::AppAnswer, text)
}

/// It goes into a close reason, and onto somebody's console.
fn clean(text: &str) -> String {
    let shown = |character: char| {
        if character.is_control() {
            ' '
        } else {
            character
        }
    };
    text.chars().map(shown).collect()
}
