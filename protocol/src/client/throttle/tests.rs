//! Tests of the throttle.
