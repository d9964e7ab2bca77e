//! The server over real TCP.

mod closes;
mod http;
mod liveness;
mod support;
