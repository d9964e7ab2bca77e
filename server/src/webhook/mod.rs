//! What an application is told by HTTP: who came and left, and which rooms began and ended.
//!
//! A batch of [`Event`]s is one request, signed as the Standard Webhooks specification says
//! (<https://github.com/standard-webhooks/standard-webhooks>), 1.0.0. Nothing here opens a socket:
//! [`Queue`] holds what waits and makes batches, [`Attempts`] says when to try again, [`Signer`]
//! signs; the gateway sends.

mod event;
mod queue;
mod schedule;
mod sign;

pub use event::{Event, Kind, Kinds, Person};
pub use queue::{Batch, Counts, Outcome, Queue};
pub use schedule::Attempts;
pub(crate) use sign::message_id;
pub use sign::{Signer, WebhookSecret};

#[cfg(test)]
mod tests;
