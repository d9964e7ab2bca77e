//! Of what a server counts and shows of itself.

use std::time::Duration;

/// Threads that count in memory of their own, about 1 KiB each; more share. As many as the workers of most
/// machines.
pub const METRIC_SHARDS: usize = 32;

/// Connections at one time to the address of `metrics-listen`. A few Prometheus servers and somebody who
/// looks. More are closed when they are accepted.
pub const METRICS_CONNECTIONS_MAX: usize = 16;

/// An OpenTelemetry collector is sent the metrics this often: what is usual, and cumulative, so that one
/// that is missed is made up for by the next.
pub const OTLP_EVERY: Duration = Duration::from_secs(30);

/// It answers within this time, or it is away.
pub const OTLP_TIMEOUT: Duration = Duration::from_secs(5);

/// What anybody outside can bring about (refused tokens, connections that cannot be accepted, rooms that the
/// engine cannot keep) is logged at most once in this time, with how often it was: a flood of it must not
/// fill a disk.
pub const LOG_REPEATED_EVERY: Duration = Duration::from_secs(10);

/// While a server drains it says this often how many are left.
pub const LOG_DRAIN_EVERY: Duration = Duration::from_secs(5);

/// A server that has not fetched the first keys for tokens yet is not ready for this long, so that a rollout
/// with a wrong address stops; then it says that it is degraded. As long as for Redis.
pub const JWKS_START_MAX: Duration = super::BUS_START_MAX;
