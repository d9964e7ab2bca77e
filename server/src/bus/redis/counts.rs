//! What a bus counts of its engine. All but what comes in is counted on the thread that the bus runs on.

use crate::metrics::{Counter, Histogram};

#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Connections that were made.
    pub(crate) connections: Counter,
    /// Batches that were published, and their bytes.
    pub(crate) batches_out: Counter,
    pub(crate) bytes_out: Counter,
    /// Batches of other nodes that came, and their bytes.
    pub(crate) batches_in: Counter,
    pub(crate) bytes_in: Counter,
    pub(crate) requests: Counter,
    /// From sending a pipeline to its last answer.
    pub(crate) round_trip: Histogram,
    /// Records that were asked for because the room was opened, here or again after the engine was away.
    pub(crate) reads_at_opening: Counter,
    /// And because something was missing or in doubt.
    pub(crate) reads_again: Counter,
}
