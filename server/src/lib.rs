//! The Mote server: live presence as one binary, or mounted in your own axum application.
//!
//! | module | what it holds |
//! |---|---|
//! | [`room`] | a room as a pure machine: who is here, where, with which state |
//! | [`bus`] | what rooms of several nodes say to each other, and Redis, which carries it |
//! | [`hub`] | all rooms and outboxes of one server; no runtime, no clock |
//! | [`access`] | where connections come from: pages by their origin, people behind proxies |
//! | [`frame`] | WebSocket frames, pure |
//! | [`auth`] | who may come in and what they may do: tokens, keys, rights |
//! | [`webhook`] | what the application is told: who came and left |
//! | [`gateway`] | everything with sockets, the admin API, and [`gateway::session`], a connection's pure logic |
//! | [`config`] | settings from flags, environment and file |
//! | [`labels`] | names from fixed sets, for metrics, and how often each came |
//! | [`limits`] | every number: the defaults of the settings, and what is not a setting |

#![forbid(unsafe_code)]

pub mod access;
pub mod auth;
mod bucket;
pub mod bus;
pub mod config;
pub mod frame;
pub mod gateway;
#[cfg(test)]
mod heard;
pub mod hub;
pub mod labels;
pub mod limits;
mod metrics;
pub mod room;
mod throttle;
pub mod webhook;

pub use config::Config;
pub use gateway::{Presence, PresenceError, ServeError, Server, mount, router, serve};
pub use room::Whom;

/// The README's Rust examples compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// Those of the page about the admin API.
#[cfg(doctest)]
#[doc = include_str!("../../docs/admin-api.md")]
struct AdminApi;

/// And those of the page about production.
#[cfg(doctest)]
#[doc = include_str!("../../docs/production.md")]
struct Production;
