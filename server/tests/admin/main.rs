//! The admin API over real HTTP, beside real sockets.

#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

mod access;
mod agents;
mod calls;
mod description;
#[cfg(unix)]
#[allow(dead_code, reason = "the tests of the bus use all of it")]
#[path = "../redis/engines.rs"]
mod engines;
mod events;
mod handle;
mod kicks;
mod limits;
mod lists;
mod nodes;
mod page;
mod person;
#[allow(dead_code, reason = "the tests of the gateway use all of it")]
#[path = "../gateway/support.rs"]
mod support;
