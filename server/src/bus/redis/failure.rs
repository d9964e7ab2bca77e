//! Why a connection to the engine ended.

use std::fmt;

use redis::{RedisError, ServerError};
use tokio::time::error::Elapsed;

/// A reason for the log: what the engine or the system said, without what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure(Box<str>);

impl Failure {
    pub(super) fn new(reason: impl Into<Box<str>>) -> Self {
        Self(reason.into())
    }

    pub(super) fn server(error: &ServerError) -> Self {
        let details = error.details().unwrap_or_default();
        Self::new(format!("it says {} {details}", error.code()))
    }
}

impl From<RedisError> for Failure {
    fn from(error: RedisError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<Elapsed> for Failure {
    fn from(_: Elapsed) -> Self {
        Self::new("it does not answer")
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}
