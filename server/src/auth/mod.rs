//! Who may come in and what they may do there: tokens, the keys that they are made with, and rights.
//!
//! A token is a JWT (RFC 7519) with the claims that `createToken` of `@mote/presence/server` makes, too.
//! Nothing here reads a clock or opens a socket; a key brings the algorithms that it is for, so what a
//! token says of itself chooses among those and can ask for nothing else.

mod algorithm;
mod answer;
mod asks;
mod claims;
mod error;
mod jwk;
mod jwks;
mod jwt;
mod keys;
mod pem;
mod rights;
mod secret;
mod token;
mod verifier;

pub use answer::{Allowed, read_answer};
pub use asks::{Answer, Asks, Question, Topic};
pub use claims::{Audience, Claims, Managed, RoomRights, Seconds};
pub(crate) use claims::{check_name, color};
pub use error::{AuthError, Reason};
pub use jwks::{Jwks, JwksHealth};
pub use jwt::{Rules, verify};
pub use keys::{Key, KeySet};
pub use rights::{Grant, Rights};
pub use secret::Secret;
pub use token::{Token, TokenError};
pub use verifier::{Admission, Awaited, Failures, Verdict, Verifier};

#[cfg(test)]
mod tests;
