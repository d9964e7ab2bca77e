//! Mote in somebody else's application.

use std::fmt;
use std::sync::Arc;

use super::app::App;
use super::metrics;

/// What an application holds of the server that it has mounted ([`mount`](super::mount)). Cheap to clone.
#[derive(Clone)]
pub struct Presence {
    app: Arc<App>,
}

impl Presence {
    pub(super) fn new(app: Arc<App>) -> Self {
        Self { app }
    }

    /// What it counts, in the text format of Prometheus (`text/plain; version=0.0.4`), to be appended to what
    /// your own `/metrics` says, or shown as it is. Every name begins with `mote_`; of the process, which is
    /// yours, there is nothing. docs/metrics.md explains each.
    #[must_use]
    pub fn metrics(&self) -> String {
        metrics::of_app(&self.app)
    }
}

impl fmt::Debug for Presence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presence").finish_non_exhaustive()
    }
}
