//! The bus over real engines, which each test starts for itself and ends.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

mod away;
mod cluster;
mod deploys;
mod engines;
mod faults;
mod hooks;
mod nodes;
mod owners;
mod people;
mod proxy;
mod readiness;
#[allow(dead_code, reason = "the tests of the gateway use all of it")]
#[path = "../gateway/receiver.rs"]
mod receiver;
mod rooms;
mod sentinel;
mod servers;
#[allow(dead_code, reason = "the tests of the gateway use all of it")]
#[path = "../gateway/support.rs"]
mod support;
mod tls;
mod watching;
