//! Whether something that is asked over and over answers. What is logged is each change, and not each
//! attempt.

use std::sync::atomic::{AtomicBool, Ordering};

/// It answers, until it is noted that it does not.
#[derive(Debug, Default)]
pub(super) struct Outage(AtomicBool);

/// What changed with an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// It is as it was.
    None,
    /// It does not answer any more.
    Begins,
    /// It answers again.
    Ends,
}

impl Outage {
    /// How an attempt ended.
    pub(super) fn note(&self, is_well: bool) -> Change {
        let was_out = self.0.swap(!is_well, Ordering::Relaxed);
        match (was_out, is_well) {
            (false, false) => Change::Begins,
            (true, true) => Change::Ends,
            _ => Change::None,
        }
    }
}
