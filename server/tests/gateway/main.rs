//! The server over real TCP.

#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

mod asks;
mod closes;
mod http;
mod jwks;
mod limits;
mod liveness;
mod metrics;
mod origins;
mod otlp;
mod proxies;
mod receiver;
mod support;
mod tls;
mod tokens;
mod upgrade_tokens;
mod webhooks;
mod wrapped;
