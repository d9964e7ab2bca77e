//! Why a connection is closed.

use std::borrow::Cow;

use mote_protocol::close::CloseCode;
use mote_protocol::wire::WireError;

/// A close code, and the reason in words for a developer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// The code.
    pub code: CloseCode,
    /// What happened; at most 123 bytes go into the Close frame.
    pub reason: Cow<'static, str>,
}

impl Close {
    /// The client broke the wire.
    #[must_use]
    pub fn protocol(reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code: CloseCode::Protocol,
            reason: reason.into(),
        }
    }
}

impl From<CloseCode> for Close {
    fn from(code: CloseCode) -> Self {
        let reason = code.text().into();
        Self { code, reason }
    }
}

impl From<WireError> for Close {
    fn from(error: WireError) -> Self {
        Self::protocol(error.to_string())
    }
}
