//! Tests of the heartbeat.
