//! Why a token lets nobody in.

use std::borrow::Cow;
use std::fmt;

use mote_protocol::close::CloseCode;
use mote_protocol::limits::CONTROL_TEXT_BYTES_MAX;

use crate::labels::labels;

labels! {
    /// Why, from a fixed set: what logs and metrics say.
    pub enum Reason;

    /// What a socket is closed with for it.
    pub const fn close_code -> CloseCode;

    /// There is none.
    Missing = "missing", CloseCode::BadToken;
    /// It is no JWT.
    Malformed = "malformed", CloseCode::BadToken;
    /// It is signed in a way that no token may be: `none`, for one.
    Algorithm = "algorithm", CloseCode::BadToken;
    /// It is made with a key that is not known, or not for that algorithm.
    UnknownKey = "unknown_key", CloseCode::BadToken;
    /// It was changed, or made with another key.
    Signature = "signature", CloseCode::BadToken;
    /// What it says is not what a token says.
    Claims = "claims", CloseCode::BadToken;
    /// It is from somebody else.
    Issuer = "issuer", CloseCode::BadToken;
    /// It is for somebody else.
    Audience = "audience", CloseCode::BadToken;
    /// Its time is over.
    Expired = "expired", CloseCode::TokenExpired;
    /// Its time has not come.
    NotYetValid = "not_yet_valid", CloseCode::BadToken;
    /// It is good for longer than a token may be.
    Lifetime = "lifetime", CloseCode::BadToken;
    /// It is for other rooms.
    NotAllowed = "not_allowed", CloseCode::NotAllowed;
    /// The one who is on the seat is somebody else.
    Account = "account", CloseCode::BadToken;
    /// The keys could not be fetched: it is not the token's fault.
    KeysAway = "keys_away", CloseCode::TryAgainLater;
    /// The application, which was asked, does not know it.
    Refused = "refused", CloseCode::BadToken;
    /// The application, which was asked, does not allow it in this room.
    Forbidden = "forbidden", CloseCode::NotAllowed;
    /// The application could not be asked: it is not the token's fault.
    AppAway = "app_away", CloseCode::TryAgainLater;
    /// What the application answered makes no sense: it is not the token's fault either.
    AppAnswer = "app_answer", CloseCode::TryAgainLater;
}

/// A token that is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthError {
    /// From a fixed set.
    pub reason: Reason,
    /// In words for a developer. It may have in it what a token says, so it is for its bearer alone and
    /// not for a log.
    pub text: Cow<'static, str>,
}

impl AuthError {
    /// A text that may have somebody's own words in it is cut to what the wire takes.
    pub(super) fn new(reason: Reason, text: impl Into<Cow<'static, str>>) -> Self {
        let mut text = text.into();
        if text.len() > CONTROL_TEXT_BYTES_MAX {
            let mut ends = (0..=CONTROL_TEXT_BYTES_MAX).rev();
            let end = ends.find(|&end| text.is_char_boundary(end));
            text.to_mut().truncate(end.unwrap_or(0));
        }
        Self { reason, text }
    }

    /// The application could not be asked.
    pub(super) fn away() -> Self {
        let text = "the application could not be asked: come again later";
        Self::new(Reason::AppAway, text)
    }

    /// There is no token.
    #[must_use]
    pub fn missing() -> Self {
        Self::new(
            Reason::Missing,
            "this server lets nobody in without a token",
        )
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for AuthError {}
