//! The bus over real engines, which each test starts for itself and ends.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

mod away;
mod cluster;
mod engines;
mod faults;
mod nodes;
mod proxy;
mod readiness;
mod rooms;
mod sentinel;
mod tls;
