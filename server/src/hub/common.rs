//! What all connections of a hub have in common.

use std::sync::Arc;
use std::time::Duration;

use super::budget::Budget;
use super::registry::HubConfig;
use crate::limits::Hits;
use crate::metrics::Metrics;

#[derive(Debug)]
pub(super) struct Common {
    pub(super) queue_bytes_max: usize,
    pub(super) write_timeout: Duration,
    pub(super) budget: Arc<Budget>,
    pub(super) hits: Hits,
    pub(super) metrics: Arc<Metrics>,
}

impl Common {
    pub(super) fn new(config: &HubConfig) -> Self {
        Self {
            queue_bytes_max: config.queue_bytes_max,
            write_timeout: config.write_timeout,
            budget: Arc::new(Budget::new(config.queue_bytes_total_max)),
            hits: Hits::default(),
            metrics: Arc::default(),
        }
    }
}
