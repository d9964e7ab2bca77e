//! Tests of the backoff.
